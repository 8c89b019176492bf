// One quiet line above the box one writes in: what could not be done, and sometimes what to do about it.

import { el, icon } from "./dom.js";
import { _ } from "./words.js";

/** Say something; `action` is {label, act}. The next notice takes its place. */
export function notice(node, sentence, action) {
  const away = () => node.replaceChildren();
  const act = () => {
    away();
    action.act();
  };
  node.replaceChildren(
    el("span", {}, sentence),
    ...(action ? [el("button", { class: "button tiny", onclick: act }, action.label)] : []),
    el("button", { class: "icon", "aria-label": _("Dismiss"), onclick: away }, icon("close")),
  );
}

/** Nothing to say any more; what offers to do something stays until it was done or dismissed. */
export function hush(node) {
  if (!node.querySelector(".button")) node.replaceChildren();
}
