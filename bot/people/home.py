"""A person's own page: what comes up for them, the moments they were part of, and what they set for themselves.

Only its owner ever sees it. Teams in private channels are not on it: what is said there stays there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.core import times
from bot.core.commands import Declaration, Needs
from bot.core.context import Turn
from bot.core.messages import (
    Block,
    Button,
    Card,
    Quote,
    Reply,
    Section,
    Small,
    Strong,
    Style,
    Text,
    Title,
    When,
    Where,
)
from bot.moments import card as cards
from bot.moments.commands import Show
from bot.moments.log import Log
from bot.people.me import Me
from bot.schedules.form import NAMES
from storage.delivery import postings
from storage.models import Channel, Moment, Person
from storage.people import people as mine
from storage.people.people import Coming

MOMENTS = 5
POSTS = 6
WORDS = 160
"""Characters of a moment that the page repeats: about two lines of a phone."""
WEEK = timedelta(days=7)
NOTHING_YET = "Nothing yet. Put a 💡 on a message, or keep what you saw yourself."


@dataclass(frozen=True)
class Home:
    """A person's own page."""


@dataclass(frozen=True)
class PauseNotes:
    """No Notes for a week; or, with `off`, Notes again."""

    off: str = ""


def home(turn: Turn, _command: Home) -> Reply:
    """The page as it is now."""
    return _page(turn, turn.session.get_one(Person, turn.seat.person_id), replaces=False)


def pause(turn: Turn, command: PauseNotes) -> Reply:
    """Turn the switch; what waits meanwhile comes afterwards."""
    person = turn.session.get_one(Person, turn.seat.person_id)
    today = times.local_day(turn.now, person.zone or "UTC")
    person.paused_until = None if command.off else today + WEEK
    turn.session.flush()
    postings.release_notes(turn.session, person.id, turn.now)
    return _page(turn, person, replaces=True)


def _page(turn: Turn, person: Person, replaces: bool) -> Reply:
    paused = _is_paused(turn, person)
    switch = (
        Button("Direct messages again", PauseNotes("1"))
        if paused
        else Button("Pause for a week", PauseNotes())
    )
    buttons = (Button("Log an aha", Log(), Style.PRIMARY), Button("About me", Me()), switch)
    return Reply(Card(tuple(_blocks(turn, person, paused)), buttons), replaces)


def _is_paused(turn: Turn, person: Person) -> bool:
    until = person.paused_until
    return until is not None and until > times.local_day(turn.now, person.zone or "UTC")


def _blocks(turn: Turn, person: Person, paused: bool) -> Iterator[Block]:
    yield Title("Your page")
    coming_up = mine.coming(turn.session, person.id, POSTS)
    if coming_up:
        yield Section("What comes next")
    yield from (_post(one, person.zone) for one in coming_up)
    yield Section("You were part of")
    latest = mine.part_of(turn.session, person.id, MOMENTS)
    if not latest:
        yield Small((NOTHING_YET,))
    for moment, channel in latest:
        yield _moment(moment, channel)
    yield Section("What you set")
    yield Small((_settings(person, paused),))


def _post(one: Coming, zone: str) -> Text:
    at = When(one.at, zone or one.zone, clock=True)
    return Text((Strong(NAMES[one.kind]), " in ", Where(one.channel, one.channel_name), " · ", at))


def _moment(moment: Moment, channel: Channel) -> Quote:
    by = f"{cards.name(moment)} · #{channel.name}"
    return Quote(cards.clipped(moment.text, WORDS), by=by, button=Button("Show", Show(cards.ref(moment))))


def _settings(person: Person, paused: bool) -> str:
    zone = f"You are on {times.zone_in_words(person.zone)}" if person.zone else "Your zone is not known"
    kept = (
        "nobody can keep what you write"
        if person.opted_out
        else "others can keep what you write, and you are told"
    )
    until = f" No direct messages before {person.paused_until}." if paused else ""
    return f"{zone}; {kept}.{until}"


DECLARATIONS = (
    Declaration("home", Home, home, reads=True, needs=Needs.PERSON),
    Declaration("pause-notes", PauseNotes, pause, needs=Needs.PERSON),
)
