// The page's own questions, in the shape of the bot's forms, and the menu of a channel.

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
  title: "Edit the message",
  submit: "Save",
  fields: [field("text", "Message", { kind: "text", value: text })],
});

/** A channel's name; with `people` also who is in it. */
export const channelForm = (name, people) => ({
  title: people ? "Add a channel" : "Rename the channel",
  submit: people ? "Add" : "Rename",
  fields: [field("name", "Name", { value: name }), ...(people ? membership(people) : [])],
});

function membership(people) {
  const who = [
    { value: "all", label: "Everyone" },
    { value: "some", label: "Only these people and me (private)" },
  ];
  const options = people.map(({ id, name }) => ({ value: id, label: name }));
  return [
    field("who", "Who is in it", { kind: "choice", value: "all", options: who }),
    field("members", "These people", { kind: "choices", required: false, options }),
  ];
}

/** A new person's name and zone. */
export function personForm() {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = [...new Set([here, ...Intl.supportedValuesOf("timeZone")])].sort();
  const options = zones.map((value) => ({ value, label: value.replaceAll("_", " ") }));
  return {
    title: "Add a person",
    intro: "You will be them in this tab.",
    submit: "Add",
    fields: [
      field("name", "First name"),
      field("zone", "Time zone", { kind: "choice", value: here, options }),
    ],
  };
}

/** The menu of a channel. */
export function roomItems(room, { invite, rename, close }) {
  if (room.direct) return [{ heading: "Between you and Ahabot" }];
  return [
    room.bot
      ? { label: "Send Ahabot away", act: () => invite(false) }
      : { label: "Invite Ahabot", act: () => invite(true) },
    { label: "Rename…", act: rename },
    { label: room.private ? "Open it to everyone" : "Make it private", act: close },
  ];
}
