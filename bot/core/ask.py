"""Passes a command to the core for a person who waits for the answer.

Every failure becomes a sentence, together with the text that the person had entered. All
platforms use this module, so errors read the same everywhere.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from bot import logs
from bot.core.adapter import Bot
from bot.core.language.words import lazy
from bot.core.messages import Card, Form, Quote, Reply, Text
from bot.core.origin import Origin
from storage.models.shown import has_words

log = logging.getLogger(__name__)

OUTDATED_REPLY = lazy("That's from an older version of me. Please ask for it again.")
"""The reply to a button or form that this version of the bot cannot decode."""
FAILURE_REPLY = lazy(
    "Something went wrong on my side. Please try again. If it keeps happening, tell the people who run me."
)
"""The reply to a command that failed with an unexpected error."""


def decode_command(bot: Bot, carried: str) -> Any | None:
    """Decode the command of a button or form.

    Returns None if the command is unknown, for example from an older version.
    """
    try:
        return bot.commands.decode(carried)
    except (ValueError, TypeError):
        return None


async def ask_core(
    bot: Bot, command: Any | None, origin: Origin, words: Iterable[str] = ()
) -> Reply | Form | None:
    """Return the core's answer to a command.

    If it fails, the answer is an error sentence with `words`, the text that the person
    entered. If `command` is None, the answer says that it was made by another version of the
    bot.
    """
    if command is None:
        return return_words(OUTDATED_REPLY(), words)
    try:
        return await bot.handle(command, origin)
    except Exception as error:
        return explain_failure(command, error, words)


def explain_failure(command: Any | None, error: Exception, words: Iterable[str]) -> Reply:
    """Log an unexpected error of a command, and return the reply about it with the person's text."""
    logs.log_failure(log, type(command).__name__, error)
    return return_words(FAILURE_REPLY(), words)


def return_words(sentence: str, words: Iterable[str]) -> Reply:
    """Return a reply with a sentence and the text that the person entered."""
    return Reply(Card((Text((sentence,)), *(Quote(each) for each in words if has_words(each)))))
