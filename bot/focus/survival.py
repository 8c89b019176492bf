"""The Note to the owner of the big goal when survival work takes over for three weeks.

It is private, comes at most once a quarter, and never goes to the channel. It names nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session

from bot.core.language.words import _
from bot.core.messages import Button, Card, Post, Small, Text, text_card
from bot.core.origin import Capabilities
from bot.core.posts import ComposedPost
from bot.core.times import local_day
from bot.focus.commands import FocusRatio, StartCheck
from bot.focus.find import describe_big_goal, find_open_big_goal
from bot.focus.share import LEAST_MOMENTS, week_edges
from storage.delivery import postings
from storage.focus import ratio
from storage.focus.ratio import FocusCount
from storage.models import Goal, Person, Posting, PostingKind, Team

WEEKS = 3
MOST_PERCENT = 60
"""The most of a week's linked moments that may be survival work without a word."""
KEY_PREFIX = "survival:"


def tell_owner_of_survival(session: Session, posting: Posting, now: datetime) -> None:
    """Plan the Note when a recap is planned, if its last three weeks were mostly survival work."""
    team = session.get_one(Team, posting.team_id)
    until = posting.until or now
    goal = find_open_big_goal(session, team.id, until)
    if goal is None or goal.owner_left_at or session.get_one(Person, goal.owner_id).opted_out:
        return
    if is_survival_work(ratio.count_by_week(session, team.id, week_edges(until, team.zone, WEEKS))):
        postings.plan_once(
            session, f"{KEY_PREFIX}{team.id}:{_quarter_name(local_day(until, team.zone))}",
            PostingKind.NOTE_SURVIVAL, team.workspace_id, now, team_id=team.id, person_id=goal.owner_id,
            until=until, goal_id=goal.id,
        )  # fmt: skip


def _quarter_name(day: date) -> str:
    return f"{day.year}-{(day.month - 1) // 3 + 1}"


def is_survival_work(weeks: Sequence[FocusCount]) -> bool:
    """Return whether each of these weeks had enough linked moments, and most of them served survival goals."""
    return all(
        each.linked >= LEAST_MOMENTS and each.survival * 100 > MOST_PERCENT * each.linked for each in weeks
    )


def compose_survival_note(
    session: Session, posting: Posting, now: datetime, _capabilities: Capabilities
) -> ComposedPost | None:
    """Compose the Note. None if the big goal was closed or got another owner before it was sent.

    Once the goal is removed, the Note is one sentence.
    """
    if posting.message:
        goal = session.get(Goal, posting.goal_id) if posting.goal_id is not None else None
        if goal is None or goal.withdrawn_at is not None:
            return ComposedPost(Post(text_card(_("This was about a big goal that was deleted."))))
    else:
        goal = find_open_big_goal(session, posting.team_id or 0, now)
        if goal is None or goal.owner_left_at or goal.owner_id != posting.person_id:
            return None
    team = str(posting.team_id)
    said = _("For three weeks, most of what served a goal here was survival work.")
    yours = _("I'm only telling you, because the big goal is yours: {goal}", goal=describe_big_goal(goal))
    buttons = (Button(_("Focus check"), StartCheck(team)), Button(_("Focus ratio"), FocusRatio(team)))
    small = Small((_("I say this at most once a quarter."),))
    return ComposedPost(Post(Card((Text((said,)), Text((yours,)), small), buttons)))
