"""Words for what led to a breakthrough: how many attempts, days and people it took."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.text import days_in_words, format_count, number_in_words
from storage.quests.links import LinkSummary


def describe_links(road: LinkSummary) -> str:
    """Return the measures in words, such as `11 attempts · 83 days · 4 people`."""
    return " · ".join(_measure_words(road))


def _measure_words(road: LinkSummary) -> Iterator[str]:
    if road.attempts:
        yield format_count(road.attempts, "attempt")
    yield days_in_words(road.days)
    yield "1 person" if len(road.people) == 1 else f"{len(road.people)} people"


def removed_sentence(road: LinkSummary) -> str:
    """Return a sentence that says how many attempts were removed, or an empty text for none."""
    said = removed_phrase(road)
    return f"{said.capitalize()}." if said else ""


def removed_phrase(road: LinkSummary) -> str:
    """Return the removed attempts as a phrase, such as `one attempt was removed`.

    An empty text when none was removed.
    """
    if not road.removed:
        return ""
    return (
        f"{number_in_words(road.removed)} {'attempt was' if road.removed == 1 else 'attempts were'} removed"
    )
