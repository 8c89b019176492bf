// What a text field offers while somebody types: the server's own suggestions, in a list under the field.

import { el } from "./dom.js";

/** Give a text field for a time zone its list of cities. What is typed can be sent as it is, too. */
export function suggestZones(input) {
  const list = el("datalist", { id: `${input.id}-list` });
  input.setAttribute("list", list.id);
  let latest = "";
  input.addEventListener("input", async () => {
    const typed = (latest = input.value.trim());
    const options = typed ? await findZones(typed) : [];
    if (typed === latest) list.replaceChildren(...options.map(({ value, label }) => el("option", { value, label })));
  });
  return [input, list];
}

async function findZones(typed) {
  const language = document.documentElement.lang;
  try {
    const answer = await fetch(`/api/zones?${new URLSearchParams({ typed, language })}`);
    return answer.ok ? (await answer.json()).options : [];
  } catch {
    return [];
  }
}
