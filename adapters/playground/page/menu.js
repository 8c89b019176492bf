// One menu for the whole page: a popover that the arrows walk, Esc closes, and a press outside closes too.
// On a narrow screen the style sheet makes a sheet at the bottom of it.

import { el, holdPlace } from "./dom.js";

const GAP = 6;

/** Open the menu at `anchor`. An item is {label, hint, checked, danger, act}; `columns` makes a grid of them. */
export function openMenu(anchor, items, { columns = 1, label } = {}) {
  const menu = document.getElementById("menu");
  menu.hidePopover();
  menu.className = columns > 1 ? "menu grid" : "menu";
  menu.setAttribute("aria-label", label ?? anchor.getAttribute("aria-label") ?? anchor.textContent);
  const back = holdPlace(anchor);
  menu.replaceChildren(...items.filter(Boolean).map((item) => drawItem(item, menu, back)));
  menu.onkeydown = (event) => walk(event, menu, columns);
  menu.ontoggle = ({ newState }) => anchor.setAttribute("aria-expanded", newState === "open");
  menu.showPopover();
  place(menu, anchor.getBoundingClientRect());
  (menu.querySelector("[aria-checked=true]") ?? menu.querySelector("button"))?.focus();
}

function drawItem(item, menu, back) {
  if (item.heading) return el("p", { class: "menu-heading", role: "presentation" }, item.heading);
  const choose = () => {
    menu.hidePopover();
    back();
    item.act();
  };
  const checked =
    item.checked === undefined ? {} : { role: "menuitemradio", "aria-checked": `${item.checked}` };
  return el(
    "button",
    {
      role: "menuitem",
      ...checked,
      class: item.danger && "danger",
      "aria-label": item.spoken,
      onclick: choose,
    },
    item.face,
    el("span", {}, item.label),
    item.hint && el("small", {}, item.hint),
  );
}

function place(menu, at) {
  const { width, height } = menu.getBoundingClientRect();
  const below = at.bottom + GAP + height < innerHeight;
  const top = below ? at.bottom + GAP : Math.max(GAP, at.top - GAP - height);
  const left = at.left + width + GAP < innerWidth ? at.left : at.right - width;
  menu.style.setProperty("--top", `${top}px`);
  menu.style.setProperty("--left", `${Math.max(GAP, left)}px`);
}

function walk(event, menu, columns) {
  const items = [...menu.querySelectorAll("button")];
  const here = items.indexOf(document.activeElement);
  const steps = { ArrowDown: columns, ArrowUp: -columns, ArrowRight: 1, ArrowLeft: -1 };
  if (event.key === "Tab") return menu.hidePopover();
  if (event.key === "Home") items[0].focus();
  else if (event.key === "End") items.at(-1).focus();
  else if (event.key in steps) items.at((here + steps[event.key] + items.length) % items.length).focus();
  else return;
  event.preventDefault();
}
