// The reactions on offer: a small palette, with the one that keeps a message first.

import { openMenu } from "./menu.js";
import { _ } from "./words.js";

const palette = () => [
  ["💡", _("bulb")],
  ["👍", _("thumbs up")],
  ["❤️", _("heart")],
  ["🎉", _("party")],
  ["😂", _("laughing")],
  ["👀", _("eyes")],
  ["🙏", _("thanks")],
  ["👏", _("clapping")],
  ["🤔", _("thinking")],
  ["✨", _("sparkles")],
  ["🔥", _("fire")],
  ["🌱", _("seedling")],
  ["🧭", _("compass")],
  ["⚓", _("anchor")],
  ["🐋", _("whale")],
  ["☕", _("coffee")],
  ["😮", _("surprised")],
  ["😅", _("phew")],
  ["✅", _("done")],
  ["➕", _("plus one")],
];

const COLUMNS = 5;

/** An emoji in words. */
export const spoken = (emoji) => palette().find(([face]) => face === emoji)?.[1] ?? emoji;

/** Let the person choose one. */
export function pickEmoji(anchor, chosen) {
  const items = palette().map(([face, name]) => ({ label: face, spoken: name, act: () => chosen(face) }));
  openMenu(anchor, items, { columns: COLUMNS, label: _("Add a reaction") });
}
