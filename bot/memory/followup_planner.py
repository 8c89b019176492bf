"""When a follow-up question is asked, and in which place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from sqlmodel import Session

from bot.core.kinds.declared import is_followed
from bot.core.parts.part import Part
from bot.core.parts.posts import find_off
from bot.core.times import local_day, morning_on_or_after, next_working_time, utc_of
from bot.memory.working_hours import followup_due_at
from storage.delivery import postings
from storage.memory import followups
from storage.models import (
    FollowUp,
    FollowUpKind,
    Kind,
    Moment,
    MomentState,
    Posting,
    PostingKind,
    PostingState,
    Team,
)
from storage.schedules import schedules
from storage.teams import teams

BATCH = 5
"""How many are handled in one transaction, for which other writers wait: well below 20 milliseconds."""


WEEK = timedelta(days=7)
"""A team is asked at most once in this time.

It is counted in days, because a recap may come some seconds sooner or later.
"""


DAY = timedelta(days=1)


PART_OF: Mapping[str, Part] = {
    FollowUpKind.NEXT: Part.QUESTS,
    FollowUpKind.SET_OFF: Part.MEMORY,
    FollowUpKind.STUCK: Part.MEMORY,
}
"""The part that each question belongs to. While that is off, the question waits."""


ASK_WITHIN: Mapping[str, timedelta] = {
    FollowUpKind.NEXT: timedelta(days=7),
    FollowUpKind.SET_OFF: timedelta(days=21),
    FollowUpKind.STUCK: timedelta(days=21),
}
"""How many days after its first morning each question is still worth asking."""


def plan_due_followups(session: Session, now: datetime) -> int:
    """Ask, postpone or drop the due follow-ups of a batch of teams.

    Returns the number of teams. There may be more until it returns 0.
    """
    found = followups.list_due_teams(session, now, BATCH)
    for team_id in found:
        teams.lock_team(
            session, team_id
        )  # two processes may run this at once, but a team is asked at most once a week
        _plan_followups_of(session, team_id, now)
        session.flush()
    return len(found)


def _plan_followups_of(session: Session, team_id: int, now: datetime) -> None:
    """Ask one of a team's due questions, in its card's thread, and postpone the others.

    A question without a card to ask under waits for a recap.
    """
    zone = session.get_one(Team, team_id).zone
    askable, silent = [], is_team_silent(session, team_id, local_day(now, zone))
    off = find_off(session, team_id)
    for followup, moment in followups.list_due(session, team_id, now):
        if not _is_worth_asking(session, followup, moment, now):
            followup.done_at = now
        elif moment.deleted_at is not None or silent or PART_OF[followup.kind] in off:
            followup.due_at = morning_on_or_after(local_day(now, zone) + DAY, zone)
        elif (card := _find_posted_card(session, moment)) is None:
            followup.in_recap = True
            followup.due_at = morning_on_or_after(_last_useful_day(session, followup, moment) + DAY, zone)
        else:
            askable.append((followup, moment, card))
    soonest = next_working_time(max(now, _next_allowed_at(session, team_id) or now), zone)
    if askable and soonest <= now:
        first = min(askable, key=lambda one: _priority_of(session, one[0], one[1]))
        askable.remove(first)
        _plan_question(session, *first, now)
        soonest = morning_on_or_after(local_day(now, zone) + WEEK, zone)
    for followup, _, _ in askable:
        followup.due_at = soonest


def _next_allowed_at(session: Session, team_id: int) -> datetime | None:
    """Return from when a team may be asked again, or None if it was never asked."""
    last, zone = followups.last_asked(session, team_id), session.get_one(Team, team_id).zone
    if last is None:
        return None
    return utc_of(local_day(last, zone) + WEEK, time(), zone)


def _priority_of(session: Session, followup: FollowUp, moment: Moment) -> tuple[bool, date]:
    """Return the sort key of a follow-up.

    The next quest after a breakthrough comes first, then the question that is soonest too
    late.
    """
    return followup.kind != FollowUpKind.NEXT, _last_useful_day(session, followup, moment)


def _last_useful_day(session: Session, followup: FollowUp, moment: Moment) -> date:
    """Return the last day, in the team's time zone, on which the question is worth asking."""
    zone = session.get_one(Team, moment.team_id).zone
    return (
        local_day(followup_due_at(moment.created_at, followup.kind, zone), zone) + ASK_WITHIN[followup.kind]
    )


def _is_worth_asking(session: Session, followup: FollowUp, moment: Moment, now: datetime) -> bool:
    """Return whether a question is still worth asking.

    It must not be too late, and the moment must have its text and be of a kind that is followed. An
    aha gets only the later questions, and only if people added versions or lines to it.
    """
    today = local_day(now, session.get_one(Team, moment.team_id).zone)
    late = today > _last_useful_day(session, followup, moment)
    if late or moment.state != MomentState.KEPT or not is_followed(moment):
        return False
    if moment.kind == Kind.BREAKTHROUGH:
        return True
    return followup.kind != FollowUpKind.NEXT and followups.was_told_together(session, moment.id)


def is_team_silent(session: Session, team_id: int, today: date) -> bool:
    """Return whether the team is paused, or the bot can no longer post in its home."""
    return followups.is_paused(session, team_id, today) or team_id not in schedules.home_channels(
        session, {team_id}
    )


def _plan_question(
    session: Session, followup: FollowUp, moment: Moment, card: Posting, now: datetime
) -> None:
    """Plan the question's posting in the thread of the moment's card."""
    followup.asked_at = followup.done_at = now
    postings.plan_once(
        session, f"{followups.FOLLOWUP_KEY_PREFIX}{followup.id}", PostingKind.FOLLOW_UP, card.workspace_id, now,
        team_id=moment.team_id, moment_id=moment.id, channel=card.channel, thread=card.thread or card.message,
    )  # fmt: skip


def ask_in_recap(session: Session, recap: Posting, now: datetime) -> None:
    """Give a recap that is planned now one of the questions that wait for a recap.

    It gets none if the team was asked within a week.
    """
    assert recap.team_id is not None
    if not followups.has_any(session, recap.team_id):
        return
    teams.lock_team(session, recap.team_id)
    week_over, off = _next_allowed_at(session, recap.team_id), find_off(session, recap.team_id)
    worth = [
        (followup, moment)
        for followup, moment in followups.list_waiting(session, recap.team_id)
        if PART_OF[followup.kind] not in off and _is_worth_asking(session, followup, moment, now)
    ]
    if worth and (week_over is None or now >= week_over):
        followup, _ = min(worth, key=lambda one: _priority_of(session, *one))
        followup.asked_at = followup.done_at = now
        followup.recap_id = recap.id
        session.flush()


def _find_posted_card(session: Session, moment: Moment) -> Posting | None:
    """Return the moment's posted card, if its channel is open and belongs to the team."""
    card = postings.find_by_key(session, f"card:{moment.id}")
    if card is None or card.message is None or card.state != PostingState.SENT:
        return None
    channel = teams.find_channel(session, card.workspace_id, card.channel)
    ours = channel is not None and channel.team_id == moment.team_id and channel.closed_at is None
    return card if ours else None
