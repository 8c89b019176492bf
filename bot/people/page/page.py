"""Shows a person's own page: whole, or part by part in private. What changes it answers with the page again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from bot.core.access.admission import answers_here, may_show_here
from bot.core.access.own_teams import find_own_teams
from bot.core.commands import Declaration, Needs
from bot.core.context import Context
from bot.core.language.words import _, lazy
from bot.core.messages import Button, Card, Reply, Style
from bot.core.posts import PageSources, Viewer
from bot.core.text import parse_number
from bot.core.times import local_day
from bot.moments.commands import Log
from bot.people.me import ABOUT_ME, Me
from bot.people.page.commands import Home, OwnPage, PauseDate, PauseNotes
from bot.people.page.dates import switch_pause
from bot.people.page.paging import split_pages
from bot.people.page.parts import page_blocks
from storage.delivery import postings
from storage.models import Person

WEEK = timedelta(days=7)
NO_SOURCES = PageSources()


def show_home(context: Context, _command: Home, sources: PageSources = NO_SOURCES) -> Reply:
    """Show the whole page."""
    return _build_page(context, sources, "", replaces=False)


def show_page(context: Context, command: OwnPage, sources: PageSources = NO_SOURCES) -> Reply:
    """Show one part of the page. It takes the place of the part that a button was pressed on."""
    return _build_page(context, sources, command.page or "1", replaces=bool(command.page))


def pause_notes(context: Context, command: PauseNotes, sources: PageSources = NO_SOURCES) -> Reply:
    """Start or end the pause of a person's Notes, and show the page again.

    Notes that were due during the pause are sent after it.
    """
    person = context.session.get_one(Person, context.caller.person_id)
    today = local_day(context.now, person.zone or "UTC")
    person.paused_until = None if command.off else today + WEEK
    context.session.flush()
    postings.release_notes(context.session, person.id, context.now)
    return _build_page(context, sources, command.page, replaces=True)


def pause_date(context: Context, command: PauseDate, sources: PageSources = NO_SOURCES) -> Reply:
    """Pause one schedule for a week or end its pause, and show the page again."""
    switch_pause(context, command)
    return _build_page(context, sources, command.page, replaces=True)


def _build_page(context: Context, sources: PageSources, page: str, replaces: bool) -> Reply:
    """Return the page, or one part of it if it has a number."""
    person = context.session.get_one(Person, context.caller.person_id)
    mine = find_own_teams(context)
    shown = {team_id: name for team_id, name in mine.items() if may_show_here(context, team_id)}
    viewer = Viewer(person.id, person.zone, shown)
    blocks = tuple(page_blocks(context, person, viewer, sources, page, len(mine) - len(shown)))
    buttons = tuple(_foot_buttons(context, viewer, sources))
    if not page:
        return Reply(Card(blocks, buttons), replaces)
    pages = split_pages(blocks)
    here = min(max(parse_number(page), 1), len(pages))
    return Reply(Card(pages[here - 1], (*buttons, *_turn_buttons(here, len(pages)))), replaces)


def _foot_buttons(context: Context, viewer: Viewer, sources: PageSources) -> Iterator[Button]:
    if not context.origin.guest:
        yield Button(_("Log an aha"), Log(), Style.PRIMARY)
    yield from (each for each in sources.list_buttons(viewer) if answers_here(context, each.command))


def _turn_buttons(here: int, last: int) -> Iterator[Button]:
    if here < last:  # the settings stand on the last one
        yield Button(ABOUT_ME(), Me())
    if here > 1:
        yield Button(_("Back"), OwnPage(str(here - 1)))
    if here < last:
        yield Button(_("More"), OwnPage(str(here + 1)))


def declare_page(sources: PageSources) -> tuple[Declaration, ...]:
    """Return the commands of a page on which these rooms tell the person what is theirs."""
    return (
        Declaration(
            "home",
            Home,
            partial(show_home, sources=sources),
            read_only=True,
            needs=Needs.PERSON,
            personal=True,
        ),
        Declaration(
            "page",
            OwnPage,
            partial(show_page, sources=sources),
            "me",
            lazy("Your page: what waits for you, what's next, what's yours, and your settings"),
            personal=True,
            read_only=True,
            button=lazy("Your page"),
            said_as=(
                "my settings, profile, my profile, account, my account, about me, who am i, whoami, user, zone, "
                "my zone, timezone, my timezone, time zone, my time zone, change timezone, change time zone, "
                "change my timezone, change my time zone, set timezone, set time zone, set my timezone, "
                "set my time zone, set zone, craft, my craft, tz, name, my name, change my name, login, log in, "
                "logout, log out, sign in, sign out, sign up, signup, signin, register, my page, "
                "my home, start page, inbox, my inbox, what waits for me, whats waiting for me, what is waiting for me"
            ),
            needs=Needs.PERSON,
        ),
        Declaration(
            "pause-notes",
            PauseNotes,
            partial(pause_notes, sources=sources),
            needs=Needs.PERSON,
            personal=True,
        ),
        Declaration("pause-date", PauseDate, partial(pause_date, sources=sources)),
    )
