"""Words for what led to a breakthrough: how many attempts, days and people it took."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.language.words import ngettext
from bot.core.text import days_in_words
from storage.quests.links import LinkSummary


def describe_links(summary: LinkSummary) -> str:
    """Return the measures in words, such as `11 attempts · 83 days · 4 people`."""
    return " · ".join(_measure_words(summary))


def _measure_words(summary: LinkSummary) -> Iterator[str]:
    if summary.attempts:
        yield ngettext("1 attempt", "{n} attempts", summary.attempts)
    yield days_in_words(summary.days)
    yield ngettext("1 person", "{n} people", len(summary.people))


def removed_sentence(summary: LinkSummary) -> str:
    """Return a sentence that says how many attempts were deleted, or an empty text for none."""
    if not summary.removed:
        return ""
    return ngettext("One attempt was deleted.", "{n} attempts were deleted.", summary.removed)


def removed_phrase(summary: LinkSummary) -> str:
    """Return the deleted attempts as a measure, such as `1 attempt deleted`. Empty for none."""
    return ngettext("1 attempt deleted", "{n} attempts deleted", summary.removed) if summary.removed else ""
