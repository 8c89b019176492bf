// One message, or one private reply, as an element.

import { drawCard } from "./card.js";
import { el, icon, unseen } from "./dom.js";
import { pickEmoji, spoken } from "./emoji.js";
import { _, ngettext } from "./words.js";

/** Draw what stands in a feed: an entry of `feed.js`, with what can be done to it. */
export function drawEntry(entry, doings) {
  if (entry.kind === "day") return el("h2", { class: "day" }, el("span", {}, entry.text));
  if (entry.kind === "whisper") return drawWhisper(entry, doings);
  return drawMessage(entry, doings);
}

/** The round sign of somebody: their first letter, or the bot's mark. */
export function face(name, tint) {
  if (!tint) return el("img", { class: "face", src: "/page/mark.svg", alt: "" });
  return el("span", { class: `face tint-${tint}`, "aria-hidden": "true" }, [...name][0]);
}

/** The id of what an entry says. A thread's first message is drawn twice. */
const bodyId = ({ item, inThread }) => `${inThread ? "thread-body" : "body"}-${item.id}`;

function drawMessage(entry, doings) {
  const { item, name, tint, time, follows } = entry;
  if (item.deleted) return drawGone(entry, doings);
  const press = (button, at) => doings.press(item, button, at);
  const more = (anchor, ofCard) => doings.more(item, anchor, ofCard);
  return el(
    "article",
    {
      class: follows ? "message follows" : "message",
      id: `m${item.id}`,
      tabindex: "-1",
      "aria-label": `${name}, ${time}`,
      "aria-describedby": bodyId(entry),
    },
    !follows && face(name, tint),
    !follows && drawHead(entry),
    el(
      "div",
      { class: "body", id: bodyId(entry) },
      item.card ? drawCard(item.card, entry.look, press, more) : drawWords(item),
      item.picture && drawPicture(item.picture),
      item.file && drawFile(item.file),
      drawReactions(entry, doings),
      entry.replies > 0 && drawThreadLink(entry, doings),
    ),
    drawTools(entry, doings),
  );
}

const drawGone = (entry, doings) =>
  el(
    "article",
    { class: "message gone", id: `m${entry.item.id}`, tabindex: "-1" },
    el(
      "div",
      { class: "body" },
      el("p", { class: "small" }, _("This message was deleted.")),
      drawThreadLink(entry, doings),
    ),
  );

function drawHead({ item, name, tint, time }) {
  return el(
    "header",
    {},
    el("bdi", { class: "name" }, name),
    !tint && el("span", { class: "tag" }, _("bot")),
    el("time", { datetime: item.at }, time),
  );
}

const drawWords = (item) =>
  el(
    "p",
    { class: "words", dir: "auto" },
    item.text,
    item.edited && el("small", { class: "edited" }, " ", _("(edited)")),
  );

function drawPicture({ src, alt }) {
  return el(
    "figure",
    { class: "picture" },
    el(
      "a",
      { href: src, target: "_blank", rel: "noopener" },
      el("img", { src, alt, width: 960, height: 540 }),
    ),
    alt &&
      el("figcaption", {}, el("details", {}, el("summary", {}, _("What the picture shows")), el("p", {}, alt))),
  );
}

const drawFile = ({ src, title }) =>
  el("p", { class: "file" }, el("a", { href: src, download: title }, _("Download {file}", { file: title })));

function drawReactions({ item, reactions }, doings) {
  if (!reactions.length) return null;
  const chips = reactions.map(({ emoji, names, mine }) =>
    el(
      "button",
      {
        class: "chip",
        "aria-pressed": `${mine}`,
        "data-act": `react ${emoji}`,
        title: names.join(", "),
        onclick: () => doings.react(item, emoji, !mine),
      },
      el("span", { "aria-hidden": "true" }, emoji),
      el("span", {}, `${names.length}`),
      unseen(_("{emoji}, by {names}", { emoji: spoken(emoji), names: names.join(", ") })),
    ),
  );
  return el("div", { class: "reactions", role: "group", "aria-label": _("Reactions") }, chips);
}

const drawThreadLink = ({ item, replies }, doings) =>
  el(
    "button",
    { class: "replies", "data-act": "thread", onclick: () => doings.openThread(item) },
    icon("reply"),
    ngettext("1 reply", "{n} replies", replies),
  );

function drawTools(entry, doings) {
  const { item, inThread } = entry;
  const tool = (act, label, look, onclick, more = {}) =>
    el(
      "button",
      { class: "icon", "aria-label": label, title: label, "data-act": act, onclick, ...more },
      look,
    );
  const menu = { "aria-haspopup": "menu" };
  const react = ({ currentTarget }) => pickEmoji(currentTarget, (emoji) => doings.react(item, emoji, true));
  return el(
    "div",
    { class: "tools", role: "group", "aria-label": _("For this message") },
    tool("bulb", _("React with 💡"), "💡", () => doings.react(item, "💡", !entry.bulb), {
      "aria-pressed": `${entry.bulb}`,
    }),
    tool("smile", _("Add a reaction"), icon("smile"), react, menu),
    !inThread && tool("reply", _("Reply in a thread"), icon("reply"), () => doings.openThread(item)),
    !item.card &&
      tool("more", _("More for this message"), icon("more"), ({ currentTarget }) => doings.more(item, currentTarget), menu),
  );
}

function drawWhisper({ item, look }, doings) {
  return el(
    "article",
    {
      class: "whisper",
      id: `m${item.id}`,
      tabindex: "-1",
      "aria-label": _("From Ahabot, only you can see this"),
      "aria-describedby": bodyId({ item }),
    },
    el(
      "header",
      {},
      icon("eye"),
      el("span", {}, _("Only you can see this")),
      el("button", { class: "link", "data-act": "dismiss", onclick: () => doings.dismiss(item) }, _("Dismiss")),
    ),
    el("div", { id: bodyId({ item }) }, drawCard(item.card, look, (button, at) => doings.press(item, button, at))),
    item.picture && drawPicture(item.picture),
  );
}
