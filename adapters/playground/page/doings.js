// What a person can do on the page: each doing goes to the server, and what comes back is shown.

import { stopItems, timeForm } from "./bar.js";
import { ask } from "./form.js";
import { openMenu } from "./menu.js";
import { channelForm, personForm, roomItems, wordsForm } from "./questions.js";
import { address } from "./tab.js";
import { _ } from "./words.js";

/** Doings after which a person goes on in the answer. Who writes a line goes on writing. */
const MEETS = new Set(["press", "shortcut"]);

export class Doings {
  /** `go(place)` shows a place, `say(sentence, action)` is the quiet line, `redraw` draws the page again. */
  constructor({ world, tab, line, announcer, go, say, redraw }) {
    Object.assign(this, { world, tab, line, announcer, go, say, redraw });
  }

  /** Send something, and show the form that may come back. False when it could not be done; it was said why. */
  async send(doing, body) {
    try {
      const answer = await (MEETS.has(doing) ? this.#meet(doing, body) : this.line.send(doing, body));
      this.say("");
      if (answer.form) this.#ask(answer.form);
      return true;
    } catch (refused) {
      this.say(refused.message);
      return false;
    }
  }

  /** Send something whose private answer gets the focus. */
  async #meet(doing, body) {
    let met = "";
    this.announcer.hold();
    try {
      const answer = await this.line.send(doing, body);
      met = answer.reply?.id ?? "";
      return answer;
    } finally {
      this.announcer.release(met);
      this.tab.answer = met;
      this.redraw();
    }
  }

  #ask(form) {
    const submit = async (values) => (await this.#meet("submit", { form: form.id, values })).form;
    this.#open(this.#withChoices(form), async (values) => {
      const next = await submit(values);
      if (next) form = next;
      return next && this.#withChoices(next);
    });
  }

  #open(form, submit) {
    const left = (open) =>
      this.say(_("You closed the form without sending it."), { label: _("Open it again"), act: open });
    ask(form, submit, { left, closed: this.redraw });
  }

  #withChoices(form) {
    const rooms = [...this.world.channels.values()].filter((each) => !each.direct);
    const among = (field) => rooms.filter((each) => !(field.public && each.private));
    const options = (field) => among(field).map(({ id, name }) => ({ value: id, label: `#${name}` }));
    const people = [...this.world.people.values()].map(({ id, name }) => ({ value: id, label: name }));
    const filled = (field) => {
      if (field.kind === "channel") return { ...field, options: options(field) };
      return field.kind === "people" ? { ...field, options: people } : field;
    };
    return { ...form, fields: form.fields.map(filled) };
  }

  /** Ask one of the page's own questions, whose answer is a doing. */
  #question(form, doing, body, after = () => {}) {
    this.#open(form, async (values) => after(await this.line.send(doing, body(values))) ?? null);
  }

  type = async (text, thread) => {
    const sent = await this.send("type", { channel: this.tab.channel, text, thread });
    if (sent && /(^|\s)@ahabot\b/i.test(text)) this.#tellAbsence();
    return sent;
  };

  /** Say so where somebody speaks to the bot in a channel that it isn't in. */
  #tellAbsence() {
    const { bot } = this.world.channels.get(this.tab.channel);
    const invite = { label: _("Invite Ahabot"), act: () => this.invite(true) };
    if (!bot) this.say(_("Ahabot isn't in this channel, so it can't read that."), invite);
  }

  log = () => this.type("/aha log", "");

  press = async (item, button, at) => {
    at.setAttribute("aria-busy", "true");
    await this.send("press", {
      card: item.id,
      button: button.press,
      thread: at.closest(".thread") ? this.tab.thread : "",
    });
    at.removeAttribute("aria-busy");
  };

  react = (item, emoji, on) => this.send("react", { message: item.id, emoji, on });

  dismiss = (item) => this.send("dismiss", { whisper: item.id });

  openThread = (item) => this.go({ channel: item.channel, thread: item.id });

  be = (person) => this.line.listen(person);

  theme = () => {
    const root = document.documentElement;
    const dark =
      (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) ===
      "dark";
    root.dataset.theme = dark ? "light" : "dark";
    localStorage.setItem("theme", root.dataset.theme);
  };

  /** The menu of a message: what its card has, the bot's shortcuts, then the chat's own entries. */
  more = (item, anchor, ofCard = []) => {
    const mine = item.author === this.tab.person;
    const admin = this.world.people.get(this.tab.person).admin;
    const shortcut = (label) => ({ label, act: () => this.send("shortcut", { label, message: item.id }) });
    const there = new Set([...(item.card?.buttons ?? []), ...ofCard].map(({ label }) => label));
    openMenu(anchor, [
      ...ofCard,
      ...this.world.shortcuts.filter((label) => !there.has(label)).map(shortcut),
      { label: _("Copy link"), act: () => this.#copy(item) },
      mine && {
        label: _("Edit"),
        act: () => this.#question(wordsForm(item.text), "edit", ({ text }) => ({ message: item.id, text })),
      },
      (mine || admin) && {
        label: _("Delete"),
        danger: true,
        act: () => this.send("delete", { message: item.id }),
      },
    ]);
  };

  async #copy(item) {
    const url = new URL(address({ channel: item.channel, message: item.id }), location.href);
    await navigator.clipboard.writeText(url.href).catch(() => {});
    this.say(_("Link copied."));
  }

  /** The menu of the channel one is in. */
  room = (anchor) => {
    const room = this.world.channels.get(this.tab.channel);
    const change = (to) => ({ channel: room.id, name: room.name, private: room.private, ...to });
    openMenu(
      anchor,
      roomItems(room, {
        invite: (on) => this.invite(on),
        rename: () =>
          this.#question(channelForm(room.name), "change-channel", ({ name }) => change({ name })),
        close: () => this.send("change-channel", change({ private: !room.private })),
      }),
    );
  };

  invite = (on) => this.send("invite", { channel: this.tab.channel, on });

  notes = (on) => this.send("take-notes", { on });

  choose = (language) => this.send("language", { language });

  add = (kind) => {
    if (kind === "person")
      return this.#question(
        personForm(),
        "add-person",
        (values) => values,
        ({ person }) => this.be(person),
      );
    const people = [...this.world.people.values()].filter(({ id }) => id !== this.tab.person);
    const body = ({ name, who, members }) => ({ name, private: who === "some", members });
    this.#question(channelForm("", people), "add-channel", body, ({ channel }) => void this.go({ channel }));
  };

  /** The time menu. */
  time = async (anchor) => {
    const { zone } = this.world.people.get(this.tab.person);
    const { stops } = await this.line.ask(`/api/stops?person=${encodeURIComponent(this.tab.person)}`);
    const other = () =>
      this.#question(timeForm(this.world.now(), zone), "jump", ({ day, time }) => ({ to: `${day}T${time}` }));
    openMenu(anchor, stopItems(stops, zone, { jump: this.#jump, other }));
  };

  #jump = async (to) => {
    this.tab.jumping = true;
    this.redraw();
    await this.send("jump", { to });
    this.tab.jumping = false;
    this.redraw();
  };
}
