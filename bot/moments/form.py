"""The fields of the forms that save and edit a moment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.core.context import Context
from bot.core.kinds.declared import KINDS
from bot.core.language.words import _
from bot.core.messages import Field, FieldKind
from bot.moments.commands import Breakthrough, Failed, Log
from bot.quests.attempts import QUEST, AttemptChoice, build_attempt_fields, quest_fields
from bot.quests.value_kinds import ANOTHER_FIELD, VALUE_PART, value_fields
from storage.models import Moment
from storage.quests import quests


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
    asked = () if found else quest_fields(context.session, team_id, quest, _("Which quest did it answer?"))
    return (*value_fields(context.session, team_id, worth, another), *asked)


def part_fields(kind: str, present: Any) -> tuple[Field, ...]:
    """Return the form's fields for a kind's parts, filled with the present values."""
    return tuple(
        Field(
            part.name,
            part.label(),
            FieldKind.TEXT,
            present.get(part.name, ""),
            required=False,
            hint=part.hint(),
            later=True,
        )
        for part in KINDS[kind].parts
    )


def filled_parts(command: Any, kind: str) -> dict[str, str]:
    """Return the parts that a person gave in a command, without empty ones."""
    found = {part.name: getattr(command, part.name).strip() for part in KINDS[kind].parts}
    return {name: text for name, text in found.items() if text}
