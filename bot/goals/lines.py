"""The four lines of a mission: what they are called, what they ask, and how they are quoted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from bot.core.messages import Field, FieldKind, Option
from bot.core.text import one_line
from storage.models import Mission, MissionLine

LABEL = 70
"""Characters of an option (Slack's limit is 75)."""
NO_LINE = Option("none", "None of these")


class LineWords(NamedTuple):
    """What a line is called on the card, and what its form asks."""

    label: str
    hint: str


LINES: Mapping[str, LineWords] = {
    MissionLine.WHO: LineWords("Who we serve", "The people we're here for. Who would miss us?"),
    MissionLine.HOW: LineWords("How we serve them best", "What we do for them better than others do."),
    MissionLine.OFFER: LineWords(
        "The one key thing we offer", "If only one thing stayed, which would it be?"
    ),
    MissionLine.WHY: LineWords("Why it matters to us", "What would keep us at it in a bad year?"),
}


def mission_lines(mission: Mission | None) -> dict[str, str]:
    """Return the words of each line of a mission, in the card's order. All are empty without a mission."""
    return {line: getattr(mission, line) if mission else "" for line in LINES}


def line_field(mission: Mission | None, chosen: str, label: str, hint: str = "") -> tuple[Field, ...]:
    """Return the field that chooses a line of the mission by its words. It is empty without a mission."""
    known = {line: words for line, words in mission_lines(mission).items() if words}
    if not known:
        return ()
    options = (*(Option(line, _line_label(line, words)) for line, words in known.items()), NO_LINE)
    value = chosen if chosen in known else NO_LINE.value
    return (Field("line", label, FieldKind.CHOICE, value, required=False, hint=hint, options=options),)


def _line_label(line: str, words: str) -> str:
    return one_line(f"{LINES[line].label}: {words}", LABEL)
