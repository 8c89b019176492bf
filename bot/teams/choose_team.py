"""The choice of a team for a command that was given in a direct message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.core.context import Context, UserError
from bot.core.messages import Field, FieldKind, Form, Option, Reply
from bot.core.text import parse_number
from storage.delivery import pending
from storage.teams import teams

TOO_OLD = "That question is too old to go on from. Please write it once more."


@dataclass(frozen=True)
class InTeam:
    """A command that runs another one, stored in `pending`, for the chosen team."""

    pending: str = ""
    team: str = ""


def ask_which_team(context: Context, command: Any) -> Reply | Form | None:
    """Run the command in the person's only team, or return a form that asks for the team.

    Raise UserError if the person has no team.
    """
    mine = teams.list_teams_of(context.session, context.caller.person_id)
    if not mine:
        raise UserError(
            "I do not know yet which team is yours. Use me once in a public channel that I am in."
        )
    if len(mine) == 1:
        return run_in_team(context, command, mine[0][0])
    team = Field("team", "Which team?", FieldKind.CHOICE, options=_team_options(mine))
    if _has_own_form(context, command):
        form = context.commands.find_declaration(command).handle(context, command)
        if isinstance(form, Form):
            return replace(form, fields=(team, *form.fields))
    kept = pending.save_command(
        context.session, context.caller.person_id, context.commands.encode(command), context.now
    )
    return Form("Which team?", InTeam(kept), (team,), submit="Go on")


def _has_own_form(context: Context, command: Any) -> bool:
    """Return whether the command would show a form of its own, which can hold the team field too.

    Only a bare one does: with anything given, it may act already.
    """
    takes_words = context.commands.find_declaration(command).words_field and hasattr(command, "team")
    return bool(takes_words) and command == type(command)()


def _team_options(mine: Sequence[tuple[int, str]]) -> tuple[Option, ...]:
    return tuple(Option(str(team_id), f"#{name}") for team_id, name in mine)


def run_in_team(context: Context, command: Any, team_id: int) -> Reply | Form | None:
    """Run the command as if it had been given in that team's home channel. The person joins the team."""
    caller = teams.resolve_in_team(context.session, context.caller, team_id, context.origin.event)
    teams.add_member(context.session, team_id, caller.person_id)
    there = replace(command, team=str(team_id)) if hasattr(command, "team") else command
    return context.commands.find_declaration(command).handle(replace(context, caller=caller), there)


def continue_in_team(context: Context, command: InTeam) -> Reply | Form | None:
    """Run the stored command in the team that was chosen first.

    A form sent twice runs it once. Raise UserError if the command is too old or no team was
    chosen.
    """
    encoded = pending.find_command(context.session, context.caller.person_id, command.pending)
    if encoded is None:
        raise UserError(TOO_OLD)
    if not parse_number(command.team):
        raise UserError("No team was chosen. Please open it once more and choose yours.")
    try:
        waiting = context.commands.decode(encoded)
    except ValueError:  # a draft's
        raise UserError(TOO_OLD) from None
    team_id = pending.set_team(context.session, command.pending, parse_number(command.team))
    return run_in_team(context.as_event(f"pending:{command.pending}"), waiting, team_id)
