// The side: channels, the conversation with the bot, and the people one can be.

import { city, clock } from "./dates.js";
import { el, icon, keep, unseen } from "./dom.js";
import { tint } from "./feed.js";
import { face } from "./message.js";
import { _ } from "./words.js";

/** Draw the side for this tab. `unread(channel)` says whether there is something new. */
export function drawSide(node, { world, tab, unread, doings }) {
  const rooms = [...world.channels.values()];
  const entry = ({ id, name, private: closed, direct }) => ({
    key: id,
    name,
    closed,
    direct,
    here: id === tab.channel,
    fresh: unread(id),
  });
  const parts = [
    {
      key: "channels",
      title: _("Channels"),
      rows: rooms.filter((each) => !each.direct).map(entry),
      add: "channel",
      addLabel: _("Add a channel"),
    },
    { key: "direct", title: _("Direct messages"), rows: rooms.filter((each) => each.direct).map(entry) },
    { key: "people", title: _("Switch person"), rows: people(world, tab), add: "person", addLabel: _("Add a person") },
    { key: "foot", theme: document.documentElement.dataset.theme },
  ];
  keep(node, parts, (part) => (part.rows ? drawPart(part, doings) : drawFoot(doings)));
}

function people(world, tab) {
  return [...world.people.values()].map(({ id, name, zone, admin }, at) => ({
    key: id,
    person: name,
    admin,
    here: id === tab.person,
    tint: tint(world, id),
    time: `${clock(world.now(), zone)} ${city(zone)}`,
    shortcut: at < 9 ? `Alt+${at + 1}` : "",
  }));
}

function drawPart({ key, title, rows, add, addLabel }, doings) {
  const plus =
    add &&
    el(
      "button",
      { class: "icon", "aria-label": addLabel, title: addLabel, onclick: () => doings.add(add) },
      icon("plus"),
    );
  return el(
    "section",
    { "aria-labelledby": `side-${key}` },
    el("div", { class: "side-head" }, el("h2", { id: `side-${key}` }, title), plus),
    el(
      "ul",
      {},
      rows.map((row) => el("li", {}, row.person ? drawPerson(row, doings) : drawRoom(row))),
    ),
  );
}

function drawRoom({ key, name, closed, direct, here, fresh }) {
  const sign = direct
    ? el("img", { src: "/page/mark.svg", alt: "", class: "face small" })
    : icon(closed ? "lock" : "hash");
  return el(
    "a",
    {
      class: fresh ? "row fresh" : "row",
      href: `#c=${key}`,
      "aria-current": here && "page",
      "data-act": `room ${key}`,
    },
    sign,
    closed && !direct && unseen(_("private channel")),
    el("bdi", {}, name),
    fresh && el("span", { class: "dot" }, unseen(_("something new"))),
  );
}

function drawPerson({ key, person, admin, here, tint, time, shortcut }, doings) {
  return [
    el(
      "button",
      {
        class: "row",
        "aria-pressed": `${here}`,
        "aria-keyshortcuts": shortcut,
        title: shortcut,
        "data-act": `be ${key}`,
        onclick: () => doings.be(key),
      },
      face(person, tint),
      el(
        "span",
        {},
        el("bdi", {}, person),
        admin && el("small", {}, " ", _("admin")),
        el("small", { class: "zone" }, time),
      ),
    ),
    el(
      "a",
      {
        class: "icon",
        href: `./#p=${key}`,
        target: "_blank",
        rel: "noopener",
        "aria-label": _("{name} in a new tab", { name: person }),
        title: _("{name} in a new tab", { name: person }),
      },
      icon("tab"),
    ),
  ];
}

function drawFoot(doings) {
  return el(
    "div",
    { class: "side-foot" },
    el("button", { class: "button plain", onclick: doings.theme }, icon("half"), _("Light or dark")),
    el("p", { class: "small" }, _("Everything stays on your own machine.")),
  );
}
