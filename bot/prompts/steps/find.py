"""Finding the next step that a button names, and the place of its card."""

from __future__ import annotations

from bot.core.context import CardPlace, Context, UserError, posting_place
from bot.core.language.words import _, lazy
from bot.core.text import parse_number
from bot.prompts.answers import TAKEN_BACK
from storage.models import NextStep, Posting
from storage.prompts import rounds, steps

REMOVED = lazy("That next step was removed.")


def find_step(context: Context, given: str, removed: bool = False, lock: bool = True) -> NextStep:
    """Return a step, with its retrospective locked until the commit.

    UserError if it isn't the team's, or was removed, or its retrospective was taken back.
    """
    step = steps.find_step(context.session, context.caller.team_id, parse_number(given))
    if step is None:
        raise UserError(_("That next step isn't from this channel."))
    posting = context.session.get_one(Posting, step.posting_id)
    if lock:
        rounds.lock_posting(context.session, posting)
        context.session.refresh(step)
    if posting.withdrawn_at is not None:
        raise UserError(TAKEN_BACK())
    if step.deleted_at is not None and not removed:
        raise UserError(REMOVED())
    return step


def step_place(context: Context, step: NextStep) -> CardPlace:
    """Return where the card of a step's retrospective is."""
    return posting_place(context, context.session.get_one(Posting, step.posting_id))
