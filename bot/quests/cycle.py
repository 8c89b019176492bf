"""The cycle: every open quest and its progress, in private or posted with the chart.

A posted cycle shows what was so when it was sent. Later edits add nothing new and only remove
what was deleted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.charts.quest_chart import QuestHistory
from bot.core.commands import Declaration
from bot.core.context import Context, UserError, card_place, require_place, waiting_person
from bot.core.language.words import _, lazy, line, ngettext, nline
from bot.core.messages import (
    Block,
    Button,
    Card,
    Entry,
    Line,
    Post,
    Reply,
    Small,
    Strong,
    Style,
    Text,
    Timestamp,
    Title,
    text_reply,
)
from bot.core.moment import is_kept, moment_name
from bot.core.origin import Capabilities
from bot.core.pictures.drawing import Drawing
from bot.core.posts import ComposedPost, Withdrawn, dump_report, load_report
from bot.core.take_down import confirm_post
from bot.core.text import one_line, parse_number
from bot.quests.attempts import attempts_in_words
from bot.quests.before.outcomes import outcome_suffix
from bot.quests.chart_data import ChartSpan, load_quest_chart_data, plan_quest_picture, subtract_removed
from bot.quests.commands import OpenQuest, SeeQuest
from storage.delivery import postings
from storage.models import AttemptOutcome, Moment, Posting, PostingKind, Quest, Team
from storage.quests import attempts, quests
from storage.recaps import recaps
from storage.recaps.recaps import QuotedIds

SHOWN = 5
"""Quests on one page, and on the card."""
WORDS = 160
"""Characters of a quest, and of the lesson from its latest attempt."""
TITLE = lazy("How our quests are going")
CHART_TITLE = lazy("Experiments and breakthroughs over time")
INSTANT = timedelta(microseconds=1)
NOTHING = lazy("No open quests and no attempts yet. What would you love to find out?")


@dataclass(frozen=True)
class Cycle:
    """The command to show every open quest and its progress. `page` counts from 1."""

    page: str = ""
    team: str = ""


@dataclass(frozen=True)
class PostCycle:
    """The command to post the cycle in the channel, with its chart."""

    team: str = ""


@dataclass(frozen=True)
class CycleAsPosted:
    """What a cycle tells, as its posting stores it: ids of quests and latest attempts, and figures.

    `quest_count` is the number of open quests, and `tried` the number of attempts at each shown one.
    """

    zone: str
    quests: tuple[int, ...]
    quest_count: int
    tried: Mapping[int, int]
    latest: Mapping[int, int]
    chart: QuestHistory | None


@dataclass(frozen=True)
class QuestOverview:
    """Open quests, oldest first, each with its number of attempts, latest attempt and how that stands.

    Also holds how many more there are, the chart's data and the team's time zone.
    """

    quests: Sequence[Quest]
    tried: Mapping[int, int]
    latest: Mapping[int, Moment]
    outcomes: Mapping[int, AttemptOutcome]
    more: int
    chart_data: QuestHistory | None
    zone: str


def show_cycle(context: Context, command: Cycle) -> Reply:
    """Return a page of the open quests, with a button that posts the cycle in the channel.

    The first page brings the picture.
    """
    team = context.session.get_one(Team, context.caller.team_id)
    everything = _select_cycle(context.session, team, context.now, parse_number(command.page))
    opening = Button(_("Start a quest"), OpenQuest(str(team.id)))
    if not everything.quests and everything.chart is None:
        return text_reply(NOTHING(), buttons=(opening,))
    page = _limit_page(parse_number(command.page), everything.quest_count)
    now = _load_overview(context.session, everything)
    more = Button(_("More"), Cycle(str(page + 1), str(team.id)))
    place = card_place(context)
    label = _("Post here") if place.channel == context.origin.channel else _("Post in the channel")
    post = Button(label, PostCycle(str(team.id)), Style.PRIMARY)
    buttons = (
        *((post,) if place.takes_cards else ()),
        opening,
        *((more,) if page * SHOWN < everything.quest_count else ()),
    )
    drawing = _plan_picture(everything.chart) if page == 1 else None
    return Reply(Card(tuple(_overview_blocks(now)), buttons), replaces=page > 1, picture=drawing)


def post_cycle(context: Context, command: PostCycle) -> Reply:
    """Plan the cycle's posting in the channel where the button was pressed."""
    origin, caller = context.origin, context.caller
    now = _select_cycle(context.session, context.session.get_one(Team, caller.team_id), context.now)
    if not now.quests and now.chart is None:
        raise UserError(NOTHING())
    place, key = require_place(context), f"cycle:{origin.event}"
    postings.plan_once(
        context.session, key, PostingKind.CYCLE, caller.workspace_id, context.now,
        team_id=caller.team_id, channel=place.channel, thread=place.thread,
        asked_by_id=caller.person_id, waits_for_id=waiting_person(context, place),
    )  # fmt: skip
    return confirm_post(context, key)


def compose_cycle(
    session: Session, posting: Posting, _now: datetime, capabilities: Capabilities
) -> ComposedPost | Withdrawn | None:
    """Return the cycle's card and chart, as of the time it was sent, less what was removed since.

    Returns None if there is nothing to show and the card was not posted yet.
    """
    if posting.withdrawn_at is not None:
        return Withdrawn()
    posted = _load_as_posted(session, posting)
    then = _load_overview(session, posted)
    if not then.quests and then.chart_data is None:
        gone = Card((Title(TITLE()), Small((_("Everything in this post was deleted."),))))
        return ComposedPost(Post(gone)) if posting.message else None
    opening = Button(_("Start a quest"), OpenQuest(str(posting.team_id)))
    card = Card(tuple(_overview_blocks(then, f"{capabilities.command} cycle")), (opening,))
    return ComposedPost(
        Post(card),
        tuple(posted.latest.values()),
        as_posted=dump_report(posted),
        drawing=_plan_picture(then.chart_data),
    )


