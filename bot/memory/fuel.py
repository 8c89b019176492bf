"""Fuel: a private reminder of a breakthrough a person was part of and its dead ends.

Anyone may ask for it. It is offered once to a person whose third experiment in a row has
failed, and never again after that, because repeated encouragement becomes pressure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.commands import Declaration
from bot.core.context import Context
from bot.core.messages import (
    CARD_TEXT_LIMIT,
    Block,
    Button,
    Card,
    Quote,
    Reply,
    Small,
    Text,
    Timestamp,
    Title,
    text_reply,
)
from bot.core.moment import Show, format_moment_ref, moment_name
from bot.core.params import choice_param
from bot.core.text import clip_text, days_in_words, format_count, list_names
from storage.models import Kind, Moment, Person, Team
from storage.moments import moments
from storage.quests import links
from storage.quests.links import LinkSummary

FAILURES_IN_A_ROW = 3
"""Failed experiments, with no other moment between them, after which fuel is offered."""

NEWEST_BREAKTHROUGHS = 50
"""The number of a person's newest breakthroughs that may become fuel."""


@dataclass(frozen=True)
class Memory:
    """The command to show a memory in private. `before` is the number of the moment shown last."""

    what: str = choice_param(
        "What to remember: fuel is a breakthrough of yours, and what came before", "fuel"
    )
    before: str = ""
    team: str = ""


@dataclass(frozen=True)
class Fuel:
    """A breakthrough, its links if there are any, and the number of dead ends before it."""

    breakthrough: Moment
    road: LinkSummary | None
    dead_ends: int


def show_memory(context: Context, command: Memory) -> Reply:
    """Return the caller's newest breakthrough that had dead ends before it.

    With `before`, return the next older one.
    """
    before = int(command.before) if command.before.isdecimal() else None
    found = _find_fuel(context, before)
    first = next(found, None)
    if first is None:
        return _reply_no_fuel(context, before is not None)
    here, team = first.breakthrough, str(context.caller.team_id)
    older = Button("Another one", Memory("fuel", str(here.number), team))
    buttons = (Button("Show", Show(format_moment_ref(here))), *((older,) if next(found, None) else ()))
    return Reply(Card(tuple(_fuel_blocks(context, first)), buttons), replaces=before is not None)


def _reply_no_fuel(context: Context, was_the_last: bool) -> Reply:
    if was_the_last:
        return text_reply("That was the first one.")
    return text_reply(
        "There is no breakthrough here yet that you were part of with dead ends written down before it. "
        f"What you keep with {context.capabilities.command} failed may be on the road to one."
    )


def offer_fuel(context: Context, number: int) -> tuple[Button, ...]:
    """Return the button that offers fuel after a person's third failed experiment in a row.

    A person gets it once in their life. Running the same command again returns it again.
    """
    kept, person = (
        moments.find_by_number(context.session, context.caller.team_id, number),
        _current_person(context),
    )
    if kept is None or person.fuel_offered_at not in (None, kept.created_at):
        return ()
    kinds = links.latest_kinds(context.session, context.caller.team_id, person.id, FAILURES_IN_A_ROW)
    if list(kinds) != [Kind.EXPERIMENT] * FAILURES_IN_A_ROW or next(_find_fuel(context), None) is None:
        return ()
    person.fuel_offered_at = kept.created_at
    context.session.flush()
    return (Button("What dead ends led to", Memory("fuel", team=str(context.caller.team_id))),)


def _current_person(context: Context) -> Person:
    return context.session.get_one(Person, context.caller.person_id)


def _find_fuel(context: Context, before: int | None = None) -> Iterator[Fuel]:
    """Yield the caller's breakthroughs with dead ends before them, newest first.

    With `before`, only those with lower numbers.
    """
    session, team_id = context.session, context.caller.team_id
    mine = links.list_by_person(session, team_id, context.caller.person_id, NEWEST_BREAKTHROUGHS)
    roads = links.link_summaries(session, mine)
    for each in mine:
        if before is not None and each.number >= before:
            continue
        road = roads.get(each.id)
        dead_ends = road.attempts if road and road.attempts else _count_attempts_before(context, each)
        if dead_ends:
            yield Fuel(each, road if road and road.attempts else None, dead_ends)


def _count_attempts_before(context: Context, breakthrough: Moment) -> int:
    """Return how many experiments the team saved since the breakthrough before.

    It replaces the count from links for a breakthrough without links.
    """
    session, team_id, here = context.session, context.caller.team_id, breakthrough.number
    before = links.list_recent(session, team_id, Kind.BREAKTHROUGH, 1, here)
    return links.count_experiments_between(session, team_id, before[0].number if before else 0, here)


def _fuel_blocks(context: Context, fuel: Fuel) -> Iterator[Block]:
    here, zone = fuel.breakthrough, context.session.get_one(Team, context.caller.team_id).zone
    yield Title("A breakthrough you were part of")
    yield Quote(clip_text(here.text, CARD_TEXT_LIMIT))
    dead_ends = format_count(fuel.dead_ends, "dead end")
    if fuel.road is not None:
        yield Text((f"Before it: {dead_ends}, in {days_in_words(fuel.road.days)}.",))
        yield Small(("Walked by " + list_names(fuel.road.people),))
    else:
        yield Text((f"Before it: {dead_ends}.",))
    yield Small((f"{moment_name(here)} · ", Timestamp(here.created_at, zone)))


DECLARATIONS = (
    Declaration(
        "memory",
        Memory,
        show_memory,
        "memory",
        "A breakthrough you were part of, and the dead ends before it",
        read_only=True,
        button="Memory",
        said_as="fuel, remember, recall, motivation, motivate me, cheer me up, encourage me",
    ),
)
