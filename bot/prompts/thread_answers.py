"""What people do in public under a question, a reply in its thread or a reaction, kept as their answer.

The question says so in small words. Whoever prefers never to be kept, and people from outside, are left out.
"""

from __future__ import annotations

from sqlmodel import Session

from bot.core.adapter import Origin
from bot.core.commands import Declaration, Needs
from bot.core.context import Turn
from bot.core.events import EmojiAdded, EmojiRemoved, MessageDeleted, MessageEdited, Said
from bot.prompts.answers import asks, counts_replies, take_away
from storage.delivery import postings
from storage.models import Answer, AnswerKind, Posting
from storage.prompts import answers
from storage.teams.teams import Seat


def replied(turn: Turn, said: Said) -> None:
    """A reply in the thread of a question is an answer to it."""
    posting = _counting(turn, turn.origin.thread)
    if posting is not None:
        first = not answers.spoke(turn.session, posting.id, turn.seat.person_id)
        answer = _answer(turn, posting, AnswerKind.REPLY, f"reply:{said.message}", said.text)
        answer.message = said.message
        answers.add_once(turn.session, answer)
        _count(turn, posting, first)


def reacted(turn: Turn, event: EmojiAdded) -> None:
    """A reaction to a question is an answer to it."""
    if event.author and not event.ours:
        return
    posting = _counting(turn, event.message)
    if posting is not None:
        first = not answers.spoke(turn.session, posting.id, turn.seat.person_id)
        answer = _answer(turn, posting, AnswerKind.REACTION, _name(turn, event), event.emoji)
        answers.put(turn.session, answer)
        _count(turn, posting, first)


def _count(turn: Turn, posting: Posting, first: bool) -> None:
    """The card shows how many were heard, so only a person's first answer changes it."""
    if first:
        postings.touch(turn.session, posting.id, turn.now)


def unreacted(turn: Turn, event: EmojiRemoved) -> None:
    """A reaction taken off is no answer any more."""
    posting = _question_at(turn, event.message)
    answer = answers.by_event(turn.session, posting.id, _name(turn, event)) if posting else None
    if answer is not None and answer.deleted_at is None:
        take_away(turn, answer)


def answer_edited(turn: Turn, event: MessageEdited) -> None:
    """An answer follows the message it was given with."""
    answer = _given_with(turn, event.message)
    if answer is not None and answer.text != event.text:
        answer.text, answer.edited_at = event.text, turn.now
        postings.touch_answer(turn.session, answer.id, turn.now)


def answer_deleted(turn: Turn, event: MessageDeleted) -> None:
    """An answer goes with the message it was given with."""
    answer = _given_with(turn, event.message)
    if answer is not None:
        take_away(turn, answer)


def _given_with(turn: Turn, message: str) -> Answer | None:
    return answers.by_message(turn.session, turn.seat.workspace_id, turn.origin.channel, message)


def _question_at(turn: Turn, message: str) -> Posting | None:
    """The question that stands as a message of this channel."""
    posting = postings.by_message(turn.session, turn.seat.workspace_id, turn.origin.channel, message)
    return posting if posting and asks(posting) else None


def _counting(turn: Turn, message: str) -> Posting | None:
    """The same, where what this person does in public may be kept as an answer."""
    if not message or turn.seat.opted_out or turn.origin.external:
        return None
    posting = _question_at(turn, message)
    return posting if posting and counts_replies(posting) else None


def _name(turn: Turn, event: EmojiAdded | EmojiRemoved) -> str:
    """A person has one reaction of each emoji on a message."""
    return f"reaction:{turn.seat.person_id}:{event.emoji}"


def _answer(turn: Turn, posting: Posting, kind: AnswerKind, event: str, text: str) -> Answer:
    return Answer(
        posting_id=posting.id, person_id=turn.seat.person_id, kind=kind, text=text, event=event,
        created_at=turn.now,
    )  # fmt: skip


def concerns(session: Session, seat: Seat, origin: Origin, _said: Said) -> bool:
    """Whether the thread is one of ours; of all other threads, and of people from outside, nothing is noted."""
    if origin.external:
        return False
    return postings.by_message(session, seat.workspace_id, origin.channel, origin.thread) is not None


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration("said", Said, replied, needs=Needs.KNOWN_TEAM, quiet=True, concerns=concerns),
)
