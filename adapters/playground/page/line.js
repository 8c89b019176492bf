// The line to the server: news comes over a WebSocket, doings go by POST.
// When the server is away nothing is lost: the line calls again, and a doing that found nobody is sent anew
// with the same event, so that it happens once.

import { _ } from "./words.js";

const LONGEST_WAIT = 8000;
const PATIENCE = [500, 1500, 3000];

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** A doing that cannot be: a sentence, and for a form one for each wrong field. */
export class Refused extends Error {
  constructor({ error, errors }) {
    super(error || _("That didn't work. Try again in a moment."));
    this.errors = errors ?? {};
  }
}

export class Line {
  #socket;
  #waiting = [];
  #tries = 0;

  /** `hear` gets each piece of news, `away` whether the server is gone. */
  constructor(hear, away) {
    this.hear = hear;
    this.away = away;
  }

  /** Listen as this person from now on. */
  listen(person) {
    this.person = person;
    this.#tries = 0;
    this.#call();
  }

  #call() {
    this.#socket?.close();
    const socket = new WebSocket(`ws://${location.host}/api/live?person=${encodeURIComponent(this.person)}`);
    this.#socket = socket;
    socket.onmessage = ({ data }) => socket === this.#socket && this.#heard(JSON.parse(data));
    socket.onclose = () => socket === this.#socket && this.#lost();
  }

  #heard(news) {
    this.#tries = 0;
    if (news.world) this.person = news.world.you;
    this.hear(news);
    this.away(false);
    this.#waiting.splice(0).forEach((goOn) => goOn());
  }

  async #lost() {
    const socket = this.#socket;
    this.away(true);
    await pause(Math.min(LONGEST_WAIT, 400 * 2 ** this.#tries++));
    if (socket === this.#socket) this.#call();
  }

  /** Do something. Gives the server's answer; throws Refused. */
  async send(doing, body) {
    const sealed = JSON.stringify({ person: this.person, event: crypto.randomUUID(), ...body });
    for (let tries = 0; ;) {
      const answer = await post(doing, sealed);
      if (!answer) await Promise.race([pause(LONGEST_WAIT), new Promise((goOn) => this.#waiting.push(goOn))]);
      else if (answer.status === 503 && tries < PATIENCE.length) await pause(PATIENCE[tries++]);
      else return read(answer);
    }
  }

  /** Ask for something that changes nothing. */
  async ask(path) {
    return read(await fetch(path));
  }
}

async function post(doing, body) {
  try {
    return await fetch(`/api/${doing}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body,
    });
  } catch {
    return null;
  }
}

async function read(answer) {
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(body);
  return body;
}
