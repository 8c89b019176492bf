"""The commands about one's own book and what only oneself sees."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.params import choice_param, user_text, words_param


@dataclass(frozen=True)
class MakeBook:
    """The command to get one's book as a file."""

    format: str = choice_param("The format; a web page if left out", "html", "markdown", "json")


@dataclass(frozen=True)
class SendAgain:
    """The command to send a book that waits because direct messages were closed."""

    posting: str = ""


@dataclass(frozen=True)
class TellCareer:
    """The command to keep an aha of one's career. Without text, it opens the form."""

    text: str = words_param("The aha; leave it out to get a form")
    happened: str = user_text()


@dataclass(frozen=True)
class WriteNote:
    """The command to keep a note for oneself, or to see them. With `asked`, no text opens the form."""

    text: str = words_param("The note; leave it out to see your notes")
    asked: str = ""


@dataclass(frozen=True)
class SeeOwn:
    """The command to show one of the things that only oneself sees, page by page."""

    own: str = ""
    page: str = ""


@dataclass(frozen=True)
class ListOwn:
    """The command to list what only oneself sees, that before an id."""

    before: str = ""


@dataclass(frozen=True)
class EditOwn:
    """The command to change an own moment, or one page of it. Without `asked`, it opens the form.

    `version` is the one that the form showed.
    """

    own: str = ""
    asked: str = ""
    text: str = user_text()
    happened: str = user_text()
    version: str = ""
    page: str = ""


@dataclass(frozen=True)
class UndoOwn:
    """The command to undo a change of an own moment, as long as it's the version that the button belongs to."""

    own: str = ""
    version: str = ""


@dataclass(frozen=True)
class DropOwn:
    """The command to remove an own moment. With `back`, it is brought back within a day."""

    own: str = ""
    back: str = ""
