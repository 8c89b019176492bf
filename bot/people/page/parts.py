"""The parts of a person's own page, in reading order. Empty ones are left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from bot.core.access.admission import answers_here
from bot.core.context import Context
from bot.core.language.words import _
from bot.core.messages import Block, Button, Entry, Quote, Section, Small, Text, Title
from bot.core.parts.growth import describe_next, read_team_usage
from bot.core.parts.part import read_parts
from bot.core.posts import OWN_LIMIT, OwnSource, PageSources, Viewer
from bot.core.times import format_day, local_day
from bot.core.zones.names import describe_zone
from bot.people.me import ABOUT_ME, Me, tell_consent
from bot.people.page.commands import PauseNotes
from bot.people.page.dates import date_blocks
from storage.models import Person, Team
from storage.people import own

WAITING_LIMIT = 5


def page_blocks(
    context: Context, person: Person, viewer: Viewer, sources: PageSources, page: str, left_out: int
) -> Iterator[Block]:
    """Yield the blocks of the page. A button is left out where the rule would refuse its command.

    `left_out` is how many of the person's teams are not shown where they look.
    """
    yield Title(_("Your page"))
    yield from _first_words(context, person)
    shut = False
    for block in _team_blocks(context, viewer, sources, page):
        shown = _keep_working(context, block)
        shut = shut or shown is not block
        yield shown
    if shut:
        yield Small((_("What has no button here, you can open in its own channel."),))
    if left_out:
        said = _("Your teams in private channels are on this page in our direct messages.")
        yield Small((said,))
    yield from _settings_blocks(context, person, page)


def _first_words(context: Context, person: Person) -> Iterator[Block]:
    """Say what this is, until the person has done something in a team."""
    if own.has_taken_part(context.session, person.id):
        return
    yield Text((_("I save your team's aha moments, and what you learn when something doesn't work."),))
    command = context.capabilities.command
    yield Text(
        (_("React to a message with 💡, or type {command} log and what you noticed.", command=command),)
    )


def _team_blocks(context: Context, viewer: Viewer, sources: PageSources, page: str) -> Iterator[Block]:
    yield from _waiting_blocks(context, viewer, sources)
    yield from date_blocks(context, viewer, page)
    for source in sources.own:
        yield from _own_blocks(context, viewer, source)
    yield from _next_blocks(context, viewer)


def _next_blocks(context: Context, viewer: Viewer) -> Iterator[Block]:
    """Say what would come next in the person's team. With several teams, help says it for each."""
    if len(viewer.teams) != 1:
        return
    team_id = next(iter(viewer.teams))
    team, used = context.session.get_one(Team, team_id), read_team_usage(context.session, team_id)
    off, root = read_parts(team.parts_off), context.capabilities.command
    if used.kinds and (coming := describe_next(used, off, team.created_at, context.now, root)):
        yield Small((coming,))


def _waiting_blocks(context: Context, viewer: Viewer, sources: PageSources) -> Iterator[Block]:
    listed = (block for lister in sources.waiting for block in lister(context.session, viewer, context.now))
    waiting = list(islice(listed, WAITING_LIMIT + 1))
    if waiting:
        yield Section(_("Waiting for you"))
    yield from _limited(waiting, WAITING_LIMIT)


def _own_blocks(context: Context, viewer: Viewer, source: OwnSource) -> Iterator[Block]:
    found = source.list_own(context.session, viewer, context.now)
    if found:
        yield Section(source.title())
    yield from _limited(found, OWN_LIMIT)


def _limited(found: Sequence[Entry], limit: int) -> Iterator[Block]:
    yield from found[:limit]
    if len(found) > limit:
        yield Small((_("And more."),))


def _keep_working(context: Context, block: Block) -> Block:
    """Return the block itself, or without its button where the rule would refuse the command."""
    if isinstance(block, Quote | Entry | Text) and block.button is not None:
        return block if answers_here(context, block.button.command) else replace(block, button=None)
    return block


def _settings_blocks(context: Context, person: Person, page: str) -> Iterator[Block]:
    yield Section(_("Your settings"))
    zone = (
        _("You're on {zone}.", zone=describe_zone(person.zone))
        if person.zone
        else _("I don't know your time zone yet.")
    )
    yield Text((f"{zone} {tell_consent(person)}",), Button(ABOUT_ME(), Me()))
    until = person.paused_until
    if until is not None and until > local_day(context.now, person.zone or "UTC"):
        said = _("No direct messages before {day}.", day=format_day(until))
        yield Text((said,), Button(_("Resume direct messages"), PauseNotes("1", page)))
    else:
        said = _("I write to you directly only when something needs you.")
        yield Text((said,), Button(_("Pause direct messages"), PauseNotes(page=page)))
