"""The commands about focus.

`shown` has the marks of what a form showed (bot.core.forms)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.params import user_text


@dataclass(frozen=True)
class FocusRatio:
    """The command that says how much of what the team keeps serves its big goal."""

    team: str = ""


@dataclass(frozen=True)
class StartCheck:
    """The command to begin a focus check. Without `asked`, it opens the first step.

    `fresh` is set to begin another one although the last is unfinished.
    """

    team: str = ""
    asked: str = ""
    fresh: str = ""
    went: str = user_text()


@dataclass(frozen=True)
class GoOnWithCheck:
    """The command to go on with a check where it stopped: the next step with an empty list."""

    check: str = ""
    team: str = ""


@dataclass(frozen=True)
class FillLists:
    """The command of a check's second step: what works, and what doesn't, with a day. One line each."""

    check: str = ""
    team: str = ""
    works: str = user_text()
    out: str = user_text()
    by_on: str = ""


@dataclass(frozen=True)
class FillChances:
    """The command of a check's third step, and of the team's own fourth one."""

    check: str = ""
    team: str = ""
    chances: str = user_text()
    own: str = user_text()


@dataclass(frozen=True)
class AddToCheck:
    """The command to add lines to one of a check's lists. Without text, it opens the form."""

    check: str = ""
    team: str = ""
    text: str = user_text()
    name: str = ""
    by_on: str = ""


@dataclass(frozen=True)
class SeeCheck:
    """The command to show a check in private."""

    check: str = ""
    team: str = ""


@dataclass(frozen=True)
class EarlierChecks:
    """The command to list earlier checks, those before an id."""

    team: str = ""
    before: str = ""


@dataclass(frozen=True)
class SeeTicks:
    """The command to show in private what a check moves out, each with a button that ticks it."""

    check: str = ""
    team: str = ""


@dataclass(frozen=True)
class TickLine:
    """The command to tick a line as done. With `back`, it is open again.

    On the button that undoes it, `answer` is the mark of the tick to take back.
    """

    check: str = ""
    item: str = ""
    team: str = ""
    back: str = ""
    answer: str = ""


@dataclass(frozen=True)
class AnswerLine:
    """The command to answer on its day whether the team is out of something. Without `asked`, it opens the form.

    `answer` is one of OutAnswer. `by_on` is the new day of a line that isn't done yet.
    """

    check: str = ""
    item: str = ""
    team: str = ""
    asked: str = ""
    answer: str = ""
    by_on: str = ""


@dataclass(frozen=True)
class ReopenLine:
    """The command that undoes an answer: the line is open again, with the day that it had.

    `answer` is the mark of the answer to take back.
    """

    check: str = ""
    item: str = ""
    team: str = ""
    by_on: str = ""
    answer: str = ""


@dataclass(frozen=True)
class SeeDue:
    """The command to show in private all that a team wanted to be out of by now, each with its button."""

    team: str = ""


@dataclass(frozen=True)
class SeeLines:
    """The command to show all lines of a check in private, each with a button that edits it."""

    check: str = ""
    team: str = ""


@dataclass(frozen=True)
class EditLine:
    """The command to change a line and its day. Without `asked`, it opens the form. No text removes it."""

    check: str = ""
    item: str = ""
    team: str = ""
    asked: str = ""
    text: str = user_text()
    by_on: str = ""
    shown: str = ""


@dataclass(frozen=True)
class DropLine:
    """The command to remove a line. With `back`, it is brought back within a day."""

    check: str = ""
    item: str = ""
    team: str = ""
    back: str = ""


@dataclass(frozen=True)
class DropLines:
    """The command with which a person takes back the lines that they have just added."""

    check: str = ""
    first: str = ""
    last: str = ""
    team: str = ""


@dataclass(frozen=True)
class EditWent:
    """The command to change where the time went. Without `asked`, it opens the form."""

    check: str = ""
    team: str = ""
    asked: str = ""
    went: str = user_text()
    shown: str = ""


@dataclass(frozen=True)
class RemoveCheck:
    """The command to take a check back. With `back`, it is brought back within a day."""

    check: str = ""
    team: str = ""
    back: str = ""


@dataclass(frozen=True)
class NameStep:
    """The command to set the title of the team's own fourth step. Without `asked`, it opens the form."""

    team: str = ""
    check: str = ""
    asked: str = ""
    title: str = user_text()
    shown: str = ""


@dataclass(frozen=True)
class StartSession:
    """The command to open a focus session. `fresh` is set to open another one beside one under way."""

    team: str = ""
    fresh: str = ""
