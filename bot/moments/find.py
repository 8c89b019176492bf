"""Reading moments in private: `show`, `find`, `list`, and the further pages of a long text.

Nothing here writes, so it all runs outside the write queue.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.core.commands import Declaration
from bot.core.context import Context
from bot.core.language.words import _, lazy
from bot.core.messages import (
    Button,
    Card,
    Entry,
    Reply,
    Text,
    text_reply,
)
from bot.core.moment import (
    Show,
    active_moment,
    format_moment_ref,
    list_latest_moments,
    moment_name,
    unknown_moment,
)
from bot.core.params import restore_line, words_param
from bot.core.text import clip_text, parse_number
from bot.moments.card import build_private_card
from bot.moments.card_pages import build_moment_page
from bot.moments.commands import Log, ReadOn
from bot.quests.before.outcomes import outcome_suffix
from storage.models import AttemptOutcome, Moment, MomentState
from storage.moments import moments
from storage.quests import attempts

SHOWN = 5
"""Moments in one private list: what a phone shows without much scrolling."""


@dataclass(frozen=True)
class Find:
    """The command to find moments. Without words, it lists the latest."""

    words: str = words_param("Words to look for, or none for the latest")
    head: str = ""
    before: str = field(default="")
    team: str = ""


@dataclass(frozen=True)
class List:
    """The command to list the latest moments."""


def show_moment(context: Context, command: Show) -> Reply:
    """Return the moment's card for a private reply."""
    return Reply(build_private_card(context, active_moment(context, command.moment)))


def show_moment_page(context: Context, command: ReadOn) -> Reply:
    """Return one page of a moment's full content."""
    moment = active_moment(context, command.moment)
    page = parse_number(command.page)
    return Reply(build_moment_page(context.session, moment, page, context.now), replaces=page > 1)


def list_latest(context: Context, _command: List) -> Reply:
    """Return the newest moments for a private reply."""
    return find_moments(context, Find())


def find_moments(context: Context, command: Find) -> Reply:
    """Return a page of the newest moments that contain all the words."""
    before = parse_number(command.before) or None
    wanted = command.words.strip()
    if wanted:
        found = moments.search_moments(context.session, context.caller.team_id, wanted, SHOWN + 1, before)
    else:
        found = moments.list_latest(context.session, context.caller.team_id, SHOWN + 1, before)
    if not found:
        return _reply_no_result(context, command)
    outcomes = attempts.outcomes_by_moment(context.session, [moment.id for moment in found[:SHOWN]])
    rows = tuple(_result_entry(context, moment, outcomes.get(moment.id)) for moment in found[:SHOWN])
    last, team = found[:SHOWN][-1].number, str(context.caller.team_id)
    older = replace(command, head="", before=str(last), team=team) if len(found) > SHOWN else None
    buttons = (Button(_("Older"), context.store_if_long(older)),) if older else ()
    return Reply(Card(rows, buttons + _aha_instead_button(context, command)), replaces=before is not None)


def _result_entry(context: Context, moment: Moment, outcome: AttemptOutcome | None) -> Entry:
    author = moments.people_by_id(context.session, [moment.author_id])[moment.author_id].name
    by = f"{moment_name(moment)} · {author}{outcome_suffix(outcome)}"
    if moment.state != MomentState.KEPT:
        return Entry((by, " · ", _("no text yet")))
    return Entry(clip_text(moment.text, 160), (by,), Button(_("Show"), Show(format_moment_ref(moment))))


def _reply_no_result(context: Context, command: Find) -> Reply:
    if command.before:
        return text_reply(_("That was the oldest one."))
    if command.words:
        said = _("Nothing here has all of those words. Try fewer words.")
        return Reply(Card((Text((said,)),), _aha_instead_button(context, command)))
    return text_reply(unknown_moment(context, 0))


def _aha_instead_button(context: Context, command: Find) -> tuple[Button, ...]:
    """Return a button that saves the line as an aha instead.

    A line that was read as a command may be an aha that begins with that word.
    """
    if not (command.head and command.words):
        return ()
    aha = Log(restore_line(command.head, command.words), team=command.team)
    return (Button(_("It was an aha"), context.store_command(aha)),)


DECLARATIONS = (
    Declaration(
        "show",
        Show,
        show_moment,
        "show",
        lazy("See a moment with its versions and people"),
        read_only=True,
        button=lazy("Show"),
        candidates=list_latest_moments,
    ),
    Declaration(
        "find",
        Find,
        find_moments,
        "find",
        lazy("Search moments, or see the latest"),
        aliases=("search",),
        read_only=True,
        button=lazy("Search"),
        said_as=(
            "latest, last, newest, recent, history, all, show all, show me all, show latest, show last, "
            "show the latest, show everything, archive, moments, all moments, our moments, ahas, all ahas, our ahas, "
            "lookup, look up, query, browse, feed, view, display, today, yesterday"
        ),
    ),
    Declaration(
        "list",
        List,
        list_latest,
        "list",
        lazy("The latest moments"),
        typed_only=True,
        instead=lazy("find without words"),
        read_only=True,
        button=lazy("Recent"),
        said_as="ls, lists, list all, list moments, list ahas, list everything, list latest",
    ),
    Declaration("read-on", ReadOn, show_moment_page, read_only=True),
)
