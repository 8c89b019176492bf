"""The command classes of a single moment, without their handlers.

A moment's card carries all of them on its buttons, so they live apart from the handlers.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.params import moment_param, user_text, words_param


@dataclass(frozen=True)
class Log:
    """Save an aha."""

    text: str = words_param("What you saw, found or finally understood")
    head: str = ""
    team: str = ""
    used_to: str = user_text()
    now_think: str = user_text()
    expecting: str = user_text()
    out_with: str = user_text()


@dataclass(frozen=True)
class Breakthrough:
    """Save a breakthrough."""

    text: str = words_param("What it is, in a sentence")
    head: str = ""
    team: str = ""
    planned: str = user_text()
    came_as: str = user_text()
    repaid: str = user_text()
    powers: str = user_text()
    value: str = ""
    another_value: str = user_text()
    quest: str = ""


@dataclass(frozen=True)
class Failed:
    """Save an experiment that did not work."""

    text: str = words_param("What you tried")
    head: str = ""
    team: str = ""
    expected: str = user_text()
    happened: str = user_text()
    taught: str = user_text()
    wrong: str = user_text()
    quest: str = ""
    previous: str = ""


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
