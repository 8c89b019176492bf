"""The form of a next step, and what may be wrong with its words."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from bot.core.context import Context
from bot.core.forms.newer import mark_form, mark_values
from bot.core.language.words import _, format_number, lazy
from bot.core.messages import Field, FieldKind, Form
from bot.prompts.steps.commands import ChangeStep, GiveStep
from bot.prompts.steps.name import ME, NOBODY, list_names, show_name
from bot.prompts.steps.words import LONGEST, can_be_taken, trim_half
from storage.models import NextStep

NAME_HINT = lazy("It's only a suggestion, and they can say no. Anyone can take it on the card.")


class Halves(NamedTuple):
    """Both halves of a step."""

    condition: str
    action: str


def step_form(context: Context, given: GiveStep | ChangeStep, step: NextStep | None = None) -> Form:
    """Return the form. A name that is settled isn't asked for.

    AccessUnknownError if the platform has to be asked first who may be named.
    """
    condition, action = _("For example: the build is red at noon."), _("For example: we stop and look at it.")
    length = _("Up to {limit} characters.", limit=LONGEST)
    fields = [
        Field("condition", _("If …"), FieldKind.LINE, given.condition, hint=f"{condition} {length}"),
        Field("action", _("then …"), FieldKind.LINE, given.action, hint=action),
    ]
    if step is None or asks_name(context, step):
        names = list_names(context, step)
        chosen = given.taker if given.taker in {option.value for option in names} else NOBODY
        fields.append(
            Field("taker", _("Who takes it?"), FieldKind.CHOICE, chosen, False, NAME_HINT(), names, later=True,
                  default=NOBODY)
        )  # fmt: skip
    command = replace(given, asked="1", condition="", action="", taker="")
    title = _("One next step") if isinstance(given, GiveStep) else _("Edit next step")
    return Form(title, command, tuple(fields), _("Save"))


def change_form(context: Context, given: ChangeStep, step: NextStep) -> Form:
    """Return the form to change a step. It knows what the step says now."""
    return mark_form(step_form(context, given, step), present_values(context, step))


def present_values(context: Context, step: NextStep) -> dict[str, str]:
    """Return what a step says now, as the fields of its form show it."""
    return {"condition": step.condition, "action": step.action, "taker": show_name(context, step)}


def mark_present(context: Context, step: NextStep) -> str:
    """Return the marks of what a step says now, as a form carries them."""
    return mark_values(present_values(context, step).values())


def asks_name(context: Context, step: NextStep) -> bool:
    """Return whether a person may choose who takes a step: nobody else takes it."""
    return can_be_taken(step) or show_name(context, step) == ME


def read_halves(given: GiveStep | ChangeStep) -> Halves:
    """Return both halves of a step, without the words that the sentence adds."""
    return Halves(trim_half("condition", given.condition), trim_half("action", given.action))


def half_errors(halves: Halves) -> dict[str, str]:
    """Return what is wrong with the halves of a step by the names of their fields."""
    errors = {}
    if not halves.condition:
        errors["condition"] = _("When does it start? For example: the build is red at noon.")
    if not halves.action:
        errors["action"] = _("What happens then? For example: we stop and look at it.")
    for half, words in halves._asdict().items():
        if len(words) > LONGEST:
            errors[half] = _(
                "Up to {limit} characters, please. You have {length}.",
                limit=LONGEST,
                length=format_number(len(words)),
            )
    return errors
