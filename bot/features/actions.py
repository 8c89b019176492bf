"""The commands about one moment, apart from what answers them, because its card's buttons carry them all."""

from __future__ import annotations

from dataclasses import dataclass

from bot.commands import moment, written


@dataclass(frozen=True)
class Show:
    """See a moment, in private."""

    moment: str = moment()


@dataclass(frozen=True)
class ReadOn:
    """The next private page of a moment's text."""

    moment: str = ""
    page: str = ""


@dataclass(frozen=True)
class HighFive:
    """A nod to a moment. `private` says that the button stood on a private card, which then shows it."""

    moment: str = ""
    private: str = ""


@dataclass(frozen=True)
class IWasThere:
    """Say that one was there, without writing anything."""

    moment: str = ""
    private: str = ""


@dataclass(frozen=True)
class AddVersion:
    """One's own telling of how the team got there."""

    moment: str = ""
    text: str = written()


@dataclass(frozen=True)
class DropVersion:
    """Take one's own telling out again."""

    moment: str = ""


@dataclass(frozen=True)
class Edit:
    """New words for a moment of one's own; without any, the form with the present ones."""

    moment: str = moment()
    text: str = written()
    planned: str = written()
    came_as: str = written()
    expected: str = written()
    happened: str = written()
    taught: str = written()


@dataclass(frozen=True)
class Delete:
    """Take a moment out of the team's memory."""

    moment: str = moment()


@dataclass(frozen=True)
class Restore:
    """Bring a deleted moment back, within a day."""

    moment: str = ""


@dataclass(frozen=True)
class ItWasAnAha:
    """Undo the reading of a first word as a command: the whole line, `head` included, was an aha."""

    moment: str = ""
    head: str = ""
