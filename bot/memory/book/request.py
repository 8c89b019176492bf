"""The command for one's own book: it comes once, as a file in the direct messages."""

from __future__ import annotations

from datetime import timedelta

from bot.core.commands import Declaration, Needs
from bot.core.context import Context, UserError
from bot.core.language.words import _, lazy
from bot.core.messages import Block, Button, Card, Reply, Small, Style, Text, Title, text_reply
from bot.core.text import parse_number
from bot.memory.book.commands import MakeBook, SendAgain, TellCareer
from bot.memory.book.file import FORMATS, BookFormat
from bot.memory.book.words import CAREER_QUESTION
from storage.delivery import postings
from storage.memory import book
from storage.models import Person, Posting, PostingKind, PostingState
from storage.people import notes

ON_ITS_WAY = lazy("Your book ({format}) is already on its way. When it's there, you can ask for another one.")
LOST_AFTER = timedelta(minutes=10)
"""How long nobody knows of a book whether it came before the person may ask for another one."""
CAREER_HINT = lazy("Only you can see your answer, in your book. I won't ask again.")


def make_book(context: Context, command: MakeBook) -> Reply:
    """Plan a person's book, unless one is on its way, and ask once about the ahas of their career.

    One that waits because direct messages were closed is tried again. A repeated event plans nothing new.
    """
    session, form = context.session, command.format or BookFormat.HTML
    if form not in FORMATS:
        raise UserError(_("Pick a format: {formats}.", formats=", ".join(FORMATS)))
    person = book.lock_person(session, context.caller.person_id)
    key = f"book:{person.id}:{context.origin.event}"
    coming, asks = _find_coming(context, person.id), _asks_career(context, person, key)
    if coming is not None and coming.key != key:
        if coming.state != PostingState.WAITING:
            return text_reply(ON_ITS_WAY(format=FORMATS[coming.form].name()))
        coming.form = form
        _send_now(context, coming)
    else:
        postings.plan_once(
            session, key, PostingKind.BOOK, context.caller.workspace_id, context.now, person_id=person.id,
            form=form, waits_for_id=person.id,
        )  # fmt: skip
    coming_as = FORMATS[form].name()
    said = Text((_("Your book ({format}) is on its way to your direct messages.", format=coming_as),))
    if not asks:
        return Reply(Card((said,)))
    blocks: tuple[Block, ...] = (said, Title(CAREER_QUESTION()), Small((CAREER_HINT(),)))
    return Reply(Card(blocks, (Button(_("An aha from my career"), TellCareer(), Style.PRIMARY),)))


def _asks_career(context: Context, person: Person, key: str) -> bool:
    """Return whether this is the person's first book, and note that they were asked.

    The same event asks again, because its first answer may not have arrived.
    """
    first = person.career_asked_at is None
    if first:
        person.career_asked_at = context.now
    planned = postings.find_by_key(context.session, key)
    return first or (planned is not None and planned.created_at == person.career_asked_at)


def send_again(context: Context, command: SendAgain) -> Reply:
    """Send a book that waited for the person's direct messages."""
    found = notes.find_note(context.session, context.caller.person_id, parse_number(command.posting))
    if found is not None and found.message:
        return text_reply(_("It's already there. Check your direct messages."), replaces=True)
    if found is None or found.kind != PostingKind.BOOK:
        return text_reply(_("That book is gone. Ask for a new one."), replaces=True)
    book.lock_person(context.session, context.caller.person_id)
    coming = _find_coming(context, context.caller.person_id)
    if coming is not None and coming.state != PostingState.WAITING:
        return text_reply(ON_ITS_WAY(format=FORMATS[coming.form].name()), replaces=True)
    _send_now(context, found)
    return text_reply(_("I'm trying again. Check your direct messages."), replaces=True)


def _find_coming(context: Context, person_id: int) -> Posting | None:
    return book.find_open_book(context.session, person_id, context.now - LOST_AFTER)


def _send_now(context: Context, posting: Posting) -> None:
    """Plan a book again that was told of as waiting, and that is told of again if it can't be sent."""
    notes.mark_shown(context.session, context.caller.person_id, [posting.id], context.now)
    context.session.refresh(posting)
    posting.sent_at = None
    postings.post_again(context.session, posting, context.now)


DECLARATIONS = (
    Declaration(
        "book",
        MakeBook,
        make_book,
        "memory book",
        lazy("Your own book: everything you've written, as a file to take with you"),
        needs=Needs.PERSON,
        button=lazy("My book"),
        said_as="book, books, my book, book me, career book, memory books, our book",
    ),
    Declaration("book-again", SendAgain, send_again, needs=Needs.PERSON, personal=True),
)
