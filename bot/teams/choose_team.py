"""The choice of a team for a command that was given in a direct message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.core.access.admission import GUEST_WORDS, require_team
from bot.core.access.own_teams import find_own_teams
from bot.core.context import Context, UserError
from bot.core.language.words import _
from bot.core.messages import Field, FieldKind, Form, Option, Reply
from bot.core.repeats.once import run_once
from bot.core.text import name_channel
from storage.delivery import pending
from storage.teams import teams


@dataclass(frozen=True)
class InTeam:
    """A command that runs another one, stored in `pending`, for the chosen team."""

    pending: str = ""
    team: str = ""


def ask_which_team(context: Context, command: Any) -> Reply | Form | None:
    """Run the command in the person's only team, or return a form that asks for the team.

    Raise UserError if the person has no team.
    """
    mine = teams_of_speaker(context)
    if len(mine) == 1:
        return run_in_team(context, command, mine[0][0])
    team = Field("team", _("Which team?"), FieldKind.CHOICE, options=team_options(mine))
    if _has_own_form(context, command):
        form = context.commands.find_declaration(command).handle(context, command)
        if isinstance(form, Form):
            return replace(form, fields=(team, *form.fields))
    kept = pending.save_command(
        context.session, context.caller.person_id, context.commands.encode(command), context.now
    )
    return Form(_("Which team?"), InTeam(kept), (team,), submit=_("Continue"))


def teams_of_speaker(context: Context) -> Sequence[tuple[int, str]]:
    """Return the teams that the person can reach from a direct message, with their home channels' names.

    Raise UserError if there is none.
    """
    if context.origin.guest:
        raise UserError(GUEST_WORDS())
    mine = find_own_teams(context)
    if not mine:
        raise UserError(_("I don't know your team yet. Use me once in a channel that I'm in."))
    return list(mine.items())


def _has_own_form(context: Context, command: Any) -> bool:
    """Return whether the command would show a form of its own, which can hold the team field too.

    Only a bare one does: with anything given, it may act already.
    """
    takes_words = context.commands.find_declaration(command).words_field and hasattr(command, "team")
    return bool(takes_words) and command == type(command)()


def team_options(mine: Sequence[tuple[int, str]]) -> tuple[Option, ...]:
    """Return the teams as options of a form, by the names of their home channels."""
    return tuple(Option(str(team_id), name_channel(name)) for team_id, name in mine)


def run_in_team(context: Context, command: Any, team_id: int) -> Reply | Form | None:
    """Run the command as if it had been given in that team's home channel. The person joins the team."""
    caller = teams.resolve_in_team(context.session, context.caller, team_id, context.origin.event)
    origin = require_team(context.session, context.access, caller, context.origin, context.now)
    teams.add_member(context.session, team_id, caller.person_id)
    there = replace(command, team=str(team_id)) if hasattr(command, "team") else command
    declaration = context.commands.find_declaration(command)
    return run_once(replace(context, caller=caller, origin=origin), declaration, there)
