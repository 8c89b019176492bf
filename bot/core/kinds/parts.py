"""What the kinds of a moment ask beyond its text. Each part is declared once, here.

From these classes follow the fields of the commands that save and edit a moment, the form, the
sections of the card and the keys of the export.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from bot.core.language.words import Lazy, lazy
from bot.core.params import user_text


@dataclass(frozen=True)
class Part:
    """One part of a kind, with its label on the form and the card, and its hint on the form."""

    name: str
    label: Lazy
    hint: Lazy


def part(label: Lazy, hint: Lazy, last: bool = False) -> Any:
    """Declare a part as a field for a person's own text.

    `last` shows it after the other parts. The order of the fields themselves is that of stored
    commands and never changes.
    """
    return field(default="", metadata={"written": True, "label": label, "hint": hint, "last": last})


@dataclass(frozen=True)
class AhaParts:
    """The parts of an aha: before and after."""

    used_to: str = part(lazy("We used to think"), lazy("What everyone took for granted."))
    now_think: str = part(lazy("Now we think"), lazy("What you would say today."))
    expecting: str = part(lazy("We went in expecting"), lazy("Where you thought it would go."))
    out_with: str = part(lazy("We came out with"), lazy("What you had in the end."))


@dataclass(frozen=True)
class BreakthroughParts:
    """The parts of a breakthrough, and the kinds of value that it had."""

    planned: str = part(lazy("We planned"), lazy("What you set out to do."))
    came_as: str = part(lazy("What it turned out to be"), lazy("The shape it took in the end."))
    repaid: str = part(lazy("What it gave back"), lazy("What all the searching was good for."))
    powers: str = part(lazy("What we can do now"), lazy("Something you couldn't do before."))
    value: str = ""
    another_value: str = user_text()


@dataclass(frozen=True)
class ExperimentParts:
    """The parts of an experiment: what was expected, what happened, what it taught."""

    expected: str = part(lazy("We expected"), lazy("What you thought would happen."))
    happened: str = part(lazy("What happened"), lazy("What you saw instead."))
    taught: str = part(lazy("What it taught us"), lazy("One sentence is plenty."), last=True)
    wrong: str = part(lazy("We were wrong about"), lazy("Something you took for granted."))


@dataclass(frozen=True)
class RefusalParts:
    """The part of a no: its reason."""

    why: str = part(lazy("Why we said no"), lazy("One sentence is plenty."))


@dataclass(frozen=True)
class ChanceParts:
    """The part of a chance: what it would bring closer."""

    accelerates: str = part(
        lazy("What it would speed up"), lazy("What comes sooner, or gets easier, if it works out.")
    )


def declared_parts(kind: type) -> tuple[Part, ...]:
    """Return the parts that a class declares, in the order in which people see them."""
    declared = [each for each in fields(kind) if "label" in each.metadata]
    in_order = sorted(declared, key=lambda each: each.metadata["last"])
    return tuple(Part(each.name, each.metadata["label"], each.metadata["hint"]) for each in in_order)
