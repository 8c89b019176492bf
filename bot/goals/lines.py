"""The four lines of a mission: what they are called, what they ask, and how they are quoted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from bot.core.language.words import Lazy, _, lazy
from bot.core.messages import Field, FieldKind, Option
from bot.core.text import one_line
from storage.models import Mission, MissionLine

LABEL = 70
"""Characters of an option (Slack's limit is 75)."""
NO_LINE = "none"
"""The value of the option for no line."""
OUR_MISSION = lazy("Our mission")
KEPT = "kept"
"""The value of the option that leaves a goal's line and its words as they are."""


class LineWords(NamedTuple):
    """What a line is called on the card, what its form asks, and an example."""

    label: Lazy
    hint: Lazy
    example: Lazy


LINES: Mapping[str, LineWords] = {
    MissionLine.WHO: LineWords(
        lazy("Who we serve"),
        lazy("The people we're here for. Who would miss us?"),
        lazy("Teachers in small schools"),
    ),
    MissionLine.HOW: LineWords(
        lazy("How we serve them best"),
        lazy("What we do for them better than anyone else."),
        lazy("We answer the same day, by name"),
    ),
    MissionLine.OFFER: LineWords(
        lazy("The one key thing we offer"),
        lazy("If we could keep only one thing, what would it be?"),
        lazy("Lessons that need nothing but a board"),
    ),
    MissionLine.WHY: LineWords(
        lazy("Why it matters to us"),
        lazy("What would keep us going in a bad year?"),
        lazy("We once sat in those classrooms"),
    ),
}


def mission_lines(mission: Mission | None) -> dict[str, str]:
    """Return the words of each line of a mission, in the card's order. All are empty without a mission."""
    return {line: getattr(mission, line) if mission else "" for line in LINES}


def line_field(
    mission: Mission | None, chosen: str, label: str, hint: str = "", quoted: tuple[str, str] = ("", "")
) -> tuple[Field, ...]:
    """Return the field that chooses a line of the mission by its words. It is empty where there is none.

    `quoted` is the line that a goal serves already, and its words of that day. It stays to choose as KEPT,
    also when the mission has other words there, or none. So does a chosen line without words.
    """
    known = {line: words for line, words in mission_lines(mission).items() if words}
    line, quote = quoted
    options = [
        Option(KEPT if (each, words) == quoted else each, _line_label(each, words))
        for each, words in known.items()
    ]
    if quote and known.get(line) != quote:
        options.insert(0, Option(KEPT, one_line(_("Leave as is: {words}", words=quote), LABEL)))
    elif chosen in LINES and chosen not in known:
        options.insert(0, Option(chosen, _("{line} (empty now)", line=LINES[chosen].label())))
    if not options:
        return ()
    value = chosen if chosen in {option.value for option in options} else NO_LINE
    shown = (*options, Option(NO_LINE, _("None of these")))
    return (Field("line", label, FieldKind.CHOICE, value, required=False, hint=hint, options=shown),)


def _line_label(line: str, words: str) -> str:
    return one_line(f"{LINES[line].label()}: {words}", LABEL)
