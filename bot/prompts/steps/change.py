"""Changing a next step, so that two people overwrite nothing, and undoing the last change within a day."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.core.commands import Declaration
from bot.core.context import Context, FormError, UserError, name_place
from bot.core.forms.newer import Merged, merge_newer, show_newer
from bot.core.language.words import _, lazy, line
from bot.core.messages import Card, Form, Reply, Text, text_reply
from bot.moments.edit import UNDO_PERIOD
from bot.prompts.steps.commands import ChangeStep, UndoChange
from bot.prompts.steps.find import find_step, step_place
from bot.prompts.steps.form import asks_name, change_form, half_errors, present_values, read_halves
from bot.prompts.steps.name import NOT_NAMED, read_name, suggest_again
from bot.prompts.steps.see import change_undoably, quote_step
from storage.models import NextStep
from storage.moments import moments
from storage.prompts import step_changes, step_takers, steps
from storage.prompts.step_changes import Before

SETTLED = lazy("Someone has said what came of this step, so you can't change it any more.")
TOO_LATE = lazy(
    "You can't undo that any more: a day has passed, or the step has changed since. But you can edit it."
)


def change_step(context: Context, command: ChangeStep) -> Reply | Form:
    """Change a step's words and, unless somebody else takes it, who is named. Without `asked`, return the form.

    If somebody else changes the words, the person who took the step is only suggested: they took other words.
    What somebody else has saved meanwhile stays, and comes back with the form if both changed the same.
    FormError for words or a name that don't fit, UserError if it is settled, AccessUnknownError if the
    platform has to be asked first who may be named.
    """
    step = find_step(context, command.step)
    if step.settled_at is not None:
        raise UserError(SETTLED())
    present = present_values(context, step)
    if not command.asked:
        return change_form(context, replace(command, **present), step)
    given, clashes = _merge(context, step, command)
    if clashes:
        return show_newer(change_form(context, command, step), present, clashes)
    halves = read_halves(given)
    values: dict[str, Any] = {}
    if halves != (step.condition, step.action):
        values = {
            **halves._asdict(), "changed_by_id": context.caller.person_id, **_release_name(context, step)
        }  # fmt: skip
    errors = half_errors(halves)
    if asks_name(context, step) and given.taker not in ("", present["taker"]):
        if (name := read_name(context, given.taker)) is None:
            errors["taker"] = NOT_NAMED()
        values |= name or {}
    if errors:
        raise FormError(change_form(context, given, step), errors)
    return _save(context, step, command, values)


def _release_name(context: Context, step: NextStep) -> dict[str, Any]:
    """Return the columns for the name once the person changes the words of a step that somebody else took."""
    if step.taken_at is None or step.taker_id == context.caller.person_id:
        return {}
    return suggest_again(context, step.taker_id)


def _merge(context: Context, step: NextStep, command: ChangeStep) -> Merged[ChangeStep]:
    """Return the form's command with what others have saved since. A name that can't be chosen never clashes."""
    present = present_values(context, step)
    given, clashes = merge_newer(command, present, read_halves(command)._asdict())
    open_name = asks_name(context, step) and command.taker
    return Merged(given, tuple(name for name in clashes if open_name or name != "taker"))


def _save(context: Context, step: NextStep, command: ChangeStep, values: dict[str, Any]) -> Reply:
    place = name_place(step_place(context, step))
    if not values:
        said = line("Nothing changed. The next step in {place} is as it was.", place=place)
        return Reply(Card((Text(said), quote_step(context, step))))
    taken_by = step.taker_id if step.taken_at is not None else None
    undo = change_undoably(context, step, command, **values)
    said = line("The next step in {place} is updated.", place=place)
    released = _say_released(context, step, taken_by)
    more = (f" {released}",) if released else ()
    return Reply(Card((Text((*said, *more)), quote_step(context, step)), (undo,)))


def _say_released(context: Context, step: NextStep, taken_by: int | None) -> str:
    """Return the sentence about who had taken a step before its change and doesn't any more, or an empty string."""
    if taken_by is None or taken_by == context.caller.person_id or step.taken_at is not None:
        return ""
    name = moments.people_by_id(context.session, [taken_by])[taken_by].name
    if step.taker_id == taken_by:
        return _("{name} took it in its old words, so it's only suggested to {name} now.", name=name)
    said = _("{name} took it in its old words, so that name is off it now.", name=name)
    return said if step.taker_id else " ".join((said, _("Anyone can take it.")))


def undo_change(context: Context, command: UndoChange) -> Reply:
    """Bring back what the person's own change replaced, as long as nothing came after it.

    UserError after a day, and if it is settled or was changed since.
    """
    step = find_step(context, command.step)
    if step.settled_at is not None:
        raise UserError(SETTLED())
    before = step_changes.read_before(step)
    is_over = step.before_at is None or step.before_at + UNDO_PERIOD <= context.now
    if before is None or is_over or before.mark != command.made:
        raise UserError(TOO_LATE())
    if before.person != context.caller.person_id:
        raise UserError(_("Only the person who changed it can undo that. But you can edit it."))
    words = {
        "condition": before.condition, "action": before.action, "changed_by_id": before.changed_by,
    }  # fmt: skip
    name = _name_before(context, step, before)
    step_changes.forget_before(step)
    steps.change_step(context.session, step, context.now, **words, **name)
    return text_reply(_("Undone. The next step is as it was before."), replaces=True)


def _name_before(context: Context, step: NextStep, before: Before) -> dict[str, Any]:
    """Return the columns for the name before a change.

    The person who had taken the step takes it again, with the words they took. Whether they're still there is
    checked soon. A suggestion is made again if it still may be.
    """
    if (before.taker, before.taken) == (step.taker_id, step.taken_at is not None):
        return {}
    if before.taker is None or before.taker == context.caller.person_id:
        taken_at = step.created_at if before.taken else None
        return step_takers.name_taker(before.taker, context.now, taken_at)
    if before.taken:
        left = {"taker_left_at": step.before_at if before.left else None, "taker_check_at": context.now}
        return step_takers.name_taker(before.taker, context.now, step.created_at) | left
    return suggest_again(context, before.taker)


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration("change-step", ChangeStep, change_step, shown=True, once=True),
    Declaration("undo-step-change", UndoChange, undo_change, once=True),
)
