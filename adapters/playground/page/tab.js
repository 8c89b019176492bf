// What this tab is looking at and as whom: kept in the address, and the person in the tab's own storage,
// so that two tabs can be two people and every message has an address.

const SEEN = "seen";

export class Tab {
  person = sessionStorage.getItem("person") ?? "";
  channel = "";
  thread = "";
  message = "";
  jumping = false;
  /** The private answer that gets the focus as soon as it is drawn. */
  answer = "";

  /** Who this tab should be: as the address says, once, else who it was before. */
  wanted() {
    const parts = new URLSearchParams(location.hash.slice(1));
    if (!parts.has("p")) return this.person;
    this.person = parts.get("p");
    parts.delete("p");
    history.replaceState(null, "", `#${parts}`);
    return this.person;
  }

  /** Read the address, and fall back to what this person can see. */
  read(world) {
    const address = new URLSearchParams(location.hash.slice(1));
    this.person = world.you;
    sessionStorage.setItem("person", this.person);
    const seen = world.channels.get(address.get("c"));
    this.channel = seen?.id ?? this.#remembered(world);
    this.message = (seen && address.get("m")) || "";
    const pointed = world.messages.get(this.message)?.thread;
    this.thread = (seen && world.messages.has(address.get("t")) && address.get("t")) || pointed || "";
    sessionStorage.setItem(`channel ${this.person}`, this.channel);
  }

  #remembered(world) {
    const before = world.channels.get(sessionStorage.getItem(`channel ${this.person}`));
    return (before ?? [...world.channels.values()][0]).id;
  }

  /** Whether a channel has something this person has not seen in this tab. */
  unread(world, channel) {
    return channel !== this.channel && world.newest(channel) > this.#seen(world)[channel];
  }

  /** Mark the channel as read; while a story is being written, mark everything. */
  saw(world) {
    if (world.story) return;
    const seen = { ...this.#seen(world), [this.channel]: world.newest(this.channel) };
    sessionStorage.setItem(`${SEEN} ${this.person}`, JSON.stringify(seen));
  }

  #seen(world) {
    const before = JSON.parse(sessionStorage.getItem(`${SEEN} ${this.person}`) ?? "null");
    const now = () =>
      Object.fromEntries([...world.channels.keys()].map((each) => [each, world.newest(each)]));
    return before ?? now();
  }
}

/** The address of a place. */
export function address({ channel, thread, message }) {
  const parts = { c: channel, t: thread, m: message };
  const given = Object.entries(parts).filter(([, value]) => value);
  return `#${new URLSearchParams(given)}`;
}
