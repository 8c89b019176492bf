// What a screen reader announces: each new message or answer once, and nothing that is only redrawn.

import { el } from "./dom.js";

export class Announcer {
  #waiting = [];
  #held = 0;
  #met = "";

  constructor(node) {
    this.node = node;
  }

  /** Say the words of an entry, unless the person is led to it. */
  say(key, words) {
    if (key !== this.#met) this.#waiting.push({ key, words });
    this.#met = key === this.#met ? "" : this.#met;
    this.#speak();
  }

  /** Say nothing yet: what comes next may be the answer to what the person has just done. */
  hold() {
    this.#held++;
  }

  /** Say what was held back, except the entry that gets the focus, because that is read there. */
  release(met = "") {
    this.#held--;
    const told = this.#waiting.filter(({ key }) => key !== met);
    this.#met = met && told.length === this.#waiting.length ? met : "";
    this.#waiting = told;
    this.#speak();
  }

  #speak() {
    if (this.#held || !this.#waiting.length) return;
    this.node.replaceChildren(...this.#waiting.splice(0).map(({ words }) => el("p", {}, words)));
  }
}
