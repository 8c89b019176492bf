// A form as a dialog: what the bot asks for, and the page's own few questions.
// What was typed survives a failed attempt, and a form that was closed by accident can be opened again.

import { el, holdPlace } from "./dom.js";
import { suggestZones } from "./suggestions.js";
import { _ } from "./words.js";

/** Show a form. `submit(values)` gives the next form, or nothing when it is done; it may throw Refused.
 *  `left(reopen)` is called when the person leaves a form in which they had written something, and `closed` at
 *  last, when the focus is back where it was. */
export function ask(form, submit, { left, closed }) {
  const dialog = el("dialog", { class: "form", "aria-labelledby": "form-title" });
  const show = (asked) =>
    dialog.replaceChildren(draw(asked, dialog, (values) => send(dialog, submit, values, show)));
  show(form);
  const before = written(dialog);
  const back = holdPlace();
  dialog.addEventListener("close", () => {
    dialog.remove();
    back();
    if (dialog.returnValue !== "done" && written(dialog) !== before) left(() => open(dialog));
    closed();
  });
  open(dialog);
}

function open(dialog) {
  dialog.returnValue = "";
  document.body.append(dialog);
  dialog.showModal();
  begin(dialog);
}

/** Put the person where something is wrong, else at the first field. */
function begin(dialog) {
  (dialog.querySelector("[aria-invalid=true]") ?? dialog.querySelector("[name]"))?.focus();
}

function draw(form, dialog, send) {
  const onsubmit = (event) => {
    event.preventDefault();
    send(values(event.target));
  };
  const drawn = (field) => drawField(field, form.errors?.[field.name]);
  return el(
    "form",
    { novalidate: true, onsubmit },
    el("h2", { id: "form-title", dir: "auto" }, form.title),
    form.intro && drawIntro(form.intro),
    form.fields.filter((field) => !field.later).map(drawn),
    drawLater(form.fields.filter((field) => field.later).map(drawn)),
    el("p", { class: "wrong", role: "alert", id: "form-wrong" }),
    el(
      "div",
      { class: "buttons" },
      el("button", { class: "button primary", type: "submit" }, form.submit),
      el("button", { class: "button plain", type: "button", onclick: () => dialog.close() }, _("Cancel")),
    ),
  );
}

/** The fields behind *Add more*, which shows them in place and puts the person at the first. */
function drawLater(fields) {
  if (!fields.length) return null;
  const later = el("div", { class: "later", id: "form-later", hidden: true }, fields);
  const more = { class: "button plain more", type: "button", "aria-controls": later.id, "aria-expanded": "false" };
  return [el("button", { ...more, onclick: () => showLater(later, true) }, _("Add more")), later];
}

function showLater(later, begin = false) {
  later.hidden = false;
  const button = later.previousElementSibling;
  button.setAttribute("aria-expanded", "true");
  button.hidden = true;
  if (begin) later.querySelector("[name]").focus();
}

/** Of several paragraphs the first is what the form is about, such as a question, and the rest small print. */
function drawIntro(intro) {
  const [first, ...rest] = intro.split("\n\n");
  const small = (words) => el("p", { dir: "auto" }, words);
  if (!rest.length) return el("div", { class: "intro" }, small(first));
  const about = el("p", { class: "about", dir: "auto" }, first);
  return el("div", { class: "intro" }, about, small(rest.join("\n\n")));
}

async function send(dialog, submit, given, show) {
  const button = dialog.querySelector("[type=submit]");
  button.disabled = true;
  try {
    const next = await submit(given);
    if (!next) return dialog.close("done");
    show(next);
    begin(dialog);
  } catch (refused) {
    complain(dialog, refused);
  } finally {
    button.disabled = false;
  }
}

/** Put each sentence beside its field, and stay. */
function complain(dialog, { message, errors = {} }) {
  dialog.querySelector("#form-wrong").textContent = message;
  for (const field of dialog.querySelectorAll("[data-field]")) {
    const wrong = errors[field.dataset.field] ?? "";
    field.querySelector(".error").textContent = wrong;
    field.querySelectorAll("[name]").forEach((input) => input.setAttribute("aria-invalid", Boolean(wrong)));
    const later = wrong && field.closest(".later[hidden]");
    if (later) showLater(later);
  }
  begin(dialog);
}

function values(form) {
  const given = {};
  for (const input of form.querySelectorAll("[name]")) {
    given[input.name] ??= "";
    if ((input.type === "checkbox" || input.type === "radio") && !input.checked) continue;
    given[input.name] = given[input.name] ? `${given[input.name]}\n${input.value}` : input.value;
  }
  return given;
}

const written = (dialog) => JSON.stringify(values(dialog.querySelector("form")));

function drawField(field, wrong) {
  const id = `field-${field.name}`;
  const told = `${id}-hint ${id}-error`;
  const attributes = { name: field.name, "aria-describedby": told, "aria-invalid": `${Boolean(wrong)}` };
  const several =
    ["choices", "people"].includes(field.kind) || (field.kind === "choice" && field.required && field.options.length < 6);
  const label = [field.label, !field.required && el("small", {}, " ", _("optional"))];
  return el(
    several ? "fieldset" : "div",
    { class: "field", "data-field": field.name },
    several ? el("legend", { dir: "auto" }, label) : el("label", { for: id, dir: "auto" }, label),
    field.hint && el("p", { class: "hint", id: `${id}-hint`, dir: "auto" }, field.hint),
    several ? drawOptions(field, attributes) : drawInput(field, { id, ...attributes }),
    el("p", { class: "error", id: `${id}-error` }, wrong),
  );
}

function drawInput(field, attributes) {
  const required = field.required ? { "aria-required": "true" } : {};
  const { value } = field;
  const shown = field.placeholder ? { placeholder: field.placeholder } : {};
  switch (field.kind) {
    case "text":
      return Object.assign(el("textarea", { ...attributes, ...required, ...shown, rows: 4, dir: "auto" }), { value });
    case "choice":
    case "channel":
      return drawSelect(field, { ...attributes, ...required });
    default: {
      const type = { date: "date", time: "time" }[field.kind] ?? "text";
      const input = Object.assign(
        el("input", { ...attributes, ...required, ...shown, type, dir: "auto", autocomplete: "off" }),
        { value },
      );
      return field.kind === "zone" ? suggestZones(input) : input;
    }
  }
}

function drawSelect({ options, value, required }, attributes) {
  const none = (!required || !value) && el("option", { value: "" }, "—");
  const select = el(
    "select",
    attributes,
    none,
    options.map((o) => el("option", { value: o.value }, o.label)),
  );
  return Object.assign(select, { value });
}

function drawOptions({ kind, options, value }, attributes) {
  const chosen = value.split("\n");
  const type = kind === "choice" ? "radio" : "checkbox";
  const drawn = options.map((option) =>
    el(
      "label",
      { class: "option" },
      el("input", { ...attributes, type, value: option.value, checked: chosen.includes(option.value) }),
      el("span", { dir: "auto" }, option.label),
    ),
  );
  return el("div", { class: "options" }, drawn);
}
