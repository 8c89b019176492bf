"""Giving a retrospective its one next step, and removing it, with a way back for a day."""

from __future__ import annotations

from dataclasses import replace

from bot.core.commands import Declaration
from bot.core.context import Context, FormError, UserError, name_place
from bot.core.language.words import _, lazy, line
from bot.core.messages import Button, Card, Form, Quote, Reply, Text, text_reply
from bot.moments.edit import UNDO_PERIOD
from bot.prompts.answers import TAKEN_BACK, find_asked_question
from bot.prompts.steps.commands import ChangeStep, DropNextStep, GiveStep
from bot.prompts.steps.find import REMOVED, find_step, step_place
from bot.prompts.steps.form import half_errors, mark_present, read_halves, step_form
from bot.prompts.steps.name import NOBODY, NOT_NAMED, read_name
from bot.prompts.steps.see import may_remove, quote_step, show_step
from bot.prompts.steps.words import say_halves
from storage.models import NextStep, Posting, PostingKind
from storage.prompts import rounds, steps

LATER_ONE = lazy("There's a newer retro now. You can add a next step there.")


def give_step(context: Context, command: GiveStep) -> Reply | Form:
    """Give the newest retrospective its step. Without `asked`, return the form, or show the step there is.

    FormError for words or a name that don't fit, UserError if the retrospective was taken back or a later
    one is there, AccessUnknownError if the platform has to be asked first who may be named.
    """
    posting = _find_retro(context, command.posting)
    rounds.lock_posting(context.session, posting)
    if posting.withdrawn_at is not None:
        raise UserError(TAKEN_BACK())
    again = steps.find_by_event(context.session, posting.id, context.origin.event) if command.asked else None
    if again is not None:
        return _confirm_given(context, again)
    if (known := steps.find_of_retro(context.session, posting.id)) is not None:
        return _offer_change(context, command, known) if command.asked else show_step(context, known)
    if steps.find_newest_retro(context.session, context.caller.team_id) != posting.id:
        raise UserError(LATER_ONE())
    if not command.asked:
        return step_form(context, command)
    halves, name = read_halves(command), read_name(context, command.taker)
    errors = half_errors(halves) | ({} if name is not None else {"taker": NOT_NAMED()})
    if errors or name is None:
        raise FormError(step_form(context, command), errors)
    step = NextStep(
        team_id=context.caller.team_id, posting_id=posting.id, author_id=context.caller.person_id,
        **halves._asdict(), event=context.origin.event, created_at=context.now, **name,
    )  # fmt: skip
    return _confirm_given(context, steps.add_step(context.session, step, context.now))


def _find_retro(context: Context, given: str) -> Posting:
    posting = find_asked_question(context, given)
    if posting.kind != PostingKind.RETRO:
        raise UserError(_("Only a retro has a next step."))
    return posting


def _confirm_given(context: Context, step: NextStep) -> Reply:
    if step.deleted_at is not None:
        raise UserError(REMOVED())
    undo = Button(_("Undo"), DropNextStep(str(step.id), str(step.team_id)))
    said = line(
        "The next step is on the retro's card in {place}. The next retro will ask what came of it.",
        place=name_place(step_place(context, step)),
    )
    return Reply(Card((Text(said), quote_step(context, step)), (undo,)))


def _offer_change(context: Context, command: GiveStep, known: NextStep) -> Reply:
    """Return the step that somebody else gave meanwhile, with the person's own words and a way to use them."""
    taker = "" if command.taker == NOBODY else command.taker
    change = ChangeStep(
        str(known.id), command.team, "1", command.condition, command.action, taker,
        mark_present(context, known),
    )  # fmt: skip
    blocks = (
        Text((_("This retro already has a next step:"),)),
        quote_step(context, known),
        Text((_("I haven't changed it. Here's what you wrote:"),)),
        Quote(say_halves(*read_halves(command))),
    )
    return Reply(Card(blocks, (Button(_("Use mine instead"), context.store_if_long(change)),)))


def drop_step(context: Context, command: DropNextStep) -> Reply:
    """Remove a step, or bring it back within a day.

    UserError for a person who neither wrote it nor is an admin, and if there is another one by now.
    """
    step = find_step(context, command.step, removed=True)
    if not may_remove(context, step):
        raise UserError(
            _("Only the person who wrote this step, or an admin, can remove it. But anyone can edit it.")
        )
    if command.back:
        return _bring_back(context, step)
    if step.deleted_at is None:
        steps.change_step(context.session, step, context.now, deleted_at=context.now)
    undo = Button(_("Undo"), replace(command, back="1"))
    return text_reply(_("Next step removed. You can undo that until tomorrow."), buttons=(undo,))


def _bring_back(context: Context, step: NextStep) -> Reply:
    if step.deleted_at is not None:
        _require_return(context, step)
        steps.change_step(context.session, step, context.now, deleted_at=None)
    return text_reply(_("The next step is back."), replaces=True)


def _require_return(context: Context, step: NextStep) -> None:
    if not step.action or (step.deleted_at is not None and step.deleted_at + UNDO_PERIOD <= context.now):
        raise UserError(_("That step was removed more than a day ago, so I can't bring it back."))
    if steps.find_of_retro(context.session, step.posting_id) is not None:
        raise UserError(_("This retro has another next step now. You can edit that one."))


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration("give-step", GiveStep, give_step, shown=True, once=True),
    Declaration("drop-next-step", DropNextStep, drop_step, once=True),
)
