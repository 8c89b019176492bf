"""The message that a moment was saved from: whether it may be saved, and what follows its fetch."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot.core.adapter import Source
from storage.delivery import postings
from storage.models import Moment, MomentState, Person, PostingKind, Team
from storage.moments import moments


def refusal_reason(
    author: Person | None, kept_by_id: int | None, by_bot: bool = False, external: bool = False
) -> str:
    """Return a sentence that says why a message may not be saved, or an empty string if it may.

    `author` is None for a bot.
    """
    if by_bot or (author is None and not external):
        return "That was not written by a person. Use the command to keep it in your own words."
    if external or author is None:
        return "That is from someone outside your organisation, whose words are not kept."
    if author.opted_out and author.id != kept_by_id:
        return f"{author.name} prefers not to be kept. Use the command for your own words."
    return ""


def update_author_name(session: Session, moment: Moment, source: Source) -> None:
    """Update the author's name from the message. The emoji event may not contain it."""
    author = session.get_one(Person, moment.author_id)
    author.name = source.person_name or author.name


def save_source_text(session: Session, moment: Moment, source: Source, now: datetime) -> None:
    """Save a message's fetched text, plan the bot's 💡 on it, and plan a Note to its author.

    The Note is sent only if another person saved it. If the moment was removed meanwhile,
    nothing is saved.
    """
    moments.cancel_fetch(session, moment.id)
    if moment.deleted_at is not None:
        return
    moment.text, moment.source_link, moment.state = source.text, source.link, MomentState.KEPT
    moments.update_tokens(session, moment, now)
    team = session.get_one(Team, moment.team_id)
    if moment.source_message:
        postings.plan_once(
            session, f"mark:{moment.id}", PostingKind.MARK, team.workspace_id, now,
            team_id=team.id, moment_id=moment.id, channel=moment.source_channel, message=moment.source_message,
        )  # fmt: skip
    if moment.kept_by_id != moment.author_id:
        plan_note(session, PostingKind.NOTE_KEPT, moment, now)


def mark_unreadable(session: Session, moment: Moment, now: datetime) -> None:
    """Turn a moment whose message cannot be read into a draft.

    Plan a Note that asks its author for the text. A removed moment does not change.
    """
    moments.cancel_fetch(session, moment.id)
    if moment.deleted_at is not None:
        return
    moment.state = MomentState.DRAFT
    session.flush()
    plan_note(session, PostingKind.NOTE_DRAFT, moment, now)


def plan_note(session: Session, kind: PostingKind, moment: Moment, now: datetime) -> None:
    """Plan a Note about a moment to its author, at most once for each kind."""
    team = session.get_one(Team, moment.team_id)
    postings.plan_once(
        session, f"{kind}:{moment.id}", kind, team.workspace_id, now,
        team_id=team.id, moment_id=moment.id, person_id=moment.author_id, asked_by_id=moment.kept_by_id,
    )  # fmt: skip
