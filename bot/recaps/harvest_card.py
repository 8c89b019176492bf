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

from bot.core.language.words import _, ngettext
from bot.core.messages import (
    Block,
    Card,
    Entry,
    Section,
    Small,
    Strong,
    Text,
    Title,
)
from bot.core.text import days_in_words, make_excerpt
from bot.core.times import month_name
from bot.quests.before.outcomes import outcome_suffix
from bot.quests.link_words import describe_links, removed_phrase
from bot.quests.value_kinds import name_kind
from bot.recaps.card import (
    CLOSE,
    describe_participation,
    experiments_title,
    part_buttons,
    part_line_blocks,
    quoted_part_blocks,
)
from bot.recaps.content import Participation, ToldMoment, ToldPart
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
    last = after - timedelta(days=1)
    return _(
        "{first} to {last} {year}", first=month_name(first.month), last=month_name(last.month), year=last.year
    )


def harvest_title(ends: date) -> str:
    """Return the title of the harvest of a quarter."""
    return _("Our quarter: {months}", months=quarter_title(ends))


def build_harvest_card(harvest: Harvest) -> Card:
    """Build the card of a harvest, with its sections in fixed order."""
    return Card(
        (
            Title(harvest_title(harvest.ends)),
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
    quests, tried, found = harvest.quests, harvest.tried, harvest.breakthroughs
    figures = (
        _count_quests(quests) if quests.number else "",
        ngettext("1 experiment", "{n} experiments", tried) if tried else "",
        ngettext("1 breakthrough", "{n} breakthroughs", found) if found else "",
    )
    if said := " · ".join(filter(None, figures)):
        yield Text((Strong(said),))


def _count_quests(quests: QuestSummary) -> str:
    """Return the number of quests, and in brackets how many of them were found and closed."""
    ended = (
        ngettext("{n} found", "{n} found", quests.found) if quests.found else "",
        ngettext("{n} closed", "{n} closed", quests.let_go) if quests.let_go else "",
    )
    number = ngettext("1 quest", "{n} quests", quests.number)
    how = ", ".join(filter(None, ended))
    return f"{number} ({how})" if how else number


def _build_quests(quests: QuestSummary) -> Iterator[Block]:
    """Yield some quests with their status, one line each, and how many more there were."""
    if quests.examples:
        yield Section(_("What we were looking for"))
    for looked in quests.examples:
        yield Entry(make_excerpt(looked.words, QUEST_LENGTH), (looked.status,))
    if more := quests.number - len(quests.examples):
        yield Small((ngettext("1 more", "{n} more", more),))


def _build_breakthroughs(found: Sequence[FoundBreakthrough], number: int) -> Iterator[Block]:
    if found:
        yield Section(_("What we found"))
    for each in found:
        summary = each.link_path
        signs = (
            (describe_links(summary) if summary.linked_count else "", removed_phrase(summary))
            if summary
            else ()
        )
        measures = "".join(f" · {sign}" for sign in signs if sign)
        yield Entry(
            make_excerpt(each.told.text, QUOTE_LENGTH), (f"#{each.told.number} · {each.told.by}{measures}",)
        )
    if found and number > len(found):
        yield Small((ngettext("1 more", "{n} more", number - len(found)),))


def _build_doors(doors: Sequence[FoundBreakthrough]) -> Iterator[Block]:
    if doors:
        yield Section(_("Doors that opened"))
    for each in doors:
        yield Entry(make_excerpt(each.door, LESSON_LENGTH), (f"#{each.told.number} · {each.told.by}",))


def _build_experiments(experiments: Sequence[ToldMoment]) -> Iterator[Block]:
    if experiments:
        yield Section(experiments_title(experiments))
    for told in experiments:
        taught = f"→ {make_excerpt(told.taught, LESSON_LENGTH)}" if told.taught else ""
        words = "\n".join(filter(None, (make_excerpt(told.text, LESSON_LENGTH), taught)))
        yield Entry(words, (f"#{told.number} · {told.by}{outcome_suffix(told.outcome)}",))


def _build_moments(moments: Sequence[ToldMoment]) -> Iterator[Block]:
    if moments:
        yield Section(_("Moments"))
    for told in moments:
        yield Entry(make_excerpt(told.text, QUOTE_LENGTH), (f"#{told.number} · {told.by}",))


def _build_medians(summaries: Sequence[LinkSummary]) -> Iterator[Block]:
    """Yield the median attempts and days of all breakthroughs that needed attempts.

    A single breakthrough shows its own figures, so nothing is yielded for it.
    """
    walked = [summary for summary in summaries if summary.attempts]
    if len(walked) < MEDIAN_FROM:
        return
    attempts = median_high(summary.attempts for summary in walked)
    days = median_high(summary.days for summary in walked)
    tried = ngettext("1 attempt", "{n} attempts", attempts)
    yield Small((_("Typical breakthrough: {attempts}, {days}.", attempts=tried, days=days_in_words(days)),))


def _build_values(worth: Sequence[tuple[str, int]]) -> Iterator[Block]:
    if worth:
        mix = ", ".join(f"{isolate_text(name_kind(kind))}{_format_times(number)}" for kind, number in worth)
        yield Small((Strong(_("What we got out of it:")), f" {mix}"))


def _format_times(number: int) -> str:
    return f" ({number}×)" if number > 1 else ""


def _build_participation(people: int, millimetres: int | None) -> Iterator[Block]:
    if said := describe_participation(Participation(people, 0, millimetres)):
        yield Small((said,))
