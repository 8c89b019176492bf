"""What became of a next step: asked once, without blame, at the beginning of the next retrospective."""

from __future__ import annotations

from typing import Any

from bot.core.commands import Declaration
from bot.core.context import Context, FormError, UserError
from bot.core.language.words import _, lazy
from bot.core.messages import Button, Field, FieldKind, Form, Reply, text_reply
from bot.moments.edit import UNDO_PERIOD
from bot.prompts.answers import TAKEN_BACK
from bot.prompts.steps.commands import CarryStep, DropNextStep, SettleStep, UnsettleStep
from bot.prompts.steps.find import find_step
from bot.prompts.steps.give import LATER_ONE
from bot.prompts.steps.name import suggest_again
from bot.prompts.steps.words import LONGEST, describe_step
from storage.models import NextStep, Posting, StepOutcome
from storage.prompts import rounds, step_takers, steps

WAITS = lazy("Undone. The question is open again.")


def settle_step(context: Context, command: SettleStep) -> Reply | Form:
    """Save what became of a step, once. Something else returns a form for what it became.

    FormError without words or with too many. UserError if nobody asked yet, or somebody else has said it.
    """
    step = find_step(context, command.step)
    if command.outcome not in list(StepOutcome) or not _is_asked(context, step):
        raise UserError(_("The next retro will ask what came of this step."))
    if step.settled_at is not None and not _is_said(context, step, command):
        raise UserError(
            _("Someone has answered that already: {step}", step=describe_step(step)),
            (command.became,) if command.became else (),
        )
    became = " ".join(command.became.split())
    if command.outcome == StepOutcome.ELSE:
        form = _became_form(command)
        if not became and not context.origin.from_form:
            return form
        if not became or len(became) > LONGEST:
            raise FormError(
                form, {"became": _("One line of up to {limit} characters, please.", limit=LONGEST)}
            )
    if step.settled_at is None:
        steps.change_step(
            context.session, step, context.now, outcome=command.outcome,
            became=became if command.outcome == StepOutcome.ELSE else "",
            settled_at=context.now, settled_by_id=context.caller.person_id,
        )  # fmt: skip
    return _confirm_outcome(context, step)


def _is_asked(context: Context, step: NextStep) -> bool:
    """Return whether a retrospective that still stands asks what became of a step, or it has its outcome."""
    if step.asked_in_id is None:
        return False
    taken_back = context.session.get_one(Posting, step.asked_in_id).withdrawn_at is not None
    return step.settled_at is not None or not taken_back


def _is_said(context: Context, step: NextStep, command: SettleStep) -> bool:
    same = step.outcome == command.outcome and step.became == " ".join(command.became.split())
    return same and step.settled_by_id == context.caller.person_id


def _became_form(command: SettleStep) -> Form:
    words = Field(
        "became", _("What did it become?"), FieldKind.LINE, command.became, hint=_("One line is plenty.")
    )
    return Form(
        _("Something else"), SettleStep(command.step, command.team, command.outcome), (words,), _("Save")
    )


def _confirm_outcome(context: Context, step: NextStep) -> Reply:
    at, team = str(step.id), str(step.team_id)
    undo = Button(_("Undo"), UnsettleStep(at, team))
    said = _("It's on the card: {step}", step=describe_step(step))
    if step.outcome != StepOutcome.NOT_YET:
        return text_reply(said, buttons=(undo,))
    said += ". " + _("I won't ask again.")
    if not _takes_step(context, step):
        return text_reply(said, buttons=(undo,))
    return text_reply(said, buttons=(Button(_("Carry it over"), CarryStep(at, team)), undo))


def _takes_step(context: Context, step: NextStep) -> bool:
    """Return whether the retrospective that asked about a step can still get a step of its own."""
    newest = steps.find_newest_retro(context.session, step.team_id)
    return newest == step.asked_in_id and steps.find_of_retro(context.session, newest or 0) is None


