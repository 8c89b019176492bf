// The reactions on offer: a small palette, with the one that keeps a message first.

import { openMenu } from "./menu.js";

const PALETTE = [
  ["💡", "bulb"],
  ["👍", "thumbs up"],
  ["❤️", "heart"],
  ["🎉", "party"],
  ["😂", "laughing"],
  ["👀", "eyes"],
  ["🙏", "thanks"],
  ["👏", "clapping"],
  ["🤔", "thinking"],
  ["✨", "sparkles"],
  ["🔥", "fire"],
  ["🌱", "seedling"],
  ["🧭", "compass"],
  ["⚓", "anchor"],
  ["🐋", "whale"],
  ["☕", "coffee"],
  ["😮", "surprised"],
  ["😅", "phew"],
  ["✅", "done"],
  ["➕", "plus one"],
];

const COLUMNS = 5;

/** An emoji in words. */
export const spoken = (emoji) => PALETTE.find(([face]) => face === emoji)?.[1] ?? emoji;

/** Let the person choose one. */
export function pickEmoji(anchor, chosen) {
  const items = PALETTE.map(([face, name]) => ({ label: face, spoken: name, act: () => chosen(face) }));
  openMenu(anchor, items, { columns: COLUMNS, label: "Add a reaction" });
}
