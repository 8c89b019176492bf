"""Every kind of moment, declared once. A kind of a room above is one entry here, and its room.

From an entry follow the kind's name, its form, the sections of its card and what its card offers.
Whether figures count it is said by `COUNTED_KINDS` beside the enum, because queries ask that too. What
a room adds to its cards from rows of its own is a `DescribeKind`, listed in `bot/features.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.core.kinds.parts import (
    AhaParts,
    BreakthroughParts,
    ChanceParts,
    ExperimentParts,
    Part,
    RefusalParts,
    declared_parts,
)
from bot.core.language.words import Lazy, lazy
from bot.core.messages import Block, Button
from storage.models import COUNTED_KINDS, FOLLOWED_KINDS, Kind, Moment


@dataclass(frozen=True)
class MomentKind:
    """What a kind of moment is called, the title and the question of its form, an example, and its parts.

    `here` is whether one can have been there when it happened.
    """

    name: Lazy
    form: Lazy
    question: Lazy
    example: Lazy
    parts: tuple[Part, ...] = ()
    here: bool = True


KINDS: Mapping[str, MomentKind] = {
    Kind.AHA: MomentKind(
        lazy("Aha"),
        lazy("Log an aha"),
        lazy("What did you notice or finally understand?"),
        lazy("Nobody reads the second page of our reports"),
        declared_parts(AhaParts),
    ),
    Kind.BREAKTHROUGH: MomentKind(
        lazy("Breakthrough"),
        lazy("Log a breakthrough"),
        lazy("What is it, in a sentence?"),
        lazy("New people can publish something on their first day"),
        declared_parts(BreakthroughParts),
    ),
    Kind.EXPERIMENT: MomentKind(
        lazy("Experiment"),
        lazy("Log an experiment"),
        lazy("What did you try?"),
        lazy("People could skip the tour"),
        declared_parts(ExperimentParts),
    ),
    Kind.NO: MomentKind(
        lazy("Declined"),
        lazy("Log a no"),
        lazy("What did we say no to?"),
        lazy("A second newsletter"),
        declared_parts(RefusalParts),
    ),
    Kind.SHINY: MomentKind(
        lazy("Shiny idea"),
        lazy("Park a shiny idea"),
        lazy("What's the shiny idea?"),
        lazy("An app for the watch"),
        here=False,
    ),
    Kind.CHANCE: MomentKind(
        lazy("Chance"),
        lazy("Log a chance"),
        lazy("What's the chance you see?"),
        lazy("The library has a room for our courses"),
        declared_parts(ChanceParts),
        here=False,
    ),
}
"""The kinds in the order in which they came."""


def is_counted(moment: Moment) -> bool:
    """Return whether figures, pictures and the moments of a recap count a moment."""
    return moment.kind in COUNTED_KINDS


def is_followed(moment: Moment) -> bool:
    """Return whether a moment is asked about later, and takes lines of what it makes possible."""
    return moment.kind in FOLLOWED_KINDS


@dataclass(frozen=True)
class CardAddition:
    """What a room adds to a moment's card.

    `suffix` follows the name and number in the title. The blocks come after the words and parts. The
    buttons come first of all buttons, and the menu's entries before *Edit*.
    """

    suffix: str = ""
    blocks: tuple[Block, ...] = ()
    buttons: tuple[Button, ...] = ()
    menu: tuple[Button, ...] = ()


DescribeKind = Callable[[Session, Moment, datetime], CardAddition]
"""Says what a room adds to the card of a moment as of a time."""
KindCards = Mapping[str, DescribeKind]
"""What is added to the cards of each kind. A kind without an entry has its words, parts and people."""
