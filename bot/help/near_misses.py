"""Lines that are nearly a command, and commands too long for a button: nothing that a person typed is lost."""

from __future__ import annotations

from bot.core.commands import Declaration, Later, Misfit
from bot.core.context import Refusal, Turn
from bot.core.messages import Button, Card, Form, Quote, Reply, Strong, Style, Text
from bot.moments.log import Log
from bot.teams.choose_team import InTeam, in_team
from storage.delivery import pending


def misfit(turn: Turn, command: Misfit) -> Reply:
    """Ask, privately, whether the line was an aha or something else."""
    keep = Button("Keep it as an aha", turn.once(Log(command.text)), Style.PRIMARY)
    meant = (Button("Do that", turn.commands.decode(command.meant)),) if command.meant else ()
    asked = ("That looks like ", Strong(command.usage), ", but not quite. Keep it as an aha?")
    return Reply(Card((Text(asked), Quote(command.text)), (keep, *meant)))


def later(turn: Turn, command: Later) -> Reply | Form | None:
    """Do what has been waiting."""
    encoded = pending.peek(turn.session, turn.seat.person_id, command.pending)
    if encoded is None:
        raise Refusal("That button is too old. Please write it once more.")
    waiting = turn.commands.decode(encoded)
    return turn.commands.of(waiting).handle(turn.as_event(f"pending:{command.pending}"), waiting)


DECLARATIONS = (
    Declaration("misfit", Misfit, misfit),
    Declaration("later", Later, later),
    Declaration("in-team", InTeam, in_team),
)
