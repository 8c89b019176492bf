"""What discord.py hands us, in our words: who did something where, by which natural id, and how they can be answered.

Nothing is trusted to be there: whatever is missing reads as nothing, and whoever waits is answered all the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import discord

from adapters.discord.directory import NOWHERE, Spot

PLATFORM = "discord"
SPOKEN = (discord.MessageType.default, discord.MessageType.reply)
"""Kinds of messages in which a person says something."""
LINK = "https://discord.com/channels/{}/{}/{}"


@dataclass(frozen=True)
class Doing:
    """What somebody did: where, as which event, and the ways to answer."""

    id: str
    """The interaction's own."""
    token: str
    application: str
    workspace: str = ""
    person: str = ""
    name: str = ""
    event: str = ""
    spot: Spot = NOWHERE
    admin: bool = False
    direct: bool = False
    may_write: bool = True
    """Whether the bot could post where this was done."""
    ephemeral: bool = False
    """Whether it was done on a private card, which an answer may replace."""
    on_message: bool = False
    """Whether it was done on a message, which an answer may leave as it is."""


def done(interaction: discord.Interaction, spot: Spot, workspace: str) -> Doing:
    """An interaction. In direct messages nothing but a frame says which server (`workspace`) it is about."""
    direct, message = interaction.guild_id is None, interaction.message
    return Doing(
        str(interaction.id), interaction.token, str(interaction.application_id), workspace,
        str(getattr(interaction.user, "id", "")), name_of(interaction.user), f"interaction:{interaction.id}", spot,
        admin=not direct and is_admin(interaction.permissions), direct=direct,
        may_write=direct or _may_write(interaction),
        ephemeral=message is not None and message.flags.ephemeral, on_message=message is not None,
    )  # fmt: skip


def as_form(doing: Doing, opened: str) -> Doing:
    """A form is the same event however often it is sent: it is named by what opened it."""
    return replace(doing, event=f"form:{opened}") if opened else doing


def is_admin(may: discord.Permissions) -> bool:
    """Whether somebody counts as an admin here (design, section 2)."""
    return may.administrator or may.manage_guild or may.manage_channels


def name_of(person: Any) -> str:
    """What somebody is called where they speak."""
    return str(getattr(person, "display_name", "") or "")


def by_person(message: discord.Message) -> bool:
    """Whether a person said this: no bot, no webhook, no notice of the system."""
    return message.type in SPOKEN and not message.author.bot and message.webhook_id is None


def emoji(given: discord.PartialEmoji) -> str:
    """An emoji as events name it: the character, or the name of a custom one between colons."""
    if given.id is None:
        return given.name or ""
    return f":{(given.name or str(given.id)).lower()}:"


def id_of(spot: Spot, message: object) -> str:
    """A message as the core knows it: in a thread with the thread's id before it, so that it can be found."""
    return f"{spot.thread}:{message}" if spot.thread else str(message)


def address(channel: str, message: str) -> tuple[str, str]:
    """The channel or thread, and the message in it, behind `id_of`."""
    thread, _, inner = message.rpartition(":")
    return thread or channel, inner


def link(workspace: str, channel: str, message: str) -> str:
    """Where people can open a message."""
    return LINK.format(workspace, *address(channel, message))


def _may_write(interaction: discord.Interaction) -> bool:
    may = interaction.app_permissions
    in_thread = isinstance(interaction.channel, discord.Thread)
    return may.view_channel and (may.send_messages_in_threads if in_thread else may.send_messages)
