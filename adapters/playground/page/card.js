// A card of the bot's as elements. People's words are the largest thing on it; all of it is text, never markup.

import { date, day, clock } from "./dates.js";
import { el, icon } from "./dom.js";
import { openMenu } from "./menu.js";
import { _ } from "./words.js";

const LONG_WORDS = 180;

/** A card; `press(button)` is told which was pressed; `look` is the reader's zone, year and channels.
 *  `more(anchor, items)` opens its menu where there is more than the card's own entries. */
export function drawCard(card, look, press, more) {
  const wordsLead = card.blocks[1]?.kind === "quote";
  const recap = !wordsLead && card.blocks.some((block) => block.kind === "section");
  const menu = (more || card.menu.length > 0) && drawMenuButton(card.menu, press, more ?? openMenu);
  return el(
    "div",
    { class: `card${recap ? " recap" : ""}` },
    menu,
    card.blocks.map((block) => drawBlock(block, look, press)),
    card.buttons.length > 0 &&
      el(
        "div",
        { class: "buttons" },
        card.buttons.map((b) => drawButton(b, press)),
      ),
  );
}

function drawBlock(block, look, press) {
  switch (block.kind) {
    case "title":
      return el("h3", { class: "title", dir: "auto" }, block.text);
    case "section":
      return el("h4", { class: "section", dir: "auto" }, block.text);
    case "quote":
      return drawQuote(block, look, press);
    case "list":
      return drawList(block.entries, look, press);
    case "text":
      return drawSentence(block, look, press);
    default:
      return el("p", { class: "small", dir: "auto" }, drawLine(block.line, look));
  }
}

/** A sentence of the bot's, with its own button beside it where it has one. */
function drawSentence({ line, button }, look, press) {
  const says = el("p", { class: "says", dir: "auto" }, drawLine(line, look));
  return button ? el("div", { class: "beside" }, says, drawButton(button, press, "button tiny")) : says;
}

/** A quote. `pieces` are its words with their addresses as links; a card of an earlier version has none. */
function drawQuote({ words, pieces = [words], by, button }, look, press) {
  return el(
    "figure",
    { class: words.length > LONG_WORDS ? "quote long" : "quote" },
    el("blockquote", { dir: "auto" }, drawLine(pieces, look)),
    (by || button) &&
      el("figcaption", {}, by && el("bdi", {}, by), button && drawButton(button, press, "button tiny", by || words)),
  );
}

function drawList(entries, look, press) {
  const withButtons = entries.some((entry) => entry.button);
  return el(
    "ul",
    { class: withButtons ? "list with-buttons" : "list", role: "list" },
    entries.map((entry) => drawEntry(entry, look, press)),
  );
}

function drawEntry({ words, small, button }, look, press) {
  return el(
    "li",
    { class: "entry" },
    el("p", { class: "entry-words", dir: "auto" }, drawLine(words, look)),
    small.length > 0 && el("p", { class: "small", dir: "auto" }, drawLine(small, look)),
    button && drawButton(button, press, "button tiny", told(small.length > 0 ? small : words)),
  );
}

/** The plain text of a line. */
const told = (line) => line.map((piece) => (typeof piece === "string" ? piece : (piece.strong ?? piece.text ?? ""))).join("");

/** A button; `about` tells apart those of the same label, for a screen reader. */
function drawButton(button, press, look = "button", about) {
  const attributes = { class: `${look} ${button.style}`, "data-act": `press ${button.press}`, "aria-description": about };
  return el(
    "button",
    { ...attributes, "aria-label": button.described, onclick: ({ currentTarget }) => press(button, currentTarget) },
    button.label,
  );
}

function drawMenuButton(menu, press, openIt) {
  const items = (anchor) =>
    menu.map((button) => ({
      label: button.label,
      danger: button.style === "danger",
      act: () => press(button, anchor),
    }));
  const open = ({ currentTarget }) => openIt(currentTarget, items(currentTarget));
  const attributes = { class: "icon card-menu", "aria-label": _("More for this card"), "aria-haspopup": "menu" };
  return el("button", { ...attributes, "data-act": "card menu", onclick: open }, icon("more"));
}

function drawLine(line, look) {
  return line.map((piece) => {
    if (typeof piece === "string") return piece;
    if ("strong" in piece) return el("strong", {}, piece.strong);
    if ("when" in piece) return drawWhen(piece, look);
    if ("where" in piece) return drawWhere(piece, look);
    return drawLink(piece);
  });
}

/** A time on the reader's clock, and named as such where the one it was set by shows another. */
function drawWhen({ when, zone: set, clock: withClock }, { zone, thisYear }) {
  const at = new Date(when);
  if (!withClock) return el("time", { datetime: when }, date(at, zone, thisYear));
  const shown = `${day(at, zone, thisYear)}, ${clock(at, zone)}`;
  const elsewhere = clock(at, set) !== clock(at, zone);
  return el("time", { datetime: when }, elsewhere ? _("{time} your time", { time: shown }) : shown);
}

function drawWhere({ where, text }, { channels }) {
  const name = channels[where];
  return name ? el("a", { href: `#c=${where}` }, `#${name}`) : text;
}

function drawLink({ link, text }) {
  const inside = link.startsWith("#") || link.startsWith("/#");
  const away = inside ? {} : { target: "_blank", rel: "noopener noreferrer" };
  return el("a", { href: link, ...away }, text);
}
