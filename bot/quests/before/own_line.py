"""A person's own signed expectation after it was sealed: taken out, brought back, or as it was before a change."""

from __future__ import annotations

from datetime import timedelta

from bot.core.commands import Declaration, OwnWords
from bot.core.context import Context, UserError
from bot.core.messages import Button, Reply, text_reply
from bot.core.moment import propagate_change
from bot.core.text import parse_number
from bot.quests.before.waiting import has_unsigned
from bot.quests.commands import DropExpectation, RestoreExpectation, UndoExpectation
from storage.delivery.event_marks import has_seen, mark_event, newest_mark, note_event
from storage.models import Expectation, Moment
from storage.quests import attempts, expectations, quests

UNDO_PERIOD = timedelta(days=1)
"""How long a line can be brought back, or have its earlier words again."""
NOT_YOURS = "That line is gone already, or it isn't yours."
TAKEN_OUT = "Your line is taken out. Until tomorrow you can bring it back."


def drop_button(line: Expectation) -> Button:
    """Return the button that takes a new line out again."""
    return Button("Undo", DropExpectation(str(line.id), str(line.team_id)))


def undo_button(line: Expectation, event: str) -> Button:
    """Return the button that takes the change back that came with an event."""
    return Button("Undo", UndoExpectation(str(line.id), str(line.team_id), mark_event(event)))


def drop_expectation(context: Context, command: DropExpectation) -> Reply:
    """Take the person's own signed line out, sealed or opened. UserError if it isn't theirs."""
    line = _find_own(context, command.line)
    if has_seen(line.events, context.origin.event):
        return _taken_out(line)
    if line.deleted_at is not None:
        raise UserError(NOT_YOURS)
    line.events = note_event(line.events, context.origin.event)
    expectations.remove_line(context.session, line, context.now)
    refresh_line(context, line)
    return _taken_out(line)


def _taken_out(line: Expectation) -> Reply:
    back = Button("Bring it back", RestoreExpectation(str(line.id), str(line.team_id)))
    return text_reply(TAKEN_OUT, buttons=(back,), replaces=True)


def restore_expectation(context: Context, command: RestoreExpectation) -> Reply:
    """Bring the person's own line back within a day. It opens if the result is there meanwhile.

    UserError if it isn't theirs, when the day is over, and if they have written another one there since.
    """
    line = _find_own(context, command.line)
    if line.deleted_at is not None and not has_seen(line.events, context.origin.event):
        _check_restorable(context, line)
        line.deleted_at = None
        line.events = note_event(line.events, context.origin.event)
        _open_if_due(context, line)
        context.session.flush()
        refresh_line(context, line)
    return text_reply("Your line is back.", buttons=(drop_button(line),), replaces=True)


def _check_restorable(context: Context, line: Expectation) -> None:
    assert line.deleted_at is not None
    if not line.text or line.deleted_at + UNDO_PERIOD <= context.now:
        raise UserError("That line was taken out more than a day ago; its words are gone for good.")
    place = (line.moment_id, line.quest_id)
    written = expectations.find_own(context.session, context.caller.person_id, *place)
    if written is not None or has_unsigned(context, *place):
        raise UserError("You've written another line there since, and that one stays.")


def _open_if_due(context: Context, line: Expectation) -> None:
    """Open a line whose experiment has its result, or whose quest was found, since it was taken out."""
    quest = quests.find_in_team(context.session, line.team_id, line.quest_id) if line.quest_id else None
    if line.moment_id is None and quest is not None and quest.found_id is not None:
        line.moment_id = quest.found_id
    moment = context.session.get(Moment, line.moment_id) if line.moment_id is not None else None
    if moment is not None and not attempts.is_under_way(context.session, moment):
        line.opened_at = line.opened_at or context.now


def undo_change(context: Context, command: UndoExpectation) -> Reply:
    """Give the person's own sealed line its earlier words.

    UserError if it isn't theirs, is open or taken out, or was changed again, and a day after the change.
    """
    line = _find_own(context, command.line)
    if has_seen(line.events, context.origin.event):
        return _has_earlier_words(line)
    if line.deleted_at is not None:
        raise UserError(NOT_YOURS)
    if line.opened_at is not None:
        raise UserError("Your line is open now, so it stays as it was sealed. You can still take it out.")
    if not (line.before and command.change == newest_mark(line.events)):
        raise UserError("You've changed that line again since, and that stays.")
    if line.edited_at is None or line.edited_at + UNDO_PERIOD <= context.now:
        raise UserError("You changed that line more than a day ago. You can still change it again.")
    line.text, line.before, line.edited_at = line.before, "", context.now
    line.events = note_event(line.events, context.origin.event)
    context.session.flush()
    refresh_line(context, line)
    return _has_earlier_words(line)


def _has_earlier_words(line: Expectation) -> Reply:
    return text_reply("Your line has its earlier words again.", buttons=(drop_button(line),), replaces=True)


def _find_own(context: Context, given: str) -> Expectation:
    """Return the person's own signed line, taken out or not. UserError if it isn't theirs."""
    line = context.session.get(Expectation, parse_number(given))
    if line is None or line.person_id != context.caller.person_id or line.team_id != context.caller.team_id:
        raise UserError(NOT_YOURS)
    return line


def refresh_line(context: Context, line: Expectation) -> None:
    """Refresh what shows a line: the moment's search index and posts, or the quest's card."""
    if line.moment_id is not None:
        propagate_change(context, context.session.get_one(Moment, line.moment_id))
    elif line.quest_id is not None:
        quests.refresh_quest(context.session, line.quest_id, context.now)


DECLARATIONS = (
    Declaration("drop-expectation", DropExpectation, drop_expectation, own_words=OwnWords.ALWAYS),
    Declaration("restore-expectation", RestoreExpectation, restore_expectation, own_words=OwnWords.ALWAYS),
    Declaration("undo-expectation", UndoExpectation, undo_change, own_words=OwnWords.ALWAYS),
)
