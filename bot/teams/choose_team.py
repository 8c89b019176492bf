"""In a direct message: which of the person's teams is meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.core.commands import written_in
from bot.core.context import Refusal, Turn
from bot.core.messages import Field, FieldKind, Form, Option, Reply
from storage.delivery import pending
from storage.teams import teams


@dataclass(frozen=True)
class InTeam:
    """A command that waits in `pending`, and the team it is for."""

    pending: str = ""
    team: str = ""


def ask(turn: Turn, command: Any) -> Reply | Form | None:
    """Run the command in the person's only team, or ask which one with a form."""
    mine = teams.teams_of(turn.session, turn.seat.person_id)
    if not mine:
        raise Refusal("I do not know yet which team is yours. Use me once in a public channel that I am in.")
    if len(mine) == 1:
        return run_in(turn, command, mine[0][0])
    team = Field("team", "Which team?", FieldKind.CHOICE, options=_options(mine))
    if _asks_for_words(turn, command):
        form = turn.commands.of(command).handle(turn, command)
        if isinstance(form, Form):
            return replace(form, fields=(team, *form.fields))
    kept = pending.put(turn.session, turn.seat.person_id, turn.commands.encode(command), turn.now)
    return Form("Which team?", InTeam(kept), (team,), submit="Go on")


def _asks_for_words(turn: Turn, command: Any) -> bool:
    """Whether the command has a form of its own that the question fits into."""
    takes_words = turn.commands.of(command).words and hasattr(command, "team")
    return bool(takes_words and not written_in(command))


def _options(mine: Sequence[tuple[int, str]]) -> tuple[Option, ...]:
    return tuple(Option(str(team_id), f"#{name}") for team_id, name in mine)


def run_in(turn: Turn, command: Any, team_id: int) -> Reply | Form | None:
    """The command, as if given at the home of that team."""
    seat = teams.seat_in(turn.session, turn.seat, team_id, turn.origin.event)
    teams.join(turn.session, team_id, seat.person_id)
    there = replace(command, team=str(team_id)) if hasattr(command, "team") else command
    return turn.commands.of(command).handle(replace(turn, seat=seat), there)


def in_team(turn: Turn, command: InTeam) -> Reply | Form | None:
    """The waiting command, in the team that was chosen first: a form sent twice is done once."""
    encoded = pending.peek(turn.session, turn.seat.person_id, command.pending)
    if encoded is None:
        raise Refusal("That question is too old to go on from. Please write it once more.")
    if not command.team.isdecimal():
        raise Refusal("No team was chosen. Please open it once more and choose yours.")
    team_id = pending.choose(turn.session, command.pending, int(command.team))
    return run_in(turn.as_event(f"pending:{command.pending}"), turn.commands.decode(encoded), team_id)
