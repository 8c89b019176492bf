// A feed: what stands in a channel or a thread, oldest first, kept at its end unless the reader scrolled up.
// A story that is being written is followed past its long cards until somebody takes hold of the feed.

import { clock, day, shortDay, year } from "./dates.js";
import { el, keep } from "./dom.js";
import { drawEntry } from "./message.js";
import { _ } from "./words.js";

const TOGETHER = 5 * 60 * 1000;
const NEAR_END = 48;

export class Feed {
  #place = "";
  #last = "";
  #written = false;
  #reading = false;
  #heard = new Map();

  /** `announcer` says what is new. */
  constructor(node, doings, announcer) {
    this.node = node;
    this.doings = doings;
    this.announcer = announcer;
    node.addEventListener("keydown", (event) => this.#walk(event));
    for (const kind of ["wheel", "touchmove", "pointerdown", "keydown"])
      node.addEventListener(kind, () => (this.#reading = true), { passive: true });
  }

  /** Show a channel (or one thread of it) as this person sees it. */
  show(world, person, channel, thread, empty) {
    const place = `${person} ${channel} ${thread}`;
    const atEnd = this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < NEAR_END;
    const fresh = place !== this.#place;
    if (fresh || atEnd) this.#reading = false;
    const follow = this.#written && !this.#reading;
    this.#written = Boolean(world.story);
    this.node.setAttribute("aria-busy", fresh);
    const shown = entries(world, person, channel, thread);
    keep(this.node, shown.length ? shown : [{ key: "empty", kind: "empty", empty }], (entry) =>
      entry.kind === "empty" ? drawEmpty(entry.empty, this.doings) : drawEntry(entry, this.doings),
    );
    const newest = shown.at(-1)?.key ?? "";
    const answered = newest !== this.#last && shown.at(-1)?.kind === "whisper";
    if (fresh || atEnd || answered || follow) this.#toEnd();
    this.node.setAttribute("aria-busy", this.#written);
    this.#tell(shown, fresh || Boolean(world.story), person);
    this.#place = place;
    this.#last = newest;
  }

  /** Have what is new said: others' messages, and each private answer, also one that took another's place. */
  #tell(shown, silent, person) {
    const heard = this.#heard;
    this.#heard = new Map();
    for (const entry of shown.filter(({ item }) => item)) {
      const { kind, key, item } = entry;
      const looks = kind === "whisper" ? JSON.stringify(item.card) : "";
      this.#heard.set(key, looks);
      if (silent || heard.get(key) === looks || item.author === person || item.deleted) continue;
      this.announcer.say(key, saidBy(this.node.querySelector(`#m${CSS.escape(key)}`)));
    }
  }

  /** Put the person at the newest message or answer. */
  goToEnd() {
    [...this.node.querySelectorAll("article")].at(-1)?.focus();
  }

  /** The arrows go from message to message. */
  #walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const here = event.target.closest("article");
    if (!step || !here || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const all = [...this.node.querySelectorAll("article")];
    const next = all[all.indexOf(here) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  /** Put the person at an entry, if it is here. */
  meet(key) {
    const node = this.node.querySelector(`#m${CSS.escape(key)}`);
    node?.focus({ preventScroll: true });
    node?.scrollIntoView({ block: node.offsetHeight > this.node.clientHeight ? "start" : "nearest" });
    return Boolean(node);
  }

  /** Show the newest: its end, or where it does not fit its beginning. */
  #toEnd() {
    this.node.scrollTop = this.node.scrollHeight;
    const last = this.node.lastElementChild;
    if (last.offsetHeight > this.node.clientHeight) last.scrollIntoView({ block: "start" });
  }

  /** Bring a message into view, and mark it for a moment. */
  point(message) {
    const node = this.node.querySelector(`#m${CSS.escape(message)}`);
    if (!node) return;
    node.scrollIntoView({ block: "center" });
    node.focus({ preventScroll: true });
    node.classList.add("pointed");
    setTimeout(() => node.classList.remove("pointed"), 2500);
  }
}

/** What an entry says: who says it, and every text of it but its buttons and tools. */
function saidBy(node) {
  const texts = node.querySelectorAll(".words, .card :is(h3, h4, p, blockquote, figcaption bdi)");
  return [node.getAttribute("aria-label"), ...[...texts].map((each) => each.textContent)].join(". ");
}

function drawEmpty({ lines, invite }, doings) {
  const button =
    invite && el("button", { class: "button primary", onclick: () => doings.invite(true) }, _("Invite Ahabot"));
  return el(
    "div",
    { class: "empty" },
    lines.map((line) => el("p", {}, line)),
    button,
  );
}

/** What stands there with everything its look depends on, so that equal entries need no new element. */
function entries(world, person, channel, thread) {
  const zone = world.people.get(person).zone;
  const thisYear = year(world.now(), zone);
  const root = thread && world.messages.get(thread);
  const standing = world.standing(channel, thread);
  const shown = [];
  let before = null;
  for (const item of root ? [root, ...standing] : standing) {
    const today = day(new Date(item.at), zone, thisYear);
    if (!thread && today !== before?.today) {
      shown.push({ key: `day ${today}`, kind: "day", text: today });
      before = null;
    }
    const entry = describe(world, person, item, { zone, thisYear, inThread: Boolean(thread) });
    shown.push({ ...entry, follows: follows(item, before?.item) });
    before = { today, item };
  }
  return shown;
}

function describe(world, person, item, { zone, thisYear, inThread }) {
  const look = { zone, thisYear, channels: names(world) };
  const at = new Date(item.at);
  if (!item.author) return { key: item.id, kind: "whisper", item, look };
  const reactions = Object.entries(item.reactions).map(([emoji, people]) => ({
    emoji,
    names: people.map((each) => world.name(each)),
    mine: people.includes(person),
  }));
  return {
    key: item.id,
    kind: "message",
    item,
    look,
    time: inThread ? `${shortDay(at, zone)}, ${clock(at, zone)}` : clock(at, zone),
    inThread,
    reactions,
    name: world.name(item.author),
    tint: tint(world, item.author),
    bulb: reactions.some(({ emoji, mine }) => emoji === "💡" && mine),
    replies: inThread ? 0 : world.replies(item.id).length,
  };
}

/** Whether a message goes on from the one above: same person, a few minutes later, nothing between. */
function follows(item, above) {
  const same =
    above && item.author && above.author === item.author && !item.card && !above.card && !above.deleted;
  return Boolean(same && new Date(item.at) - new Date(above.at) < TOGETHER);
}

const names = (world) => Object.fromEntries([...world.channels.values()].map(({ id, name }) => [id, name]));

/** A person's colour, 1 to 6 in the order they came; nothing for the bot. */
export function tint(world, author) {
  const at = [...world.people.keys()].indexOf(author);
  return at < 0 ? 0 : (at % 6) + 1;
}
