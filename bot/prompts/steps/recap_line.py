"""What recaps and harvests tell of next steps: those of a week in words, those of a longer time in counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import Session

from bot.core.messages import Strong
from bot.core.posts import RecapPick, RecapSource, RecapTelling, ReportLine
from bot.core.text import format_count
from bot.prompts.steps.words import describe_step
from storage.models import NextStep, Posting, StepOutcome
from storage.models.span import Span
from storage.prompts import steps

OUTCOMES = (
    (StepOutcome.DONE, "done"),
    (StepOutcome.NOT_YET, "not yet"),
    (StepOutcome.ELSE, "became something else"),
)
"""What a longer time counts, in this order."""
WEEK = timedelta(days=8)
"""The longest week, with a change of clocks."""


def pick_steps(session: Session, span: Span, _posting: Posting | None) -> RecapPick | None:
    """Return the steps that were given in a span, with their outcomes, and those settled in it. None for neither."""
    given = [[step.id, step.outcome] for step in steps.list_given(session, span)]
    settled = [step.id for step in steps.list_settled(session, span)]
    return RecapPick(figures={"given": given, "settled": settled}) if given or settled else None


def tell_steps(session: Session, telling: RecapTelling) -> Sequence[ReportLine]:
    """Return one line: in a week the newest step, in a longer time how many there were and what became of them."""
    outcomes = {int(step_id): str(outcome) for step_id, outcome in telling.figures["given"]}
    given = steps.list_kept(session, list(outcomes))
    if telling.span.until - telling.span.since > WEEK:
        return _tell_counts([outcomes[step.id] for step in given])
    settled = [step for step in steps.list_kept(session, telling.figures["settled"]) if step.outcome]
    return _tell_week(given, settled)


def _tell_week(given: Sequence[NextStep], settled: Sequence[NextStep]) -> Sequence[ReportLine]:
    """Return the line of a week: what became of the last step, or else the new one."""
    told = settled[-1:] or given[-1:]
    return tuple(ReportLine((Strong("What we said we'd do: "), describe_step(step))) for step in told)


def _tell_counts(outcomes: Sequence[str]) -> Sequence[ReportLine]:
    if not outcomes:
        return ()
    counts = ((outcomes.count(outcome), words) for outcome, words in OUTCOMES)
    said = [format_count(len(outcomes), "next step"), *(f"{n:,} {words}" for n, words in counts if n)]
    return (ReportLine((Strong("What we said we'd do: "), f"{', '.join(said)}.")),)


RECAP_SOURCES = (RecapSource("steps", pick_steps, tell_steps),)
