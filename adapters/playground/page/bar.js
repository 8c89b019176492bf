// The bar on top: the playground's time and where to jump next, and who this tab is.

import { city, clock, isoDay, shortDay, year } from "./dates.js";
import { el, icon } from "./dom.js";
import { tint } from "./feed.js";
import { face } from "./message.js";
import { _, language } from "./words.js";

/** Draw the bar for this tab. */
export function drawBar(time, you, { world, tab }) {
  const { name, zone } = world.people.get(tab.person);
  const now = world.now();
  time.replaceChildren(
    icon("clock"),
    el("span", { class: "today" }, tab.jumping ? _("Moving on…") : shortDay(now, zone)),
    el("b", {}, clock(now, zone)),
    el("span", { class: "zone" }, city(zone)),
    el("span", { class: "jump" }, _("Jump to…")),
    icon("down"),
  );
  you.replaceChildren(
    face(name, tint(world, tab.person)),
    el("span", { class: "are" }, _("You are")),
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
  return [{ heading: _("Jump to") }, ...proposed, { label: _("Another time…"), act: other }];
}

const when = (at, zone) => `${shortDay(at, zone)} ${year(at, zone)}, ${clock(at, zone)}`;

/** The question behind *Another time…*. */
export function timeForm(now, zone) {
  const field = { required: true, hint: "", options: [] };
  return {
    title: _("Jump to another time"),
    intro: _("Your time zone: {city}. Time only moves forward, and everything due on the way is posted in turn.", {
      city: city(zone),
    }),
    submit: _("Jump"),
    fields: [
      {
        ...field,
        name: "day",
        label: _("Day"),
        kind: "date",
        value: isoDay(new Date(now.getTime() + 864e5), zone),
      },
      { ...field, name: "time", label: _("Time"), kind: "time", value: "10:00" },
    ],
  };
}

/** The people menu: who this tab may be. */
export function peopleItems(world, tab, { be, add, notes, choose }) {
  const people = [...world.people.values()];
  const open = !world.people.get(tab.person).closed;
  return [
    { heading: _("Switch person") },
    ...people.map(({ id, name }, at) => ({
      label: name,
      face: face(name, tint(world, id)),
      hint: at < 9 ? `Alt ${at + 1}` : "",
      checked: id === tab.person,
      act: () => be(id),
    })),
    { label: _("Add a person…"), act: add },
    { label: open ? _("Turn off direct messages") : _("Turn on direct messages"), act: () => notes(!open) },
    { heading: _("Language") },
    ...world.languages.map(({ code, name }) => ({
      label: name,
      checked: code === language(),
      act: () => choose(code),
    })),
  ];
}
