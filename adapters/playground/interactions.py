"""People's interactions in the playground: each changes the chat and is told to the bot.

The page calls these over HTTP and a story in Python. The bot cannot tell the difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from adapters.playground import forms, payloads, render
from adapters.playground.addressed import find_addressed
from adapters.playground.chat.chat import Chat
from adapters.playground.chat.model import Message, Whisper
from adapters.playground.chat.timeline import advance_clock
from adapters.playground.errors import ChatError
from adapters.playground.events import Events
from adapters.playground.responses import Shown, show_answer
from bot.core.adapter import Bot
from bot.core.addressed import Addressed
from bot.core.events import (
    ReplyWritten,
)
from bot.core.language.words import _
from bot.core.messages import Reply
from bot.core.origin import Origin
from storage.models.shown import has_words

PRESSES_KNOWN = 200


MAX_JUMP = timedelta(days=3660)
"""How far time moves at once."""


class People(Events):
    """Everyone in the chat, with what they ask of the bot."""

    def __init__(self, chat: Chat) -> None:
        super().__init__(chat)
        self._presses: dict[str, str] = {}

    async def type_line(
        self, person: str, channel: str, text: str, *, thread: str = "", event: str = ""
    ) -> Shown:
        """Send a line: `/aha …` is a command to the bot, everything else a message in the channel.

        A message that names the bot, or is written in its direct messages, is one to the bot.
        """
        if not has_words(text):
            raise ChatError(_("Write something first."))
        origin = self._build_origin(person, channel, thread, event)
        if (words := payloads.parse_typed_command(text)) is not None:
            return await self._ask_bot(self.bot.commands.parse(words), origin)
        said = self.chat.say_text(person, channel, text, thread, origin.event)
        if (addressed := find_addressed(said, self.chat)) is not None:
            return await self._answer_spoken(addressed, origin)
        if thread:
            await self._tell_bot(ReplyWritten(said.id, text), origin)
        return Shown(message=said.id)

    async def _answer_spoken(self, addressed: Addressed, origin: Origin) -> Shown:
        """Answer a message to the bot, unless it only mentions it in passing."""
        command = self.bot.commands.read_addressed(addressed)
        if command is None:
            return Shown(message=addressed.message)
        written = "" if origin.direct else addressed.message
        by_name = replace(origin, called=addressed.called, message=written, link=addressed.link)
        return replace(await self._ask_bot(command, by_name), message=addressed.message)

    async def press_button(
        self, person: str, card: str, button: str, *, thread: str = "", event: str = ""
    ) -> Shown:
        """Press a button, by its encoded command or its label, on a posted or private card.

        `thread` is the one that the person is looking at. A private answer appears there.
        """
        found = self.chat.find_card(person, card)
        origin = self._build_origin(person, found.channel, found.thread, event)
        command = self._find_command(found, button, origin.event)
        return await self._ask_bot(command, origin, card if isinstance(found, Whisper) else "", thread)

    async def submit_form(self, person: str, form: str, values: Mapping[str, str]) -> Shown:
        """Submit a form. Its own id is the event, so that submitting it twice counts once."""
        opened = self.chat.find_form(person, form)
        known = self.chat.world.channels
        visible = {
            id: each for id, each in known.items() if self.chat.can_see(person, id) and not each.direct
        }
        filled = forms.check_form_values(opened.form, values, visible, self.chat.world.people)
        origin = replace(self._build_origin(person, opened.channel, opened.thread, form), from_form=True)
        return await self._ask_bot(self._decode_command(opened.command, filled), origin, opened.whisper)

    async def use_shortcut(self, person: str, label: str, message: str, *, event: str = "") -> Shown:
        """Choose an entry of a message's menu."""
        found = self._find_message(person, message)
        chosen = next(
            (each for each in self.bot.commands.shortcuts if label in (each.label(), each.label.text)), None
        )
        if chosen is None:
            raise ChatError(_("There's no such entry in the menu."), 404)
        command = self.bot.commands.fill_fields(chosen.command, payloads.describe_message(found, self.chat))
        return await self._ask_bot(command, self._origin_at(person, found, event))

    def _find_command(self, card: Message | Whisper, button: str, event: str) -> Any:
        """Return the command of a button on the card.

        A repeated press with the same event also finds a button that has disappeared since.
        """
        there = render.find_card_buttons(card.card) if card.card else []
        found = next((each["press"] for each in there if button in (each["press"], each["label"])), None)
        pressed = found or self._presses.get(event)
        if pressed is None:
            raise ChatError(_("That button no longer exists."), 409)
        self._presses = dict([*self._presses.items(), (event, pressed)][-PRESSES_KNOWN:])
        return self._decode_command(pressed, {})

    def _decode_command(self, command: str, values: Mapping[str, str]) -> Any:
        try:
            return self.bot.commands.fill_fields(self.bot.commands.decode(command), values)
        except (ValueError, TypeError):
            raise ChatError(
                _("That's from an older version of Ahabot. Please ask for it again."), 409
            ) from None

    async def _ask_bot(self, command: Any, origin: Origin, instead: str = "", thread: str = "") -> Shown:
        """Let the bot answer, and show its answer in the thread that the person is looking at."""
        return await self.run_protected(self._answer(self.bot, command, origin, instead, thread))

    async def _answer(self, bot: Bot, command: Any, origin: Origin, instead: str, thread: str) -> Shown:
        answer = await bot.handle(command, origin)
        drawing = answer.picture if isinstance(answer, Reply) else None
        picture = await bot.draw(drawing) if drawing else None
        return show_answer(self.chat, bot, answer, origin, instead, thread or origin.thread, picture)

    async def jump_to(self, to: datetime) -> None:
        """Move time forward to `to` (aware). Posts due on the way appear at their own times.

        ChatError for a time in the past or more than 3,660 days ahead.
        """
        now = self.chat.world.current_time()
        if to <= now:
            raise ChatError(_("Time only moves forward here."))
        if to - now > MAX_JUMP:
            raise ChatError(_("That's too far ahead. You can jump ten years at most."))
        await self.run_protected(advance_clock(self.chat.world, self.bot, to))
