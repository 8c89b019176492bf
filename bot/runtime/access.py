"""Asks the platforms who is in which channel and what a thread has, outside any transaction."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence

from bot.core.access.cache import AccessCache, AccessQuestion
from bot.core.adapter import Adapter
from bot.core.addressed import ThreadMessage
from bot.core.addressed.threads import ThreadCache, ThreadQuestion
from bot.core.context import Clock
from bot.core.origin import Access, ChannelAccess, OutcomeUnknownError
from bot.core.text import sanitize_texts

log = logging.getLogger(__name__)

ASK_WITHIN = 1.0
"""Seconds that a command waits for the platform's answer. People get theirs within two."""


class AccessQuestions:
    """The questions that are being asked now."""

    def __init__(self, adapters: Mapping[str, Adapter], cache: AccessCache, clock: Clock) -> None:
        self._adapters = adapters
        self._cache = cache
        self._clock = clock
        self._asking: dict[AccessQuestion, asyncio.Task[None]] = {}

    async def ask(self, questions: Sequence[AccessQuestion], within: float) -> None:
        """Ask all of them at the same time, and remember the answers.

        What is not answered in time counts as unknown for a minute, or until its answer comes.
        """
        now = self._clock()
        open_ones = [each for each in dict.fromkeys(questions) if self._cache.recall(each, now) is None]
        tasks = [self._start_asking(question) for question in open_ones]
        if not tasks:  # somebody else's question brought the answer meanwhile
            return
        await asyncio.wait(tasks, timeout=max(0, min(within, ASK_WITHIN)))
        for question in open_ones:
            if question in self._asking:
                self._cache.remember(question, ChannelAccess(Access.UNKNOWN), self._clock())

    def _start_asking(self, question: AccessQuestion) -> asyncio.Task[None]:
        if question not in self._asking:
            self._asking[question] = asyncio.create_task(self._ask_platform(question))
        return self._asking[question]

    async def _ask_platform(self, question: AccessQuestion) -> None:
        asked_at = self._clock()
        try:
            answer = await self._adapters[question.platform].find_access(
                question.workspace, question.channel, question.person
            )
        except OutcomeUnknownError:
            answer = ChannelAccess(Access.UNKNOWN)
        except Exception:
            log.exception("the platform could not say who is in a channel")
            answer = ChannelAccess(Access.UNKNOWN)
        finally:
            self._asking.pop(question, None)
        self._cache.remember(question, answer, asked_at)


class ThreadQuestions:
    """Asks the platforms for the messages of threads."""

    def __init__(self, adapters: Mapping[str, Adapter], cache: ThreadCache, clock: Clock) -> None:
        self._adapters = adapters
        self._cache = cache
        self._clock = clock

    async def ask(self, question: ThreadQuestion, within: float) -> None:
        """Ask for a thread's messages and remember them, or that there are none that the bot can read now."""
        found: Sequence[ThreadMessage] = ()
        try:
            async with asyncio.timeout(max(0, min(within, ASK_WITHIN))):
                found = await self._adapters[question.platform].read_thread(question.place)
        except (OutcomeUnknownError, TimeoutError):
            log.info("a thread could not be read")
        except Exception:
            log.exception("a thread could not be read")
        self._cache.remember(question, [sanitize_texts(each) for each in found], self._clock())
