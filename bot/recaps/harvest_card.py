"""The harvest of a quarter as data, and the card built from it: searched, tried and found.

It is a recap with a wider view: its figures cover the whole quarter, and it quotes a few
of the quarter's moments. Empty sections are left out, so that a slow quarter gives a
short card.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median_high

from bot.core.messages import Block, Card, Inline, Quote, Section, Small, Strong, Text, Title
from bot.core.text import days_in_words, format_count, make_excerpt, number_in_words
from bot.moments.comfort import describe_comfort
from bot.quests.before.outcomes import outcome_suffix
from bot.quests.link_words import describe_links, removed_phrase
from bot.quests.value_kinds import name_kind
from bot.recaps.card import CLOSE, experiments_title, part_buttons, part_line_blocks, quoted_part_blocks
from bot.recaps.content import ToldMoment, ToldPart
from storage.models.shown import isolate_text
from storage.quests.links import LinkSummary

QUOTE_LENGTH, LESSON_LENGTH = 200, 140
"""The most characters quoted of a moment, and of an experiment's lesson."""
QUEST_LENGTH = 90
"""The most characters of a quest in the list of quests."""
MEDIAN_FROM = 2
"""The number of breakthroughs with attempts from which a median is shown."""
QUARTER_MONTHS = 3


@dataclass(frozen=True)
class FoundBreakthrough:
    """A breakthrough, how people got there if known, and the door it opened if it did."""

    told: ToldMoment
    link_path: LinkSummary | None = None
    door: str = ""


@dataclass(frozen=True)
class QuestStatus:
    """The text of a quest, and its status in a few words."""

    words: str
    status: str


@dataclass(frozen=True)
class QuestSummary:
    """The quests of a quarter: how many, how many were found or let go, and some of them."""

    number: int = 0
    found: int = 0
    let_go: int = 0
    examples: tuple[QuestStatus, ...] = ()


@dataclass(frozen=True)
class Harvest:
    """The content of a harvest.

    `link_paths` holds how each breakthrough came about. `participants` is how many people
    contributed. `millimetres` is how far outside comfortable the team was, if enough people
    said so.
    """

    ends: date
    quests: QuestSummary
    tried: int = 0
    breakthroughs: int = 0
    found: tuple[FoundBreakthrough, ...] = ()
    doors: tuple[FoundBreakthrough, ...] = ()
    experiments: tuple[ToldMoment, ...] = ()
    moments: tuple[ToldMoment, ...] = ()
    link_paths: tuple[LinkSummary, ...] = ()
    worth: tuple[tuple[str, int], ...] = ()
    participants: int = 0
    millimetres: int | None = None
    kept: int = 0
    parts: tuple[ToldPart, ...] = ()
    """What other rooms tell."""

    @property
    def empty(self) -> bool:
        """Whether nothing was saved. In that case nothing is posted."""
        return not (self.kept or any(part.alone for part in self.parts))


def quarter_bounds(day: date) -> tuple[date, date]:
    """Return the first day of the quarter of `day`, and the first day after that quarter."""
    first = date(day.year, day.month - (day.month - 1) % QUARTER_MONTHS, 1)
    after = (first + timedelta(days=31 * QUARTER_MONTHS)).replace(day=1)
    return first, after


def quarter_title(ends: date) -> str:
    """Return the months of a quarter in words, such as `January to March 2026`."""
    first, after = quarter_bounds(ends)
    return f"{first:%B} to {after - timedelta(days=1):%B %Y}"


def build_harvest_card(harvest: Harvest) -> Card:
    """Build the card of a harvest, with its sections in fixed order."""
    return Card(
        (
            Title(f"Harvest · {quarter_title(harvest.ends)}"),
            *_build_figures(harvest),
            *_build_quests(harvest.quests),
            *_build_breakthroughs(harvest.found, harvest.breakthroughs),
            *_build_doors(harvest.doors),
            *quoted_part_blocks(harvest.parts, CLOSE),
            *_build_experiments(harvest.experiments),
            *_build_moments(harvest.moments),
            *_build_medians(harvest.link_paths),
            *_build_values(harvest.worth),
            *_build_participation(harvest.participants, harvest.millimetres),
            *part_line_blocks(harvest.parts),
        ),
        part_buttons(harvest.parts),
    )


