"""What a team moves out of: ticked off at any time, and asked about on its day, on the card and in a recap.

The answer is *we're out of it*, *not yet* with a new day, or *we keep it after all*.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

from bot.core.commands import Declaration
from bot.core.context import Context, FormError, UserError, locate_card
from bot.core.language.words import Lazy, _, lazy, line
from bot.core.messages import (
    Button,
    Card,
    Entry,
    Field,
    FieldKind,
    Form,
    Option,
    Reply,
    Title,
    text_reply,
)
from bot.core.repeats.once import mark_answer
from bot.core.text import one_line
from bot.core.times import format_day_from, local_day, parse_date
from bot.focus.card import HAVE_WE_STOPPED, describe_line, due_button
from bot.focus.commands import AnswerLine, ReopenLine, SeeDue, SeeTicks, TickLine
from bot.focus.find import check_place, find_check, find_line
from bot.focus.form import day_errors, list_name, read_day
from storage.focus import checks
from storage.models import FocusCheck, FocusItem, FocusList

NOT_YET_FOR = timedelta(weeks=4)
"""The day that the form proposes for a line that isn't done yet."""
DUE_SHOWN = 15
"""Lines whose day has come, on one private page."""
WORDS = 80


class OutAnswer(StrEnum):
    """What a team may answer on the day of a line."""

    OUT = "out"
    LATER = "later"
    KEEP = "keep"


OPTIONS: Mapping[OutAnswer, Lazy] = {
    OutAnswer.OUT: lazy("Yes, we've stopped"),
    OutAnswer.LATER: lazy("Not yet, but by a new day"),
    OutAnswer.KEEP: lazy("No, we'll keep doing it"),
}


def see_ticks(context: Context, command: SeeTicks) -> Reply:
    """Show in private what the team moves out of, each with a button that ticks it or answers on its day."""
    check = find_check(context, command.check)
    items = [item for item in checks.list_items(context.session, check.id) if item.list == FocusList.OUT]
    if not items:
        return text_reply(_("There's nothing to stop on this focus check."))
    today = local_day(context.now, context.caller.zone)
    rows = (
        Entry(
            item.text,
            (describe_line(item, today),),
            due_button(check, item, today) or _tick_button(check, item),
        )
        for item in items
    )
    return Reply(Card((Title(list_name(check, FocusList.OUT)), *rows)))


def _tick_button(check: FocusCheck, item: FocusItem) -> Button:
    done = item.done_at is not None
    label = _("Not yet") if done else _("We've stopped")
    return Button(label, TickLine(str(check.id), str(item.id), str(check.team_id), "1" if done else ""))


def tick_line(context: Context, command: TickLine) -> Reply:
    """Tick a line as done, or with `back` open it again."""
    check = find_check(context, command.check)
    item = _find_out_line(context, check, command.item)
    _require_unchanged(item, command.answer)
    person, mark = None if command.back else context.caller.person_id, mark_answer(context, command)
    checks.tick_item(context.session, item, person, context.now, mark)
    undo = replace(command, back="" if command.back else "1", answer=mark)
    words, place = one_line(item.text, WORDS), locate_card(check_place(context, check))
    said = (
        line("“{line}” is open again. {place}", line=words, place=place)
        if command.back
        else line("“{line}” is ticked off. {place}", line=words, place=place)
    )
    return text_reply(*said, buttons=(Button(_("Undo"), undo),))


def _require_unchanged(item: FocusItem, answer: str) -> None:
    """Raise UserError if a line has another answer by now than the one to take back."""
    if answer and item.answered_as != answer:
        raise UserError(_("Somebody has answered that since, so their answer stays."))


def _find_out_line(context: Context, check: FocusCheck, given: str) -> FocusItem:
    """Return a line that a team moves out of. UserError for one of another list."""
    item = find_line(context, check, given)
    if item.list != FocusList.OUT:
        raise UserError(_("You can only tick off what we want to stop."))
    return item


