"""What recaps and harvests tell of next steps: one of a week or two in words, those of a longer time in counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlmodel import Session

from bot.core.language.words import _, ngettext
from bot.core.messages import Strong
from bot.core.posts import RecapPick, RecapSource, RecapTelling, ReportLine
from bot.core.text import make_excerpt
from bot.prompts.bank.goal_questions import quote_words
from bot.prompts.steps.words import say_outcome, say_step
from storage.models import NextStep, Posting, StepOutcome
from storage.models.span import Span
from storage.prompts import steps

OUTCOMES = (StepOutcome.DONE, StepOutcome.NOT_YET, StepOutcome.ELSE)
"""What a longer time counts, in this order."""
STEP_WORDS, OUTCOME_WORDS = 160, 90
"""Characters of a step and of what became of it in a recap's line."""
WEEKLY = timedelta(days=15)
"""The longest time whose recap tells a step in words: two weeks, with a change of clocks."""


def pick_steps(session: Session, span: Span, _posting: Posting | None) -> RecapPick | None:
    """Return the steps given in a span and those settled in it, with their outcomes. None for neither."""
    given = [[step.id, step.outcome] for step in steps.list_given(session, span)]
    settled = [[step.id, step.outcome] for step in steps.list_settled(session, span)]
    return RecapPick(figures={"given": given, "settled": settled}) if given or settled else None


def tell_steps(session: Session, telling: RecapTelling) -> Sequence[ReportLine]:
    """Return one line: of a week or two the newest step, of a longer time how many there were and what became of them.

    What became of a step after the recap was made isn't told in it, nor what was taken back or changed since.
    """
    given = _list_told(session, telling.figures["given"])
    settled = [told for told in _list_told(session, telling.figures["settled"]) if told[1]]
    if telling.span.until - telling.span.since > WEEKLY:
        outcomes = {step.id: outcome for step, outcome in (*settled, *given)}
        return _tell_counts(list(outcomes.values()))
    return tuple(_tell_step(step, outcome) for step, outcome in settled[-1:] or given[-1:])


def _list_told(session: Session, figures: Sequence[Sequence[Any]]) -> list[tuple[NextStep, str]]:
    """Return the steps of some figures that weren't removed since, each with its outcome then.

    The outcome is empty if the step has another one by now, or none.
    """
    then = {int(step_id): str(outcome) for step_id, outcome in figures}
    found = steps.list_kept(session, list(then))
    return [(step, then[step.id] if then[step.id] == step.outcome else "") for step in found]


def _tell_step(step: NextStep, outcome: str) -> ReportLine:
    """Return the line of a step in words, with what became of it if it has an outcome."""
    said = quote_words(make_excerpt(say_step(step), STEP_WORDS))
    became = make_excerpt(say_outcome(step), OUTCOME_WORDS) if outcome else ""
    return _report_line(" · ".join(filter(None, (said, became))))


def _report_line(said: str) -> ReportLine:
    return ReportLine((Strong(_("What we said we'd do:")), f" {said}"))


def _tell_counts(outcomes: Sequence[str]) -> Sequence[ReportLine]:
    """Return the line of the steps that were given or settled in a longer time. None without any."""
    if not outcomes:
        return ()
    done, later, other = (outcomes.count(each) for each in OUTCOMES)
    said = (
        ngettext("1 next step", "{n} next steps", len(outcomes)),
        ngettext("{n} done", "{n} done", done) if done else "",
        ngettext("{n} not yet", "{n} not yet", later) if later else "",
        ngettext("{n} became something else", "{n} became something else", other) if other else "",
    )
    return (_report_line(f"{', '.join(filter(None, said))}."),)


RECAP_SOURCES = (RecapSource("steps", pick_steps, tell_steps, alone=True),)
