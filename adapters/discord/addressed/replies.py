"""Sends the bot's answers to messages: a short reply in the channel, or the whole answer in a direct message.

Each message carries a nonce made from the message that it answers, so that an answer that was sent already,
by this process or another one, is not sent again.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace

from adapters.discord import render
from adapters.discord.addressed import cards
from adapters.discord.api import ApiClient
from adapters.discord.directory import Directory
from adapters.discord.errors import UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, DiscordApiError
from adapters.discord.posting import MESSAGES, Posting, make_nonce
from adapters.discord.render import COMPONENTS_V2, Encode, Json
from adapters.language import answer_language
from adapters.tasks import Tasks
from bot.core.adapter import Draw
from bot.core.language.words import _, lazy, speaking
from bot.core.messages import Card, ChannelMention, File, Form, Reply, Small, text_card, text_reply
from bot.core.origin import OutcomeUnknownError, PostFailedError
from bot.core.pictures.drawing import Drawing

log = logging.getLogger(__name__)

RETRY_WAITS = (1.0, 5.0, 20.0)
"""Seconds between the tries to send an answer. Discord remembers its nonce for a few minutes."""
LONGEST_WAIT = 60.0
"""Most seconds that an answer waits for a rate limit. Nobody waits for one any longer."""
GONE = (UNKNOWN_MESSAGE, UNKNOWN_CHANNEL)
ELSEWHERE = lazy("I can't write in {channel}, so I'm answering you here.")
NO_FORM_HERE = lazy(
    "That needs a form, and I can only show one where I can write. Write it to me here instead."
)


@dataclass(frozen=True)
class Asked:
    """A message that is answered: where it is, its id, its text, and the person who wrote it.

    `target` is the channel or thread that it was written in, or the direct-message channel.
    """

    workspace: str
    channel: str
    channel_name: str
    target: str
    message: str
    person: str
    text: str = ""

    @property
    def key(self) -> str:
        """The key that the nonces of its answer are made from."""
        return f"answer:{self.message}"


class MessageAnswers:
    """Sends answers to messages."""

    def __init__(self, api: ApiClient, directory: Directory, posting: Posting, tasks: Tasks) -> None:
        self.api = api
        self.directory = directory
        self.posting = posting
        self.tasks = tasks

    async def send_reply(
        self, asked: Asked, answer: Reply | Form | None, encode: Encode, draw: Draw, locale: str = ""
    ) -> bool:
        """Reply to a message in a channel, and return whether that message is still there.

        Where the bot can't write, the person gets the whole answer in a direct message.
        """
        with speaking(answer_language(answer, locale)):
            card = cards.reply_card(answer, asked.message, asked.text)
            body = {
                **cards.render_reply(card, encode, asked.person),
                "message_reference": {"message_id": asked.message, "fail_if_not_exists": True},
            }
            try:
                self._check_access(asked)
                await self._send(asked.target, body, asked.key)
            except DiscordApiError as refused:
                if refused.code in GONE:
                    return False
                log.info("an answer can't be a reply: %s", refused)
                if refused.after is None:
                    await self._answer_elsewhere(asked, answer, encode, draw)
        return True

    async def send_direct(
        self, asked: Asked, answer: Reply | Form | None, encode: Encode, draw: Draw, locale: str = ""
    ) -> None:
        """Answer a direct message with an ordinary message in the same conversation."""
        with speaking(answer_language(answer, locale)):
            card = cards.direct_card(answer, asked.message)
            await self._send_whole(asked, card, encode)
            if isinstance(answer, Reply) and answer.picture is not None:
                self.tasks.start(self._send_picture(asked, answer.picture, draw))

    async def _answer_elsewhere(
        self, asked: Asked, answer: Reply | Form | None, encode: Encode, draw: Draw
    ) -> None:
        """Answer in a direct message what was written in a channel. Where those are closed, nothing is sent."""
        if isinstance(answer, Form):
            answer = text_reply(NO_FORM_HERE())
        where = Small(ELSEWHERE.line(channel=ChannelMention(asked.channel, asked.channel_name)))
        said = answer or text_reply(_("Done."))
        shown = replace(said, card=replace(said.card, blocks=(where, *said.card.blocks)))
        try:
            direct = replace(asked, target=await self.posting.open_direct(asked.person))
        except (DiscordApiError, PostFailedError) as refused:
            log.info("an answer can't be sent: %s", refused)
            return
        await self.send_direct(direct, shown, encode, draw, shown.language)

    async def _send_whole(self, asked: Asked, card: Card, encode: Encode) -> None:
        """Send a card as direct messages. A refusal is only logged: there is no other way to the person."""
        bodies = cards.render_direct(card, encode, asked.workspace)
        try:
            for number, body in enumerate(bodies):
                await self._send(asked.target, body, f"{asked.key}:{number}")
        except DiscordApiError as refused:
            log.info("an answer can't be sent: %s", refused)

    async def _send_picture(self, asked: Asked, drawing: Drawing, draw: Draw) -> None:
        """Send an answer's picture after it, or its words where there is none."""
        picture = await draw(drawing)
        body: Json = {"flags": COMPONENTS_V2}
        if picture is None:
            [words] = render.render_messages(text_card(drawing.alt), str)
            await self._send(asked.target, {**body, "components": words}, f"{asked.key}:picture")
            return
        shown = {**body, **render.render_picture(picture)}
        await self._send(asked.target, shown, f"{asked.key}:picture", (picture.file,))

    async def _send(self, channel: str, body: Json, key: str, files: tuple[File, ...] = ()) -> None:
        """Send a message once, and try again while Discord doesn't answer or limits the rate.

        Raises DiscordApiError where Discord refuses it.
        """
        once = {**body, "nonce": make_nonce(key), "enforce_nonce": True}
        for wait in (*RETRY_WAITS, None):
            try:
                await self.api.call_api("POST", MESSAGES, channel_id=channel, json=once, files=files)
            except OutcomeUnknownError as unknown:
                if wait is None:
                    log.warning("gave up on an answer: %s", unknown)
                    return
                await asyncio.sleep(wait)
            except DiscordApiError as refused:
                if refused.after is None or wait is None or refused.after > LONGEST_WAIT:
                    raise
                await asyncio.sleep(refused.after)
            else:
                return

    def _check_access(self, asked: Asked) -> None:
        """Raise DiscordApiError for a reply that Discord is known to refuse."""
        if (code := self.directory.expected_error_code(asked.workspace, asked.target)) is not None:
            raise DiscordApiError(code)
