// What can be written next: the commands after /aha or the bot's name, and names after an @.

import { _ } from "./words.js";

/** Hints for what is written before the caret: each is {typed, rest, told}, and puts `whole` at `from`. */
export function findHints(written, { commands, bot, people }) {
  const command = new RegExp(`^(?:/(?:a|ah|aha(\\s+\\S*)?)?|@${bot}(\\s+\\S*))$`, "i").exec(written);
  if (command) return commandHints(written.startsWith("@") ? `@${bot}` : "/aha", command[1] ?? command[2] ?? "", commands);
  const name = /(?:^|\s)@(\S*)$/.exec(written);
  return name ? nameHints(name[1], written.length - name[1].length - 1, bot, people) : [];
}

function commandHints(address, typed, commands) {
  const word = typed.trim().toLowerCase();
  const fitting = commands.filter(({ usage }) => usage.startsWith(word) && usage !== word);
  return fitting.map(({ usage, summary }) => {
    const [name, ...rest] = usage.split(" ");
    const whole = `${address} ${name}`;
    return { typed: whole, rest: rest.join(" "), told: summary, from: 0, whole };
  });
}

function nameHints(typed, from, bot, people) {
  const begins = (name) => name.toLowerCase().startsWith(typed.toLowerCase()) && name.toLowerCase() !== typed.toLowerCase();
  const hint = (name, told) => ({ typed: `@${name}`, rest: "", told, from, whole: `@${name}` });
  const spoken = begins(bot) ? [hint(bot, _("Save something, or ask it anything"))] : [];
  return [...spoken, ...people.filter(begins).map((name) => hint(name, ""))];
}
