"""The next steps of a goal: added, ticked from its card or in its thread, and removed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sqlmodel import Session

from bot.core.commands import Declaration
from bot.core.context import Context, FormError, UserError
from bot.core.events import ReplyWritten
from bot.core.language.words import _, line
from bot.core.messages import (
    Button,
    Card,
    Entry,
    Field,
    FieldKind,
    Form,
    Reply,
    Style,
    Title,
    text_reply,
)
from bot.core.origin import Origin
from bot.core.text import one_line, parse_number
from bot.goals.commands import AddStep, DropStep, SeeSteps, TickStep
from bot.goals.find import card_line, find_goal, find_open_goal, say
from bot.goals.wizard.form import NEXT_STEP, STEP_HINT, text_errors
from storage.delivery import postings
from storage.goals import goals, steps
from storage.models import Goal, GoalStep, PostingKind
from storage.teams.teams import Caller

MOST_STEPS = 20
"""The most steps of a goal that are still to do."""
DONE = re.compile(r"\s*(?:done|erledigt|fertig|✓|✔️?|✅)(?!\w)(?P<what>.*)", re.IGNORECASE | re.DOTALL)
"""A reply in a goal's thread that ticks a step: *done* in any language of the bot, with its number or some words."""
AROUND = " \t\n:;.,!…—–-\"'“”„‘’«»*_()[]"
"""Signs around the number or the words of a step in such a reply. They say nothing about which step is meant."""
BESIDE_NUMBERS = frozenset(
    {
        "and",
        "step",
        "steps",
        "no",
        "nr",
        "number",
        "numbers",
        "und",
        "schritt",
        "schritte",
        "nummer",
        "nummern",
    }
)


def add_step(context: Context, command: AddStep) -> Reply | Form:
    """Add a step. Without text, return the form. FormError for a long one, UserError for one too many."""
    goal = find_open_goal(context, command.goal)
    form = Form(
        _("Add a step"),
        AddStep(str(goal.number), str(goal.team_id)),
        (Field("text", NEXT_STEP(), FieldKind.TEXT, command.text, hint=STEP_HINT()),),
        _("Add"),
    )
    if not command.text.strip():
        return form
    if errors := dict(text_errors({"text": command.text})):
        raise FormError(form, errors)
    if sum(step.done_at is None for step in steps.list_steps(context.session, goal.id)) >= MOST_STEPS:
        raise UserError(
            _(
                "Goal #{number} already has {most} open steps. Check one off first.",
                number=goal.number,
                most=MOST_STEPS,
            )
        )
    step = steps.add_once(
        context.session,
        goal.id,
        context.caller.person_id,
        command.text.strip(),
        context.origin.event,
        context.now,
    )
    if step.deleted_at is not None:
        raise UserError(_("You've already undone that."))
    undo = Button(_("Undo"), DropStep(str(goal.number), str(step.id), str(goal.team_id)))
    said = _("Step added to goal #{number}.", number=goal.number)
    return text_reply(*say(said, card_line(context, goal)), buttons=(undo,))


def show_steps(context: Context, command: SeeSteps) -> Reply:
    """Show the steps of a goal in private, each with a button that ticks it or brings it back."""
    goal = find_goal(context, command.goal)
    found = steps.list_steps(context.session, goal.id)
    add = Button(_("Add a step"), AddStep(str(goal.number), str(goal.team_id)), Style.PRIMARY)
    if not found:
        return text_reply(_("No steps yet. What's the next thing to do?"), buttons=(add,))
    numbers = steps.number_steps(context.session, goal.id)
    rows = (_step_row(goal, step, numbers[step.id]) for step in found)
    drops = tuple(
        Button(
            _("Remove: {step}", step=one_line(step.text, 40)),
            DropStep(str(goal.number), str(step.id), str(goal.team_id)),
        )
        for step in found[-20:]
    )
    return Reply(Card((Title(_("Steps of goal #{number}", number=goal.number)), *rows), (add,), drops))


