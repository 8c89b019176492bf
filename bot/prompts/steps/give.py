"""Giving a retrospective its one next step, seeing, changing and removing it, and undoing each for a day."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.core.commands import Declaration
from bot.core.context import Context, UserError, describe_place
from bot.core.messages import Button, Card, Form, Quote, Reply, Style, Text, text_reply
from bot.core.text import parse_number
from bot.moments.edit import UNDO_PERIOD
from bot.prompts.answers import TAKEN_BACK, find_asked_question
from bot.prompts.steps.card import names_of
from bot.prompts.steps.commands import ChangeStep, DropNextStep, GiveStep, SeeStep, TakeStep, UndoChange
from bot.prompts.steps.find import REMOVED, find_step, step_place
from bot.prompts.steps.form import ME, NOBODY, check_words, step_form
from bot.prompts.steps.words import can_be_taken, say_outcome, say_step, say_taker
from storage.models import NextStep, Posting, PostingKind
from storage.prompts import rounds, steps

SETTLED = "This step has its outcome already, so it stays as it was said."
LATER_ONE = "A later look back is there now. Its card takes the next step."


def give_step(context: Context, command: GiveStep) -> Reply | Form:
    """Give the newest retrospective its step. Without `asked`, return the form, or show the step there is.

    FormError for words that don't fit, UserError if the retrospective was taken back or a later one is there.
    """
    posting = _find_retro(context, command.posting)
    rounds.lock_posting(context.session, posting)
    again = steps.find_by_event(context.session, posting.id, context.origin.event) if command.asked else None
    if again is not None:
        return _confirm_given(context, again)
    if (known := steps.find_of_retro(context.session, posting.id)) is not None:
        return _offer_change(context, command, known) if command.asked else _show(context, known)
    if posting.withdrawn_at is not None:
        raise UserError(TAKEN_BACK)
    if steps.find_newest_retro(context.session, context.caller.team_id) != posting.id:
        raise UserError(LATER_ONE)
    form = step_form(context, command)
    if not command.asked:
        return form
    condition, action = check_words(form, command)
    step = NextStep(
        team_id=context.caller.team_id, posting_id=posting.id, author_id=context.caller.person_id,
        condition=condition, action=action, event=context.origin.event, created_at=context.now,
        **_read_taker(context, command.taker),
    )  # fmt: skip
    return _confirm_given(context, steps.add_step(context.session, step, context.now))


def _find_retro(context: Context, given: str) -> Posting:
    posting = find_asked_question(context, given)
    if posting.kind != PostingKind.RETRO:
        raise UserError("Only a look back ends with a next step.")
    return posting


def _read_taker(context: Context, given: str) -> dict[str, Any]:
    """Return the columns for a chosen name. UserError for a person who can't be named here."""
    if given in ("", NOBODY):
        return {"taker_id": None, "taken_at": None, "taker_left_at": None}
    if given == ME:
        return {"taker_id": context.caller.person_id, "taken_at": context.now, "taker_left_at": None}
    known = [one.id for one in steps.list_members(context.session, context.caller.team_id)]
    if parse_number(given) not in known:
        raise UserError("I can't name that person here. Leave the name open: they can take it on the card.")
    return {"taker_id": parse_number(given), "taken_at": None, "taker_left_at": None}


def _confirm_given(context: Context, step: NextStep) -> Reply:
    if step.deleted_at is not None:
        raise UserError(REMOVED)
    undo = Button("Undo", DropNextStep(str(step.id), str(step.team_id)))
    place = describe_place(step_place(context, step))
    said = ("The next step is on the look back ", *place, ". The next one opens with it.")
    return Reply(Card((Text(said), _quote(context, step)), (undo,)))


def _quote(context: Context, step: NextStep) -> Quote:
    said = (say_taker(step, names_of(context.session, step)), say_outcome(step))
    return Quote(say_step(step), " · ".join(filter(None, said)))


def _offer_change(context: Context, command: GiveStep, known: NextStep) -> Reply:
    """Return the step that somebody else gave meanwhile, with the person's own words and a way to use them."""
    change = ChangeStep(str(known.id), command.team, "1", command.condition, command.action, command.taker)
    mine = f"If {command.condition.strip()}, then {command.action.strip()}"
    blocks = (
        Text(("This look back has its one next step already:",)),
        _quote(context, known),
        Text(("Nothing is changed. Here is what you wrote:",)),
        Quote(mine),
    )
    return Reply(Card(blocks, (Button("Use mine instead", context.store_if_long(change)),)))


def see_step(context: Context, command: SeeStep) -> Reply:
    """Show a step in private, with what the person can do with it."""
    return _show(context, find_step(context, command.step, lock=False))


