"""The command classes of a single moment, without their handlers.

A moment's card carries all of them on its buttons, so they live apart from the handlers.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.commands import moment_param, user_text
from storage.models import SequelKind


@dataclass(frozen=True)
class Show:
    """The command to show a moment in private."""

    moment: str = moment_param()


@dataclass(frozen=True)
class ReadOn:
    """The command to show one private page of a moment's full text."""

    moment: str = ""
    page: str = ""


@dataclass(frozen=True)
class HighFive:
    """The command to give a moment a high-five.

    `private` is set when the button is on a private card. That card is then updated.
    """

    moment: str = ""
    private: str = ""


@dataclass(frozen=True)
class IWasThere:
    """The command to record that a person was there, without any text.

    `private` is set when the button is on a private card. That card is then updated.
    """

    moment: str = ""
    private: str = ""


@dataclass(frozen=True)
class AddVersion:
    """The command to add a person's own version of how the team got there."""

    moment: str = moment_param()
    text: str = user_text()


@dataclass(frozen=True)
class DropVersion:
    """The command to remove a person's own version."""

    moment: str = ""


@dataclass(frozen=True)
class Edit:
    """The command to edit one's own moment. Without new text, it opens the filled-in form.

    `whole` is set when a form asked for all parts, so that an empty part deletes the present
    one. Otherwise parts that are not given stay unchanged. The value `rest` means that the
    form left out a text too long for it, and that text stays unchanged.
    """

    moment: str = moment_param()
    text: str = user_text()
    planned: str = user_text()
    came_as: str = user_text()
    repaid: str = user_text()
    powers: str = user_text()
    value: str = ""
    another_value: str = user_text()
    expected: str = user_text()
    happened: str = user_text()
    taught: str = user_text()
    wrong: str = user_text()
    quest: str = ""
    previous: str = ""
    used_to: str = user_text()
    now_think: str = user_text()
    expecting: str = user_text()
    out_with: str = user_text()
    whole: str = ""


@dataclass(frozen=True)
class HowFar:
    """The command to ask, in private, how far outside comfortable a moment was."""

    moment: str = ""


@dataclass(frozen=True)
class AddSequel:
    """The command to add a line of what a moment makes possible or of what it set off.

    Without text, it opens the form.
    """

    moment: str = ""
    kind: str = SequelKind.POSSIBLE
    text: str = user_text()


@dataclass(frozen=True)
class DropSequels:
    """The command to remove one's own line from a moment.

    Without a line id, it removes all lines that the person wrote on the moment.
    """

    moment: str = ""
    line: str = ""


@dataclass(frozen=True)
class AskWhy:
    """The command to add a why to an experiment, below the why `under`.

    Without text, it opens the form. `how` is the writer's choice after a gentler wording was
    suggested: to send the text as it is, or to write it again.
    """

    moment: str = moment_param()
    under: str = ""
    how: str = ""
    text: str = user_text()


@dataclass(frozen=True)
class SeeWhys:
    """The command to show one private page of an experiment's whys."""

    moment: str = ""
    page: str = ""


@dataclass(frozen=True)
class SeeLinks:
    """The command to show one private page of what led to a breakthrough.

    When nothing is linked to the breakthrough yet, it opens the form that adds links.
    """

    moment: str = ""
    page: str = ""


@dataclass(frozen=True)
class Link:
    """The command to link what led to a breakthrough.

    Of any other moment, it links the breakthroughs that the moment led to. `asked` is set
    when the command comes from its form. `chosen` holds the numbers of moments, one per line,
    and `others` holds what was typed beside them.
    """

    moment: str = ""
    asked: str = ""
    chosen: str = ""
    others: str = user_text()


@dataclass(frozen=True)
class Unlink:
    """The command to remove a linked moment, given by its number, from a breakthrough."""

    moment: str = ""
    stop: str = ""


@dataclass(frozen=True)
class Delete:
    """The command to delete a moment from the team's memory."""

    moment: str = moment_param()


@dataclass(frozen=True)
class Restore:
    """The command to restore a deleted moment within a day."""

    moment: str = ""


@dataclass(frozen=True)
class ItWasAnAha:
    """The command to save a line as an aha after its first word was read as a command.

    The saved text is the whole line, including that word, `head`.
    """

    moment: str = ""
    head: str = ""


@dataclass(frozen=True)
class ItFailed:
    """The command with which an author turns their aha into an experiment."""

    moment: str = ""
