"""The choice of a team for a command that was given in a direct message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.core.access.admission import GUEST_WORDS, require_team
from bot.core.access.own_teams import find_own_teams
from bot.core.context import Context, UserError
from bot.core.language.words import _, lazy
from bot.core.messages import Button, Field, FieldKind, Form, Option, Reply, text_reply
from bot.core.origin import Origin
from bot.core.parts.answers import answer_command
from bot.core.text import clip_text, name_channel
from storage.delivery import pending
from storage.teams import teams

UNKNOWN_TEAM = lazy("I don't know your team yet. Use me once in a channel that I'm in.")
NAME_LENGTH, TEAMS_SHOWN = 40, 20
"""The characters of a channel's name on a button, and the most teams that are offered."""


@dataclass(frozen=True)
class InTeam:
    """A command that runs another one, stored in `pending`, for the chosen team."""

    pending: str = ""
    team: str = ""


def ask_which_team(context: Context, command: Any) -> Reply | Form | None:
    """Run the command in the person's only team, or return a form that asks for the team.

    In a channel for passing talk, ask for which team it is. Raise UserError if the person has no team.
    """
    if context.origin.passing:
        return _ask_for_channel(context, command)
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
        raise UserError(UNKNOWN_TEAM())
    return list(mine.items())


def is_to_settle(origin: Origin) -> bool:
    """Return whether a channel becomes a team's only when a person says whose. A private channel keeps its own team."""
    return origin.passing and origin.private is False


def _ask_for_channel(context: Context, command: Any) -> Reply:
    """Ask in private for which team a channel is. That is remembered for the channel."""
    mine, waiting = _open_teams(context), context.store_command(command).pending
    if not mine:
        raise UserError(UNKNOWN_TEAM())
    here = name_channel(context.origin.channel_name)
    said = (
        _("{channel} isn't a team's channel yet. Is it for this team? I'll remember that.", channel=here)
        if len(mine) == 1
        else _(
            "{channel} isn't a team's channel yet. Which team is it for? I'll remember that.", channel=here
        )
    )
    buttons = (
        Button(_save_label(name), InTeam(waiting, str(team_id))) for team_id, name in mine[:TEAMS_SHOWN]
    )
    return text_reply(said, buttons=tuple(buttons))


def _save_label(name: str) -> str:
    return _("Save for {channel}", channel=clip_text(name_channel(name), NAME_LENGTH))


def _open_teams(context: Context) -> Sequence[tuple[int, str]]:
    """Return the person's teams that may have further channels, which a private one may not."""
    found = teams_of_speaker(context)
    return [
        (team_id, name) for team_id, name in found if not teams.find_home(context.session, team_id).private
    ]


def settle_channel(context: Context, team_id: int) -> Context:
    """Let an open channel that is no team's save for one from now on, and return the context in it.

    Elsewhere, return the context unchanged. Raise UserError for a team that the person is not in.
    """
    origin, session, workspace_id = context.origin, context.session, context.caller.workspace_id
    if not is_to_settle(origin) or teams.find_channel(session, workspace_id, origin.channel) is not None:
        return context
    if team_id not in dict(_open_teams(context)):
        raise UserError(UNKNOWN_TEAM())
    teams.add_channel(session, workspace_id, origin.channel, origin.channel_name, team_id)
    place = (origin.platform, origin.workspace, origin.channel)
    return replace(context, caller=teams.resolve_caller(session, *place, origin.person, origin.event))


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
    return answer_command(replace(context, caller=caller, origin=origin), declaration, there)
