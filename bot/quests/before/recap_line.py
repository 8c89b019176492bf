"""What expectations add to a recap: one line for a result that was kept in its period, beside what was expected.

It tells the distance and no score.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from bot.core.messages import Strong
from bot.core.posts import RecapPick, RecapSource, RecapTelling, ReportLine
from bot.core.text import make_excerpt
from bot.quests.before.outcomes import RESULT_WORDS
from storage.models import Kind, Moment, Posting
from storage.models.span import Span
from storage.quests import attempts, expectations

RESULTS_SHOWN = 1
"""The most results that a recap tells in this way: it's one line."""
LINES_SHOWN = 2
EXPECTED_WORDS, HAPPENED_WORDS = 70, 90


def pick_results(session: Session, span: Span, _posting: Posting | None) -> RecapPick | None:
    """Return the experiment whose lines opened last in a span, with these lines, or None without one."""
    found = expectations.list_opened_in(session, span, RESULTS_SHOWN)
    lines = expectations.opened_by_moment(session, found)
    told = [line.id for one in found for line in lines[one][:LINES_SHOWN]]
    return RecapPick(tuple(found), figures={"lines": told}) if told else None


def tell_results(session: Session, telling: RecapTelling) -> Sequence[ReportLine]:
    """Return the line with what was expected and what happened, less what was removed since."""
    told = telling.figures.get("lines", ())
    lines = (_tell_result(session, each, told) for each in telling.moments)
    return [line for line in lines if line is not None]


def _tell_result(session: Session, moment: Moment, line_ids: Sequence[int]) -> ReportLine | None:
    if moment.kind != Kind.EXPERIMENT:
        return None
    left = [line for line in expectations.list_opened(session, moment.id) if line.id in line_ids]
    if not left:
        return None
    expected = ", ".join(f"“{make_excerpt(line.text, EXPECTED_WORDS)}”" for line in left)
    words = moment.parts.get("happened", "")
    happened = f"“{make_excerpt(words, HAPPENED_WORDS)}”" if words else _result_words(session, moment)
    return ReportLine(
        (Strong("Before we knew: "), f"#{moment.number} · expected: {expected}; happened: {happened}.")
    )


def _result_words(session: Session, moment: Moment) -> str:
    return RESULT_WORDS[attempts.find_outcome(session, moment.id)]


RECAP_SOURCES = (RecapSource("expected", pick_results, tell_results),)
