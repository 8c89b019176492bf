// The bar on top: the playground's time and where to jump next, and who this tab is.

import { city, clock, isoDay, shortDay, year } from "./dates.js";
import { el, icon } from "./dom.js";
import { tint } from "./feed.js";
import { face } from "./message.js";

/** Draw the bar for this tab. */
export function drawBar(time, you, { world, tab }) {
  const { name, zone } = world.people.get(tab.person);
  const now = world.now();
  time.replaceChildren(
    icon("clock"),
    el("span", { class: "today" }, tab.jumping ? "Moving on…" : shortDay(now, zone)),
    el("b", {}, clock(now, zone)),
    el("span", { class: "zone" }, city(zone)),
    el("span", { class: "jump" }, "Jump to…"),
    icon("down"),
  );
  you.replaceChildren(
    face(name, tint(world, tab.person)),
    el("span", { class: "are" }, "You are"),
    el("bdi", {}, name),
    icon("down"),
  );
}

/** The stops of the time menu: what the server proposes, and any other time. */
export function stopItems(stops, zone, { jump, other }) {
  const proposed = stops.map(({ label, at }) => ({
    label,
    hint: when(new Date(at), zone),
    act: () => jump(at),
  }));
  return [{ heading: "Jump to" }, ...proposed, { label: "Another time…", act: other }];
}

const when = (at, zone) => `${shortDay(at, zone)} ${year(at, zone)}, ${clock(at, zone)}`;

/** The question behind *Another time…*. */
export function timeForm(now, zone) {
  const field = { required: true, hint: "", options: [] };
  return {
    title: "Jump to another time",
    intro: `In ${city(zone)}. Time only moves forward, and what is due on the way appears at its own hour.`,
    submit: "Jump",
    fields: [
      {
        ...field,
        name: "day",
        label: "Day",
        kind: "date",
        value: isoDay(new Date(now.getTime() + 864e5), zone),
      },
      { ...field, name: "time", label: "Time", kind: "time", value: "10:00" },
    ],
  };
}

/** The people menu: who this tab may be. */
export function peopleItems(world, tab, { be, add, notes }) {
  const people = [...world.people.values()];
  const open = !world.people.get(tab.person).closed;
  return [
    { heading: "Be someone else" },
    ...people.map(({ id, name }, at) => ({
      label: name,
      face: face(name, tint(world, id)),
      hint: at < 9 ? `Alt ${at + 1}` : "",
      checked: id === tab.person,
      act: () => be(id),
    })),
    { label: "Add a person…", act: add },
    { label: open ? "Take no direct messages" : "Take direct messages", act: () => notes(!open) },
  ];
}