def _show(context: Context, step: NextStep) -> Reply:
    at, team, me = str(step.id), str(step.team_id), context.caller.person_id
    buttons = []
    if can_be_taken(step):
        buttons.append(Button("I'll take it", TakeStep(at, team), Style.PRIMARY))
    if step.taker_id == me and step.settled_at is None:
        buttons.append(Button("Not me" if step.taken_at is None else "Hand it back", TakeStep(at, team, "1")))
    if step.settled_at is None:
        buttons.append(Button("Change it", ChangeStep(at, team)))
    menu = (Button("Remove it", DropNextStep(at, team)),) if _may_remove(context, step) else ()
    return Reply(
        Card((Text(("The one next step of this look back:",)), _quote(context, step)), tuple(buttons), menu)
    )


def _may_remove(context: Context, step: NextStep) -> bool:
    return step.author_id == context.caller.person_id or context.origin.admin


def change_step(context: Context, command: ChangeStep) -> Reply | Form:
    """Change a step's words and, unless somebody else takes it, who is named. Without `asked`, return the form.

    FormError for words that don't fit, UserError if it is settled.
    """
    step = find_step(context, command.step)
    if step.settled_at is not None:
        raise UserError(SETTLED)
    mine = step.taker_id == context.caller.person_id and step.taken_at is not None
    asks_taker = can_be_taken(step) or mine
    if not command.asked:
        taker = ME if mine else str(step.taker_id or NOBODY)
        shown = replace(command, condition=step.condition, action=step.action, taker=taker)
        return step_form(context, shown, asks_taker)
    condition, action = check_words(step_form(context, command, asks_taker), command)
    before = _remember(step)
    values: dict[str, Any] = {}
    if (condition, action) != (step.condition, step.action):
        values = {"condition": condition, "action": action, "author_id": context.caller.person_id}
    if (
        asks_taker
        and command.taker
        and not (mine and command.taker == ME)
        and command.taker != str(step.taker_id)
    ):
        values |= _read_taker(context, command.taker)
    steps.change_step(context.session, step, context.now, **values)
    undo = (Button("Undo", context.store_if_long(before)),) if values else ()
    said = ("The next step is updated ", *describe_place(step_place(context, step)), ".")
    return Reply(Card((Text(said), _quote(context, step)), undo))


def _remember(step: NextStep) -> UndoChange:
    """Return the command that brings the present words and name of a step back."""
    return UndoChange(
        str(step.id), str(step.team_id), step.condition, step.action, str(step.author_id), str(step.taker_id or ""),
        "1" if step.taken_at else "",
    )  # fmt: skip


def undo_change(context: Context, command: UndoChange) -> Reply:
    """Bring back what a step said before a change. UserError if it is settled, or after a day."""
    step = find_step(context, command.step)
    if step.settled_at is not None:
        raise UserError(SETTLED)
    taker = parse_number(command.taker) or None
    taken_at = step.created_at if command.taken else None
    left_at = step.taker_left_at if taker == step.taker_id else None
    steps.change_step(
        context.session, step, context.now, condition=command.condition, action=command.action,
        author_id=parse_number(command.author), taker_id=taker, taken_at=taken_at, taker_left_at=left_at,
    )  # fmt: skip
    return text_reply("The next step says again what it said before.", replaces=True)


def drop_step(context: Context, command: DropNextStep) -> Reply:
    """Remove a step, or bring it back within a day.

    UserError for a person who neither wrote it nor is an admin, and if there is another one by now.
    """
    step = find_step(context, command.step, removed=True)
    if not _may_remove(context, step):
        raise UserError(
            "Only the person who wrote this step, or an admin, can remove it. Anyone can change it."
        )
    if not command.back:
        if step.deleted_at is None:
            steps.change_step(context.session, step, context.now, deleted_at=context.now)
        undo = Button("Undo", replace(command, back="1"))
        return text_reply("The next step is removed. Until tomorrow you can bring it back.", buttons=(undo,))
    if step.deleted_at is not None:
        _require_return(context, step)
        steps.change_step(context.session, step, context.now, deleted_at=None)
    return text_reply("The next step is back.", replaces=True)


def _require_return(context: Context, step: NextStep) -> None:
    if not step.action or (step.deleted_at is not None and step.deleted_at + UNDO_PERIOD <= context.now):
        raise UserError("That step was removed more than a day ago, and its words are gone.")
    if steps.find_of_retro(context.session, step.posting_id) is not None:
        raise UserError("This look back has another next step by now. You can change that one.")


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration("give-step", GiveStep, give_step, shown=True),
    Declaration("see-step", SeeStep, see_step, read_only=True),
    Declaration("change-step", ChangeStep, change_step, shown=True),
    Declaration("undo-step-change", UndoChange, undo_change),
    Declaration("drop-next-step", DropNextStep, drop_step),
)
