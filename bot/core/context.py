"""One person's turn: what a feature's handler gets, and how it says no."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlmodel import Session

from bot.core.adapter import Origin, Ways
from bot.core.anonymity import Anonymity
from bot.core.commands import ENCODED_LIMIT, Later
from bot.core.messages import Form
from storage.delivery import pending
from storage.teams import teams
from storage.teams.teams import Seat

if TYPE_CHECKING:
    from bot.core.commands import Commands

Clock = Callable[[], datetime]
"""Now, aware. A parameter everywhere, so that the playground and the tests can move time."""


class Refusal(Exception):
    """Something a person asked for that cannot be done. The message is the sentence they see."""


class FieldErrors(Exception):
    """Values of a form that cannot be taken: the form again, with one sentence beside each field."""

    def __init__(self, form: Form, errors: Mapping[str, str]) -> None:
        super().__init__(*errors.values())
        self.form = replace(form, errors=errors)


class MustWrite(Exception):
    """A command that only reads met something that has to be written first: it is run again by the writer."""


@dataclass(frozen=True)
class Turn:
    """Who asks, where, when, and the session. A handler returns a value and does not speak."""

    session: Session
    now: datetime
    origin: Origin
    seat: Seat
    commands: Commands
    anonymity: Anonymity
    ways: Ways
    writes: bool = True

    def later(self, command: Any) -> Any:
        """The command for a button: itself where it is short enough to be carried, else a stand-in for it."""
        encoded = self.commands.encode(command)
        return command if len(encoded) <= ENCODED_LIMIT else self.once(command)

    def once(self, command: Any) -> Later:
        """A stand-in for a command that a button shall do once, however often it is pressed."""
        if not self.writes:
            raise MustWrite
        encoded = self.commands.encode(command)
        return Later(pending.put(self.session, self.seat.person_id, encoded, self.now))

    def ref(self, number: int) -> str:
        """A moment of this turn's team as buttons carry it, so that it is found from anywhere."""
        return f"{self.seat.team_id}.{number}"

    def as_event(self, event: str) -> Turn:
        """This turn under another event's name, so that doing the same again is recognised."""
        seat = teams.seat_in(self.session, self.seat, self.seat.team_id, event)
        return replace(self, origin=replace(self.origin, event=event), seat=seat)
