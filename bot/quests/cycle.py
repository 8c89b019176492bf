"""The cycle: every open quest and its progress, in private or posted with the chart.

A posted cycle shows the state at the time it was asked for. Later edits add nothing new
and only remove what was deleted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.charts.quest_chart import QuestHistory
from bot.core.commands import Declaration
from bot.core.context import Context, UserError, target_channel
from bot.core.messages import (
    Block,
    Button,
    Card,
    Inline,
    Post,
    Quote,
    Reply,
    Small,
    Strong,
    Style,
    Text,
    Timestamp,
    Title,
    text_reply,
)
from bot.core.moment import moment_name
from bot.core.origin import Capabilities
from bot.core.posts import ComposedPost
from bot.core.text import format_count, one_line, parse_number
from bot.quests.chart_data import draw_quest_picture, load_quest_chart_data
from bot.quests.commands import OpenQuest, SeeQuest
from storage.delivery import postings
from storage.models import Moment, Posting, PostingKind, Quest, Team
from storage.quests import attempts, quests
from storage.recaps import recaps
from storage.recaps.recaps import QuotedIds

SHOWN = 5
"""Quests on one page, and on the card."""
WORDS = 160
"""Characters of a quest, and of the lesson from its latest attempt."""
TITLE = "How our search goes"
INSTANT = timedelta(microseconds=1)
NOTHING = "No quest is open, and nothing was tried yet. What would you love to find?"


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
class QuestOverview:
    """Open quests, oldest first, each with its number of attempts and latest attempt.

    Also holds the chart's data and the team's time zone.
    """

    quests: Sequence[Quest]
    tried: Mapping[int, int]
    latest: Mapping[int, Moment]
    chart_data: QuestHistory | None
    zone: str


def show_cycle(context: Context, command: Cycle) -> Reply:
    """Return a page of the open quests, with a button that posts the cycle in the channel."""
    team = context.session.get_one(Team, context.caller.team_id)
    now = _load_overview(context.session, team, context.now)
    opening = Button("Open a quest", OpenQuest(str(team.id)))
    if not now.quests and now.chart_data is None:
        return text_reply(NOTHING, buttons=(opening,))
    page = min(max(parse_number(command.page), 1), max(-(-len(now.quests) // SHOWN), 1))
    shown = now.quests[(page - 1) * SHOWN : page * SHOWN]
    more = Button("More", Cycle(str(page + 1), str(team.id)))
    label = "Post it in the channel" if context.origin.direct else "Post it here"
    buttons = (
        Button(label, PostCycle(str(team.id)), Style.PRIMARY),
        opening,
        *((more,) if page * SHOWN < len(now.quests) else ()),
    )
    return Reply(Card(tuple(_overview_blocks(now, shown)), buttons), replaces=page > 1)


def post_cycle(context: Context, command: PostCycle) -> Reply:
    """Plan the cycle's posting in the channel where the button was pressed."""
    origin, caller = context.origin, context.caller
    now = _load_overview(context.session, context.session.get_one(Team, caller.team_id), context.now)
    if not now.quests and now.chart_data is None:
        raise UserError(NOTHING)
    place = target_channel(context)
    postings.plan_once(
        context.session, f"cycle:{origin.event}", PostingKind.CYCLE, caller.workspace_id, context.now,
        team_id=caller.team_id, channel=place.channel, thread="" if origin.direct else origin.thread,
        asked_by_id=caller.person_id,
    )  # fmt: skip
    return text_reply("The cycle is on its way to ", place, ".", replaces=True)


def compose_cycle(
    session: Session, posting: Posting, _now: datetime, capabilities: Capabilities
) -> ComposedPost | None:
    """Return the cycle's card and chart, as of the time it was asked for.

    Returns None if there is nothing to show and the card was not posted yet.
    """
    team = session.get_one(Team, posting.team_id)
    quoted = (recaps.find_quoted(session, posting.id) or QuotedIds((), ())) if posting.message else None
    then = _load_overview(session, team, posting.created_at, quoted)
    if not then.quests and then.chart_data is None:
        gone = Card((Title(TITLE), Small(("What this told was removed.",))))
        return ComposedPost(Post(gone)) if posting.message else None
    shown = then.quests[:SHOWN]
    opening = Button("Open a quest", OpenQuest(str(team.id)))
    card = Card(tuple(_overview_blocks(then, shown, f"{capabilities.command} cycle")), (opening,))
    told = tuple(then.latest[quest.id].id for quest in shown if quest.id in then.latest)
    return ComposedPost(Post(card, draw_quest_picture(then.chart_data)), told)


def _load_overview(
    session: Session, team: Team, at: datetime, quoted: QuotedIds | None = None
) -> QuestOverview:
    """Return the open quests as of a time.

    For a card that was posted already, it keeps only the attempts that were quoted then and
    still exist.
    """
    found = quests.list_open_at(session, team.id, at)
    ids = [quest.id for quest in found]
    latest = attempts.latest_by_quest(session, ids, at)
    return QuestOverview(
        found,
        attempts.count_by_quest(session, ids, at),
        latest if quoted is None else _keep_quoted(latest, quoted.moments),
        load_quest_chart_data(session, team, TITLE, at + INSTANT),
        team.zone,
    )


def _keep_quoted(latest: Mapping[int, Moment], ids: Collection[int]) -> Mapping[int, Moment]:
    return {quest_id: moment for quest_id, moment in latest.items() if moment.id in ids}


def _overview_blocks(now: QuestOverview, shown: Sequence[Quest], more: str = "") -> Iterator[Block]:
    """Yield each quest with its progress.

    On a card in the channel, `more` is the command that shows all of them.
    """
    yield Title(TITLE)
    for quest in shown:
        button = None if more else Button("See it", SeeQuest(str(quest.id), str(quest.team_id)))
        yield Quote(one_line(quest.text, WORDS), button=button)
        yield Small(tuple(_progress_parts(now, quest)))
    if len(now.quests) > len(shown) and more:
        yield Small((f"And {len(now.quests) - len(shown)} more: ", Strong(more), " shows them."))
    if not now.quests:
        yield Text(("No quest is open just now.",))
    if now.chart_data is not None:
        yield Small((_totals_text(now.chart_data),))


def _progress_parts(now: QuestOverview, quest: Quest) -> Iterator[Inline]:
    """Yield since when a quest is open, its attempts, and the lesson of the latest one."""
    yield "since "
    yield Timestamp(quest.created_at, now.zone)
    tried = now.tried.get(quest.id, 0)
    yield f" · {format_count(tried, 'attempt') if tried else 'no attempts yet'}"
    if latest := now.latest.get(quest.id):
        yield f" · {moment_name(latest)}: {one_line(latest.parts.get('taught') or latest.text, WORDS)}"


def _totals_text(search: QuestHistory) -> str:
    tried = format_count(search.experiment_total, "experiment")
    found = len(search.breakthroughs)
    return f"So far {tried} and {format_count(found, 'breakthrough') if found else 'no breakthrough yet'}."


DECLARATIONS = (
    Declaration(
        "cycle",
        Cycle,
        show_cycle,
        "cycle",
        "Every open quest, and where the search stands",
        read_only=True,
        button="How our search goes",
        said_as=(
            "cycles, stats, stat, statistics, status, progress, chart, charts, graph, report, reports, metrics, "
            "analytics, insights, overview, numbers, figures, where are we, how are we doing"
        ),
    ),
    Declaration("post-cycle", PostCycle, post_cycle),
)
