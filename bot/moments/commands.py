"""The command classes of a single moment, without their handlers.

A moment's card carries all of them on its buttons, so they live apart from the handlers. The
fields of a command are stored in this order: first those of the last base class, its own at the end.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.kinds.parts import AhaParts, BreakthroughParts, ChanceParts, ExperimentParts, RefusalParts
from bot.core.params import moment_param, user_text, words_param

DETAILS = "details"
"""How an edit is opened by somebody who wants to add what isn't there yet."""


@dataclass(frozen=True)
class Capture:
    """The fields of every command that saves a moment.

    `head` is the first word as typed, to undo its reading as a command (see `restore_line`).
    """

    text: str = words_param("What happened")
    head: str = ""
    team: str = ""


@dataclass(frozen=True)
class Placed:
    """Where an experiment belongs: its quest, and the attempt before it."""

    quest: str = ""
    previous: str = ""


@dataclass(frozen=True)
class Log(AhaParts, Capture):
    """Save an aha."""

    text: str = words_param("What you saw, found or finally understood")
    there: str = ""
    there_names: str = ""
    there_outside: str = ""
    """People whose version the author would like to read: see `bot.moments.form.read_invited`."""


@dataclass(frozen=True)
class Breakthrough(BreakthroughParts, Capture):
    """Save a breakthrough."""

    text: str = words_param("What it is, in a sentence")
    quest: str = ""
    goal: str = ""
    """The number of the closed goal that became this breakthrough."""
    there: str = ""
    there_names: str = ""
    there_outside: str = ""
    """People whose version the author would like to read: see `bot.moments.form.read_invited`."""


@dataclass(frozen=True)
class Failed(Placed, ExperimentParts, Capture):
    """Save an experiment that did not work."""

    text: str = words_param("What you tried")
    goal: str = ""
    """The number of the closed goal that became this experiment."""
    there: str = ""
    there_names: str = ""
    there_outside: str = ""
    """People whose version the author would like to read: see `bot.moments.form.read_invited`."""


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
class Edited:
    """The moment that is edited, and its new text."""

    moment: str = moment_param()
    text: str = user_text()


@dataclass(frozen=True)
class EditedWhole(AhaParts, Placed, ExperimentParts, BreakthroughParts, Edited):
    """The new text and the parts of the first three kinds.

    `whole` is set when a form asked for all parts, so that an empty part deletes the present
    one. Otherwise parts that are not given stay unchanged. The value `rest` means that the
    form left out a text too long for it, and that text stays unchanged. DETAILS opens the form with every
    field shown.
    """

    whole: str = ""


@dataclass(frozen=True)
class Edit(ChanceParts, RefusalParts, EditedWhole):
    """The command to edit one's own moment. Without new text, it opens the filled-in form."""

    there: str = ""
    there_names: str = ""
    there_outside: str = ""
    """People whose version the author would like to read: see `bot.moments.form.read_invited`."""


@dataclass(frozen=True)
class HowFar:
    """The command to ask, in private, how far outside comfortable a moment was."""

    moment: str = ""


@dataclass(frozen=True)
class Delete:
    """The command to delete a moment from the team's memory.

    `sure` is set once an admin has confirmed that another person's moment goes.
    """

    moment: str = moment_param()
    sure: str = ""


@dataclass(frozen=True)
class LeaveMoment:
    """The command to leave a moment, after the question whether to remove it."""

    moment: str = ""


@dataclass(frozen=True)
class Undo:
    """The command to take back a capture within a day, for its author and the person who saved it."""

    moment: str = ""


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
