"""What a retrospective's card shows of next steps: those it opens with, and the one that it ends with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session

from bot.core.language.words import _, lazy
from bot.core.messages import Block, Button, Quote, Section, Small, Strong, Text
from bot.core.text import one_line
from bot.prompts.bank.goal_questions import quote_words
from bot.prompts.steps.commands import GiveStep, SeeStep, SettleStep, TakeStep
from bot.prompts.steps.words import WHOLE, can_be_taken, describe_step, say_outcome, say_step, say_taker
from storage.models import NextStep, Posting, PostingKind, StepOutcome
from storage.moments import moments
from storage.prompts import steps

OUTCOME_BUTTONS = (
    (StepOutcome.DONE, lazy("Done")),
    (StepOutcome.NOT_YET, lazy("Not yet")),
    (StepOutcome.ELSE, lazy("Something else")),
)


@dataclass(frozen=True)
class StepParts:
    """The parts of a card about steps: blocks before the question and after its answers, buttons and a menu."""

    before: tuple[Block, ...] = ()
    after: tuple[Block, ...] = ()
    buttons: tuple[Button, ...] = ()
    menu: tuple[Button, ...] = ()


def build_step_parts(session: Session, posting: Posting) -> StepParts:
    """Return what a retrospective's card shows of steps. Nothing for any other question.

    Buttons are only on the newest retrospective. While a step waits for its outcome, the new one is in the menu.
    """
    if posting.kind != PostingKind.RETRO:
        return StepParts()
    asked, own = steps.list_asked_in(session, posting.id), steps.find_of_retro(session, posting.id)
    is_newest = steps.find_newest_retro(session, posting.team_id or 0) == posting.id
    waiting = next((step for step in asked if step.settled_at is None), None) if is_newest else None
    names = names_of(session, *asked, *((own,) if own else ()))
    before = tuple(_asked_block(step, names, step is waiting) for step in asked)
    after = tuple(_own_blocks(own, names)) if own is not None else ()
    more = _own_buttons(posting, own, is_newest)
    if waiting is not None:
        return StepParts(before, after, _outcome_buttons(waiting), more)
    return StepParts(before, after, more)


def names_of(session: Session, *found: NextStep) -> dict[int, str]:
    """Return the names of the takers of steps, by their ids."""
    people = moments.people_by_id(session, [step.taker_id for step in found])
    return {person_id: person.name for person_id, person in people.items()}


def _asked_block(step: NextStep, names: dict[int, str], waits: bool) -> Block:
    if not waits:
        return Small((_("Last time we said: {step}", step=describe_step(step)),))
    said = " · ".join(filter(None, (quote_words(one_line(say_step(step), WHOLE)), say_taker(step, names))))
    return Text((Strong(_("Last time we said:")), f" {said}. ", _("What came of it?")))


def _own_blocks(step: NextStep, names: dict[int, str]) -> Iterator[Block]:
    yield Section(_("One next step"))
    said = " · ".join(filter(None, (say_taker(step, names), say_outcome(step))))
    yield Quote(say_step(step), said, Button(_("Show"), SeeStep(str(step.id), str(step.team_id))))


def _own_buttons(posting: Posting, step: NextStep | None, is_newest: bool) -> tuple[Button, ...]:
    team = str(posting.team_id)
    if step is None:
        give = Button(_("One next step"), GiveStep(str(posting.id), team))
        return (give,) if is_newest else ()
    return (Button(_("I'll take it"), TakeStep(str(step.id), team)),) if can_be_taken(step) else ()


def _outcome_buttons(step: NextStep) -> tuple[Button, ...]:
    at, team = str(step.id), str(step.team_id)
    return tuple(Button(label(), SettleStep(at, team, outcome)) for outcome, label in OUTCOME_BUTTONS)
