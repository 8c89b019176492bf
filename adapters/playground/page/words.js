// The page's own words in the language of this tab's person. English is what stands in the code; the server sends
// the translations with the world.

let spoken = "en";
let known = {};

/** The code of the language, such as `de`. */
export const language = () => spoken;

/** Speak a language from now on; `words` are its translations by their English text. */
export function speak(code, words) {
  spoken = code;
  known = words;
  document.documentElement.lang = code;
}

/** A sentence in the person's language, with its values: `_("Hello, {name}", { name })`. */
export const _ = (text, values = {}) => fill(known[text] ?? text, values);

/** Return the sentence for a number of things. `{n}` in it is the number. */
export function ngettext(one, many, n) {
  const forms = known[one] ?? [one, many];
  return fill(forms[Math.min(form(n), forms.length - 1)], { n });
}

const KINDS = ["zero", "one", "two", "few", "many", "other"];

function form(n) {
  const rules = new Intl.PluralRules(spoken);
  const used = KINDS.filter((kind) => rules.resolvedOptions().pluralCategories.includes(kind));
  return used.indexOf(rules.select(n));
}

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
