"""Everything that people do on Slack, routed by what it is: into the core, and its answer back out.

A person who waits always gets a sentence. An event that the database cannot take raises, so that it is not
acknowledged and Slack sends it again.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.response import BoltResponse

from adapters.slack import forms, payloads
from adapters.slack.directory import Directory
from adapters.slack.forms import Opened
from adapters.slack.manifest import GLOBAL_ID
from adapters.slack.payloads import Doing, Junk, at, part
from adapters.slack.render import Json
from adapters.slack.responses import Answers, accepted
from adapters.slack.text import as_written, mentioned
from bot.core.adapter import Origin
from bot.core.ask import ask, decoded
from bot.core.messages import Form, Reply
from bot.runtime.bot import Bot

log = logging.getLogger(__name__)

Context = Mapping[str, Any]
Route = Callable[[Json, Context], Awaitable[BoltResponse]]


class Doings:
    """What people do, and what they get for it."""

    def __init__(self, bot: Bot, directory: Directory, answers: Answers) -> None:
        self.bot = bot
        self.directory = directory
        self.answers = answers
        self.routes: dict[str, Route] = {
            "command": self.typed,
            "block_actions": self.pressed,
            "view_submission": self.submitted,
            "shortcut": self.chosen,
            "message_action": self.chosen_on_message,
        }

    async def dispatch(self, kind: str, body: Json, context: Context) -> BoltResponse:
        """Answer one of the things that people wait for; junk gets a quiet nothing."""
        try:
            return await self.routes[kind](body, context)
        except Junk as junk:
            log.info("%s that means nothing: %s", kind, junk)
            return accepted()

    async def typed(self, body: Json, context: Context) -> BoltResponse:
        """`/aha …`"""
        doing = payloads.typed(body, context)
        written = at(body, "text")
        names = await self.directory.names(doing.workspace, mentioned(written))
        words = as_written(written, names)
        answer = await self._ask(self.bot.commands.parse(words), doing, words)
        return await self.answers.to_command(doing, answer, self.bot.commands.encode)

    async def pressed(self, body: Json, context: Context) -> BoltResponse:
        """A button, or an entry of a card's menu."""
        doing, carried = payloads.pressed(body, context)
        if not carried:
            return accepted()
        if doing.view:
            doing = _where(doing, _opened(part(body, "view")))
        answer = await self._ask(decoded(self.bot, carried), doing)
        response = self.answers.to_press(doing, answer, self.bot.commands.encode)
        if isinstance(answer, Reply) and (doing.view or not answer.replaces):
            self._renew_home(doing)
        return response

    async def submitted(self, body: Json, context: Context) -> BoltResponse:
        """A form."""
        view = part(body, "view")
        opened = _opened(view)
        doing = _where(payloads.submitted(body, context), opened)
        given = {**forms.values(view), **await self._channels(doing.workspace, view)}
        command = decoded(self.bot, opened.command)
        if command is not None:
            command = self.bot.commands.fill(command, given)
        answer = await self._ask(command, doing, *given.values())
        response = await self.answers.to_form(doing, opened, view, answer, self.bot.commands.encode)
        self._renew_home(doing)
        return response

    async def chosen(self, body: Json, context: Context) -> BoltResponse:
        """The global shortcut, *Log an aha*."""
        doing = payloads.chosen(body, context)
        command = decoded(self.bot, "log") if at(body, "callback_id") == GLOBAL_ID else None
        if command is None:
            raise Junk("no such shortcut")
        return self.answers.to_press(doing, await self._ask(command, doing), self.bot.commands.encode)

    async def chosen_on_message(self, body: Json, context: Context) -> BoltResponse:
        """An entry of a message's menu."""
        doing = payloads.chosen(body, context)
        bot = self.bot
        command = payloads.behind(at(body, "callback_id"), bot.shortcuts)
        about = await self._about(doing, part(body, "message"))
        answer = await self._ask(bot.commands.fill(command, about), doing)
        return self.answers.to_press(doing, answer, bot.commands.encode)

    async def home(self, doing: Doing) -> None:
        """Show the app's home, where the core has one."""
        command = decoded(self.bot, "home")
        if command is None:
            return
        answer = await self._ask(command, replace(doing, channel="", home=True))
        if isinstance(answer, Reply):
            await self.answers.home(doing, answer.card, self.bot.commands.encode)

    async def origin(self, doing: Doing) -> Origin:
        """Who and where, with what Slack tells in time.

        Without history scopes nobody tells that a channel was made private. But what people do there says so.
        """
        place = "" if _direct(doing.channel) else doing.channel
        if place and doing.private:
            self.directory.closed(doing.workspace, place)
        person, channel = await self.directory.meet(doing.workspace, doing.person, place)
        return Origin(
            payloads.PLATFORM, doing.workspace, doing.channel, doing.person,
            person.name if person else doing.handle, doing.event,
            channel_name=(channel.name if channel else "") or doing.channel_name, thread=doing.thread,
            zone=person.zone if person else "", admin=bool(person and person.admin),
            direct=_direct(doing.channel),
            private=bool(place) and (doing.private or (channel.private if channel else doing.private)),
            external=await self.directory.is_external(person, doing.workspace),
        )  # fmt: skip

    async def _ask(self, command: Any, doing: Doing, *words: str) -> Reply | Form | None:
        return await ask(self.bot, command, self.origin(doing), words)

    async def _channels(self, workspace: str, view: Json) -> dict[str, str]:
        """The names of chosen channels, and whether they are private; of unknown ones that is assumed."""
        values = forms.values(view)
        found: dict[str, str] = {}
        for name in forms.channels(view):
            channel = await self.directory.channel(workspace, values[name]) if values[name] else None
            found[f"{name}_name"] = channel.name if channel else ""
            found[f"{name}_private"] = "" if channel and not channel.private else "1"
        return found

    async def _about(self, doing: Doing, message: Json) -> dict[str, str]:
        """What a shortcut may want to know of its message."""
        author, text, workspace = at(message, "user"), at(message, "text"), doing.workspace
        home = payloads.home_of(message)
        names = await self.directory.names(workspace, mentioned(text) | ({author} if author else set()))
        person = await self.directory.person(workspace, author) if author else None
        external = await self.directory.is_external(person, workspace, home)
        return {
            "message": at(message, "ts"),
            "text": as_written(text, names),
            "author": author,
            "author_name": names.get(author, ""),
            "link": await self.directory.link(workspace, doing.channel, at(message, "ts")),
            "by_bot": "" if payloads.by_person(message, doing.us) else "1",
            "external": "1" if external else "",
        }

    def _renew_home(self, doing: Doing) -> None:
        if doing.home:
            self.answers.in_hand.keep(self.home(doing))


def _direct(channel: str) -> bool:
    """Whether this is between one person and the bot: direct messages, the app's home, the global shortcut."""
    return not channel or channel.startswith("D")


def _opened(view: Json) -> Opened:
    try:
        return forms.opened(view)
    except (ValueError, TypeError, AttributeError):
        raise Junk("a view that is not ours") from None


def _where(doing: Doing, opened: Opened) -> Doing:
    """A doing in a window belongs where the window was opened."""
    return replace(
        doing, channel=opened.channel, channel_name=opened.channel_name, private=opened.private,
        thread=opened.thread, home=opened.home,
    )  # fmt: skip
