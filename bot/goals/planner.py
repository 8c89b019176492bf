"""When the day of a checkpoint or of a look has come: the card asks, and the owner is told if they want that.

A day on which a team is paused, and a weekend day, move to the next working morning.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from bot.core.language.words import _, line
from bot.core.messages import Button, Card, Post, Quote, Text, text_card
from bot.core.origin import Capabilities
from bot.core.posts import ComposedPost
from bot.core.text import clip_text, parse_number
from bot.core.times import DAY, latest_day, local_day, morning_on_or_after, parse_date, working_day
from bot.goals.commands import CheckIn, CloseGoal, KeepGoal, RemindOwner
from bot.goals.find import goal_name, goal_words, is_to_look_at
from storage.delivery import postings
from storage.goals import checkpoints, goals, looks
from storage.memory import followups
from storage.models import Checkpoint, Goal, Posting, PostingKind, Team

BATCH = 5
"""How many are handled in one transaction, for which other writers wait: well below 20 milliseconds."""
NOTE_KEY_PREFIX = "checkpoint:"
"""The prefix of the key of an owner's note about a checkpoint, before the goal's id and the day.

Earlier notes have the checkpoint's id there.
"""
LOOK_KEY_PREFIX = "look:"
"""The prefix of the key of an owner's note about a look, before the goal's id and the day: `look:7:2026-05-01`."""


def next_checkpoint_due(session: Session) -> datetime | None:
    """Return the next morning on which a goal's card asks, or None."""
    mornings = (morning_on_or_after(due.day, due.zone) for due in checkpoints.list_due_days(session))
    return min(mornings, default=None)


def has_due_checkpoint(session: Session, now: datetime) -> bool:
    """Return whether a goal's card is to ask now."""
    found = checkpoints.list_due_days(session, latest_day(now))
    return any(morning_on_or_after(due.day, due.zone) <= now for due in found)


def ask_due_checkpoints(session: Session, now: datetime) -> int:
    """Ask about a batch of due checkpoints, or move them, and return how many. There may be more until 0."""
    for due in checkpoints.list_due_days(session, latest_day(now)):
        if morning_on_or_after(due.day, due.zone) <= now:
            found = checkpoints.list_unasked(session, due.zone, local_day(now, due.zone), BATCH)
            for checkpoint, goal in found:
                _ask_or_move(session, checkpoint, goal, now)
            return len(found)
    return 0


def _ask_or_move(session: Session, checkpoint: Checkpoint, goal: Goal, now: datetime) -> None:
    today = local_day(now, session.get_one(Team, goal.team_id).zone)
    latest = checkpoints.find_due(session, goal.id, today)
    if latest is None or latest.id != checkpoint.id:  # a later one has come meanwhile, so this one is over
        checkpoint.asked_at = now
        session.flush()
        return
    day = _day_to_ask(session, goal, checkpoint.due_on, today)
    if day != checkpoint.due_on and not checkpoints.move_checkpoint(session, checkpoint, day):
        goals.refresh_goal(session, goal.id, now)
        return
    if day <= today:
        checkpoint.asked_at = now
        session.flush()
        _tell_owner(session, f"{NOTE_KEY_PREFIX}{goal.id}:{day.isoformat()}", goal, now)
    goals.refresh_goal(session, goal.id, now)


def _day_to_ask(session: Session, goal: Goal, day: date, today: date) -> date:
    """Return the working day on which a card asks about a day, which is ahead while the team is paused."""
    if followups.is_paused(session, goal.team_id, today) or working_day(today) != today:
        return max(working_day(day), working_day(today + DAY))
    return working_day(day)


def next_look_due(session: Session) -> datetime | None:
    """Return the next morning on which a card asks whether its goal is still needed, or None."""
    mornings = (morning_on_or_after(due.day, due.zone) for due in looks.list_due_days(session))
    return min(mornings, default=None)


def has_due_look(session: Session, now: datetime) -> bool:
    """Return whether a card is to ask now whether its goal is still needed."""
    found = looks.list_due_days(session, latest_day(now))
    return any(morning_on_or_after(due.day, due.zone) <= now for due in found)


