// Elements, and lists of them that keep their identity: the only place that makes DOM.
// Every string becomes a text node, so nobody's words can ever be markup.

import { language } from "./words.js";

/** An element: `el("p", { class: "words", onclick }, "text", child)`. Falsy children and attributes are left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child || child === 0));
  return node;
}

/** One of the drawings in icons.svg. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `/page/icons.svg#${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/** Words for screen readers alone. */
export const unseen = (text) => el("span", { class: "unseen" }, ` ${text} `);

/** Make `list` show `entries` in order. An entry that has not changed keeps its element, and the focus its place. */
export function keep(list, entries, draw) {
  const before = new Map([...list.children].map((node) => [node.dataset.key, node]));
  const focused = document.activeElement;
  entries.forEach((entry, at) => {
    const looks = JSON.stringify([language(), entry]);
    let node = before.get(entry.key);
    const held = node?.contains(focused);
    if (node?.looks !== looks) {
      const drawn = Object.assign(draw(entry), { looks });
      drawn.dataset.key = entry.key;
      node?.replaceWith(drawn);
      node = drawn;
    }
    before.delete(entry.key);
    if (list.children[at] !== node) list.insertBefore(node, list.children[at] ?? null);
    if (held && !node.contains(document.activeElement)) refocus(node, focused.dataset.act);
  });
  const left = [...before.values()].find((node) => node.contains(focused));
  const next = left && (neighbour(left, before) ?? list);
  before.forEach((node) => node.remove());
  next?.focus({ preventScroll: true });
}

/** Focus the control with the same action in a redrawn node, or else the node itself. */
function refocus(node, act) {
  const same = act && [...node.querySelectorAll("[data-act]")].find((each) => each.dataset.act === act);
  const itself = node.hasAttribute("tabindex") ? node : node.querySelector("button, a[href]");
  (same || itself || node.closest("[tabindex]"))?.focus({ preventScroll: true });
}

/** The nearest entry that stays when `node` goes: the one below it, or else the one above. */
function neighbour(node, going) {
  const stays = (each) => each.hasAttribute("tabindex") && !going.has(each.dataset.key);
  const all = [...node.parentElement.children];
  const at = all.indexOf(node);
  return all.slice(at + 1).find(stays) ?? all.slice(0, at).findLast(stays);
}

/** What puts the focus back on an element later, or on what was drawn in its place. */
export function holdPlace(node = document.activeElement) {
  const entry = node.closest("[data-key]");
  const list = entry?.parentElement;
  return () => {
    if (node.isConnected && node.checkVisibility({ visibilityProperty: true })) return node.focus({ preventScroll: true });
    const there = [...(list?.children ?? [])].find((each) => each.dataset.key === entry.dataset.key);
    if (there) refocus(there, node.dataset.act);
    else document.getElementById("composer").focus({ preventScroll: true });
  };
}
