"""Notes: the only direct messages there are, about consent and about what a person set up.

A Note is composed from the rows like every posting, so that it never quotes what has been removed since. Where
direct messages are closed it waits, and heads the person's next private reply.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.core.adapter import Ways
from bot.core.commands import Declaration
from bot.core.context import Turn
from bot.core.messages import Block, Button, Card, Post, Quote, Reply, Small, Text, reply
from bot.core.posts import Composed
from bot.moments import card as cards
from bot.moments.commands import Delete
from bot.moments.log import own
from bot.moments.save_message import GiveWords
from storage.delivery import postings
from storage.models import Moment, Person, Posting, PostingKind
from storage.people import notes

NOTE_WORDS = 200
"""Characters of a person's words that a Note repeats, so that they know which ones are meant."""


@dataclass(frozen=True)
class Fine:
    """The answer to a Note that leaves everything as it is."""

    moment: str = ""
    posting: str = ""


def compose(session: Session, posting: Posting, now: datetime, _ways: Ways) -> Composed | None:
    """A Note about a moment. Once it is answered, or the moment is gone, its buttons are too."""
    moment = session.get(Moment, posting.moment_id)
    if moment is None:
        return None
    if moment.deleted_at is not None:
        return Composed(Post(cards.removed(moment))) if posting.message else None
    return Composed(Post(card(session, posting, moment)))


def card(session: Session, posting: Posting, moment: Moment) -> Card:
    """What a Note says: one sentence, the words meant, and at most two buttons."""
    words = Quote(cards.clipped(moment.text, NOTE_WORDS))
    blocks: tuple[Block, ...] = (Text((_sentence(session, posting, moment),)),)
    if moment.text:
        blocks = (*blocks, words)
    if posting.text:
        return Card((*blocks, Small((posting.text,))))
    return Card(blocks, _buttons(posting, moment))


def _sentence(session: Session, posting: Posting, moment: Moment) -> str:
    person = session.get(Person, posting.asked_by_id) if posting.asked_by_id else None
    who = person.name if person else "Someone"
    number = f"#{moment.number}"
    match posting.kind:
        case PostingKind.NOTE_DRAFT:
            return (
                f"{who} would like to keep something you wrote, as {number}. I cannot read it there myself."
            )
        case PostingKind.NOTE_TAKEN_BACK:
            return f"The 💡 on something you wrote was taken back. It is kept as {number}; shall it stay?"
        case PostingKind.NOTE_SOURCE_GONE:
            return f"A message of yours that is kept as {number} was deleted. Shall the copy stay?"
        case _:
            return f"{who} kept what you wrote. It is in the team's memory now, as {number}."


def _buttons(posting: Posting, moment: Moment) -> tuple[Button, ...]:
    at = cards.ref(moment)
    fine = Fine(at, str(posting.id))
    match posting.kind:
        case PostingKind.NOTE_DRAFT:
            return (Button("Keep the words", GiveWords(at)), Button("No, leave it out", Delete(at)))
        case PostingKind.NOTE_TAKEN_BACK:
            return (Button("Keep", fine), Button("Remove", Delete(at)))
        case PostingKind.NOTE_SOURCE_GONE:
            return (Button("Keep", fine), Button("Remove too", Delete(at)))
        case _:
            return (Button("Fine", fine), Button("Remove it", Delete(at)))


def fine(turn: Turn, command: Fine) -> Reply | None:
    """It stays as it is, and the Note says so in place of its buttons; where it headed a reply, that does."""
    moment = own(turn, command.moment, "decide about")
    posting = notes.of(turn.session, turn.seat.person_id, command.posting)
    if posting is None or not posting.message:
        return reply(f"#{moment.number} stays as it is.", replaces=True)
    if not posting.text:
        posting.text = "It stays."
        postings.touch(turn.session, posting.id, turn.now)
    return None


def compose_stopped(session: Session, posting: Posting, now: datetime, ways: Ways) -> Composed:
    """The Note about a schedule whose posts cannot go out, and how it goes on."""
    on_again = f"It is off until someone turns it on again: {ways.command} schedule."
    return Composed(Post(Card((Text((posting.text,)), Text((on_again,))))))


def waiting(turn: Turn) -> Card | None:
    """The oldest Note that found a person's direct messages closed, as the head of what they see next.

    One at a time: of the buttons of several, nobody could tell which belongs to what.
    """
    card, past = None, []
    for posting in postings.waiting_for(turn.session, turn.seat.person_id):
        past.append(posting.id)
        if (card := _now(turn, posting)) is not None:
            break
    notes.shown(turn.session, turn.seat.person_id, past, turn.now)
    return card


def _now(turn: Turn, posting: Posting) -> Card | None:
    stopped = posting.kind == PostingKind.NOTE_STOPPED
    composed = (compose_stopped if stopped else compose)(turn.session, posting, turn.now, turn.ways)
    return composed.post.card if composed else None


DECLARATIONS = (Declaration("fine", Fine, fine),)
