"""The goals that a person owns, for their own page, and those that wait for their check-in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlmodel import Session

from bot.core.language.words import _, lazy
from bot.core.messages import Button, Entry
from bot.core.posts import OwnSource, Viewer
from bot.core.text import make_excerpt
from bot.core.times import format_day_from, local_day
from bot.goals.card import latest_answer
from bot.goals.commands import CheckIn, ShowGoal
from bot.goals.find import goal_name, goal_words, is_to_look_at
from bot.goals.pace import describe_state
from bot.goals.recap_lines import CHECK_IN_WAITS, LINE_WORDS, LOOK_WAITS
from storage.goals import checkpoints, goals
from storage.models import Goal, Team


def list_due_goals(session: Session, viewer: Viewer, now: datetime) -> Sequence[Entry]:
    """Return the person's goals whose check-in is due, or that are to be looked at again."""
    owned = goals.list_owned_in(session, viewer.person_id, viewer.teams)
    return [entry for goal in owned for entry in _due_entries(session, viewer, goal, now)]


def _due_entries(session: Session, viewer: Viewer, goal: Goal, now: datetime) -> Iterator[Entry]:
    today = local_day(now, session.get_one(Team, goal.team_id).zone)
    number, team = str(goal.number), str(goal.team_id)
    if checkpoints.find_waiting(session, goal.id, today) is not None:
        yield _list_goal(viewer, goal, [CHECK_IN_WAITS()], Button(_("Check in"), CheckIn(number, team)))
    elif is_to_look_at(goal):
        yield _list_goal(viewer, goal, [LOOK_WAITS()], Button(_("Show"), ShowGoal(number, team)))


def list_owned_goals(session: Session, viewer: Viewer, now: datetime) -> Sequence[Entry]:
    """Return the open goals that a person owns, each with its state and its next checkpoint."""
    return [
        _list_goal(
            viewer,
            goal,
            list(_owned_state(session, goal, now)),
            Button(_("Show"), ShowGoal(str(goal.number), str(goal.team_id))),
        )
        for goal in goals.list_owned_in(session, viewer.person_id, viewer.teams)
    ]


def _list_goal(viewer: Viewer, goal: Goal, state: Sequence[str], button: Button) -> Entry:
    by = " · ".join((goal_name(goal), *viewer.name_team(goal.team_id), *state))
    return Entry(make_excerpt(goal_words(goal), LINE_WORDS), (by,), button)


def _owned_state(session: Session, goal: Goal, now: datetime) -> Iterator[str]:
    zone = session.get_one(Team, goal.team_id).zone
    today, latest = local_day(now, zone), latest_answer(session, goal)
    if latest is not None:
        yield describe_state(goal, latest, zone)
    if is_to_look_at(goal):
        yield LOOK_WAITS()
    following = checkpoints.find_next(session, goal.id, today)
    if checkpoints.find_waiting(session, goal.id, today) is not None:
        yield CHECK_IN_WAITS()
    elif following is not None:
        yield _("Next checkpoint: {day}", day=format_day_from(following.due_on, today))


OWNED_GOALS = OwnSource(lazy("Goals you own"), list_owned_goals)
