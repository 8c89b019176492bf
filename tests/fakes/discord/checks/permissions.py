"""The permission bits that the bot meets, and how roles and overwrites combine into a user's permissions."""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fakes.discord.world import Channel, Server, World


class Can(IntFlag):
    """Discord's permission bits."""

    CREATE_INSTANT_INVITE = 1 << 0
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    MANAGE_ROLES = 1 << 28
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38


ALL = (1 << 53) - 1

EVERYONE = int(
    Can.VIEW_CHANNEL | Can.SEND_MESSAGES | Can.SEND_MESSAGES_IN_THREADS | Can.READ_MESSAGE_HISTORY
    | Can.ADD_REACTIONS | Can.EMBED_LINKS | Can.ATTACH_FILES | Can.USE_EXTERNAL_EMOJIS
    | Can.USE_APPLICATION_COMMANDS | Can.CREATE_PUBLIC_THREADS | Can.CREATE_INSTANT_INVITE
)  # fmt: skip
"""The permissions of @everyone on a new server."""
INVITED = int(
    Can.VIEW_CHANNEL | Can.SEND_MESSAGES | Can.SEND_MESSAGES_IN_THREADS | Can.READ_MESSAGE_HISTORY
    | Can.ADD_REACTIONS | Can.EMBED_LINKS | Can.ATTACH_FILES | Can.CREATE_PUBLIC_THREADS
)  # fmt: skip
"""The permissions of the bot's own role, as its invite link requests them."""
DIRECTLY = int(EVERYONE | Can.MENTION_EVERYONE)


def on_server(server: Server, user: str) -> int:
    """Return a user's permissions on a server, before channel overwrites. Returns 0 for a user who is not on it."""
    member = server.members.get(user)
    if member is None:
        return 0
    if user == server.owner:
        return ALL
    found = server.roles[server.id].permissions
    for role in member.roles:
        found |= server.roles[role].permissions
    return ALL if found & Can.ADMINISTRATOR else found


def in_channel(world: World, channel: Channel, user: str) -> int:
    """Return a user's permissions in a channel. A thread has the overwrites of its parent channel."""
    if channel.user:
        return DIRECTLY if user in (channel.user, world.bot.id) else 0
    server = world.servers[channel.server]
    found = on_server(server, user)
    if found in (0, ALL):
        return found
    place = world.channels[channel.parent] if channel.is_thread else channel
    found = _overwritten(found, place, server, user)
    if not found & Can.VIEW_CHANNEL:
        return 0
    if channel.is_thread and not found & Can.SEND_MESSAGES_IN_THREADS:
        found &= ~int(Can.SEND_MESSAGES)
    elif not channel.is_thread and not found & Can.SEND_MESSAGES:
        found &= ~int(Can.EMBED_LINKS | Can.ATTACH_FILES | Can.MENTION_EVERYONE)
    return found


def _overwritten(found: int, channel: Channel, server: Server, user: str) -> int:
    """Apply the overwrites of @everyone first, then of all roles together, then of the member."""
    roles = server.members[user].roles
    everyone = [each for each in channel.overwrites if each.id == server.id]
    of_roles = [each for each in channel.overwrites if each.kind == 0 and each.id in roles]
    own = [each for each in channel.overwrites if each.kind == 1 and each.id == user]
    for group in (everyone, of_roles, own):
        for each in group:
            found &= ~int(each.deny)
        for each in group:
            found |= int(each.allow)
    return found
