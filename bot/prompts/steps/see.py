"""Showing a next step in private, and changing it so that this can be undone for a day."""

from __future__ import annotations

from typing import Any

from bot.core.commands import Declaration
from bot.core.context import Context
from bot.core.language.words import _
from bot.core.messages import Button, Card, Quote, Reply, Style, Text
from bot.core.repeats.once import mark_answer
from bot.prompts.steps.card import names_of
from bot.prompts.steps.commands import ChangeStep, DropNextStep, SeeStep, TakeStep, UndoChange
from bot.prompts.steps.find import find_step
from bot.prompts.steps.words import can_be_taken, say_outcome, say_step, say_taker
from storage.models import NextStep
from storage.prompts import step_changes, steps


def see_step(context: Context, command: SeeStep) -> Reply:
    """Show a step in private, with what the person can do with it."""
    return show_step(context, find_step(context, command.step, lock=False))


def show_step(context: Context, step: NextStep) -> Reply:
    """Return a step with what the person can do with it."""
    at, team, me = str(step.id), str(step.team_id), context.caller.person_id
    buttons = []
    if can_be_taken(step):
        buttons.append(Button(_("I'll take it"), TakeStep(at, team), Style.PRIMARY))
    if step.taker_id == me and step.settled_at is None:
        label = _("Not me") if step.taken_at is None else _("Hand it back")
        buttons.append(Button(label, TakeStep(at, team, "1")))
    if step.settled_at is None:
        buttons.append(Button(_("Edit next step"), ChangeStep(at, team)))
    menu = (Button(_("Remove"), DropNextStep(at, team)),) if may_remove(context, step) else ()
    blocks = (Text((_("This retro's next step:"),)), quote_step(context, step))
    return Reply(Card(blocks, tuple(buttons), menu))


def quote_step(context: Context, step: NextStep) -> Quote:
    """Return a step's words with who takes it and what became of it."""
    said = (say_taker(step, names_of(context.session, step)), say_outcome(step))
    return Quote(say_step(step), " · ".join(filter(None, said)))


def may_remove(context: Context, step: NextStep) -> bool:
    """Return whether a person gave a step, changed its words last, carried it over, or is an admin."""
    origin = steps.find_origin(context.session, step)
    carried_by = origin.settled_by_id if origin is not None else None
    theirs = (step.author_id, step.changed_by_id, carried_by)
    return context.caller.person_id in theirs or context.origin.admin


def change_undoably(context: Context, step: NextStep, command: Any, **values: Any) -> Button:
    """Change the words or the name of a step, and return the button that undoes it for a day."""
    mark = mark_answer(context, command)
    step_changes.note_change(step, context.caller.person_id, mark, context.now)
    steps.change_step(context.session, step, context.now, **values)
    return Button(_("Undo"), UndoChange(str(step.id), str(step.team_id), mark))


DECLARATIONS: tuple[Declaration, ...] = (Declaration("see-step", SeeStep, see_step, read_only=True),)
