"""A person's home page: the posts due for them, moments they were part of, and their settings.

Only its owner sees it. Teams in private channels are left out, so nothing said there
leaves them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from bot.core.access.admission import admitted_teams
from bot.core.commands import Declaration, Needs
from bot.core.context import Context
from bot.core.language.words import _, ngettext
from bot.core.messages import (
    Block,
    Button,
    Card,
    ChannelMention,
    Entry,
    Reply,
    Section,
    Small,
    Strong,
    Style,
    Timestamp,
    Title,
)
from bot.core.moment import Show, format_moment_ref, moment_name
from bot.core.posts import OwnLine, OwnSource
from bot.core.text import clip_text, name_channel
from bot.core.times import format_day, local_day
from bot.core.zones.names import describe_zone
from bot.moments.commands import Log
from bot.people.me import ABOUT_ME, Me, tell_consent
from storage.delivery import postings
from storage.models import Channel, Moment, Person
from storage.people import people
from storage.people.people import UpcomingPost

MOMENT_LIMIT = 5
POST_LIMIT = 6
OWN_LIMIT = 4
EXCERPT_WORDS = 160
"""Characters of a moment's text on the page: about two lines on a phone."""
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Home:
    """Show a person's home page."""


@dataclass(frozen=True)
class PauseNotes:
    """Pause a person's Notes for a week. With `off`, end the pause."""

    off: str = ""


def show_home(context: Context, _command: Home, sources: Sequence[OwnSource] = ()) -> Reply:
    """Show the current home page, with what these rooms tell the person."""
    person = context.session.get_one(Person, context.caller.person_id)
    return _home_page(context, person, sources, replaces=False)


def pause_notes(context: Context, command: PauseNotes, sources: Sequence[OwnSource] = ()) -> Reply:
    """Start or end the pause of a person's Notes.

    Notes that were due during the pause are sent after it.
    """
    person = context.session.get_one(Person, context.caller.person_id)
    today = local_day(context.now, person.zone or "UTC")
    person.paused_until = None if command.off else today + WEEK
    context.session.flush()
    postings.release_notes(context.session, person.id, context.now)
    return _home_page(context, person, sources, replaces=True)


def _home_page(context: Context, person: Person, sources: Sequence[OwnSource], replaces: bool) -> Reply:
    paused = _is_paused(context, person)
    switch = (
        Button(_("Resume direct messages"), PauseNotes("1"))
        if paused
        else Button(_("Pause for a week"), PauseNotes())
    )
    buttons = (Button(_("Log an aha"), Log(), Style.PRIMARY), Button(ABOUT_ME(), Me()), switch)
    return Reply(Card(tuple(_home_blocks(context, person, sources, paused)), buttons), replaces)


def _is_paused(context: Context, person: Person) -> bool:
    until = person.paused_until
    return until is not None and until > local_day(context.now, person.zone or "UTC")


def _home_blocks(
    context: Context, person: Person, sources: Sequence[OwnSource], paused: bool
) -> Iterator[Block]:
    yield Title(_("Your page"))
    mine = admitted_teams(context, people.list_open_teams(context.session, person.id))
    coming_up = people.list_upcoming_posts(context.session, person.id, mine, POST_LIMIT)
    if coming_up:
        yield Section(_("Coming up"))
    yield from (_coming_post(context, one, person.zone) for one in coming_up)
    for source in sources:
        yield from _own_blocks(
            source.title(), source.list_lines(context.session, person.id, mine, context.now)
        )
    yield Section(_("Moments you were part of"))
    latest = people.list_moments_involving(context.session, person.id, mine, MOMENT_LIMIT)
    if not latest:
        yield Small((_("Nothing yet. React to a message with 💡, or log an aha of your own."),))
    for moment, channel in latest:
        yield _moment_entry(moment, channel, moment.team_id in mine)
    yield Section(_("Your settings"))
    yield Small((_settings_sentence(person, paused),))


def _coming_post(context: Context, one: UpcomingPost, zone: str) -> Entry:
    at = Timestamp(one.at, zone or one.zone, clock=True)
    name = context.planners[one.kind].name()
    return Entry((Strong(name), " · ", ChannelMention(one.channel, one.channel_name), " · ", at))


def _own_blocks(title: str, lines: Sequence[OwnLine]) -> Iterator[Block]:
    """Return the lines of what is the person's own. Nothing, and no title, without any."""
    if lines:
        yield Section(title)
    for line in lines[:OWN_LIMIT]:
        yield Entry(line.words, (line.by,), line.button)
    if len(lines) > OWN_LIMIT:
        yield Small((ngettext("{n} more.", "{n} more.", len(lines) - OWN_LIMIT),))


def _moment_entry(moment: Moment, channel: Channel, admitted: bool) -> Entry:
    """Return a moment's words, and its button unless the person has left the team's channel."""
    by = f"{moment_name(moment)} · {name_channel(channel.name)}"
    return Entry(
        clip_text(moment.text, EXCERPT_WORDS),
        (by,),
        button=Button(_("Show"), Show(format_moment_ref(moment))) if admitted else None,
    )


def _settings_sentence(person: Person, paused: bool) -> str:
    zone = (
        _("You're on {zone}.", zone=describe_zone(person.zone))
        if person.zone
        else _("I don't know your time zone yet.")
    )
    said = [zone, tell_consent(person)]
    if paused and person.paused_until:
        said.append(_("No direct messages before {day}.", day=format_day(person.paused_until)))
    return " ".join(said)


def declare_home(sources: Sequence[OwnSource]) -> tuple[Declaration, ...]:
    """Return the commands of a page on which these rooms tell the person what is theirs."""
    show, pause = partial(show_home, sources=sources), partial(pause_notes, sources=sources)
    return (
        Declaration("home", Home, show, read_only=True, needs=Needs.PERSON),
        Declaration("pause-notes", PauseNotes, pause, needs=Needs.PERSON),
    )
