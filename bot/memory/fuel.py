"""Fuel: a breakthrough one was part of and how many dead ends came before it, told in private.

It is there for whoever asks, and offered once to someone whose third experiment in a row has failed; never again
after that, for encouragement that keeps coming is a push.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.commands import Declaration, choice
from bot.core.context import Turn
from bot.core.messages import (
    CARD_WORDS,
    Block,
    Button,
    Card,
    Quote,
    Reply,
    Small,
    Text,
    Title,
    When,
    reply,
)
from bot.moments import card as cards
from bot.moments.commands import Show
from bot.quests import link_words as road_signs
from storage.models import Kind, Moment, Person, Team
from storage.moments import moments
from storage.quests import links
from storage.quests.links import Road

IN_A_ROW = 3
"""Failed experiments, and nothing else between them, after which fuel is offered."""

LOOKED_AT = 50
"""A person's newest breakthroughs among which fuel is looked for."""


@dataclass(frozen=True)
class Memory:
    """Something worth remembering, to the one who asks; `before` is the number of the one shown last."""

    what: str = choice("What to remember: fuel is a breakthrough of yours, and what came before", "fuel")
    before: str = ""
    team: str = ""


@dataclass(frozen=True)
class Fuel:
    """A breakthrough, its road where there is one, and how many dead ends came before it."""

    breakthrough: Moment
    road: Road | None
    dead_ends: int


def memory(turn: Turn, command: Memory) -> Reply:
    """The newest breakthrough of one's own that dead ends came before, then the one before that."""
    before = int(command.before) if command.before.isdecimal() else None
    found = _found(turn, before)
    first = next(found, None)
    if first is None:
        return _none(turn, before is not None)
    here, team = first.breakthrough, str(turn.seat.team_id)
    older = Button("Another one", Memory("fuel", str(here.number), team))
    buttons = (Button("Show", Show(cards.ref(here))), *((older,) if next(found, None) else ()))
    return Reply(Card(tuple(_told(turn, first)), buttons), replaces=before is not None)


def _none(turn: Turn, was_the_last: bool) -> Reply:
    if was_the_last:
        return reply("That was the first one.")
    return reply(
        "There is no breakthrough here yet that you were part of with dead ends written down before it. "
        f"What you keep with {turn.ways.command} failed may be on the road to one."
    )


def offered(turn: Turn, number: int) -> tuple[Button, ...]:
    """The one offer of a lifetime, as a button beside the person's third failed experiment in a row."""
    kept, person = moments.by_number(turn.session, turn.seat.team_id, number), _person(turn)
    if kept is None or person.fuel_offered_at not in (None, kept.created_at):
        return ()
    kinds = links.latest_kinds(turn.session, turn.seat.team_id, person.id, IN_A_ROW)
    if list(kinds) != [Kind.EXPERIMENT] * IN_A_ROW or next(_found(turn), None) is None:
        return ()
    person.fuel_offered_at = kept.created_at
    turn.session.flush()
    return (Button("What dead ends led to", Memory("fuel", team=str(turn.seat.team_id))),)


def _person(turn: Turn) -> Person:
    return turn.session.get_one(Person, turn.seat.person_id)


def _found(turn: Turn, before: int | None = None) -> Iterator[Fuel]:
    """One's breakthroughs that dead ends came before, the newest first, with numbers below `before`."""
    session, team_id = turn.session, turn.seat.team_id
    mine = links.part_of(session, team_id, turn.seat.person_id, LOOKED_AT)
    roads = links.roads(session, mine)
    for each in mine:
        if before is not None and each.number >= before:
            continue
        road = roads.get(each.id)
        dead_ends = road.attempts if road and road.attempts else _tried_before(turn, each)
        if dead_ends:
            yield Fuel(each, road if road and road.attempts else None, dead_ends)


def _tried_before(turn: Turn, breakthrough: Moment) -> int:
    """What the team tried since its breakthrough before; for one whose road nobody linked."""
    session, team_id, here = turn.session, turn.seat.team_id, breakthrough.number
    before = links.recent(session, team_id, Kind.BREAKTHROUGH, 1, here)
    return links.tried_between(session, team_id, before[0].number if before else 0, here)


def _told(turn: Turn, fuel: Fuel) -> Iterator[Block]:
    here, zone = fuel.breakthrough, turn.session.get_one(Team, turn.seat.team_id).zone
    yield Title("A breakthrough you were part of")
    yield Quote(cards.clipped(here.text, CARD_WORDS))
    dead_ends = road_signs.counted(fuel.dead_ends, "dead end")
    if fuel.road is not None:
        yield Text((f"Before it: {dead_ends}, in {road_signs.days(fuel.road.days)}.",))
        yield Small(("Walked by " + cards.listed(fuel.road.people),))
    else:
        yield Text((f"Before it: {dead_ends}.",))
    yield Small((f"{cards.name(here)} · ", When(here.created_at, zone)))


DECLARATIONS = (
    Declaration(
        "memory",
        Memory,
        memory,
        "memory",
        "A breakthrough you were part of, and the dead ends before it",
        reads=True,
    ),
)