def ask_due_looks(session: Session, now: datetime) -> int:
    """Ask about a batch of goals to look at again, or move their days, and return how many. 0 is the end."""
    for due in looks.list_due_days(session, latest_day(now)):
        if morning_on_or_after(due.day, due.zone) <= now:
            found = looks.list_unasked(session, due.zone, local_day(now, due.zone), BATCH)
            for goal in found:
                _ask_to_look(session, goal, now)
            return len(found)
    return 0


def _ask_to_look(session: Session, goal: Goal, now: datetime) -> None:
    today = local_day(now, session.get_one(Team, goal.team_id).zone)
    day = _day_to_ask(session, goal, goal.look_again_on or today, today)
    looks.record_look(session, goal, day, now if day <= today else None, now)
    if day <= today:
        _tell_owner(session, f"{LOOK_KEY_PREFIX}{goal.id}:{day.isoformat()}", goal, now)


def _tell_owner(session: Session, key: str, goal: Goal, now: datetime) -> None:
    if goal.asks_owner and goal.owner_left_at is None:
        team = session.get_one(Team, goal.team_id)
        postings.plan_once(
            session, key, PostingKind.NOTE_CHECKPOINT, team.workspace_id, now,
            team_id=team.id, person_id=goal.owner_id, goal_id=goal.id,
        )  # fmt: skip


def compose_checkpoint_note(
    session: Session, posting: Posting, _now: datetime, _capabilities: Capabilities
) -> ComposedPost | None:
    """Compose the owner's note about a checkpoint or a look.

    Once it is answered, or the goal is closed or removed, the note is one sentence, or None before it was sent.
    """
    goal = session.get(Goal, posting.goal_id) if posting.goal_id is not None else None
    if goal is None or goal.withdrawn_at or goal.closed_at:
        return _compose_end(posting, goal)
    if posting.key.startswith(LOOK_KEY_PREFIX):
        return _compose_look_note(posting, goal)
    checkpoint = _find_checkpoint(session, posting, goal)
    if checkpoint is None or checkpoint.answered_at:
        return _compose_end(posting, goal)
    number, team = str(goal.number), str(goal.team_id)
    asked = Text(
        line(
            "{goal} has a checkpoint: how far are we, and are these the people we wanted to serve?",
            goal=goal_name(goal),
        )
    )
    buttons = (
        Button(_("Check in"), CheckIn(number, team)),
        Button(_("Stop these messages"), RemindOwner(number, team)),
    )
    return ComposedPost(Post(Card((asked, Quote(clip_text(goal_words(goal), 160))), buttons)))


def _find_checkpoint(session: Session, posting: Posting, goal: Goal) -> Checkpoint | None:
    """Return the checkpoint of a note. Earlier notes have its id in their key."""
    *_, last = posting.key.split(":")
    day = parse_date(last) if "-" in last else None
    if day is not None:
        return checkpoints.find_on(session, goal.id, day)
    return checkpoints.find_checkpoint(session, goal.id, parse_number(last))


def _compose_end(posting: Posting, goal: Goal | None) -> ComposedPost | None:
    """Compose what a note says once there's nothing to ask any more. None for one that was never sent."""
    if not posting.message:
        return None
    if goal is None or goal.withdrawn_at is not None:
        said = _("Goal #{number} was deleted.", number=goal.number) if goal else _("This goal was deleted.")
    elif goal.closed_at is not None:
        said = _("{goal} is closed.", goal=goal_name(goal))
    else:
        said = _("{goal}: done, there's nothing left to answer.", goal=goal_name(goal))
    return ComposedPost(Post(text_card(said)))


def _compose_look_note(posting: Posting, goal: Goal) -> ComposedPost | None:
    if not is_to_look_at(goal):
        return _compose_end(posting, goal)
    number, team = str(goal.number), str(goal.team_id)
    asked = Text(
        line(
            "It's time to take another look at survival goal #{number}: do we still need it?",
            number=goal.number,
        )
    )
    buttons = (
        Button(_("Keep goal"), KeepGoal(number, team)),
        Button(_("Close goal"), CloseGoal(number, team)),
        Button(_("Stop these messages"), RemindOwner(number, team)),
    )
    return ComposedPost(Post(Card((asked, Quote(clip_text(goal_words(goal), 160))), buttons)))
