"""Running a command once: its repetition under the same event changes nothing, and gets the first answer.

A form may be submitted twice, and a platform may send an event again. By then the first
one has changed something, so an Undo worked out from what is there would undo nothing.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from bot.core.commands import Declaration
from bot.core.context import Context, UserError
from bot.core.language.words import _
from bot.core.messages import Form, Reply
from bot.core.repeats.reply_text import is_storable, reply_from_text, reply_to_text
from storage.delivery import first_answers

MARK_LENGTH = 12
"""Characters by which a button names the answer that it takes back."""


def run_once(context: Context, declaration: Declaration, command: Any) -> Reply | Form | None:
    """Return a command's answer or, for one that runs once, the first answer under this event."""
    if not declaration.once or not context.origin.event:
        answer: Reply | Form | None = declaration.handle(context, command)
        return answer
    key = _name_repeat(context, command)
    known = first_answers.find_answer(context.session, key)
    if known is not None:
        return _read_again(context, known)
    answer = declaration.handle(context, command)
    if isinstance(answer, Reply) and is_storable(answer):
        text = reply_to_text(answer, context.commands.encode)
        first_answers.save_answer(context.session, key, context.caller.person_id, text, context.now)
    return answer


def _read_again(context: Context, known: str) -> Reply:
    try:
        return reply_from_text(known, context.commands.decode)
    except ValueError:  # a button of an earlier version
        raise UserError(_("That's already done.")) from None


def mark_answer(context: Context, command: Any) -> str:
    """Return the mark of what a command changes now, for the row and for the button that takes it back."""
    return _name_repeat(context, command)[:MARK_LENGTH]


def _name_repeat(context: Context, command: Any) -> str:
    """Return what stands for an event and its command. A form that came back with errors is another command."""
    event = context.origin.event or context.now.isoformat()
    said = (context.origin.platform, str(context.caller.person_id), event, context.commands.encode(command))
    return sha256("\n".join(said).encode()).hexdigest()
