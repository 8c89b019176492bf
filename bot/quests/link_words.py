"""Words for what led to a breakthrough: how many attempts, days and people it took."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.text import days_in_words, format_count, number_in_words
from storage.quests.links import LinkSummary


def describe_links(summary: LinkSummary) -> str:
    """Return the measures in words, such as `11 attempts · 83 days · 4 people`."""
    return " · ".join(_measure_words(summary))


def _measure_words(summary: LinkSummary) -> Iterator[str]:
    if summary.attempts:
        yield format_count(summary.attempts, "attempt")
    yield days_in_words(summary.days)
    yield "1 person" if len(summary.people) == 1 else f"{len(summary.people)} people"


def removed_sentence(summary: LinkSummary) -> str:
    """Return a sentence that says how many attempts were removed, or an empty text for none."""
    said = removed_phrase(summary)
    return f"{said.capitalize()}." if said else ""


def removed_phrase(summary: LinkSummary) -> str:
    """Return the removed attempts as a phrase, such as `one attempt was removed`.

    An empty text when none was removed.
    """
    if not summary.removed:
        return ""
    return f"{number_in_words(summary.removed)} {'attempt was' if summary.removed == 1 else 'attempts were'} removed"