def unsettle_step(context: Context, command: UnsettleStep) -> Reply:
    """Take back what the person said became of a step. What it was carried over as is removed with it.

    UserError for another person, after a day, and if somebody has done something with the carried one.
    """
    step = find_step(context, command.step)
    if step.settled_at is None:
        return text_reply(WAITS(), replaces=True)
    if step.settled_by_id != context.caller.person_id:
        raise UserError(_("Only the person who said what came of it can undo that."))
    if step.settled_at + UNDO_PERIOD <= context.now:
        raise UserError(_("You said that more than a day ago, so you can't undo it any more."))
    removed = _remove_copy(context, step)
    steps.reopen_step(context.session, step, context.now)
    more = " " + _("I've removed the one you carried over.") if removed else ""
    return text_reply(WAITS() + more, replaces=True)


def _remove_copy(context: Context, step: NextStep) -> bool:
    """Remove what a step was carried over as, and return whether there was one.

    UserError if somebody has taken or changed that one, or a later retrospective asked about it.
    """
    copy = steps.find_copy(context.session, step)
    if copy is None or copy.deleted_at is not None:
        return False
    taken = copy.taken_at is not None and copy.taker_id != context.caller.person_id
    if (
        taken
        or copy.asked_in_id is not None
        or (copy.condition, copy.action) != (step.condition, step.action)
    ):
        raise UserError(
            _(
                "It was carried over as this retro's next step, and someone has taken or changed that one since. "
                "Remove that one first."
            )
        )
    steps.change_step(context.session, copy, context.now, deleted_at=context.now)
    return True


def carry_step(context: Context, command: CarryStep) -> Reply:
    """Give a step that isn't done yet to the retrospective that asked about it.

    The person who took it is suggested again, and takes it at once only if they press this themselves.
    """
    old = find_step(context, command.step)
    posting = context.session.get_one(Posting, old.asked_in_id or 0)
    rounds.lock_posting(context.session, posting)
    if posting.withdrawn_at is not None:
        raise UserError(TAKEN_BACK())
    known = steps.find_copy(context.session, old)
    if known is None or known.deleted_at is not None:
        if old.outcome != StepOutcome.NOT_YET:
            raise UserError(_("You can only carry over a step that isn't done yet."))
        if steps.find_of_retro(context.session, posting.id) is not None:
            raise UserError(_("This retro already has a next step. You can edit that one."))
        if not _takes_step(context, old):
            raise UserError(LATER_ONE())
        known = _copy_step(context, old, posting, known)
    undo = Button(_("Undo"), DropNextStep(str(known.id), str(known.team_id)))
    said = _("It's this retro's next step now. The next retro will ask what came of it.")
    return text_reply(said, buttons=(undo,), replaces=True)


def _copy_step(context: Context, old: NextStep, posting: Posting, removed: NextStep | None) -> NextStep:
    """Return the copy of a step in the retrospective that asked about it. One that was removed is brought back."""
    values: dict[str, Any] = {
        "author_id": old.author_id,
        "changed_by_id": old.changed_by_id,
        "condition": old.condition,
        "action": old.action,
        "deleted_at": None,
        **_name_again(context, old),
    }
    if removed is not None:
        steps.change_step(context.session, removed, context.now, **values)
        return removed
    step = NextStep(
        team_id=old.team_id,
        posting_id=posting.id,
        event=f"{steps.CARRIED}{old.id}",
        created_at=context.now,
        **values,
    )
    return steps.add_step(context.session, step, context.now)


def _name_again(context: Context, old: NextStep) -> dict[str, Any]:
    """Return the columns for the person who took a step, suggested again if they may be."""
    if old.taker_id == context.caller.person_id:
        return step_takers.name_taker(old.taker_id, context.now, context.now)
    return suggest_again(context, old.taker_id)


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration("settle-step", SettleStep, settle_step, shown=True, once=True),
    Declaration("unsettle-step", UnsettleStep, unsettle_step, once=True),
    Declaration("carry-step", CarryStep, carry_step, once=True),
)
