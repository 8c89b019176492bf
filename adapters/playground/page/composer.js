// Where one writes: a box that grows, what `/aha` can do while one types it, and a draft that outlives a reload.

import { el, icon } from "./dom.js";
import { _ } from "./words.js";

export class Composer {
  #place = "";

  /** `say(text)` sends a line and tells whether it could; `log()` asks for an aha with a form. */
  constructor(node, { say, log, id }) {
    this.say = say;
    this.box = el("textarea", { id, rows: 1, dir: "auto", enterkeyhint: "send" });
    this.hints = el("ul", {
      class: "hints",
      id: `${id}-hints`,
      role: "listbox",
      hidden: true,
    });
    this.button = el("button", { class: "send", onclick: () => this.#send() }, icon("send"));
    this.log = log && el("button", { class: "button plain keep", onclick: log });
    this.#listen();
    node.replaceChildren(this.hints, el("div", { class: "box" }, this.box, this.button), this.log || "");
  }

  /** Write in another place; each keeps its own draft. */
  at(place, placeholder, commands) {
    this.commands = commands;
    this.hints.setAttribute("aria-label", _("What /aha can do"));
    this.button.setAttribute("aria-label", _("Send"));
    if (this.log) this.log.textContent = _("💡 Log an aha");
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
    this.#hint(document.activeElement === this.box ? this.#fitting() : []);
  }

  #fitting() {
    const typed = /^\/(?:a|ah|aha(?:\s+(\S*))?)?$/i.exec(this.box.value);
    if (!typed) return [];
    const word = (typed[1] ?? "").toLowerCase();
    return this.commands.filter(({ usage }) => usage.startsWith(word) && usage !== word);
  }

  #hint(commands) {
    this.hints.hidden = !commands.length;
    this.box.removeAttribute("aria-activedescendant");
    this.hints.replaceChildren(...commands.map((command, at) => this.#drawHint(command, at)));
    this.hints.scrollTop = 0;
  }

  #drawHint({ usage, summary }, at) {
    const id = `${this.hints.id}-${at}`;
    const [word, ...rest] = usage.split(" ");
    const onmousedown = (event) => {
      event.preventDefault();
      this.#take(word);
    };
    const typed = el("code", {}, `/aha ${word}`, rest.length > 0 && el("i", {}, ` ${rest.join(" ")}`));
    return el("li", { id, role: "option", "data-word": word, onmousedown }, typed, el("span", {}, summary));
  }

  #take(word) {
    this.box.value = `/aha ${word} `;
    this.box.focus();
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
      this.#take(chosen.dataset.word);
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
