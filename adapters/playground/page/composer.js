// Where one writes: a box that grows, hints while one types, and a draft that outlives a reload.

import { el, icon } from "./dom.js";
import { findHints } from "./hints.js";
import { _ } from "./words.js";

export class Composer {
  #place = "";

  /** `say(text)` sends a line and tells whether it could; `log()` asks for an aha with a form; `up()` goes to what
   *  was said last. */
  constructor(node, { say, log, up, id }) {
    this.say = say;
    this.up = up;
    this.box = el("textarea", { id, rows: 1, dir: "auto", enterkeyhint: "send" });
    const list = { class: "hints", id: `${id}-hints`, role: "listbox", tabindex: "0", hidden: true };
    this.hints = el("ul", { ...list, onmousedown: (event) => event.preventDefault() });
    this.button = el("button", { class: "send", onclick: () => this.#send() }, icon("send"));
    this.log = log && el("button", { class: "button plain keep", onclick: log });
    this.#listen();
    node.replaceChildren(this.hints, el("div", { class: "box" }, this.box, this.button), this.log || "");
  }

  /** Write in another place; each keeps its own draft. `offered` are the commands and names that hints are made of. */
  at(place, placeholder, offered) {
    this.offered = offered;
    this.hints.setAttribute("aria-label", _("Suggestions"));
    this.button.setAttribute("aria-label", _("Send"));
    this.log?.replaceChildren(
      el("span", { "aria-hidden": "true" }, "💡"),
      el("span", { class: "label" }, _("Log an aha")),
    );
    this.box.placeholder = placeholder;
    this.box.setAttribute("aria-label", placeholder);
    if (place === this.#place) return;
    this.#place = place;
    this.box.value = sessionStorage.getItem(`draft ${place}`) ?? "";
    this.#typed();
  }

  #listen() {
    this.box.setAttribute("aria-controls", this.hints.id);
    this.box.setAttribute("aria-autocomplete", "list");
    this.box.addEventListener("input", () => this.#typed());
    this.box.addEventListener("keydown", (event) => this.#key(event));
    this.box.addEventListener("blur", () => setTimeout(() => this.#hint([]), 150));
  }

  #typed() {
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight}px`;
    sessionStorage.setItem(`draft ${this.#place}`, this.box.value);
    const written = this.box.value.slice(0, this.box.selectionEnd);
    this.#hint(document.activeElement === this.box ? findHints(written, this.offered) : []);
  }

  #hint(hints) {
    this.hints.hidden = !hints.length;
    this.box.removeAttribute("aria-activedescendant");
    this.hints.replaceChildren(...hints.map((hint, at) => this.#drawHint(hint, at)));
    this.hints.scrollTop = 0;
  }

  #drawHint({ typed, rest, told, from, whole }, at) {
    const take = () => this.#take(from, whole);
    return Object.assign(
      el(
        "li",
        { id: `${this.hints.id}-${at}`, role: "option", onmousedown: take },
        el("code", {}, typed, rest && el("i", {}, ` ${rest}`)),
        told && el("span", {}, told),
      ),
      { take },
    );
  }

  /** Put `whole` where the typed part begins. */
  #take(from, whole) {
    this.box.focus();
    this.box.setRangeText(`${whole} `, from, this.box.selectionEnd, "end");
    this.#typed();
  }

  #key(event) {
    if (event.isComposing) return;
    const chosen = this.hints.querySelector("[aria-selected=true]");
    if (!this.hints.hidden && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      this.#walk(chosen, event.key === "ArrowDown" ? 1 : -1);
    } else if (!this.hints.hidden && event.key === "Escape") {
      event.stopPropagation();
      this.#hint([]);
    } else if (chosen && (event.key === "Enter" || event.key === "Tab")) {
      event.preventDefault();
      chosen.take();
    } else if (event.key === "Tab") {
      this.#hint([]);
    } else if (event.key === "ArrowUp" && !this.box.value) {
      event.preventDefault();
      this.up();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#send();
    }
  }

  #walk(chosen, step) {
    const all = [...this.hints.children];
    const next = all.at(
      (all.indexOf(chosen) + step + (chosen || step > 0 ? 0 : 1) + all.length) % all.length,
    );
    chosen?.removeAttribute("aria-selected");
    next.setAttribute("aria-selected", "true");
    next.scrollIntoView({ block: "nearest" });
    this.box.setAttribute("aria-activedescendant", next.id);
  }

  async #send() {
    const text = this.box.value;
    const place = this.#place;
    if (!text.trim() || this.box.readOnly) return this.box.focus();
    this.#busy(true);
    const sent = await this.say(text);
    this.#busy(false);
    if (sent) sessionStorage.removeItem(`draft ${place}`);
    if (sent && place === this.#place) this.box.value = "";
    this.#typed();
    this.box.focus();
  }

  #busy(busy) {
    this.box.readOnly = busy;
    this.button.disabled = busy;
  }
}
