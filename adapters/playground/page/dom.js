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
  const focused = document.activeElement?.dataset.act;
  entries.forEach((entry, at) => {
    const looks = JSON.stringify([language(), entry]);
    let node = before.get(entry.key);
    const held = node?.contains(document.activeElement);
    if (node?.looks !== looks) {
      const drawn = Object.assign(draw(entry), { looks });
      drawn.dataset.key = entry.key;
      node?.replaceWith(drawn);
      node = drawn;
    }
    before.delete(entry.key);
    if (list.children[at] !== node) list.insertBefore(node, list.children[at] ?? null);
    if (held && !node.contains(document.activeElement)) refocus(node, focused);
  });
  before.forEach((node) => node.remove());
}

function refocus(node, act) {
  const same = [...node.querySelectorAll("[data-act]")].find((each) => each.dataset.act === act);
  (same ?? node.querySelector("button, a[href]"))?.focus({ preventScroll: true });
}
