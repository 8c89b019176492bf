"""What recaps and harvests tell of next steps: those of a week in words, those of a longer time in counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import Session

from bot.core.messages import Strong
from bot.core.posts import RecapPick, RecapSource, RecapTelling, ReportLine
from bot.core.text import format_count, make_excerpt
from bot.prompts.steps.words import say_outcome, say_step
from storage.models import NextStep, Posting, StepOutcome
from storage.models.span import Span
from storage.prompts import steps

WEEK = timedelta(days=8)
"""The longest week, with a change of clocks."""
STEP_WORDS, BECAME_WORDS = 160, 90
"""The most characters of a step, and of what it became, in the line of a week."""


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
    return _tell_week(settled[-1:], given[-1:])


def _tell_week(settled: Sequence[NextStep], given: Sequence[NextStep]) -> Sequence[ReportLine]:
    """Return the line of a week: what became of the last step, or else the new one as it was given.

    A step that was settled after its week is told there with its words alone.
    """
    said = [_describe_settled(step) for step in settled] or [f"“{_quote_step(step)}”" for step in given]
    return tuple(ReportLine((Strong("What we said we'd do: "), each)) for each in said)


def _describe_settled(step: NextStep) -> str:
    """Return a step and what became of it, both shortened."""
    became = make_excerpt(step.became, BECAME_WORDS)
    outcome = f"it became: {became}" if step.outcome == StepOutcome.ELSE else say_outcome(step)
    return f"“{_quote_step(step)}” · {outcome}"


def _quote_step(step: NextStep) -> str:
    return make_excerpt(say_step(step), STEP_WORDS)


def _tell_counts(outcomes: Sequence[str]) -> Sequence[ReportLine]:
    if not outcomes:
        return ()
    done, other = outcomes.count(StepOutcome.DONE), outcomes.count(StepOutcome.ELSE)
    said = [format_count(len(outcomes), "next step")]
    if done:
        said.append(f"{done:,} done")
    if other:
        said.append(f"{other:,} became something else")
    return (ReportLine((Strong("What we said we'd do: "), f"{', '.join(said)}.")),)


RECAP_SOURCES = (RecapSource("steps", pick_steps, tell_steps),)
