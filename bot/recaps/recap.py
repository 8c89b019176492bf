"""The recap of a period: posted in the channel each week, or shown to one person on request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.charts.plans import plan_recap_chart
from bot.core.commands import Declaration
from bot.core.context import Context, UserError, card_place, require_place, waiting_person
from bot.core.language.words import Lazy, _, lazy
from bot.core.messages import Button, Card, Post, Reply, Small, Title, text_reply
from bot.core.origin import Capabilities
from bot.core.params import choice_param
from bot.core.pictures.drawing import Drawing
from bot.core.posts import ComposedPost, RecapSource, Withdrawn, dump_report, load_report
from bot.core.take_down import confirm_post
from bot.core.times import Period, period_until
from bot.memory.followups import add_recap_question
from bot.recaps.as_posted import RecapAsPosted
from bot.recaps.card import compose_recap_card
from bot.recaps.content import RecapContent, recap_title
from bot.recaps.rooms import find_mark, pick_parts, tell_parts
from bot.recaps.selection import is_period_empty, select_recap, subtract_removed, tell_recap
from storage.delivery import postings
from storage.models import Posting, PostingKind, Team
from storage.models.span import Span
from storage.recaps import recaps

PERIODS = ("week", "month", "quarter", "year")


@dataclass(frozen=True)
class Recap:
    """A command that shows a period's recap to one person."""

    period: str = choice_param("How far back, a week by default", *PERIODS)
    team: str = ""


@dataclass(frozen=True)
class PostRecap:
    """A command that posts a period's recap in the channel."""

    period: str = ""
    team: str = ""


def show_recap(context: Context, command: Recap, sources: Sequence[RecapSource] = ()) -> Reply:
    """Return the recap in private, with a button that posts it in the channel."""
    period = _require_period(command.period)
    told = build_period_recap(context.session, context.caller.team_id, period, context.now, sources)
    if told.is_empty:
        return text_reply(empty_recap_text(command.period))
    place = card_place(context)
    label = _("Post here") if place.channel == context.origin.channel else _("Post in the channel")
    post = Button(label, PostRecap(command.period, str(context.caller.team_id)))
    buttons = (post,) if place.takes_cards else ()
    return Reply(compose_recap_card(told, buttons, context.capabilities.command))


def post_recap(context: Context, command: PostRecap, sources: Sequence[RecapSource] = ()) -> Reply:
    """Plan the recap for the channel where the button was pressed.

    From a direct message, it goes to the team's home channel. Raise UserError if the period is
    empty.
    """
    origin, caller = context.origin, context.caller
    period = period_until(_require_period(command.period), context.now, caller.zone)
    if is_period_empty(context.session, caller.team_id, period, sources):
        raise UserError(empty_recap_text(command.period))
    place, key = require_place(context), f"recap:{origin.event}"
    postings.plan_once(
        context.session, key, PostingKind.RECAP, caller.workspace_id, context.now,
        team_id=caller.team_id, channel=place.channel, thread=place.thread,
        since=period.since, until=period.until, asked_by_id=caller.person_id,
        waits_for_id=waiting_person(context, place),
    )  # fmt: skip
    return confirm_post(context, key)


def _require_period(given: str) -> str:
    """Return the period that was given, or a week. Raise UserError for any other word."""
    if given and given not in PERIODS:
        raise UserError(_("I know these periods: {periods}.", periods=", ".join(PERIODS)))
    return given or PERIODS[0]


EMPTY: Mapping[str, Lazy] = {
    "week": lazy("Nothing was saved in the last week, so there's nothing to tell yet."),
    "month": lazy("Nothing was saved in the last month, so there's nothing to tell yet."),
    "quarter": lazy("Nothing was saved in the last quarter, so there's nothing to tell yet."),
    "year": lazy("Nothing was saved in the last year, so there's nothing to tell yet."),
}


def empty_recap_text(period: str) -> str:
    """Return the sentence for a period in which nothing was saved."""
    return EMPTY[period or PERIODS[0]]()


def build_period_recap(
    session: Session, team_id: int, kind: str, now: datetime, sources: Sequence[RecapSource] = ()
) -> RecapContent:
    """Build the recap of the week, month, quarter or year up to now."""
    team = session.get_one(Team, team_id)
    period = period_until(kind or PERIODS[0], now, team.zone)
    span = Span(team.id, period.since, period.until)
    picks = pick_parts(session, span, sources)
    parts = tell_parts(session, picks, span, sources)
    return tell_recap(session, select_recap(session, team, period, now), period, parts)


def compose_recap(
    session: Session, posting: Posting, now: datetime, capabilities: Capabilities,
    sources: Sequence[RecapSource] = (),
) -> ComposedPost | Withdrawn | None:  # fmt: skip
    """Compose the channel's recap with its picture. Return None if nothing was saved in the period.

    It tells what was so when it was first sent, less what was removed since. If everything in a
    posted recap was removed, one sentence says so.
    """
    if posting.withdrawn_at is not None:
        return Withdrawn()
    assert posting.since is not None
    assert posting.until is not None
    period = Period(posting.since, posting.until)
    posted = _load_as_posted(session, posting, period, sources)
    span = Span(session.get_one(Team, posting.team_id).id, posting.since, posting.until)
    parts = tell_parts(session, posted.picks, span, sources, posting)
    told = tell_recap(session, posted, period, parts)
    if told.is_empty:
        return ComposedPost(Post(_removed_recap_card(told))) if posting.message else None
    whole = add_recap_question(session, posting, compose_recap_card(told, command=capabilities.command))
    return ComposedPost(
        Post(whole), posted.all_moments, posted.answers, posted.named_moments,
        as_posted=dump_report(posted), drawing=plan_recap_picture(told),
    )  # fmt: skip


def _load_as_posted(
    session: Session, posting: Posting, period: Period, sources: Sequence[RecapSource]
) -> RecapAsPosted:
    """Return what a recap told when it was first sent, less what was removed, or select it now.

    Recaps sent before that was stored are selected anew from what they quote. No other room told
    anything then.
    """
    team = session.get_one(Team, posting.team_id)
    span = Span(team.id, period.since, period.until)
    if posting.as_posted is not None:
        return subtract_removed(session, load_report(RecapAsPosted, posting.as_posted), span)
    quoted = recaps.find_quoted(session, posting.id)
    selected = select_recap(session, team, period, posting.created_at, quoted)
    picks = pick_parts(session, span, sources, posting) if quoted is None else {}
    return replace(selected, picks=picks)


def plan_recap_picture(told: RecapContent) -> Drawing | None:
    """Return the drawing of twelve weeks, or None if they are empty."""
    if not any(week.moments for week in told.weeks):
        return None
    return plan_recap_chart(told.weeks, find_mark(told.parts))


def _removed_recap_card(told: RecapContent) -> Card:
    return Card((Title(recap_title(told)), Small((_("Everything in here was deleted."),))))


def declare_recap(sources: Sequence[RecapSource]) -> tuple[Declaration, ...]:
    """Return the commands of a recap to which these rooms add their lines."""
    return (
        Declaration(
            "recap",
            Recap,
            partial(show_recap, sources=sources),
            "recap",
            lazy("The recap of a week, a month, a quarter or a year"),
            read_only=True,
            said_as=(
                "recaps, summary, summaries, summarize, summarise, digest, weekly, monthly, quarterly, yearly, "
                "week, month, quarter, this week, last week, this month, last month, this quarter, last quarter, "
                "this year, last year, weekly recap, monthly recap, harvest, review, newsletter, highlights, tldr"
            ),
        ),
        Declaration("post-recap", PostRecap, partial(post_recap, sources=sources)),
    )