def _build_figures(harvest: Harvest) -> Iterator[Block]:
    """Yield the line with the numbers searched, tried and found.

    Zeros are left out.
    """
    quests = harvest.quests
    capabilities = ((quests.found, "found"), (quests.let_go, "let go"))
    ended = ", ".join(f"{number} {how}" for number, how in capabilities if number)
    searched = format_count(quests.number, "quest") + (f" ({ended})" if ended else "")
    figures = (
        ("Searched", searched if quests.number else ""),
        ("Tried", format_count(harvest.tried, "experiment") if harvest.tried else ""),
        (
            "Found",
            format_count(harvest.breakthroughs, "breakthrough") if harvest.breakthroughs else "",
        ),
    )
    line: list[Inline] = []
    for word, said in figures:
        if said:
            line += [" · " if line else "", Strong(word), f" {said}"]
    if line:
        yield Text(tuple(line))


def _build_quests(quests: QuestSummary) -> Iterator[Block]:
    """Yield some quests with their status, one line each, and how many more there were."""
    if quests.examples:
        yield Section("Looked for")
    for looked in quests.examples:
        yield Small((Strong(make_excerpt(looked.words, QUEST_LENGTH)), f" · {looked.status}"))
    if more := quests.number - len(quests.examples):
        yield Small((f"and {number_in_words(more)} more",))


def _build_breakthroughs(found: Sequence[FoundBreakthrough], number: int) -> Iterator[Block]:
    if found:
        yield Section("Found")
    for each in found:
        summary = each.link_path
        signs = (
            (describe_links(summary) if summary.linked_count else "", removed_phrase(summary))
            if summary
            else ()
        )
        measures = "".join(f" · {sign}" for sign in signs if sign)
        yield Quote(
            make_excerpt(each.told.text, QUOTE_LENGTH), by=f"#{each.told.number} · {each.told.by}{measures}"
        )
    if found and number > len(found):
        yield Small((f"and {number_in_words(number - len(found))} more",))


def _build_doors(doors: Sequence[FoundBreakthrough]) -> Iterator[Block]:
    if doors:
        yield Section("Doors that opened")
    for each in doors:
        yield Quote(make_excerpt(each.door, LESSON_LENGTH), by=f"#{each.told.number} · {each.told.by}")


def _build_experiments(experiments: Sequence[ToldMoment]) -> Iterator[Block]:
    if experiments:
        yield Section(experiments_title(experiments))
    for told in experiments:
        taught = f"→ {make_excerpt(told.taught, LESSON_LENGTH)}" if told.taught else ""
        words = "\n".join(filter(None, (make_excerpt(told.text, LESSON_LENGTH), taught)))
        yield Quote(words, by=f"#{told.number} · {told.by}{outcome_suffix(told.outcome)}")


def _build_moments(moments: Sequence[ToldMoment]) -> Iterator[Block]:
    if moments:
        yield Section("Moments")
    for told in moments:
        yield Quote(make_excerpt(told.text, QUOTE_LENGTH), by=f"#{told.number} · {told.by}")


def _build_medians(summaries: Sequence[LinkSummary]) -> Iterator[Block]:
    """Yield the median attempts and days of all breakthroughs that needed attempts.

    A single breakthrough shows its own figures, so nothing is yielded for it.
    """
    walked = [summary for summary in summaries if summary.attempts]
    if len(walked) < MEDIAN_FROM:
        return
    attempts = median_high(summary.attempts for summary in walked)
    days = median_high(summary.days for summary in walked)
    said = f"{format_count(attempts, 'attempt')} and {days_in_words(days)}"
    yield Small((Strong("To a breakthrough, typically: "), f"{said} (the median)."))


def _build_values(worth: Sequence[tuple[str, int]]) -> Iterator[Block]:
    if worth:
        mix = ", ".join(f"{isolate_text(name_kind(kind))}{_format_times(number)}" for kind, number in worth)
        yield Small((Strong("What it was worth: "), mix))


def _format_times(number: int) -> str:
    return {1: "", 2: " twice"}.get(number, f" {number} times")


def _build_participation(people: int, millimetres: int | None) -> Iterator[Block]:
    heard = f"{number_in_words(people)} of you" if people else ""
    far = describe_comfort(millimetres) if millimetres is not None else ""
    if said := " · ".join(filter(None, (heard, far))):
        yield Small((Strong("Heard: "), f"{said}."))
