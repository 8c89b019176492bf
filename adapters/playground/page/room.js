// The head of a channel, and what stands in an empty one.

import { month } from "./dates.js";
import { el, icon, unseen } from "./dom.js";

/** The text of a channel that the demo's story has not reached yet. */
export const UNWRITTEN = { lines: ["What a team saw in a quarter appears here, week by week."] };

/** Draw the head; gives what to show where nothing was said yet. */
export function drawRoom({ name, about }, room, { doings }) {
  name.replaceChildren(...(room.direct ? ["Ahabot"] : [sign(room), room.name]));
  about.replaceChildren(...tell(room, doings));
  if (room.direct) return { lines: ["This is between you and Ahabot.", "Type /aha to see what it can do."] };
  if (!room.bot)
    return {
      lines: ["Nothing was said here yet.", "Ahabot can come and keep what becomes clear to you."],
      invite: true,
    };
  return { lines: ["Nothing was said here yet.", "Say something, or keep an aha with /aha and your words."] };
}

/** Draw how far the demo's story is, where one is being written. */
export function drawStory({ box, words, bar }, world, tab) {
  box.hidden = !world.story;
  if (!world.story) return words.replaceChildren();
  const said = `The story is being written: ${month(world.now(), world.people.get(tab.person).zone)}`;
  if (words.textContent !== said) words.textContent = said;
  bar.max = world.story.total;
  bar.value = world.story.done;
}

const sign = ({ private: closed }) =>
  el("span", {}, closed ? icon("lock") : "#", closed && unseen("private channel "));

function tell(room, doings) {
  if (room.direct) return ["Private to you"];
  if (room.bot) return ["Ahabot is here"];
  return [
    "Ahabot is not here yet",
    el("button", { class: "button tiny primary", onclick: () => doings.invite(true) }, "Invite it"),
  ];
}
