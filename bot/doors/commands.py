"""The commands about a no, a parked thing and a chance, without their handlers.

Cards carry them on their buttons. The order of the fields is stored and never changes.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.kinds.parts import ChanceParts, RefusalParts
from bot.core.params import user_text, words_param
from bot.moments.commands import Capture


@dataclass(frozen=True)
class LogNo(RefusalParts, Capture):
    """Keep what was declined, and why."""

    text: str = words_param("What you said no to")


@dataclass(frozen=True)
class ParkShiny(Capture):
    """Park something shiny: for `rest` days, or until the day `until`."""

    text: str = words_param("What tempts you, but can wait")
    rest: str = ""
    until: str = ""


@dataclass(frozen=True)
class LogChance(ChanceParts, Capture):
    """Keep a chance. `kind` is one of ChanceKind or `any`, and `belief` is 1 to 5 or `0`."""

    text: str = words_param("The chance, or who you'd like to meet")
    kind: str = ""
    until: str = ""
    belief: str = ""


@dataclass(frozen=True)
class KeepParked:
    """Park a shiny thing until another day. Without a day, open the form."""

    moment: str = ""
    rest: str = ""
    until: str = ""


@dataclass(frozen=True)
class LetShinyGo:
    """Let a shiny thing go."""

    moment: str = ""


@dataclass(frozen=True)
class MakeGoal:
    """Open the first step of a goal with the words of a shiny thing."""

    moment: str = ""


@dataclass(frozen=True)
class UndoParked:
    """Take a decision about a shiny thing back within a day. `until` is its day before, if it was moved.

    `asked` is set if its card asked then. `decision`, `by` and `at`, a Unix time, are what was decided before.
    `made` is what the decision to take back made: the day, and what was decided.
    """

    moment: str = ""
    until: str = ""
    asked: str = ""
    decision: str = ""
    by: str = ""
    at: str = ""
    made: str = ""


@dataclass(frozen=True)
class DescribeChance:
    """Say what a chance of one's own is beyond its words. Without `whole`, open the form."""

    moment: str = ""
    accelerates: str = user_text()
    kind: str = ""
    until: str = ""
    belief: str = ""
    whole: str = ""


@dataclass(frozen=True)
class TellOutcome:
    """Say what came of a chance, and which breakthrough. Without words, open the form."""

    moment: str = ""
    outcome: str = user_text()
    chosen: str = ""
    other: str = ""


@dataclass(frozen=True)
class DropOutcome:
    """Take out what came of a chance."""

    moment: str = ""


@dataclass(frozen=True)
class OfferKey:
    """Tell only the person who asked for a door that one may have a key. Without words, open the form."""

    moment: str = ""
    text: str = user_text()


@dataclass(frozen=True)
class TakeKeyBack:
    """Take one's own key to a door back."""

    moment: str = ""
