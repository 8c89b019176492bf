"""The form of a next step, and what may be wrong with its words."""

from __future__ import annotations

from dataclasses import replace

from bot.core.context import Context, FormError
from bot.core.messages import Field, FieldKind, Form, Option
from bot.core.text import one_line
from bot.prompts.steps.commands import ChangeStep, GiveStep
from bot.prompts.steps.words import LONGEST, trim_half
from storage.prompts import steps

NOBODY, ME = "nobody", "me"
MOST_NAMES = 23
"""The most names to choose from: Discord's choice of 25, less nobody and oneself."""
LABEL = 75
NAME_HINT = "Whoever you name is only suggested, and can say no. Anyone can take it on the card."


def step_form(context: Context, given: GiveStep | ChangeStep, asks_taker: bool = True) -> Form:
    """Return the form. A name that is settled isn't asked for."""
    half = f"Up to {LONGEST} characters."
    fields = [
        Field(
            "condition",
            "If …",
            FieldKind.LINE,
            given.condition,
            hint=f"Like: the build is red at noon. {half}",
        ),
        Field(
            "action", "then …", FieldKind.LINE, given.action, hint="Like: we stop and look at it together."
        ),
    ]
    if asks_taker:
        chosen = given.taker or NOBODY
        fields.append(
            Field("taker", "Who takes it?", FieldKind.CHOICE, chosen, False, NAME_HINT, _names(context))
        )
    command = replace(given, asked="1", condition="", action="", taker="")
    title = "One next step" if isinstance(given, GiveStep) else "Change the next step"
    return Form(title, command, tuple(fields), "Save")


def _names(context: Context) -> tuple[Option, ...]:
    """Return the choice of names: nobody, oneself, and people of the team, by name."""
    me = context.caller.person_id
    others = [one for one in steps.list_members(context.session, context.caller.team_id) if one.id != me]
    named = (Option(str(one.id), one_line(one.name, LABEL)) for one in others[:MOST_NAMES])
    return (Option(NOBODY, "Nobody yet"), Option(ME, "I take it"), *named)


def check_words(form: Form, given: GiveStep | ChangeStep) -> tuple[str, str]:
    """Return both halves of a step. FormError for one that is missing or too long."""
    halves = {half: trim_half(half, getattr(given, half)) for half in ("condition", "action")}
    errors = {}
    if not halves["condition"]:
        errors["condition"] = "When does it start? For example: the build is red at noon."
    if not halves["action"]:
        errors["action"] = "What happens then? For example: we stop and look at it together."
    for half, words in halves.items():
        if len(words) > LONGEST:
            errors[half] = f"Up to {LONGEST} characters, please. Here are {len(words):,}."
    if errors:
        raise FormError(form, errors)
    return halves["condition"], halves["action"]
