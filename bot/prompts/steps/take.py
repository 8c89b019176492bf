"""Who takes a next step: taking it, handing it back, and what happens when its taker leaves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.core.access.admission import has_left
from bot.core.access.watch import Watch, Watched
from bot.core.commands import Declaration
from bot.core.context import Context, UserError, name_place
from bot.core.events import PersonCame, PersonLeft
from bot.core.language.words import _, line
from bot.core.messages import Button, Reply, text_reply
from bot.prompts.steps.card import names_of
from bot.prompts.steps.change import SETTLED
from bot.prompts.steps.commands import TakeStep
from bot.prompts.steps.find import find_step, step_place
from bot.prompts.steps.name import ME, show_name
from bot.prompts.steps.see import change_undoably, show_step
from bot.prompts.steps.words import can_be_taken, say_taker
from storage.models import NextStep, Person
from storage.prompts import step_takers

BATCH = 25
ASK_AGAIN = timedelta(hours=1)
"""How long after a platform didn't say whether a taker is there, it is asked again."""


def take_step(context: Context, command: TakeStep) -> Reply:
    """Take a step, or hand it back. UserError if somebody else takes it, or it is settled.

    AccessUnknownError if the platform has to be asked first whether its taker is there.
    """
    step = find_step(context, command.step)
    if step.settled_at is not None:
        raise UserError(SETTLED())
    if command.back:
        return _hand_back(context, step, command)
    if show_name(context, step) == ME:
        return show_step(context, step)
    if not (can_be_taken(step) or _has_taker_left(context, step)):
        taker = names_of(context.session, step).get(step.taker_id or 0)
        raise UserError(
            _("{name} has taken it already.", name=taker) if taker else _("Someone has taken it already.")
        )
    name = step_takers.name_taker(context.caller.person_id, context.now, context.now)
    undo = change_undoably(context, step, command, **name)
    place = name_place(step_place(context, step))
    return text_reply(*line("The next step in {place} is yours now.", place=place), buttons=(undo,))


def _has_taker_left(context: Context, step: NextStep) -> bool:
    return has_left(context, context.session.get_one(Person, step.taker_id))


def _hand_back(context: Context, step: NextStep, command: TakeStep) -> Reply:
    """Take the person's name off a step, which can be undone for a day. UserError if it isn't there any more."""
    if step.taker_id != context.caller.person_id:
        taker = say_taker(step, names_of(context.session, step))
        raise UserError(
            _("Your name isn't on this next step any more: {taker}.", taker=taker)
            if taker
            else _("Your name isn't on this next step any more. Anyone can take it.")
        )
    undo = change_undoably(context, step, command, **step_takers.name_taker(None, context.now))
    take = Button(_("I'll take it"), TakeStep(str(step.id), str(step.team_id)))
    place = name_place(step_place(context, step))
    said = line("Your name is off the next step in {place}. Anyone can take it.", place=place)
    return text_reply(*said, buttons=(undo, take), replaces=True)


def handle_taker_moved(context: Context, _event: PersonCame | PersonLeft) -> None:
    """Let the platform be asked at once whether the taker of steps is still in the team's channels."""
    if context.caller.team_id and context.caller.person_id:
        step_takers.plan_taker_checks(
            context.session, context.caller.team_id, context.caller.person_id, context.now
        )


def list_due_takers(session: Session, now: datetime) -> Sequence[Watched]:
    """Return the takers of open steps of whom their platform is to be asked now."""
    return [Watched(*each) for each in step_takers.list_taker_checks(session, now, BATCH)]


def record_taker(session: Session, watched: Watched, left: bool | None, now: datetime) -> None:
    """Record on a step whether its taker has left. Its card says so."""
    again_at = now + (ASK_AGAIN if left is None else step_takers.TAKER_CHECKS)
    step_takers.record_taker_check(session, watched.about, watched.person_id, left, now, again_at)


STEP_TAKERS = Watch(list_due_takers, record_taker)

DECLARATIONS: tuple[Declaration, ...] = (Declaration("take-step", TakeStep, take_step, once=True),)
