"""The commands about the next step of a retrospective."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.params import user_text


@dataclass(frozen=True)
class GiveStep:
    """Give a retrospective its one next step. Without `asked`, it opens the form, or shows the step there is.

    `taker` is `me`, the id of a person who is suggested, or anything else for nobody.
    """

    posting: str = ""
    team: str = ""
    asked: str = ""
    condition: str = user_text()
    action: str = user_text()
    taker: str = ""


@dataclass(frozen=True)
class ChangeStep:
    """Change a step. Without `asked`, it opens the form. An empty `taker` leaves the name as it is.

    `shown` has the marks of what the form showed, so that nothing newer is overwritten.
    """

    step: str = ""
    team: str = ""
    asked: str = ""
    condition: str = user_text()
    action: str = user_text()
    taker: str = ""
    shown: str = ""


@dataclass(frozen=True)
class UndoChange:
    """Bring back the words and the name that a step had before a change, which `made` stands for."""

    step: str = ""
    team: str = ""
    made: str = ""


@dataclass(frozen=True)
class SeeStep:
    """Show a step in private, with what the person can do with it."""

    step: str = ""
    team: str = ""


@dataclass(frozen=True)
class TakeStep:
    """Take a step oneself. With `back`, hand it back."""

    step: str = ""
    team: str = ""
    back: str = ""


@dataclass(frozen=True)
class DropNextStep:
    """Remove a step. With `back`, bring it back within a day."""

    step: str = ""
    team: str = ""
    back: str = ""


@dataclass(frozen=True)
class SettleStep:
    """Say what became of a step. Something else asks for `became` with a form."""

    step: str = ""
    team: str = ""
    outcome: str = ""
    became: str = user_text()


@dataclass(frozen=True)
class UnsettleStep:
    """Take back what one said became of a step."""

    step: str = ""
    team: str = ""


@dataclass(frozen=True)
class CarryStep:
    """Make a step that isn't done yet the next step of the retrospective that asked about it."""

    step: str = ""
    team: str = ""
