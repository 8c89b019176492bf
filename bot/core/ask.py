"""Asking the core for somebody who waits: whatever goes wrong is a sentence, and the words they gave come back.

Every platform asks through here, so that a person meets the same host everywhere.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Iterable
from typing import TYPE_CHECKING, Any

from bot import logs
from bot.core.adapter import Origin
from bot.core.messages import Card, Form, Quote, Reply, Text

if TYPE_CHECKING:
    from bot.runtime.bot import Bot

log = logging.getLogger(__name__)

OLD = "That was made by another version of me. Please ask for it once more."
BROKEN = "Something in me went wrong with that; whoever runs me finds it in the log. Please try again."


def decoded(bot: Bot, carried: str) -> Any | None:
    """The command that a button or form carries; None for what we do not know (any more)."""
    try:
        return bot.commands.decode(carried)
    except (ValueError, TypeError):
        return None


async def ask(
    bot: Bot, command: Any | None, origin: Awaitable[Origin], words: Iterable[str] = ()
) -> Reply | Form | None:
    """What the core answers. `words` are what the person gave, for when it cannot; None asks for the old version."""
    try:
        where = await origin
        return back(OLD, words) if command is None else await bot.handle(command, where)
    except Exception as error:
        logs.failure(log, type(command).__name__, error)
        return back(BROKEN, words)


def back(sentence: str, words: Iterable[str]) -> Reply:
    """A sentence, and what the person gave us."""
    return Reply(Card((Text((sentence,)), *(Quote(each) for each in words if each.strip()))))
