"""One millimetre: how far outside comfortable a moment was, as a tap without a name.

Only counts are stored. Who has tapped is known as it is of answers without names, in memory and as digests alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.commands import Declaration
from bot.core.context import Refusal, Turn
from bot.core.messages import Button, Card, Reply, Small, Text, reply
from bot.moments import card as cards
from bot.moments.commands import HowFar
from bot.moments.log import standing
from storage.models import Moment, MomentState
from storage.moments import comfort

DISTANCES = range(comfort.MOST + 1)


@dataclass(frozen=True)
class Millimetres:
    """A tap: `distance` is 0 to 5."""

    moment: str = ""
    distance: str = ""


def how_far(turn: Turn, command: HowFar) -> Reply:
    """The six taps, in private."""
    moment = _open(turn, command.moment)
    at = cards.ref(moment)
    asked = Text((f"How far outside comfortable was #{moment.number}, for you?",))
    note = "0 mm is home, 5 mm is far out. Your name is not kept with it, so there is one tap each, for good."
    taps = (Button(f"{each} mm", Millimetres(at, str(each))) for each in DISTANCES)
    return Reply(Card((asked, Small((note,))), tuple(taps)))


def tap(turn: Turn, command: Millimetres) -> Reply:
    """Count it, once a person; said again by the platform, it is counted once."""
    if command.distance not in map(str, DISTANCES):
        raise Refusal(f"A distance from 0 to {comfort.MOST} mm, please.")
    moment = _open(turn, command.moment, turn.origin.event)
    if turn.anonymity.counts(turn.origin.event):
        comfort.tap(turn.session, moment.id, int(command.distance))
    said = (
        f"{command.distance} mm, without your name. The recap tells all of yours as one, once there are four."
    )
    return reply(said, replaces=True)


def _open(turn: Turn, given: str, event: str = "") -> Moment:
    """The moment, where the person has not tapped on it yet; with an event, this is their tap."""
    moment = standing(turn, given)
    if moment.state != MomentState.KEPT:
        raise Refusal(f"#{moment.number} waits for its words; after that you can say how far out it was.")
    at, person = cards.ref(moment), turn.seat.person_id
    mine = turn.anonymity.first(at, person, event) if event else not turn.anonymity.has_answered(at, person)
    if not mine:
        raise Refusal(
            f"You have tapped on #{moment.number}. Without names, nobody can tell which tap is yours."
        )
    return moment


DECLARATIONS = (
    Declaration("how-far", HowFar, how_far, reads=True),
    Declaration("millimetres", Millimetres, tap),
)