def _plan_picture(chart: QuestHistory | None) -> Drawing | None:
    """Return the drawing of the cycle's chart, with its title in the current language."""
    return None if chart is None else plan_quest_picture(replace(chart, title=CHART_TITLE()))


def _load_as_posted(session: Session, posting: Posting) -> CycleAsPosted:
    """Return what a cycle told when it was sent, less what was removed, or select it now.

    Of a cycle sent before that was stored, it leaves out the attempts that it did not quote then.
    """
    team = session.get_one(Team, posting.team_id)
    if posting.as_posted is not None:
        posted = load_report(CycleAsPosted, posting.as_posted)
        return _subtract_removed(session, posted, team.id, posting.created_at)
    told = _select_cycle(session, team, posting.created_at)
    if posting.message is None:
        return told
    quoted = recaps.find_quoted(session, posting.id) or QuotedIds((), ())
    latest = {quest: moment for quest, moment in told.latest.items() if moment in quoted.moments}
    return replace(told, latest=latest)


def _limit_page(page: int, quest_count: int) -> int:
    """Return the page that was asked for, or the nearest one that there is."""
    return min(max(page, 1), max(-(-quest_count // SHOWN), 1))


def _select_cycle(session: Session, team: Team, at: datetime, page: int = 1) -> CycleAsPosted:
    """Return a page of the quests that are open at a time, with their attempts, and the chart's data."""
    found = quests.list_open_at(session, team.id, at)
    first = (_limit_page(page, len(found)) - 1) * SHOWN
    shown = tuple(found[first : first + SHOWN])
    latest = attempts.latest_by_quest(session, shown, at)
    return CycleAsPosted(
        zone=team.zone,
        quests=shown,
        quest_count=len(found),
        tried=attempts.count_by_quest(session, shown, at),
        latest={quest_id: moment.id for quest_id, moment in latest.items()},
        chart=load_quest_chart_data(session, ChartSpan(team.id, team.zone, at + INSTANT), CHART_TITLE.text),
    )


def _subtract_removed(session: Session, posted: CycleAsPosted, team_id: int, at: datetime) -> CycleAsPosted:
    """Return a posted cycle's figures less what was removed since. None of them grows."""
    now = attempts.count_by_quest(session, posted.quests, at)
    figures: dict[str, Any] = {
        "quest_count": min(posted.quest_count, len(quests.list_open_at(session, team_id, at))),
        "tried": {one: min(number, now.get(one, 0)) for one, number in posted.tried.items()},
    }
    if posted.chart is not None:
        figures["chart"] = subtract_removed(
            session, ChartSpan(team_id, posted.zone, at + INSTANT), posted.chart
        )
    return replace(posted, **figures)


def _load_overview(session: Session, told: CycleAsPosted) -> QuestOverview:
    """Return the quests and attempts of a cycle that still exist."""
    found = quests.list_by_ids(session, told.quests)
    latest = {moment.id: moment for moment in recaps.load_moments(session, tuple(told.latest.values()))}
    return QuestOverview(
        found,
        told.tried,
        {
            quest_id: latest[moment_id]
            for quest_id, moment_id in told.latest.items()
            if moment_id in latest and is_kept(latest[moment_id])
        },
        attempts.outcomes_by_moment(session, latest),
        max(told.quest_count - len(found), 0),
        told.chart,
        told.zone,
    )


def _overview_blocks(now: QuestOverview, more: str = "") -> Iterator[Block]:
    """Yield each quest with its progress.

    On a card in the channel, `more` is the command that shows all of them.
    """
    yield Title(TITLE())
    for quest in now.quests:
        button = None if more else Button(_("Show"), SeeQuest(str(quest.id), str(quest.team_id)))
        yield Entry(one_line(quest.text, WORDS), _progress_line(now, quest), button)
    if now.more and more:
        yield Small(nline("1 more: {find}", "{n} more: {find}", now.more, find=Strong(more)))
    if not now.quests:
        yield Text((_("No open quests right now."),))
    if now.chart_data is not None:
        yield Small((_totals_text(now.chart_data),))


def _progress_line(now: QuestOverview, quest: Quest) -> Line:
    """Return since when a quest is open, its attempts, and the lesson of the latest one."""
    since = line("open since {date}", date=Timestamp(quest.created_at, now.zone))
    said = (*since, f" · {attempts_in_words(now.tried.get(quest.id, 0))}")
    latest = now.latest.get(quest.id)
    if latest is None:
        return said
    name = f"{moment_name(latest)}{outcome_suffix(now.outcomes.get(latest.id))}"
    return (*said, f" · {name}: {one_line(latest.parts.get('taught') or latest.text, WORDS)}")


def _totals_text(search: QuestHistory) -> str:
    found = len(search.breakthroughs)
    return _(
        "So far: {experiments} · {breakthroughs}",
        experiments=ngettext("1 experiment", "{n} experiments", search.experiment_total),
        breakthroughs=(
            ngettext("1 breakthrough", "{n} breakthroughs", found) if found else _("no breakthrough yet")
        ),
    )


DECLARATIONS = (
    Declaration(
        "cycle",
        Cycle,
        show_cycle,
        "cycle",
        lazy("All open quests and how they're going"),
        read_only=True,
        button=TITLE,
        said_as=(
            "cycles, stats, stat, statistics, status, progress, chart, charts, graph, report, reports, metrics, "
            "analytics, insights, overview, numbers, figures, where are we, how are we doing"
        ),
    ),
    Declaration("post-cycle", PostCycle, post_cycle),
)
