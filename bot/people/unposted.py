"""The Note about a post that somebody asked for and that the platform refused.

It says what is saved all the same. When the post comes after all, the Note says so.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot.core.language.words import Lazy
from bot.core.messages import Block, Card, Line, Post, Quote, Text
from bot.core.origin import Capabilities
from bot.core.posts import ComposedPost
from bot.core.text import clip_text, name_channel
from bot.prompts.bank.goal_questions import question_text
from storage.delivery import postings, refusals
from storage.models import Moment, Posting, PostingKind, PostingState
from storage.teams import teams

KEY_PREFIX = "unposted:"
QUESTION_WORDS = 600
"""Maximum characters of a question that the Note gives back."""

NAMES = {
    PostingKind.CARD: "The card of #{}",
    PostingKind.LADDER: "The whys of #{}",
    PostingKind.QUEST: "The card of your quest",
    PostingKind.PROMPT: "Your question",
    PostingKind.RETRO: "Your question",
    PostingKind.RECAP: "The recap",
    PostingKind.CYCLE: "The picture of your search",
    PostingKind.FOCUS_CHECK: "The card of the focus check",
    PostingKind.BOOK: "Your book",
}
STILL_TRUE = {
    PostingKind.CARD: " It's saved all the same, so search and the recap have it.",
    PostingKind.LADDER: " They're saved all the same.",
    PostingKind.QUEST: " The quest is open all the same.",
    PostingKind.FOCUS_CHECK: " It's saved all the same.",
    PostingKind.BOOK: " Nothing of it is lost: ask for it again.",
}


def plan_unposted_note(session: Session, posting: Posting, reason: str, now: datetime) -> None:
    """Plan the Note to the person who waits for a posting, once for each cause."""
    if posting.waits_for_id is None or refusals.was_told(session, posting, reason):
        return
    postings.plan_once(
        session, f"{KEY_PREFIX}{posting.id}", PostingKind.NOTE_UNPOSTED, posting.workspace_id, now,
        team_id=posting.team_id, person_id=posting.waits_for_id, text=reason,
    )  # fmt: skip


def compose_unposted_note(
    session: Session, posting: Posting, _now: datetime, _capabilities: Capabilities
) -> ComposedPost | None:
    """Compose the Note from the refused posting. Return None if that came before the Note did."""
    missing = session.get(Posting, int(posting.key.removeprefix(KEY_PREFIX)))
    if missing is None or _is_shown(missing):
        there = Text(_arrived_line(session, missing)) if missing else Text(("What I couldn't post is gone.",))
        return ComposedPost(Post(Card((there,)))) if posting.message else None
    return ComposedPost(
        Post(Card((Text(_refused_line(session, missing, Lazy(posting.text)())), *_words(session, missing))))
    )


def _is_shown(missing: Posting) -> bool:
    return missing.state == PostingState.SENT and missing.sent_revision > 0


def _refused_line(session: Session, missing: Posting, reason: str) -> Line:
    if missing.kind == PostingKind.MARK:
        return (
            f"#{_moment_number(session, missing)} is saved, but I can't put my 💡 on the message. {reason}",
        )
    name, rest = _name(session, missing), STILL_TRUE.get(PostingKind(missing.kind), "")
    return (f"{name} couldn't be posted in {_where(session, missing)}. {reason}{rest}",)


def _arrived_line(session: Session, missing: Posting) -> Line:
    if missing.kind == PostingKind.MARK:
        return (f"My 💡 is on the message of #{_moment_number(session, missing)} now.",)
    return (f"{_name(session, missing)} is in {_where(session, missing)} now.",)


def _name(session: Session, missing: Posting) -> str:
    return NAMES.get(PostingKind(missing.kind), "A post of mine").format(_moment_number(session, missing))


def _where(session: Session, missing: Posting) -> str:
    if missing.person_id is not None:
        return "your direct messages"
    channel = teams.find_channel(session, missing.workspace_id, missing.channel)
    where = name_channel(channel.name if channel else "")
    return f"a thread of {where}" if missing.thread else where


def _moment_number(session: Session, missing: Posting) -> int:
    moment = session.get(Moment, missing.moment_id) if missing.moment_id else None
    return moment.number if moment else 0


def _words(session: Session, missing: Posting) -> tuple[Block, ...]:
    """Return the question's words, so that they are not lost."""
    lost = question_text(session, missing) if missing.withdrawn_at is None and not missing.question else ""
    return (Quote(clip_text(lost, QUESTION_WORDS)),) if lost else ()
