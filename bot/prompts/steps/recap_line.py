"""What recaps and harvests tell of next steps: those of a week in words, those of a longer time in counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlmodel import Session

from bot.core.messages import Strong
from bot.core.posts import RecapPick, RecapSource, RecapTelling, ReportLine
from bot.core.text import format_count, make_excerpt
from bot.prompts.steps.words import say_outcome, say_step
from storage.models import NextStep, Posting, StepOutcome
from storage.models.span import Span
from storage.prompts import steps

OUTCOMES = (
    (StepOutcome.DONE, "done"),
    (StepOutcome.NOT_YET, "not yet"),
    (StepOutcome.ELSE, "became something else"),
)
"""What a longer time counts, in this order."""
STEP_WORDS, OUTCOME_WORDS = 160, 90
"""Characters of a step and of what became of it in a recap's line."""
WEEK = timedelta(days=8)
"""The longest week, with a change of clocks."""


def pick_steps(session: Session, span: Span, _posting: Posting | None) -> RecapPick | None:
    """Return the steps given in a span and those settled in it, with their outcomes. None for neither."""
    given = [[step.id, step.outcome] for step in steps.list_given(session, span)]
    settled = [[step.id, step.outcome] for step in steps.list_settled(session, span)]
    return RecapPick(figures={"given": given, "settled": settled}) if given or settled else None


def tell_steps(session: Session, telling: RecapTelling) -> Sequence[ReportLine]:
    """Return one line: in a week the newest step, in a longer time how many there were and what became of them.

    What became of a step after the recap was made isn't told in it.
    """
    given = _list_told(session, telling.figures["given"])
    if telling.span.until - telling.span.since > WEEK:
        return _tell_counts([outcome for _, outcome in given])
    settled = [told for told in _list_told(session, telling.figures["settled"]) if told[0].outcome == told[1]]
    return tuple(_tell_step(step, outcome) for step, outcome in settled[-1:] or given[-1:])


def _list_told(session: Session, figures: Sequence[Sequence[Any]]) -> list[tuple[NextStep, str]]:
    """Return the steps of some figures that weren't removed since, each with its outcome then."""
    outcomes = {int(step_id): str(outcome) for step_id, outcome in figures}
    return [(step, outcomes[step.id]) for step in steps.list_kept(session, list(outcomes))]


def _tell_step(step: NextStep, outcome: str) -> ReportLine:
    """Return the line of a week. An outcome that was taken back or changed since isn't told."""
    said = f"“{make_excerpt(say_step(step), STEP_WORDS)}”"
    became = make_excerpt(say_outcome(step), OUTCOME_WORDS) if outcome and outcome == step.outcome else ""
    return ReportLine((Strong("What we said we'd do: "), " · ".join(filter(None, (said, became)))))


def _tell_counts(outcomes: Sequence[str]) -> Sequence[ReportLine]:
    if not outcomes:
        return ()
    counts = ((outcomes.count(outcome), words) for outcome, words in OUTCOMES)
    said = [format_count(len(outcomes), "next step"), *(f"{n:,} {words}" for n, words in counts if n)]
    return (ReportLine((Strong("What we said we'd do: "), f"{', '.join(said)}.")),)


RECAP_SOURCES = (RecapSource("steps", pick_steps, tell_steps),)
