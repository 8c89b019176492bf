"""Handlers for messages in which a person speaks to the bot: by its name, or in its direct messages."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto

import discord

from adapters.discord.addressed.reading import MessageReader
from adapters.discord.addressed.replies import Asked, MessageAnswers
from adapters.discord.custom_ids import SHOW
from adapters.discord.directory import Directory, Spot, can_post, is_admin, permissions_in
from adapters.discord.payloads import PLATFORM, display_name_of, server_locale, spoken_event
from bot.core.adapter import Bot
from bot.core.addressed import Addressed
from bot.core.ask import ask_core
from bot.core.language.catalogs import match_locale
from bot.core.language.database_errors import explain_database_error
from bot.core.language.words import lazy, speaking
from bot.core.messages import Button, Card, Form, Reply, text_card, text_reply
from bot.core.origin import Origin
from storage.engine.errors import StoreError
from storage.models.shown import has_words
from storage.teams import presence
from storage.teams.presence import KnownCaller

SERVERS_OFFERED = 20
"""The most servers that a person can choose from in a direct message."""
SERVERS_ASKED = 10
"""The most servers that are asked about a person no server knows yet."""

ROLE_ALONE = lazy(
    "You mentioned my role, and Discord doesn't show me such messages. Mention me instead: choose the name "
    "with APP beside it."
)
NO_SERVER = lazy(
    "I don't know your server yet. Use me there once: mention me in a channel that I'm in, with what you noticed."
)
WHICH_SERVER = lazy("Which server is this about?")


class Heard(Enum):
    """What became of a message."""

    NOTHING = auto()
    """It doesn't speak to the bot."""
    ANSWERED = auto()
    GONE = auto()
    """It was deleted before the answer came."""


class SpokenMessages:
    """The handlers for messages to the bot."""

    def __init__(self, bot: Bot, directory: Directory, replies: MessageAnswers) -> None:
        self.bot = bot
        self.directory = directory
        self.reader = MessageReader(directory)
        self.replies = replies

    async def handle_named(self, message: discord.Message, spot: Spot) -> Heard:
        """Answer a message in a channel that speaks to the bot."""
        assert message.guild is not None
        workspace, locale = str(message.guild.id), server_locale(message.guild)
        if self.reader.names_role_alone(message):
            with speaking(match_locale(locale)):
                return await self._reply(message, spot, text_reply(ROLE_ALONE()))
        spoken = await self.reader.read_message(workspace, spot, message)
        addressed = await self.reader.read_addressed(workspace, spot, spoken)
        command = self.bot.commands.read_addressed(addressed) if addressed else None
        if addressed is None or command is None:
            return Heard.NOTHING
        words = filter(has_words, (addressed.before, addressed.after))
        answer = await ask_core(self.bot, command, self._origin(message, spot, addressed), words)
        return await self._reply(message, spot, answer, " ".join((addressed.before, addressed.after)))

    async def handle_direct(self, message: discord.Message) -> None:
        """Answer a direct message."""
        person, spot = str(message.author.id), Spot(str(message.channel.id))
        try:
            servers = await self._find_servers(person)
        except StoreError as error:
            await self._answer(message, spot, "", text_reply(explain_database_error(error)))
            return
        if len(servers) == 1:
            await self._answer_about(message, spot, servers[0].workspace)
            return
        language = match_locale(servers[0].language) if servers else ""
        with speaking(language):
            which = _ask_which_server(servers, str(message.id)) if servers else text_card(NO_SERVER())
        await self._answer(message, spot, "", Reply(which, language=language))

    async def _answer_about(self, message: discord.Message, spot: Spot, workspace: str) -> None:
        """Answer a direct message that is about a server."""
        spoken = await self.reader.read_message(workspace, spot, message)
        addressed = await self.reader.read_direct(workspace, spot, spoken)
        command = self.bot.commands.read_addressed(addressed)
        guild = self.directory.find_guild(workspace)
        origin = Origin(
            PLATFORM, workspace, spot.channel, str(message.author.id), display_name_of(message.author),
            spoken_event(spoken.id), workspace_name=guild.name if guild else "", direct=True,
            server_locale=server_locale(guild),
        )  # fmt: skip
        answer = await ask_core(self.bot, command, origin, filter(has_words, (addressed.after,)))
        await self._answer(message, spot, workspace, answer)

    async def _reply(
        self, message: discord.Message, spot: Spot, answer: Reply | Form | None, text: str = ""
    ) -> Heard:
        assert message.guild is not None
        asked = _asked(message, spot, str(message.guild.id), text)
        is_there = await self.replies.send_reply(
            asked, answer, self.bot.commands.encode, self.bot.draw, server_locale(message.guild)
        )
        return Heard.ANSWERED if is_there else Heard.GONE

    async def _answer(
        self, message: discord.Message, spot: Spot, workspace: str, answer: Reply | Form | None
    ) -> None:
        asked = _asked(message, spot, workspace)
        await self.replies.send_direct(asked, answer, self.bot.commands.encode, self.bot.draw)

    def _origin(self, message: discord.Message, spot: Spot, addressed: Addressed) -> Origin:
        guild, person = message.guild, str(message.author.id)
        assert guild is not None
        known = isinstance(message.channel, discord.abc.GuildChannel | discord.Thread)
        return Origin(
            PLATFORM, str(guild.id), spot.channel, person, display_name_of(message.author),
            spoken_event(str(message.id)), channel_name=spot.name, workspace_name=guild.name,
            thread=spot.thread, private=spot.private, threads_only=spot.threads_only,
            admin=known and _is_admin_there(message), server_locale=server_locale(guild),
            may_post=can_post(message.channel) if known else None,
            called=addressed.called, message=addressed.message, link=addressed.link,
        )  # fmt: skip

    async def _find_servers(self, person: str) -> Sequence[KnownCaller]:
        """Return the servers that a person shares with the bot, as far as it is known.

        Raises StoreError.
        """
        known = await self.bot.database.read(
            lambda session: presence.workspaces_of_person(session, PLATFORM, person, SERVERS_OFFERED)
        )
        return known or await self.directory.find_servers(person, SERVERS_ASKED)


def _ask_which_server(servers: Sequence[KnownCaller], message: str) -> Card:
    """Return the question which server a direct message is about. Each button carries its server."""
    buttons = tuple(Button(each.name, f"{SHOW}:{message}:{each.workspace}") for each in servers)
    return Card(text_card(WHICH_SERVER()).blocks, buttons)


def _asked(message: discord.Message, spot: Spot, workspace: str, text: str = "") -> Asked:
    return Asked(
        workspace, spot.channel, spot.name, spot.target_id, str(message.id), str(message.author.id), text
    )


def _is_admin_there(message: discord.Message) -> bool:
    roles = [str(role.id) for role in getattr(message.author, "roles", ())]
    return is_admin(permissions_in(message.channel, str(message.author.id), roles))
