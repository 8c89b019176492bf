"""The answer to a command of a team, some parts of which may be off: a refusal, or what is left in sight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.commands import Declaration
from bot.core.context import Context, FormError, UserError
from bot.core.language.words import Lazy, lazy
from bot.core.messages import Button, Form, Reply, Style
from bot.core.parts.hiding import hide_in_answer, hide_in_form
from bot.core.parts.part import Part, Parts, read_parts
from bot.core.repeats.once import run_once

OFF: Mapping[Part, Lazy] = {
    Part.QUESTS: lazy("Quests are off in this team."),
    Part.GOALS: lazy("Goals are off in this team."),
    Part.FOCUS: lazy("Focus is off in this team."),
    Part.MEMORY: lazy("Memory is off in this team."),
}
TURN_ON: Mapping[Part, Lazy] = {
    Part.QUESTS: lazy("Turn on quests"),
    Part.GOALS: lazy("Turn on goals"),
    Part.FOCUS: lazy("Turn on focus"),
    Part.MEMORY: lazy("Turn on memory"),
}


@dataclass(frozen=True)
class TurnOnPart:
    """The command to turn a part of the team on again."""

    team: str = ""
    part: str = ""


def parts_off(context: Context) -> Parts:
    """Return the parts that are off in the caller's team."""
    return read_parts(context.caller.parts_off)


def list_shown(context: Context) -> Sequence[Declaration]:
    """Return the declarations whose part is not off in the caller's team, in their order."""
    off = parts_off(context)
    return [each for each in context.commands.all if each.part not in off]


def require_part(context: Context, declaration: Declaration) -> None:
    """Raise UserError, with the button that turns it on, for a command of a part that is off in the team."""
    part = declaration.part
    if part is None or part not in parts_off(context):
        return
    turn_on = TurnOnPart(str(context.caller.team_id), part)
    raise UserError(OFF[part](), buttons=(Button(TURN_ON[part](), turn_on, Style.PRIMARY),))


def answer_command(context: Context, declaration: Declaration, command: Any) -> Reply | Form | None:
    """Return a command's answer without what is out of sight. UserError if the command's own part is off."""
    require_part(context, declaration)
    off = parts_off(context)
    try:
        answer = run_once(context, declaration, command)
    except FormError as wrong:
        wrong.form = hide_in_form(wrong.form, off)
        raise
    return hide_in_answer(answer, off, context.commands.find_part)
