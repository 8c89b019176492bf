"""What is added to an answer, and the answer to what failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.core.context import Context
from bot.core.language.database_errors import explain_database_error
from bot.core.language.words import _, format_number, lazy
from bot.core.messages import Button, Card, Form, Quote, Reply, Text
from bot.core.origin import Capabilities
from bot.core.params import StoredCommand, collect_user_texts
from bot.core.text import LONGEST_TEXT
from bot.people.notes import next_waiting_note
from bot.teams.permissions import describe_lost_permissions
from storage.engine.errors import OutcomeUnsureError, StoreError
from storage.teams.teams import Caller

UNSEEN_WORDS = lazy("There's nothing to see here yet. Write a word or two.")


def add_waiting_note(context: Context, answer: Reply | Form | None) -> Reply | Form | None:
    """Add waiting notes to the top of a private reply.

    Notes wait when the person's direct messages were closed.
    """
    if not isinstance(answer, Reply) or (waiting := next_waiting_note(context)) is None:
        return answer
    card = answer.card
    return replace(answer, card=Card(waiting.blocks + card.blocks, waiting.buttons + card.buttons, card.menu))


def add_lost_permissions(caller: Caller, answer: Reply | Form | None) -> Reply | Form | None:
    """Add to a private reply what the bot is not permitted to do in the workspace any more."""
    if not isinstance(answer, Reply) or not (lost := describe_lost_permissions(caller)):
        return answer
    return replace(answer, card=replace(answer.card, blocks=(*answer.card.blocks, *lost)))


def explain_length(command: Any) -> str:
    """Return the sentence about a text that is too long, or an empty string."""
    longest = max(map(len, vars(command).values()), default=0)
    if longest <= LONGEST_TEXT:
        return ""
    return _(
        "That's {length} characters, and I can save up to {most}. Could you split it in two?",
        length=format_number(longest), most=format_number(LONGEST_TEXT),
    )  # fmt: skip


def explain_error(error: StoreError, command: Any, capabilities: Capabilities) -> str:
    """Return the sentence about an error of the store, with what the person can do."""
    said = explain_database_error(error)
    if isinstance(error, OutcomeUnsureError):
        check = _("Check with {command} find before you send it again.", command=capabilities.command)
        return f"{said} {check}"
    if isinstance(command, StoredCommand):
        return said + " " + _("Nothing was saved. Please press it again in a moment.")
    if collect_user_texts(command):
        return said + " " + _("Nothing was saved. Here is what you wrote.")
    return said + " " + _("Nothing was saved.")


def explain_unseen(answer: Reply | Form | None, given: Any, cleaned: Any) -> Reply | Form | None:
    """Return a form that came back for want of words with the reason at the field, and the rest as given.

    `given` is the submitted command, and `cleaned` the same without the texts in which there is nothing
    to see.
    """
    if not isinstance(answer, Form):
        return answer
    before, now = vars(given), vars(cleaned)
    unseen = [
        each.name for each in answer.fields if each.required and before.get(each.name) and not now[each.name]
    ]
    if not unseen:
        return answer
    fields = tuple(replace(each, value=now.get(each.name, each.value)) for each in answer.fields)
    return replace(answer, fields=fields, errors={**dict.fromkeys(unseen, UNSEEN_WORDS()), **answer.errors})


def return_words(
    sentence: str, command: Any, texts: Sequence[str] = (), buttons: Sequence[Button] = ()
) -> Reply:
    """Return a reply with one sentence and the person's own text, so that they can send it again."""
    words = map(Quote, texts or collect_user_texts(command))
    return Reply(Card((Text((sentence,)), *words), tuple(buttons)))
