"""What becomes of a posting that its platform refused for good, and who is told."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot.core.origin import PostFailedError
from bot.core.text import name_channel
from bot.features import PLANNERS
from bot.people.unposted import plan_unposted_note
from storage.delivery import postings, refusals
from storage.models import Channel, Posting, PostingKind, PostingState, Schedule
from storage.people import notes
from storage.schedules import schedules
from storage.teams import presence, teams


def give_up_posting(session: Session, posting: Posting, refused: PostFailedError, now: datetime) -> None:
    """Record that a posting failed, and tell the person who waits for it.

    A scheduled one stops its schedule, if trying again makes no sense, and its maker is told. Nobody
    is told if the workspace removed the bot.
    """
    reason = str(refused)
    postings.update_posting(session, posting.id, state=PostingState.FAILED, due_at=None, error=reason)
    if presence.is_removed(session, posting.workspace_id):
        return
    channel = teams.find_channel(session, posting.workspace_id, posting.channel)
    if channel is not None and refused.threads_only:
        channel.threads_only = True
    if posting.schedule_id is None:
        if posting.kind != PostingKind.MARK or refused.lacks:
            plan_unposted_note(session, posting, reason, now)
    elif refused.retry_after is None:
        _stop_schedule(session, posting, posting.schedule_id, channel, reason, now)


def _stop_schedule(
    session: Session, posting: Posting, schedule_id: int, channel: Channel | None, reason: str, now: datetime
) -> None:
    """Stop a schedule and tell the person who set it up, once.

    It is left alone if the channel is known to be closed, until the bot is back in it.
    """
    if channel is not None and channel.closed_at is not None:
        return
    stopped = session.get_one(Schedule, schedule_id)
    name = PLANNERS[stopped.kind].name().lower()
    where = name_channel(channel.name if channel else "")
    who = schedules.stop_schedule(session, schedule_id, now) or teams.find_team_maker(
        session, posting.team_id
    )
    if who is not None:
        postings.plan_once(
            session, f"stopped:{schedule_id}:{posting.local_date}", PostingKind.NOTE_STOPPED, posting.workspace_id,
            now, team_id=posting.team_id, person_id=who,
            text=f"The {name} for {where} could not be posted: {reason}",
        )  # fmt: skip


def hold_posting(session: Session, posting: Posting, refused: PostFailedError, now: datetime) -> None:
    """Let a posting wait for a permission that the bot lost in its whole workspace.

    Every private answer says so until the permission is back. Whoever put an emoji gets no answer, so
    they get a Note.
    """
    marks, reason = posting.kind == PostingKind.MARK, str(refused)
    refusals.record_permissions(session, posting.workspace_id, **{"mark" if marks else "post": refused.lacks})
    if posting.message and posting.sent_revision:
        postings.update_posting(session, posting.id, state=PostingState.SENT, due_at=None, error=reason)
    elif posting.person_id is not None:
        notes.mark_waiting(session, session.get_one(Posting, posting.id), reason)
    else:
        refusals.hold_posting(session, posting.id, reason)
    if marks:
        plan_unposted_note(session, posting, reason, now)


def release_postings(session: Session, posting: Posting, now: datetime) -> None:
    """Record that the bot has a permission again, as a posting shows, and plan what waits for it."""
    marks = posting.kind == PostingKind.MARK
    refusals.record_permissions(session, posting.workspace_id, **{"mark" if marks else "post": ""})
    late = {kind: planner.late for kind, planner in PLANNERS.items()}
    refusals.release_postings(session, posting.workspace_id, marks, late, now)
