"""The commands on a Note's buttons, without their handlers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Decision(StrEnum):
    """What a person decides about one or all moments of a Note."""

    KEEP = "keep"
    REMOVE = "remove"
    RESTORE = "restore"
    LATER = "later"


@dataclass(frozen=True)
class Fine:
    """Answer a Note by leaving everything as it is."""

    moment: str = ""
    posting: str = ""


@dataclass(frozen=True)
class NoteAll:
    """Apply a Decision to every open moment of a Note at once."""

    posting: str = ""
    decision: str = ""


@dataclass(frozen=True)
class NoteOne:
    """Show the first open moment of a Note, after deciding about `item` if there is a decision.

    The decision `later` leaves the item open and shows the one after it.
    """

    posting: str = ""
    item: str = ""
    decision: str = ""
