"""Fuel: a private reminder of a breakthrough a person was part of and its dead ends.

Anyone may ask for it. It is offered once to a person whose third experiment in a row has
failed, and never again after that, because repeated encouragement becomes pressure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.core.commands import Declaration
from bot.core.context import Context
from bot.core.language.words import _, lazy, ngettext
from bot.core.messages import (
    CARD_TEXT_LIMIT,
    Block,
    Button,
    Card,
    Offer,
    Quote,
    Reply,
    Small,
    Text,
    Timestamp,
    Title,
    text_reply,
)
from bot.core.moment import Show, format_moment_ref, moment_name
from bot.core.text import clip_text, list_names, parse_number
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
    """The command to show fuel in private. `before` is the number of the moment shown last.

    `what` is always `fuel`. It is the word that buttons posted long ago carry.
    """

    what: str = "fuel"
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
    before = parse_number(command.before) or None
    found = _find_fuel(context.session, context.caller.team_id, context.caller.person_id, before)
    first = next(found, None)
    if first is None:
        return _reply_no_fuel(context, before is not None)
    here, team = first.breakthrough, str(context.caller.team_id)
    older = Button(_("Another one"), Memory("fuel", str(here.number), team))
    buttons = (Button(_("Show"), Show(format_moment_ref(here))), *((older,) if next(found, None) else ()))
    return Reply(Card(tuple(_fuel_blocks(context, first)), buttons), replaces=before is not None)


def _reply_no_fuel(context: Context, was_the_last: bool) -> Reply:
    if was_the_last:
        return text_reply(_("That was the oldest one."))
    return text_reply(
        _(
            "Nothing yet. When you log experiments with {command} failed and later a breakthrough, I'll show you "
            "the way there.",
            command=context.capabilities.command,
        )
    )


def offer_fuel(context: Context, number: int) -> Offer:
    """Return the offer of fuel after a person's third failed experiment in a row.

    A person gets it once in their life. Running the same command again returns it again.
    """
    team_id, person_id = context.caller.team_id, context.caller.person_id
    return Offer(
        lambda session: _is_due(session, team_id, person_id, number),
        lambda session: _record_offer(session, team_id, person_id, number),
        (Button(_("What dead ends led to"), Memory("fuel", team=str(team_id))),),
    )


def _is_due(session: Session, team_id: int, person_id: int, number: int) -> bool:
    """Return whether the experiment is the third in a row and there is something to show."""
    if not _is_unspent(session, team_id, person_id, number):
        return False
    in_a_row = links.have_latest_failed(session, team_id, person_id, FAILURES_IN_A_ROW)
    return in_a_row and next(_find_fuel(session, team_id, person_id), None) is not None


def _record_offer(session: Session, team_id: int, person_id: int, number: int) -> bool:
    """Note that the person gets the offer beside this experiment, unless they had it beside another."""
    if not _is_unspent(session, team_id, person_id, number):
        return False
    session.get_one(Person, person_id).fuel_offered_at = _saved_at(session, team_id, number)
    session.flush()
    return True


def _is_unspent(session: Session, team_id: int, person_id: int, number: int) -> bool:
    offered, saved = (
        session.get_one(Person, person_id).fuel_offered_at,
        _saved_at(session, team_id, number),
    )
    return saved is not None and offered in (None, saved)


def _saved_at(session: Session, team_id: int, number: int) -> datetime | None:
    kept = moments.find_by_number(session, team_id, number)
    return kept.created_at if kept else None


def _find_fuel(session: Session, team_id: int, person_id: int, before: int | None = None) -> Iterator[Fuel]:
    """Yield a person's breakthroughs with dead ends before them, newest first.

    With `before`, only those with lower numbers.
    """
    mine = links.list_by_person(session, team_id, person_id, NEWEST_BREAKTHROUGHS)
    roads = links.link_summaries(session, mine)
    for each in mine:
        if before is not None and each.number >= before:
            continue
        road = roads.get(each.id)
        walked = road is not None and road.attempts > 0
        dead_ends = road.dead_ends if road is not None and walked else _count_failures_before(session, each)
        if dead_ends:
            yield Fuel(each, road if walked else None, dead_ends)


def _count_failures_before(session: Session, breakthrough: Moment) -> int:
    """Return how many experiments of the team failed since the breakthrough before.

    It replaces the count from links for a breakthrough without links.
    """
    team_id, here = breakthrough.team_id, breakthrough.number
    before = links.list_recent(session, team_id, Kind.BREAKTHROUGH, 1, here)
    return links.count_failures_between(session, team_id, before[0].number if before else 0, here)


def _fuel_blocks(context: Context, fuel: Fuel) -> Iterator[Block]:
    here, zone = fuel.breakthrough, context.session.get_one(Team, context.caller.team_id).zone
    yield Title(_("A breakthrough you were part of"))
    yield Quote(clip_text(here.text, CARD_TEXT_LIMIT))
    said = ngettext("One dead end came before it.", "{n} dead ends came before it.", fuel.dead_ends)
    if fuel.road is not None:
        yield Text((f"{said} {_say_days(fuel.road.days)}",))
        yield Small((_("With {names}", names=list_names(fuel.road.people)),))
    else:
        yield Text((said,))
    yield Small((f"{moment_name(here)} · ", Timestamp(here.created_at, zone)))


def _say_days(days: int) -> str:
    """Return how long the way to a breakthrough took."""
    if not days:
        return _("It took less than a day.")
    return ngettext("It took one day.", "It took {n} days.", days)


DECLARATIONS = (
    Declaration(
        "memory",
        Memory,
        show_memory,
        "memory fuel",
        lazy("A breakthrough you were part of, and the dead ends before it"),
        read_only=True,
        button=lazy("What dead ends led to"),
        said_as="fuel, motivation, motivate me, cheer me up, encourage me",
    ),
)
