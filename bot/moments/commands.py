"""The commands about one moment, apart from what answers them, because its card's buttons carry them all."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.commands import moment, written
from storage.models import SequelKind


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

    moment: str = moment()
    text: str = written()


@dataclass(frozen=True)
class DropVersion:
    """Take one's own telling out again."""

    moment: str = ""


@dataclass(frozen=True)
class Edit:
    """New words for a moment of one's own; without any, the form with the present ones.

    `whole` says that a form asked for all parts, so that an empty one is meant; else those not given stay.
    It is `rest` where the form left out a text that is too long for it, and which stays.
    """

    moment: str = moment()
    text: str = written()
    planned: str = written()
    came_as: str = written()
    repaid: str = written()
    powers: str = written()
    value: str = ""
    another_value: str = written()
    expected: str = written()
    happened: str = written()
    taught: str = written()
    wrong: str = written()
    quest: str = ""
    previous: str = ""
    used_to: str = written()
    now_think: str = written()
    expecting: str = written()
    out_with: str = written()
    whole: str = ""


@dataclass(frozen=True)
class HowFar:
    """Ask, in private, how far outside comfortable a moment was."""

    moment: str = ""


@dataclass(frozen=True)
class AddSequel:
    """A line of what a moment makes possible, or of what it set off; without words, the form."""

    moment: str = ""
    kind: str = SequelKind.POSSIBLE
    text: str = written()


@dataclass(frozen=True)
class DropSequels:
    """Take one's own line out again; without its id, all that one wrote on this moment."""

    moment: str = ""
    line: str = ""


@dataclass(frozen=True)
class AskWhy:
    """A rung of the ladder under an experiment, below the rung `under`; without words, the form.

    `how` is what its writer said after a gentler wording was suggested: to send it as it is, or to write again.
    """

    moment: str = moment()
    under: str = ""
    how: str = ""
    text: str = written()


@dataclass(frozen=True)
class SeeLadder:
    """A private page of the ladder under an experiment."""

    moment: str = ""
    page: str = ""


@dataclass(frozen=True)
class SeeRoad:
    """A private page of what fed a breakthrough; where nothing does yet, the form that links it."""

    moment: str = ""
    page: str = ""


@dataclass(frozen=True)
class Link:
    """What fed a breakthrough; of another moment, which breakthroughs it fed. `asked` says that the form did.

    `chosen` are moments' numbers, one to a line, and `others` what was written beside them.
    """

    moment: str = ""
    asked: str = ""
    chosen: str = ""
    others: str = written()


@dataclass(frozen=True)
class Unlink:
    """Take a moment, by its number, off the road to a breakthrough."""

    moment: str = ""
    stop: str = ""


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


@dataclass(frozen=True)
class ItFailed:
    """What was kept as an aha was an experiment, as its author says."""

    moment: str = ""
