"""People's words as they wrote them, with the names behind their mentions.

A name comes from what Discord sent along, else from the cache, and only then from a request. A
text without mentions makes none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence

from adapters.discord.directory import Directory
from adapters.discord.reading.content import Content, Names
from adapters.discord.text import PERSON, ROLE, Mention, as_written, find_mentions, strip_mention

LOOKUP_WITHIN = 1.0
"""Seconds for the names that have to be asked for. Without one, a mention reads as `@someone`."""
LOOKUPS = 10
"""The most names that are asked for at once."""


class Words:
    """Reads texts as their authors wrote them."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory

    async def read_texts(self, workspace: str, channel: str, texts: Sequence[str], names: Names) -> list[str]:
        """Return texts of one person, written in a channel or thread, as that person saw them.

        Names that are neither in `names` nor cached are asked for together, within LOOKUP_WITHIN.
        """
        wanted = {each for text in texts for each in find_mentions(text)}
        known = {each: self._known_name(workspace, channel, each, names) for each in wanted}
        missing = sorted(each for each in wanted if not known[each] and each.sign != ROLE)
        if missing:
            known |= await self._look_up(workspace, channel, missing[:LOOKUPS])
        return [as_written(text, _with_other(known, names)) for text in texts]

    def read_cached(self, workspace: str, channel: str, text: str, names: Names) -> str:
        """Return a text as `read_texts` does, without asking Discord for any name."""
        known = {each: self._known_name(workspace, channel, each, names) for each in find_mentions(text)}
        return as_written(text, _with_other(known, names))

    def read_cached_content(self, workspace: str, channel: str, content: Content) -> str:
        """Return a message's text as `read_content` does, without asking Discord for any name."""
        return self.read_cached(workspace, channel, self._without_address(content), content.names)

    async def read_content(self, workspace: str, channel: str, content: Content) -> str:
        """Return a message's text as its author saw it.

        A mention of the bot at its beginning or end, with which it was said to the bot, is left out.
        """
        text = self._without_address(content)
        [words] = await self.read_texts(workspace, channel, [text], content.names)
        return words

    def _without_address(self, content: Content) -> str:
        return strip_mention(content.text, self.directory.bot_user_id())

    def _known_name(self, workspace: str, channel: str, mention: Mention, names: Names) -> str:
        if name := names.sure.get(mention):
            return name
        match mention.sign:
            case "@":
                return self.directory.cached_person_name(workspace, mention.id)
            case "@&":
                return self.directory.cached_role_name(workspace, mention.id)
            case _:
                return self.directory.cached_channel_name(workspace, mention.id, channel)

    async def _look_up(
        self, workspace: str, channel: str, mentions: Collection[Mention]
    ) -> dict[Mention, str]:
        """Ask Discord for names, all at once, and return those that it told in time."""
        tasks = {
            each: asyncio.create_task(
                self.directory.find_name(workspace, each.id)
                if each.sign == PERSON
                else self.directory.find_thread_name(workspace, each.id, channel)
            )
            for each in mentions
        }
        try:
            done, _ = await asyncio.wait(tasks.values(), timeout=LOOKUP_WITHIN)
        finally:
            for task in tasks.values():
                task.cancel()
        return {each: task.result() for each, task in tasks.items() if task in done}


def _with_other(known: Mapping[Mention, str], names: Names) -> Mapping[Mention, str]:
    return {each: name or names.other.get(each, "") for each, name in known.items()}
