// The world as this tab's person sees it: what the server told, by id, and what can be read off it.

import { _ } from "./words.js";

export class World {
  constructor() {
    this.there = false;
    this.offset = 0;
    this.story = null;
    this.people = new Map();
    this.channels = new Map();
    this.messages = new Map();
    this.whispers = new Map();
    this.commands = [];
    this.shortcuts = [];
    this.languages = [];
  }

  /** Take in what the server says: the whole world, or one thing of it. */
  learn(news) {
    if (news.world) this.#learnAll(news.world);
    if (news.message) this.messages.set(news.message.id, news.message);
    if (news.whisper) this.whispers.set(news.whisper.id, news.whisper);
    if (news.gone) this.whispers.delete(news.gone);
    if (news.offset !== undefined) this.offset = news.offset;
    if (news.story !== undefined) this.story = news.story;
  }

  #learnAll(world) {
    this.there = true;
    this.offset = world.offset;
    this.story = world.story;
    this.bot = world.bot;
    this.you = world.you;
    this.commands = world.commands ?? this.commands;
    this.shortcuts = world.shortcuts ?? this.shortcuts;
    this.languages = world.languages ?? this.languages;
    for (const kind of ["people", "channels", "messages", "whispers"]) {
      this[kind] = new Map(world[kind].map((each) => [each.id, each]));
    }
  }

  /** The playground's time. */
  now() {
    return new Date(Date.now() + this.offset * 1000);
  }

  /** The messages of a place, oldest first; a deleted one only while it has replies.
   *  The private replies of a story that is still being written come and go too quickly to be read. */
  standing(channel, thread) {
    const here = (each) => each.channel === channel && each.thread === thread;
    const messages = [...this.messages.values()].filter(here);
    const shown = messages.filter((each) => !each.deleted || this.replies(each.id).length);
    const whispers = this.story ? [] : [...this.whispers.values()].filter(here);
    return [...shown, ...whispers].sort((a, b) => a.order - b.order);
  }

  /** The replies in a message's thread. */
  replies(message) {
    return [...this.messages.values()].filter((each) => each.thread === message && !each.deleted);
  }

  /** The number of the newest message in a channel. */
  newest(channel) {
    return Math.max(
      0,
      ...[...this.messages.values()].filter((m) => m.channel === channel).map((m) => m.order),
    );
  }

  /** Somebody's name. */
  name(author) {
    return author === this.bot ? "Ahabot" : (this.people.get(author)?.name ?? _("Someone"));
  }
}
