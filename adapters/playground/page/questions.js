// The page's own questions, in the shape of the bot's forms, and the menu of a channel.

import { _ } from "./words.js";

const field = (name, label, more = {}) => ({
  name,
  label,
  kind: "line",
  value: "",
  required: true,
  hint: "",
  options: [],
  ...more,
});

/** A message's words, to write them anew. */
export const wordsForm = (text) => ({
  title: _("Edit message"),
  submit: _("Save"),
  fields: [field("text", _("Message"), { kind: "text", value: text })],
});

/** A channel's name; with `people` also who is in it. */
export const channelForm = (name, people) => ({
  title: people ? _("Add a channel") : _("Rename channel"),
  submit: people ? _("Add") : _("Rename"),
  fields: [field("name", _("Name"), { value: name }), ...(people ? membership(people) : [])],
});

function membership(people) {
  const who = [
    { value: "all", label: _("Everyone") },
    { value: "some", label: _("Only these people and me (private)") },
  ];
  const options = people.map(({ id, name }) => ({ value: id, label: name }));
  return [
    field("who", _("Who is in it?"), { kind: "choice", value: "all", options: who }),
    field("members", _("These people"), { kind: "choices", required: false, options }),
  ];
}

/** A new person's name and zone. */
export function personForm() {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = [...new Set([here, ...Intl.supportedValuesOf("timeZone")])].sort();
  const options = zones.map((value) => ({ value, label: value.replaceAll("_", " ") }));
  return {
    title: _("Add a person"),
    intro: _("You'll be this person in this tab."),
    submit: _("Add"),
    fields: [
      field("name", _("First name")),
      field("zone", _("Time zone"), { kind: "choice", value: here, options }),
    ],
  };
}

/** The menu of a channel. */
export function roomItems(room, { invite, rename, close }) {
  if (room.direct) return [{ heading: _("Direct messages with Ahabot") }];
  return [
    room.bot
      ? { label: _("Remove Ahabot"), act: () => invite(false) }
      : { label: _("Invite Ahabot"), act: () => invite(true) },
    { label: _("Rename…"), act: rename },
    { label: room.private ? _("Make it public") : _("Make it private"), act: close },
  ];
}