def _step_row(goal: Goal, step: GoalStep, number: int) -> Entry:
    done = step.done_at is not None
    tick = TickStep(str(goal.number), str(step.id), str(goal.team_id), "1" if done else "")
    if done:
        return Entry(step.text, (_("{number} · Done", number=number),), Button(_("Not done"), tick))
    return Entry(step.text, (str(number),), Button(_("Done"), tick))


def tick_step(context: Context, command: TickStep) -> Reply:
    """Tick a step as done, or with `back` bring it back to do."""
    goal = find_goal(context, command.goal)
    step = _find_step(context, goal, command.step)
    person = None if command.back else context.caller.person_id
    steps.tick_step(context.session, step, person, context.now)
    undo = TickStep(str(goal.number), str(step.id), str(goal.team_id), "" if command.back else "1")
    words = one_line(step.text, 80)
    said = (
        line("Open again on goal #{number}: “{step}”.", number=goal.number, step=words)
        if command.back
        else line("Done on goal #{number}: “{step}”.", number=goal.number, step=words)
    )
    return text_reply(*say(said, card_line(context, goal)), buttons=(Button(_("Undo"), undo),))


def drop_step(context: Context, command: DropStep) -> Reply:
    """Remove a step. Its words are erased."""
    goal = find_goal(context, command.goal)
    steps.remove_step(context.session, _find_step(context, goal, command.step), context.now)
    return text_reply(_("Step removed from goal #{number}.", number=goal.number), replaces=True)


def _find_step(context: Context, goal: Goal, given: str) -> GoalStep:
    step = steps.find_step(context.session, goal.id, parse_number(given))
    if step is None:
        raise UserError(_("That step is no longer on goal #{number}.", number=goal.number))
    return step


def is_step_reply(session: Session, caller: Caller, origin: Origin, event: ReplyWritten) -> bool:
    """Return whether a reply is in a goal's thread and begins with *done*."""
    return bool(DONE.match(event.text)) and _goal_of_thread(session, caller, origin) is not None


def tick_by_reply(context: Context, event: ReplyWritten) -> None:
    """Tick the steps that a reply in the goal's thread names: by number, by words, or the only one to do.

    A reply that fits no step, or several by its words, ticks nothing: the card still has its buttons.
    """
    goal = _goal_of_thread(context.session, context.caller, context.origin)
    found = DONE.match(event.text)
    if goal is None or found is None or goal.closed_at is not None:
        return
    to_do = [step for step in steps.list_steps(context.session, goal.id) if step.done_at is None]
    for step in _named_steps(to_do, steps.number_steps(context.session, goal.id), found["what"]):
        steps.tick_step(context.session, step, context.caller.person_id, context.now)


def _named_steps(to_do: Sequence[GoalStep], numbers: Mapping[int, int], what: str) -> Sequence[GoalStep]:
    """Return the steps that the words behind *done* name. Without any words, the only one."""
    said = what.strip(AROUND)
    if not said:
        return to_do if len(to_do) == 1 else ()
    words = {word for word in re.split(r"[\s,;.&+#]+", said.casefold()) if word} - BESIDE_NUMBERS
    if words and all(word.isdecimal() for word in words):
        named = {parse_number(word) for word in words}
        return [step for step in to_do if numbers[step.id] in named]
    fits = [step for step in to_do if _plain_words(said) in _plain_words(step.text)]
    return fits if len(fits) == 1 and any(sign.isalnum() for sign in said) else ()


def _plain_words(text: str) -> str:
    return " ".join(text.casefold().split())


def _goal_of_thread(session: Session, caller: Caller, origin: Origin) -> Goal | None:
    if not origin.thread:
        return None
    posting = postings.find_by_message(session, caller.workspace_id, origin.channel, origin.thread)
    if posting is None or posting.kind != PostingKind.GOAL:
        return None
    goal = goals.find_by_posting(session, posting)
    return goal if goal and goal.team_id == caller.team_id and goal.withdrawn_at is None else None


DECLARATIONS = (
    Declaration("goal-step", AddStep, add_step, shown=True),
    Declaration("goal-steps", SeeSteps, show_steps, read_only=True),
    Declaration("tick-step", TickStep, tick_step, once=True),
    Declaration("drop-step", DropStep, drop_step, once=True),
)
