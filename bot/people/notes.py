"""Notes: the bot's only direct messages, about consent and about what a person set up.

A Note is composed from the database rows like every posting, so it never quotes removed
text. If direct messages are closed, it waits and is shown above the person's next private
reply.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.core.commands import Declaration
from bot.core.context import Context
from bot.core.messages import Block, Button, Card, Post, Quote, Reply, Small, Text, text_card, text_reply
from bot.core.moment import build_removed_card, format_moment_ref, own_moment
from bot.core.origin import Capabilities
from bot.core.posts import ComposedPost
from bot.core.text import LONGEST_TEXT, clip_text, parse_number
from bot.moments.commands import Delete
from bot.moments.source import GiveWords
from storage.delivery import postings, refresh
from storage.models import Moment, Person, Posting, PostingKind
from storage.people import notes

NOTE_WORDS = 200
"""Maximum characters of a person's words in a Note, enough to recognise them."""


@dataclass(frozen=True)
class Fine:
    """Answer a Note by leaving everything as it is."""

    moment: str = ""
    posting: str = ""


def compose_note(
    session: Session, posting: Posting, now: datetime, _capabilities: Capabilities
) -> ComposedPost | None:
    """Compose a Note about a moment.

    Its buttons are gone once it is answered or the moment is deleted.
    """
    moment = session.get(Moment, posting.moment_id)
    if moment is None:
        return None
    if moment.deleted_at is not None:
        return ComposedPost(Post(build_removed_card(moment))) if posting.message else None
    return ComposedPost(Post(build_note_card(session, posting, moment)))


def build_note_card(session: Session, posting: Posting, moment: Moment) -> Card:
    """Build a Note's card: one sentence, the words in question, and at most two buttons."""
    words = Quote(clip_text(moment.text, NOTE_WORDS))
    blocks: tuple[Block, ...] = (Text((_note_sentence(session, posting, moment),)),)
    if moment.text:
        blocks = (*blocks, words)
    if posting.text:
        return Card((*blocks, Small((posting.text,))))
    return Card(blocks, _note_buttons(posting, moment))


def _note_sentence(session: Session, posting: Posting, moment: Moment) -> str:
    person = session.get(Person, posting.asked_by_id) if posting.asked_by_id else None
    who = person.name if person else "Someone"
    number = f"#{moment.number}"
    match posting.kind:
        case PostingKind.NOTE_DRAFT:
            return (
                f"{who} would like to keep something you wrote, as {number}. I cannot read it there myself."
            )
        case PostingKind.NOTE_LONG:
            return (
                f"{who} would like to save something you wrote, as {number}. "
                f"It's longer than the {LONGEST_TEXT:,} characters I save."
            )
        case PostingKind.NOTE_TAKEN_BACK:
            return f"The 💡 on something you wrote was taken back. It is kept as {number}; shall it stay?"
        case PostingKind.NOTE_SOURCE_GONE:
            return f"A message of yours that is kept as {number} was deleted. Shall the copy stay?"
        case _:
            return f"{who} kept what you wrote. It is in the team's memory now, as {number}."


def _note_buttons(posting: Posting, moment: Moment) -> tuple[Button, ...]:
    at = format_moment_ref(moment)
    fine = Fine(at, str(posting.id))
    match posting.kind:
        case PostingKind.NOTE_DRAFT | PostingKind.NOTE_LONG:
            return (Button("Keep the words", GiveWords(at)), Button("No, leave it out", Delete(at)))
        case PostingKind.NOTE_TAKEN_BACK:
            return (Button("Keep", fine), Button("Remove", Delete(at)))
        case PostingKind.NOTE_SOURCE_GONE:
            return (Button("Keep", fine), Button("Remove too", Delete(at)))
        case _:
            return (Button("Fine", fine), Button("Remove it", Delete(at)))


def accept_note(context: Context, command: Fine) -> Reply | None:
    """Leave the moment as it is and replace the Note's buttons with that answer.

    If the Note was shown above a reply, answer in a reply.
    """
    moment = own_moment(context, command.moment, "decide about")
    posting = notes.find_note(context.session, context.caller.person_id, parse_number(command.posting))
    if posting is None or not posting.message:
        return text_reply(f"#{moment.number} stays as it is.", replaces=True)
    if not posting.text:
        posting.text = "It stays."
        refresh.refresh_posting(context.session, posting.id, context.now)
    return None


def compose_stopped_note(
    session: Session, posting: Posting, now: datetime, capabilities: Capabilities
) -> ComposedPost:
    """Compose the Note about a schedule whose posts cannot be delivered.

    It says how to turn the schedule on again.
    """
    on_again = f"It is off until someone turns it on again: {capabilities.command} schedule."
    return ComposedPost(Post(Card((Text((posting.text,)), Text((on_again,))))))


def compose_unsaved_note(
    session: Session, posting: Posting, now: datetime, _capabilities: Capabilities
) -> ComposedPost:
    """Compose the Note that says what was not saved, and why."""
    return ComposedPost(Post(text_card(posting.text)))


TEXT_NOTES: Mapping[str, Callable[[Session, Posting, datetime, Capabilities], ComposedPost]] = {
    PostingKind.NOTE_STOPPED: compose_stopped_note,
    PostingKind.NOTE_UNSAVED: compose_unsaved_note,
}
"""The Notes that are about no moment. They hold their own sentence."""


def next_waiting_note(context: Context) -> Card | None:
    """Return the oldest waiting Note as a card to show above the person's next private reply.

    One at a time, because with several it would be unclear which buttons belong to which. Waiting
    Notes with nothing left to say are marked as shown.
    """
    card, past = None, []
    for posting in postings.list_waiting_notes(context.session, context.caller.person_id):
        past.append(posting.id)
        if (card := _waiting_note_card(context, posting)) is not None:
            break
    notes.mark_shown(context.session, context.caller.person_id, past, context.now)
    return card


def _waiting_note_card(context: Context, posting: Posting) -> Card | None:
    compose = TEXT_NOTES.get(posting.kind, compose_note)
    composed = compose(context.session, posting, context.now, context.capabilities)
    return composed.post.card if composed else None


DECLARATIONS = (Declaration("fine", Fine, accept_note),)
