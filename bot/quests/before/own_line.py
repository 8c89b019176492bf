"""A person's own signed expectation after it was sealed: taken out, brought back, or as it was before a change."""

from __future__ import annotations

from datetime import timedelta

from bot.core.commands import Declaration, OwnWords
from bot.core.context import Context, UserError
from bot.core.forms.newer import mark_values
from bot.core.language.words import _, lazy
from bot.core.messages import Button, Reply, text_reply
from bot.core.moment import propagate_change
from bot.core.text import parse_number
from bot.quests.before.waiting import has_unsigned
from bot.quests.commands import DropExpectation, RestoreExpectation, UndoExpectation
from storage.delivery.event_marks import has_seen, note_event
from storage.models import Expectation, Moment
from storage.quests import attempts, expectations, quests

UNDO_PERIOD = timedelta(days=1)
"""How long a line can be brought back, or have its earlier words again."""
NOT_YOURS = lazy("That's already gone, or it isn't yours.")
REMOVED = lazy("Your expectation is removed. You can bring it back until tomorrow.")
REMOVED_ALREADY = lazy("You've already removed it.")
SEALED_UNTIL = lazy("It's hidden until #{number} has a result.")


def drop_button(line: Expectation, text: str) -> Button:
    """Return the button that takes a line out as long as it has these words."""
    return Button(_("Undo"), DropExpectation(str(line.id), str(line.team_id), mark_values([text])))


def undo_button(line: Expectation, text: str) -> Button:
    """Return the button that takes the change back that gave a line these words."""
    before = line.before if line.text == text else ""
    return Button(_("Undo"), UndoExpectation(str(line.id), str(line.team_id), mark_values([before, text])))


def drop_expectation(context: Context, command: DropExpectation) -> Reply:
    """Take the person's own signed line out, sealed or opened. UserError if it isn't theirs.

    An *Undo* of words that were changed since changes nothing, and offers to take out the present ones.
    """
    line = _find_own(context, command.line)
    if has_seen(line.events, context.origin.event):
        return _taken_out(line)
    if line.deleted_at is not None:
        return already_out_reply(context, line)
    if command.words and command.words != mark_values([line.text]):
        out = Button(_("Remove"), DropExpectation(str(line.id), str(line.team_id)))
        return text_reply(_("It has been changed since, so I left it."), buttons=(out,))
    line.events = note_event(line.events, context.origin.event)
    expectations.remove_line(context.session, line, context.now)
    refresh_line(context, line)
    return _taken_out(line)


def _taken_out(line: Expectation) -> Reply:
    return text_reply(REMOVED(), buttons=(_restore_button(line),), replaces=True)


def already_out_reply(context: Context, line: Expectation) -> Reply:
    """Return that a line is taken out already, and within a day the button that brings it back."""
    buttons = () if _is_erased(context, line) else (_restore_button(line),)
    return text_reply(REMOVED_ALREADY(), buttons=buttons, replaces=True)


def _restore_button(line: Expectation) -> Button:
    return Button(_("Bring back"), RestoreExpectation(str(line.id), str(line.team_id)))


def _is_erased(context: Context, line: Expectation) -> bool:
    """Return whether a line was taken out more than a day ago."""
    return not line.text or (line.deleted_at is not None and line.deleted_at + UNDO_PERIOD <= context.now)


def restore_expectation(context: Context, command: RestoreExpectation) -> Reply:
    """Bring the person's own line back within a day, to where it would be if it had stayed, and say where.

    It opens if the result is there meanwhile.

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
    said = _("Your expectation is back. {where}", where=_say_where(context, line))
    return text_reply(said, buttons=(drop_button(line, line.text),), replaces=True)


def _check_restorable(context: Context, line: Expectation) -> None:
    if _is_erased(context, line):
        raise UserError(_("You removed it more than a day ago, so it's gone for good."))
    place = (line.moment_id, line.quest_id)
    written = expectations.find_own(context.session, context.caller.person_id, *place)
    if written is not None or has_unsigned(context, *place):
        raise UserError(_("You've written another one there since, so that one stays."))


def _open_if_due(context: Context, line: Expectation) -> None:
    """Open a line whose experiment has its result, or whose quest was found, since it was taken out."""
    if line.moment_id is None:
        return
    moment = context.session.get_one(Moment, line.moment_id)
    if moment.kind in expectations.EXPECTED_KINDS and not attempts.is_under_way(context.session, moment):
        line.opened_at = line.opened_at or context.now


def _say_where(context: Context, line: Expectation) -> str:
    """Return the sentence that says where a line is, and until when it's sealed."""
    if line.moment_id is not None:
        return _say_moment(context.session.get_one(Moment, line.moment_id), line)
    quest = quests.find_in_team(context.session, line.team_id, line.quest_id or 0)
    if quest is not None and quest.closed_at is not None and quest.found_id is None:
        return _("The quest was closed, so it stays hidden.")
    return _("It's waiting for the quest's next attempt.")


def _say_moment(moment: Moment, line: Expectation) -> str:
    if moment.kind not in expectations.EXPECTED_KINDS:
        return _("#{number} isn't an experiment any more, so nobody sees it.", number=moment.number)
    if moment.deleted_at is not None:
        return _(
            "#{number} was deleted, so nobody sees it unless #{number} is brought back.", number=moment.number
        )
    if line.opened_at is not None:
        return _("Everyone can read it on #{number}.", number=moment.number)
    return SEALED_UNTIL(number=moment.number)


def undo_change(context: Context, command: UndoExpectation) -> Reply:
    """Give the person's own sealed line its earlier words.

    A second press changes nothing. UserError if it isn't theirs, is open or was changed again, and a day after
    the change.
    """
    line = _find_own(context, command.line)
    if has_seen(line.events, context.origin.event):
        return _has_earlier_words(line)
    if line.deleted_at is not None:
        return already_out_reply(context, line)
    if line.opened_at is not None:
        raise UserError(_("Everyone can see it now, so you can't change it. You can still remove it."))
    if not line.before and command.change.startswith(mark_values([line.text])):
        return _has_earlier_words(line)
    if not line.before or command.change != mark_values([line.before, line.text]):
        raise UserError(_("It has been changed since, so I left it."))
    if line.edited_at is None or line.edited_at + UNDO_PERIOD <= context.now:
        raise UserError(_("You changed it more than a day ago. You can still change it again."))
    line.text, line.before, line.edited_at = line.before, "", context.now
    line.events = note_event(line.events, context.origin.event)
    context.session.flush()
    refresh_line(context, line)
    return _has_earlier_words(line)


def _has_earlier_words(line: Expectation) -> Reply:
    return text_reply(
        _("Your expectation is as it was before."), buttons=(drop_button(line, line.text),), replaces=True
    )


def _find_own(context: Context, given: str) -> Expectation:
    """Return the person's own signed line, taken out or not. UserError if it isn't theirs."""
    line = context.session.get(Expectation, parse_number(given))
    if line is None or line.person_id != context.caller.person_id or line.team_id != context.caller.team_id:
        raise UserError(NOT_YOURS())
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