def see_due(context: Context, _command: SeeDue) -> Reply:
    """Show in private what the team wanted to be out of by now, the earliest first, each with its button."""
    today = local_day(context.now, context.caller.zone)
    found = checks.list_due(context.session, context.caller.team_id, today, DUE_SHOWN)
    if not found:
        return text_reply(_("Everything we wanted to stop by now has an answer."))
    rows = (
        Entry(item.text, (describe_line(item, today),), due_button(check, item, today))
        for item, check in found
    )
    return Reply(Card((Title(HAVE_WE_STOPPED()), *rows)))


def answer_line(context: Context, command: AnswerLine) -> Reply | Form:
    """Save whether a team is out of something. Without `asked`, return the form.

    FormError for no answer, and for *not yet* without a new day ahead.
    """
    check = find_check(context, command.check)
    item = _find_out_line(context, check, command.item)
    if not command.asked:
        return _answer_form(context, check, item, command)
    errors: dict[str, str] = {}
    if command.answer not in list(OutAnswer):
        errors["answer"] = _("Choose one of these.")
    elif command.answer == OutAnswer.LATER:
        errors.update(day_errors(context, "by_on", command.by_on))
    if errors:
        raise FormError(_answer_form(context, check, item, command), errors)
    mark = mark_answer(context, command)
    undo = ReopenLine(str(check.id), str(item.id), str(check.team_id), str(item.by_on or ""), mark)
    said = (_save_answer(context, item, command, mark), " ", *locate_card(check_place(context, check)))
    return text_reply(*said, buttons=(Button(_("Undo"), undo),))


def _answer_form(context: Context, check: FocusCheck, item: FocusItem, given: AnswerLine) -> Form:
    proposed = local_day(context.now, context.caller.zone) + NOT_YET_FOR
    options = tuple(Option(value, label()) for value, label in OPTIONS.items())
    fields = (
        Field("answer", HAVE_WE_STOPPED(), FieldKind.CHOICE, given.answer, options=options),
        Field(
            "by_on",
            _("If not yet: by when?"),
            FieldKind.DATE,
            given.by_on or str(proposed),
            required=False,
            later=True,
            default=str(proposed),
        ),
    )
    command = AnswerLine(str(check.id), str(item.id), str(check.team_id), "1")
    return Form(HAVE_WE_STOPPED(), command, fields, _("Save"), item.text)


def _save_answer(context: Context, item: FocusItem, command: AnswerLine, mark: str) -> str:
    """Save the answer, and return it in a sentence."""
    words = one_line(item.text, WORDS)
    match OutAnswer(command.answer):
        case OutAnswer.OUT:
            checks.tick_item(context.session, item, context.caller.person_id, context.now, mark)
            return _("“{line}”: we've stopped.", line=words)
        case OutAnswer.KEEP:
            checks.tick_item(context.session, item, context.caller.person_id, context.now, mark, kept=True)
            return _("“{line}”: we'll keep doing it.", line=words)
        case OutAnswer.LATER:
            day = read_day(context, command.by_on)
            assert day is not None
            checks.reopen_item(context.session, item, day, context.now, mark)
            by = format_day_from(day, local_day(context.now, context.caller.zone))
            return _("“{line}”: not yet, but by {day}.", line=words, day=by)


def reopen_line(context: Context, command: ReopenLine) -> Reply:
    """Take an answer back: the line is open, with the day that it had. UserError once there's a later one."""
    check = find_check(context, command.check)
    item = _find_out_line(context, check, command.item)
    _require_unchanged(item, command.answer)
    checks.reopen_item(context.session, item, parse_date(command.by_on) or item.by_on, context.now)
    return text_reply(_("“{line}” is open again.", line=one_line(item.text, WORDS)), replaces=True)


DECLARATIONS = (
    Declaration("focus-ticks", SeeTicks, see_ticks, read_only=True),
    Declaration("focus-tick", TickLine, tick_line, once=True),
    Declaration("focus-due", SeeDue, see_due, read_only=True),
    Declaration("focus-answer", AnswerLine, answer_line, once=True),
    Declaration("focus-reopen", ReopenLine, reopen_line, once=True),
)
