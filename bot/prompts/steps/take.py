"""Who takes a next step: taking it, handing it back, and what happens when its taker leaves."""

from __future__ import annotations

from bot.core.commands import Declaration
from bot.core.context import Context, UserError, describe_place
from bot.core.events import PersonCame, PersonLeft
from bot.core.messages import Button, Reply, text_reply
from bot.prompts.steps.card import names_of
from bot.prompts.steps.commands import TakeStep
from bot.prompts.steps.find import find_step, step_place
from bot.prompts.steps.give import SETTLED
from bot.prompts.steps.words import can_be_taken
from storage.prompts import steps
from storage.teams import teams


def take_step(context: Context, command: TakeStep) -> Reply:
    """Take a step, or hand it back. UserError if somebody else takes it, or it is settled."""
    step = find_step(context, command.step)
    me, team = context.caller.person_id, str(step.team_id)
    place = describe_place(step_place(context, step))
    if step.settled_at is not None:
        raise UserError(SETTLED)
    if command.back:
        if step.taker_id == me:
            steps.change_step(
                context.session, step, context.now, taker_id=None, taken_at=None, taker_left_at=None
            )
        take = Button("I'll take it", TakeStep(str(step.id), team))
        said = ". Anyone can take it."
        return text_reply("Your name is off the next step ", *place, said, buttons=(take,), replaces=True)
    if not can_be_taken(step) and step.taker_id != me:
        name = names_of(context.session, step).get(step.taker_id or 0, "Somebody")
        raise UserError(f"{name} takes it already.")
    steps.change_step(
        context.session, step, context.now, taker_id=me, taken_at=context.now, taker_left_at=None
    )
    undo = Button("Undo", TakeStep(str(step.id), team, "1"))
    return text_reply("You take the next step ", *place, ".", buttons=(undo,))


def handle_taker_moved(context: Context, event: PersonCame | PersonLeft) -> None:
    """Note on a person's open steps that they left the team's home channel, or came back to it."""
    caller = context.caller
    if not caller.team_id or not caller.person_id:
        return
    if teams.find_home(context.session, caller.team_id).external_id != context.origin.channel:
        return
    left_at = context.now if isinstance(event, PersonLeft) else None
    for step in steps.list_open_of_taker(context.session, caller.team_id, caller.person_id):
        if step.taken_at is not None:
            steps.change_step(context.session, step, context.now, taker_left_at=left_at)
        elif left_at is not None:
            steps.change_step(context.session, step, context.now, taker_id=None)


DECLARATIONS: tuple[Declaration, ...] = (Declaration("take-step", TakeStep, take_step),)
