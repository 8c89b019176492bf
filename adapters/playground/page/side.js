// The side: channels, the conversation with the bot, and the people one can be.

import { city, clock } from "./dates.js";
import { el, icon, keep, unseen } from "./dom.js";
import { tint } from "./feed.js";
import { face } from "./message.js";

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
      title: "Channels",
      rows: rooms.filter((each) => !each.direct).map(entry),
      add: "channel",
    },
    { key: "direct", title: "Direct messages", rows: rooms.filter((each) => each.direct).map(entry) },
    { key: "people", title: "Be someone else", rows: people(world, tab), add: "person" },
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

function drawPart({ key, title, rows, add }, doings) {
  const plus =
    add &&
    el(
      "button",
      { class: "icon", "aria-label": `Add a ${add}`, title: `Add a ${add}`, onclick: () => doings.add(add) },
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
    closed && !direct && unseen("private channel "),
    el("bdi", {}, name),
    fresh && el("span", { class: "dot" }, unseen("something new")),
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
        admin && el("small", {}, " admin"),
        el("small", { class: "zone" }, time),
      ),
    ),
    el(
      "a",
      {
        class: "icon",
        href: `/#p=${key}`,
        target: "_blank",
        rel: "noopener",
        "aria-label": `${person} in a new tab`,
        title: `${person} in a new tab`,
      },
      icon("tab"),
    ),
  ];
}

function drawFoot(doings) {
  return el(
    "div",
    { class: "side-foot" },
    el("button", { class: "button plain", onclick: doings.theme }, icon("half"), "Light or dark"),
    el("p", { class: "small" }, "All of this is on your own machine. Nothing leaves it."),
  );
}
