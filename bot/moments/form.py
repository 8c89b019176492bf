"""The parts of a moment's kinds, and the forms that ask for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.context import Context
from bot.core.messages import Field, FieldKind
from bot.moments.commands import Breakthrough, Failed, Log
from bot.quests.attempts import QUEST, AttemptChoice, build_attempt_fields, quest_field
from bot.quests.value_kinds import ANOTHER_FIELD, VALUE_PART, value_fields
from storage.models import Kind, Moment
from storage.quests import quests

FORM_QUESTIONS = {
    Kind.AHA: ("Log an aha", "What did you see, find or finally understand?"),
    Kind.BREAKTHROUGH: ("Keep a breakthrough", "What is it, in a sentence?"),
    Kind.EXPERIMENT: ("Keep a failed experiment", "What did you try?"),
}


@dataclass(frozen=True)
class FormPart:
    """A field of a kind's form beyond the text, with its label on the card and its hint."""

    name: str
    label: str
    hint: str


PARTS: dict[str, tuple[FormPart, ...]] = {
    Kind.AHA: (
        FormPart("used_to", "We used to think", "What everyone took for granted."),
        FormPart("now_think", "Now we think", "What you would say today."),
        FormPart("expecting", "Walked in expecting", "Where you thought it would go."),
        FormPart("out_with", "Walked out with", "What you had in your hands in the end."),
    ),
    Kind.BREAKTHROUGH: (
        FormPart("planned", "We planned", "What you set out to do."),
        FormPart("came_as", "It came as", "The shape it had when it arrived."),
        FormPart("repaid", "It repaid", "What the search had cost, and what came back."),
        FormPart("powers", "It powers", "What you can do now that you could not before."),
    ),
    Kind.EXPERIMENT: (
        FormPart("expected", "We expected", "What you thought would happen."),
        FormPart("happened", "What happened", "What you saw instead."),
        FormPart("wrong", "We were wrong about", "Something you took for granted."),
        FormPart("taught", "It taught us", "One sentence is plenty."),
    ),
}


def place_fields(context: Context, command: Log | Breakthrough | Failed) -> tuple[Field, ...]:
    """Return the fields that place a moment.

    For an experiment: its quest and the attempt before it. For a breakthrough: its values and
    its quest.
    """
    if isinstance(command, Breakthrough):
        return breakthrough_fields(context, context.caller.team_id, vars(command))
    if not isinstance(command, Failed) or not context.caller.team_id:
        return ()
    chosen = AttemptChoice(command.quest, command.previous)
    return build_attempt_fields(context.session, context.caller.team_id, chosen=chosen)


def breakthrough_fields(
    context: Context, team_id: int, given: Mapping[str, str], moment: Moment | None = None
) -> tuple[Field, ...]:
    """Return the fields for a breakthrough's values and quest.

    No quest field if it already found one.
    """
    found = moment is not None and quests.list_found_by(context.session, moment.id)
    quest, worth, another = (given.get(each, "") for each in (QUEST, VALUE_PART, ANOTHER_FIELD))
    asked = quest_field(context.session, team_id, quest, "Which quest did it find?")
    return (
        *value_fields(context.session, team_id, worth, another),
        *((asked,) if asked and not found else ()),
    )


def part_fields(kind: str, present: Any) -> tuple[Field, ...]:
    return tuple(
        Field(
            part.name, part.label, FieldKind.TEXT, present.get(part.name, ""), required=False, hint=part.hint
        )
        for part in PARTS[kind]
    )


def filled_parts(command: Any, kind: str) -> dict[str, str]:
    found = {part.name: getattr(command, part.name).strip() for part in PARTS[kind]}
    return {name: text for name, text in found.items() if text}
