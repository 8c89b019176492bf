"""What expectations and results add to a recap: a line for each result that was kept in its period.

It stands beside what was expected. It tells the distance and no score. Of many results, it counts the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlmodel import Session

from bot.core.language.words import _, ngettext
from bot.core.messages import Strong
from bot.core.posts import RecapPick, RecapSource, RecapTelling, ReportLine
from bot.core.text import make_excerpt
from bot.quests.before.outcomes import RESULT_WORDS
from storage.models import AttemptOutcome, Kind, Moment, Posting
from storage.models.span import Span
from storage.quests import attempts, expectations

RESULTS_SHOWN, RESULTS_COUNTED = 3, 100
"""The most results that a recap tells in a line each, and the most that it looks at to count the rest."""
LINES_SHOWN = 2
EXPECTED_WORDS, HAPPENED_WORDS = 70, 90
SENTENCE_ENDS = (".", "!", "?", "…")
CLOSING_QUOTES = "”“»«"


def pick_results(session: Session, span: Span, _posting: Posting | None) -> RecapPick | None:
    """Return the results of a span, or None without one.

    Those come first of which somebody expected something, with these lines. Then come the older experiments.
    """
    opened = expectations.list_opened_in(session, span, RESULTS_COUNTED)
    older = attempts.list_results_in(session, span, RESULTS_COUNTED)
    found = tuple(dict.fromkeys((*opened, *older)))
    shown, others = found[:RESULTS_SHOWN], found[RESULTS_SHOWN:]
    lines = expectations.opened_by_moment(session, shown)
    told = [line.id for one in shown for line in lines.get(one, ())[:LINES_SHOWN]]
    return RecapPick(shown, (), {"lines": told, "others": list(others)}, others) if found else None


def tell_results(session: Session, telling: RecapTelling) -> Sequence[ReportLine]:
    """Return the lines with what was expected and what happened, less what was removed since."""
    told, others = telling.figures.get("lines", ()), telling.figures.get("others", ())
    lines = (_tell_result(session, each, told) for each in telling.moments if each.id not in others)
    found = [line for line in lines if line is not None]
    more = sum(bool(_happened(session, each)) for each in telling.moments if each.id in others)
    return [*found, *_tell_others(more, after=bool(found))]


def _tell_others(number: int, after: bool) -> Iterator[ReportLine]:
    """Yield the line that counts further results, `after` those that have a line each."""
    if number and after:
        yield ReportLine((ngettext("One more result came in.", "{n} more results came in.", number),))
    elif number:
        yield ReportLine((ngettext("One result came in.", "{n} results came in.", number),))


def _tell_result(session: Session, moment: Moment, line_ids: Sequence[int]) -> ReportLine | None:
    """Return the line of a result, or None if it was taken back or its moment is of another kind now."""
    happened = _happened(session, moment)
    left = [line for line in expectations.list_told(session, moment) if line.id in line_ids]
    if not happened:
        return None
    if not left:
        tried = "" if moment.kind == Kind.BREAKTHROUGH else f" {_quote(moment.text, EXPECTED_WORDS)}:"
        told = _as_sentence(f"#{moment.number}{tried} {happened}")
        return ReportLine((Strong(_("How it ended:")), f" {told}"))
    expected = ", ".join(_quote(line.text, EXPECTED_WORDS) for line in left)
    told = _("{expected} What happened: {happened}", expected=_as_sentence(expected), happened=happened)
    return ReportLine(
        (Strong(_("What we expected of #{number}:", number=moment.number)), f" {_as_sentence(told)}")
    )


def _quote(words: str, length: int) -> str:
    """Return the beginning of a person's words in quotation marks."""
    return _("“{words}”", words=make_excerpt(words, length))


def _happened(session: Session, moment: Moment) -> str:
    """Return what happened in a moment, in quotes, or how it ended. Empty for one without a result."""
    if moment.kind == Kind.BREAKTHROUGH:
        return _quote(moment.text, HAPPENED_WORDS)
    outcome = attempts.find_outcome(session, moment.id)
    if moment.kind != Kind.EXPERIMENT or outcome is AttemptOutcome.UNDER_WAY:
        return ""
    words = moment.parts.get("happened", "")
    return _quote(words, HAPPENED_WORDS) if words else RESULT_WORDS[outcome]()


def _as_sentence(words: str) -> str:
    """Return words with a full stop, unless they end with one inside a quote."""
    return words if words.rstrip(CLOSING_QUOTES).endswith(SENTENCE_ENDS) else f"{words}."


RECAP_SOURCES = (RecapSource("expected", pick_results, tell_results, alone=True),)
