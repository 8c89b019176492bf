"""What expectations add to a recap: one line for a result that was kept in its period, beside what was expected.

It tells the distance and no score.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.core.messages import Strong
from bot.core.moment import is_kept
from bot.core.posts import RecapSource, ReportLine
from bot.core.text import make_excerpt
from bot.core.times import Period
from bot.quests.before.outcomes import RESULT_WORDS
from storage.models import Kind, Moment, Posting
from storage.models.span import Span
from storage.quests import attempts, expectations

RESULTS_SHOWN = 1
"""The most results that a recap tells in this way: it's one line."""
LINES_SHOWN = 2
EXPECTED_WORDS, HAPPENED_WORDS = 70, 90


def select_results(
    session: Session, team_id: int, period: Period, _as_of: datetime
) -> Mapping[str, Any] | None:
    """Return the id of the experiment whose lines opened last in a period, with these lines. None without one."""
    found = expectations.list_opened_in(session, Span(team_id, period.since, period.until), RESULTS_SHOWN)
    lines = expectations.opened_by_moment(session, found)
    told = [{"moment": one, "lines": [line.id for line in lines[one]][:LINES_SHOWN]} for one in found]
    return {"results": told} if told else None


def tell_results(
    session: Session, told: Mapping[str, Any] | None, _posting: Posting | None
) -> tuple[ReportLine, ...]:
    """Return the line with what was expected and what happened, less what was removed since."""
    results = (told or {}).get("results", ())
    lines = (_tell_result(session, each["moment"], each["lines"]) for each in results)
    return tuple(line for line in lines if line is not None)


def _tell_result(session: Session, moment_id: int, line_ids: list[int]) -> ReportLine | None:
    moment = session.get(Moment, moment_id)
    if moment is None or not is_kept(moment) or moment.kind != Kind.EXPERIMENT:
        return None
    left = [line for line in expectations.list_opened(session, moment_id) if line.id in line_ids]
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


EXPECTED_LINE = RecapSource("expected", select_results, tell_results)
