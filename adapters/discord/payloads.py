"""Data read from discord.py's objects: who did something, where, its id, and how to answer.

No value is assumed to exist. A missing one reads as empty, and the person gets an answer all
the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import discord

from adapters.discord import custom_ids
from adapters.discord.custom_ids import CustomId
from adapters.discord.directory import NOWHERE, Spot, is_admin
from bot.core.addressed import Addressed
from storage.models.shown import has_words

PLATFORM = "discord"
PERSON_TYPES = (discord.MessageType.default, discord.MessageType.reply)
"""The types of messages that a person writes."""
LINK = "https://discord.com/channels/{}/{}/{}"


@dataclass(frozen=True)
class Interaction:
    """An interaction: who did something, where, the event's id, and how to answer it."""

    id: str
    """The interaction's own id."""
    token: str
    application: str
    workspace: str = ""
    person: str = ""
    name: str = ""
    event: str = ""
    spot: Spot = NOWHERE
    admin: bool = False
    direct: bool = False
    without_bot: bool = False
    """Whether it was done in a conversation between people, where the bot can only be called."""
    from_form: bool = False
    present: bool = True
    """Whether Discord says with it that the person sees the channel now."""
    may_write: bool = True
    """Whether the bot can post in the channel where this was done."""
    ephemeral: bool = False
    """Whether it came from a private card, which the answer may replace."""
    on_message: bool = False
    """Whether it came from a message, which the answer may leave unchanged."""
    from_menu: bool = False
    """Whether it was chosen from a menu, or from a form on a message with one.

    Discord sends the entry again only once the message was updated (discord-api-docs, 4801).
    """
    locale: str = ""
    """The language that the person uses Discord in, such as `de` or `en-GB`."""
    asker: str = ""
    """The person whose message the pressed message answers, if it's the bot's reply to one."""
    on_opener: bool = False
    """Whether the pressed message is only there to open an answer or a form."""
    called: str = ""
    """What the person called the bot in the message that this asks about again."""
    message: str = ""
    """The id and the link of that message, as the core stores them. Empty for a direct message."""
    link: str = ""


def spoken_event(message: str) -> str:
    """Return the event id of a message that speaks to the bot. Its answer is asked for again under the same one."""
    return f"spoken:{message}"


def as_spoken(interaction: Interaction, message: str, addressed: Addressed) -> Interaction:
    """Return the interaction that asks for the answer to a message again, as that message's own event."""
    in_channel = "" if interaction.direct else addressed.message
    return replace(
        interaction, event=spoken_event(message), called=addressed.called, message=in_channel,
        link=addressed.link if in_channel else "",
    )  # fmt: skip


def server_locale(guild: discord.Guild | None) -> str:
    """Return the language of a server, if it has one: only communities choose it, for others it is English."""
    return guild.preferred_locale.value if guild is not None and "COMMUNITY" in guild.features else ""


def parse_interaction(interaction: discord.Interaction, spot: Spot, workspace: str) -> Interaction:
    """Return an interaction of discord.py as an `Interaction`.

    In a direct message, only the CustomId says which server (`workspace`) it is about. A direct
    message without the context of one counts as a conversation between people.
    """
    elsewhere, message = interaction.guild_id is None, interaction.message
    direct = elsewhere and interaction.context.dm_channel is True
    own_ids = list(_own_ids(message.components)) if message is not None else []
    return Interaction(
        str(interaction.id), interaction.token, str(interaction.application_id), workspace,
        str(getattr(interaction.user, "id", "")), display_name_of(interaction.user),
        f"interaction:{interaction.id}", spot,
        admin=not elsewhere and is_admin(interaction.permissions), direct=direct,
        without_bot=elsewhere and not direct, present=elsewhere or _sees_channel(interaction),
        may_write=elsewhere or _can_write(interaction),
        ephemeral=message is not None and message.flags.ephemeral, on_message=message is not None,
        from_menu=message is not None and _is_from_menu(interaction), locale=str(interaction.locale.value),
        asker=next((each.asker for each in own_ids), ""), on_opener=any(each.asked_in for each in own_ids),
    )  # fmt: skip


def _own_ids(components: Iterable[Any]) -> Iterator[CustomId]:
    """Yield the custom ids that the bot wrote into a message's components, at any depth."""
    for each in components:
        with suppress(ValueError):
            yield custom_ids.read_custom_id(getattr(each, "custom_id", None) or "")
        yield from _own_ids(getattr(each, "children", ()))
        yield from _own_ids(filter(None, [getattr(each, "accessory", None)]))


def _is_from_menu(interaction: discord.Interaction) -> bool:
    if interaction.type is discord.InteractionType.component:
        return "values" in (interaction.data or {})
    return interaction.message is not None and _has_menu(interaction.message.components)


def _has_menu(components: Iterable[Any]) -> bool:
    return any(
        isinstance(each, discord.SelectMenu) or _has_menu(getattr(each, "children", ()))
        for each in components
    )


def as_submission(interaction: Interaction, opened: str) -> Interaction:
    """Return a form's interaction with the id of the one that opened the form.

    So a form that is submitted twice is the same event.
    """
    known = replace(interaction, from_form=True)
    return replace(known, event=f"form:{opened}") if opened else known


def display_name_of(person: Any) -> str:
    """Return a person's display name, the first one with anything to see, or an empty text."""
    names = (getattr(person, each, "") or "" for each in ("display_name", "global_name", "name"))
    return next((str(each) for each in names if has_words(str(each))), "")


def is_by_person(message: discord.Message) -> bool:
    """Return whether a person wrote a message: no bot, no webhook, no system message."""
    return message.type in PERSON_TYPES and not message.author.bot and message.webhook_id is None


def emoji_text(given: discord.PartialEmoji) -> str:
    """Return an emoji as events write it: the character, or a custom emoji's name between colons."""
    if given.id is None:
        return given.name or ""
    return f":{(given.name or str(given.id)).lower()}:"


def message_id_of(spot: Spot, message: object) -> str:
    """Return a message's id as the core stores it.

    In a thread, it has the thread's id in front, so that the message can be found.
    """
    return f"{spot.thread}:{message}" if spot.thread else str(message)


def replied_message(spot: Spot, message: discord.Message) -> str:
    """Return the id of the message that a message replies to, as the core stores it.

    In a forum post without a reply that is the post's first message. Empty where there is none.
    """
    to = message.reference.message_id if message.reference else None
    if to and message.type is discord.MessageType.reply:
        return message_id_of(spot, to)
    return message_id_of(spot, spot.thread) if spot.thread and spot.threads_only else ""


def split_message_id(channel: str, message: str) -> tuple[str, str]:
    """Return the channel or thread, and the message in it, of an id that `message_id_of` made."""
    thread, _, inner = message.rpartition(":")
    return thread or channel, inner


def message_link(workspace: str, channel: str, message: str) -> str:
    """Return the URL that opens a message."""
    return LINK.format(workspace, *split_message_id(channel, message))


def _sees_channel(interaction: discord.Interaction) -> bool:
    """Return whether the person sees the channel now. A private thread is not part of what Discord tells."""
    thread = isinstance(interaction.channel, discord.Thread) and interaction.channel.is_private()
    typed = interaction.type is discord.InteractionType.application_command
    return bool(interaction.permissions.view_channel) and (typed or not thread)


def _can_write(interaction: discord.Interaction) -> bool:
    may = interaction.app_permissions
    in_thread = isinstance(interaction.channel, discord.Thread)
    return may.view_channel and (may.send_messages_in_threads if in_thread else may.send_messages)
