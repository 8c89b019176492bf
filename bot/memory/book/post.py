"""The book in a person's direct messages: what its card says, and that it waits while those are closed."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot.core.language.stored import read_sentence
from bot.core.language.words import _, lazy
from bot.core.messages import Block, Button, Card, Post, Small, Text, Title
from bot.core.origin import Capabilities
from bot.core.posts import ComposedPost
from bot.memory.book.commands import MakeBook, SendAgain
from bot.memory.book.content import read_book
from bot.memory.book.file import FORMATS, BookFormat, make_book_file
from bot.memory.book.words import describe_figures
from storage.models import Posting

AS_FORMAT = {
    BookFormat.HTML: lazy("As a web page"),
    BookFormat.MARKDOWN: lazy("As Markdown"),
    BookFormat.JSON: lazy("As JSON"),
}
"""The labels of the buttons that ask for a format."""


def compose_book(
    session: Session, posting: Posting, _now: datetime, capabilities: Capabilities
) -> ComposedPost | None:
    """Compose a person's book of everything up to now, as a file beside a card."""
    if posting.person_id is None:
        return None
    book = read_book(session, (posting.person_id,), posting.created_at)
    made = make_book_file(book, posting.form, capabilities.largest_file)
    if made.file is None:
        too_big = _(
            "Your book is too big to send, even zipped. The people who run me can make it for you: {line}",
            line="ahabot book",
        )
        return ComposedPost(Post(Card((Title(_("Your book")), Text((too_big,))))))
    opened = _("Format: {format}. Only you got it.", format=FORMATS[posting.form].name())
    blocks: tuple[Block, ...] = (Title(_("Your book")), Text((describe_figures(book),)), Small((opened,)))
    noted = (Small((made.note(),)),) if made.note else ()
    return ComposedPost(Post(Card((*blocks, *noted), _format_buttons(posting.form)), file=made.file))


def _format_buttons(sent: str) -> tuple[Button, ...]:
    return tuple(Button(label(), MakeBook(form)) for form, label in AS_FORMAT.items() if form != sent)


def compose_waiting_book(
    _session: Session, posting: Posting, _now: datetime, _capabilities: Capabilities
) -> ComposedPost:
    """Compose what a person reads above their next private answer while their direct messages are closed."""
    closed = _("I can't send you direct messages. Allow them, and I'll send it.")
    ready = _("Your book is ready.")
    said = f"{ready} {read_sentence(posting.error) or closed}"
    return ComposedPost(Post(Card((Text((said,)),), (Button(_("Send it now"), SendAgain(str(posting.id))),))))
