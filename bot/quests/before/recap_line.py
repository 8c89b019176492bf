"""What expectations and results add to a recap: one line for a result that was kept in its period.

It stands beside what was expected. It tells the distance and no score.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from bot.core.messages import Strong
from bot.core.posts import RecapPick, RecapSource, RecapTelling, ReportLine
from bot.core.text import make_excerpt
from bot.quests.before.outcomes import RESULT_WORDS
from storage.models import AttemptOutcome, Kind, Moment, Posting
from storage.models.span import Span
from storage.quests import attempts, expectations

RESULTS_SHOWN = 1
"""The most results that a recap tells in this way: it's one line."""
LINES_SHOWN = 2
EXPECTED_WORDS, HAPPENED_WORDS = 70, 90
SENTENCE_ENDS = (".", "!", "?", "…")


def pick_results(session: Session, span: Span, _posting: Posting | None) -> RecapPick | None:
    """Return the moment whose lines opened last in a span, with these lines, or None without one.

    If none opened, return the older experiment whose result was kept last.
    """
    found = expectations.list_opened_in(session, span, RESULTS_SHOWN)
    found = found or attempts.list_results_in(session, span, RESULTS_SHOWN)
    lines = expectations.opened_by_moment(session, found)
    told = [line.id for one in found for line in lines.get(one, ())[:LINES_SHOWN]]
    return RecapPick(tuple(found), figures={"lines": told}) if found else None


def tell_results(session: Session, telling: RecapTelling) -> Sequence[ReportLine]:
    """Return the line with what was expected and what happened, less what was removed since."""
    told = telling.figures.get("lines", ())
    lines = (_tell_result(session, each, told) for each in telling.moments)
    return [line for line in lines if line is not None]


def _tell_result(session: Session, moment: Moment, line_ids: Sequence[int]) -> ReportLine | None:
    """Return the line of a result, or None if it was taken back or its moment is of another kind now."""
    happened = _happened(session, moment)
    left = [line for line in expectations.list_told(session, moment) if line.id in line_ids]
    if not happened or (line_ids and not left):
        return None
    if not left:
        ended = f"#{moment.number} “{make_excerpt(moment.text, EXPECTED_WORDS)}”: {happened}"
        return ReportLine((Strong("How it ended: "), _as_sentence(ended)))
    expected = ", ".join(f"“{make_excerpt(line.text, EXPECTED_WORDS)}”" for line in left)
    told = f"#{moment.number} · expected: {expected}; happened: {happened}"
    return ReportLine((Strong("Before we knew: "), _as_sentence(told)))


def _happened(session: Session, moment: Moment) -> str:
    """Return what happened in a moment, in quotes, or how it ended. Empty for one without a result."""
    if moment.kind == Kind.BREAKTHROUGH:
        return f"“{make_excerpt(moment.text, HAPPENED_WORDS)}”"
    outcome = attempts.find_outcome(session, moment.id)
    if moment.kind != Kind.EXPERIMENT or outcome is AttemptOutcome.UNDER_WAY:
        return ""
    words = moment.parts.get("happened", "")
    return f"“{make_excerpt(words, HAPPENED_WORDS)}”" if words else RESULT_WORDS[outcome]


def _as_sentence(words: str) -> str:
    """Return words with a full stop, unless they end with one inside a quote."""
    return words if words.removesuffix("”").endswith(SENTENCE_ENDS) else f"{words}."


RECAP_SOURCES = (RecapSource("expected", pick_results, tell_results, alone=True),)
