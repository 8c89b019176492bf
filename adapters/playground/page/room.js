// The head of a channel, and what stands in an empty one.

import { month } from "./dates.js";
import { el, icon, unseen } from "./dom.js";
import { _ } from "./words.js";

/** The text of a channel that the demo's story has not reached yet. */
export const unwritten = () => ({ lines: [_("A team's last three months appear here, week by week.")] });

/** Draw the head; gives what to show where nothing was said yet. */
export function drawRoom({ name, about }, room, { doings }) {
  name.replaceChildren(...(room.direct ? ["Ahabot"] : [sign(room), room.name]));
  about.replaceChildren(...tell(room, doings));
  if (room.direct) return { lines: [_("Only you and Ahabot can see this."), _("Write to it as you would to a person, such as: what can you do?")] };
  if (!room.bot)
    return {
      lines: [_("Nothing here yet."), _("Invite Ahabot, and it saves your team's aha moments.")],
      invite: true,
    };
  return { lines: [_("Nothing here yet."), _("Write something, or save an aha: type /aha and what you noticed.")] };
}

/** Draw how far the demo's story is, where one is being written. */
export function drawStory({ box, words, bar }, world, tab) {
  box.hidden = !world.story;
  if (!world.story) return words.replaceChildren();
  const now = month(world.now(), world.people.get(tab.person).zone);
  const said = _("The story is playing: {month}", { month: now });
  if (words.textContent !== said) words.textContent = said;
  bar.max = world.story.total;
  bar.value = world.story.done;
}

const sign = ({ private: closed }) =>
  el("span", {}, closed ? icon("lock") : "#", closed && unseen(_("private channel")));

function tell(room, doings) {
  if (room.direct) return [_("Only you can see this")];
  if (room.bot) return [_("Ahabot is here")];
  return [
    _("Ahabot isn't here yet"),
    el("button", { class: "button tiny primary", onclick: () => doings.invite(true) }, _("Invite it")),
  ];
}
