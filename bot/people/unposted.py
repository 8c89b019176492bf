"""The Note about a post that somebody asked for and that the platform refused.

It says what is saved all the same. When the post comes after all, the Note says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from bot.core.language.stored import read_sentence
from bot.core.language.words import Lazy, _, lazy
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

NAMES: Mapping[str, Lazy] = {
    PostingKind.CARD: lazy("the card of #{number}"),
    PostingKind.LADDER: lazy("the whys of #{number}"),
    PostingKind.QUEST: lazy("the card of your quest"),
    PostingKind.PROMPT: lazy("your question"),
    PostingKind.RETRO: lazy("your question"),
    PostingKind.RECAP: lazy("the recap"),
    PostingKind.CYCLE: lazy("the picture of your quests"),
    PostingKind.FOCUS_CHECK: lazy("the card of the focus check"),
    PostingKind.BOOK: lazy("your book"),
}
"""What could not be posted, for the end of a sentence behind a colon."""
STILL_TRUE: Mapping[str, Lazy] = {
    PostingKind.CARD: lazy("It's saved anyway, so search and the recap have it."),
    PostingKind.LADDER: lazy("They're saved anyway."),
    PostingKind.QUEST: lazy("The quest is open anyway."),
    PostingKind.FOCUS_CHECK: lazy("It's saved anyway."),
    PostingKind.BOOK: lazy("Nothing is lost: just ask for it again."),
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
        there = (
            Text(_arrived_line(session, missing)) if missing else Text((_("What I couldn't post is gone."),))
        )
        return ComposedPost(Post(Card((there,)))) if posting.message else None
    return ComposedPost(
        Post(Card((Text(_refused_line(session, missing, posting.text)), *_words(session, missing))))
    )


def _is_shown(missing: Posting) -> bool:
    return missing.state == PostingState.SENT and missing.sent_revision > 0


def _refused_line(session: Session, missing: Posting, reason: str) -> Line:
    number, cause = _moment_number(session, missing), read_sentence(reason)
    if missing.kind == PostingKind.MARK:
        said = _("#{number} is saved, but I can't put my 💡 on the message.", number=number)
        return (f"{said} {cause}",)
    name, where = _name(missing, number), _where(session, missing)
    if missing.person_id is not None:
        said = _("I couldn't send this in a direct message: {thing}.", thing=name)
    elif where and missing.thread:
        said = _("I couldn't post this in a thread in {channel}: {thing}.", channel=where, thing=name)
    elif where:
        said = _("I couldn't post this in {channel}: {thing}.", channel=where, thing=name)
    else:
        said = _("I couldn't post this in your team's channel: {thing}.", thing=name)
    rest = STILL_TRUE.get(missing.kind)
    return (" ".join(filter(None, (said, cause, rest() if rest else ""))),)


def _arrived_line(session: Session, missing: Posting) -> Line:
    number = _moment_number(session, missing)
    if missing.kind == PostingKind.MARK:
        return (_("My 💡 is on the message of #{number} now.", number=number),)
    name, where = _name(missing, number), _where(session, missing)
    if missing.person_id is not None:
        return (_("I could send it to you after all: {thing}.", thing=name),)
    if where:
        return (_("I could post it in {channel} after all: {thing}.", channel=where, thing=name),)
    return (_("I could post it in your team's channel after all: {thing}.", thing=name),)


def _name(missing: Posting, number: int) -> str:
    return NAMES[missing.kind](number=number) if missing.kind in NAMES else _("a post of mine")


def _where(session: Session, missing: Posting) -> str:
    """Return the name of the channel of a posting, or nothing if it isn't known."""
    channel = teams.find_channel(session, missing.workspace_id, missing.channel)
    return name_channel(channel.name if channel else "", "")


def _moment_number(session: Session, missing: Posting) -> int:
    moment = session.get(Moment, missing.moment_id) if missing.moment_id else None
    return moment.number if moment else 0


def _words(session: Session, missing: Posting) -> tuple[Block, ...]:
    """Return the question's words, so that they are not lost."""
    lost = question_text(session, missing) if missing.withdrawn_at is None and not missing.question else ""
    return (Quote(clip_text(lost, QUESTION_WORDS)),) if lost else ()
