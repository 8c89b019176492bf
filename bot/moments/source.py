"""The words of a message that somebody kept: whether they are ours to keep, and what follows when they are here."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot.core.adapter import Source
from storage.delivery import postings
from storage.models import Moment, MomentState, Person, PostingKind, Team
from storage.moments import moments


def refusal(
    author: Person | None, kept_by_id: int | None, by_bot: bool = False, external: bool = False
) -> str:
    """Why a message is not kept, as a sentence; nothing where it may be. `author` is unknown for a bot."""
    if by_bot or (author is None and not external):
        return "That was not written by a person. Use the command to keep it in your own words."
    if external or author is None:
        return "That is from someone outside your organisation, whose words are not kept."
    if author.opted_out and author.id != kept_by_id:
        return f"{author.name} prefers not to be kept. Use the command for your own words."
    return ""


def name_author(session: Session, moment: Moment, source: Source) -> None:
    """An emoji's event may not say what its message's author is called; the message itself does."""
    author = session.get_one(Person, moment.author_id)
    author.name = source.person_name or author.name


def settle(session: Session, moment: Moment, source: Source, now: datetime) -> None:
    """The words of a message are here: keep them, put our 💡 on it, and tell the author if others kept it.

    Of a moment that was removed meanwhile nothing is kept.
    """
    moments.fetched(session, moment.id)
    if moment.deleted_at is not None:
        return
    moment.text, moment.source_link, moment.state = source.text, source.link, MomentState.KEPT
    moments.reindex(session, moment, now)
    team = session.get_one(Team, moment.team_id)
    if moment.source_message:
        postings.plan_once(
            session, f"mark:{moment.id}", PostingKind.MARK, team.workspace_id, now,
            team_id=team.id, moment_id=moment.id, channel=moment.source_channel, message=moment.source_message,
        )  # fmt: skip
    if moment.kept_by_id != moment.author_id:
        note(session, PostingKind.NOTE_KEPT, moment, now)


def unreadable(session: Session, moment: Moment, now: datetime) -> None:
    """The words cannot be had: a draft, and a Note that asks its author for them."""
    moments.fetched(session, moment.id)
    if moment.deleted_at is not None:
        return
    moment.state = MomentState.DRAFT
    session.flush()
    note(session, PostingKind.NOTE_DRAFT, moment, now)


def note(session: Session, kind: PostingKind, moment: Moment, now: datetime) -> None:
    """Promise a Note about a moment to its author, once a cause."""
    team = session.get_one(Team, moment.team_id)
    postings.plan_once(
        session, f"{kind}:{moment.id}", kind, team.workspace_id, now,
        team_id=team.id, moment_id=moment.id, person_id=moment.author_id, asked_by_id=moment.kept_by_id,
    )  # fmt: skip
