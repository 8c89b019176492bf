"""Discord's setup data: the invite link with the fewest permissions, and the intents to turn on.

Discord accepts no manifest file, so `ahabot manifest discord` prints this as data. It needs no
network.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import discord

from adapters.discord.connection.client import wanted_intents
from adapters.discord.settings import Settings
from bot.core.commands import Commands
from bot.settings import SettingError

Json = dict[str, Any]

AUTHORIZE = "https://discord.com/oauth2/authorize"
SCOPES = ("bot", "applications.commands")
PERMISSIONS = {
    "view_channel": ("View Channels", "it can't see the team's channel"),
    "send_messages": ("Send Messages", "it can't post in channels"),
    "send_messages_in_threads": ("Send Messages in Threads", "it can't post in threads and forum posts"),
    "create_public_threads": ("Create Public Threads", "it can't start a thread under a message"),
    "attach_files": ("Attach Files", "its posts come without pictures and files"),
    "read_message_history": (
        "Read Message History",
        "it can't put its 💡 on messages, or find its own posts again",
    ),
    "add_reactions": ("Add Reactions", "it can't put a 💡 on saved messages"),
}
"""For each permission's name in discord.py: Discord's own name, and what it can't do without it."""
CONTENT_STEP = (
    "Bot, Privileged Gateway Intents: turn on Message Content Intent, for DISCORD_MESSAGE_CONTENT=1 "
    "(a bot that more than 10,000 people can see has to apply for it first, and again every year)"
)
NO_TOKEN = (
    "Set DISCORD_TOKEN first, because the invite link is made from it. At "
    "https://discord.com/developers/applications choose New Application, then Bot, Reset Token."
)
NO_ID = (
    "DISCORD_TOKEN isn't a bot token: its first part is not an application id. Get a new one at "
    "https://discord.com/developers/applications, Bot, Reset Token."
)


def build_manifest(environ: Mapping[str, str], _commands: Commands, _url: str = "") -> Json:
    """Return everything that an admin sets up on Discord, for these variables.

    Discord takes commands at run time, and sends nothing to the bot over HTTP. Raises SettingError without
    a token, or with an invalid one.
    """
    settings = Settings.read(environ)
    if settings is None:
        raise SettingError(NO_TOKEN)
    wanted = wanted_intents(settings)
    return {
        "invite": invite_link(read_application_id(settings.token)),
        "scopes": list(SCOPES),
        "permissions": {
            "number": str(needed_permissions().value),
            "names": [said for said, _ in PERMISSIONS.values()],
        },
        "intents": {"number": wanted.value, "names": [name for name, on in wanted if on]},
        "portal": [CONTENT_STEP] if settings.message_content else [],
    }


def needed_permissions() -> discord.Permissions:
    """Return the permissions that the bot needs on a server, and no others."""
    return discord.Permissions(**dict.fromkeys(PERMISSIONS, True))


def read_application_id(token: str) -> str:
    """Return the application id, which is the first part of a bot's token.

    Raises SettingError if the token has no such part.
    """
    first = token.partition(".")[0]
    try:
        found = base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        found = ""
    if not found.isdecimal() or "." not in token:
        raise SettingError(NO_ID)
    return found


def invite_link(application: str) -> str:
    """Return the URL where an admin adds the bot to a server that they manage."""
    asked = {
        "client_id": application,
        "scope": " ".join(SCOPES),
        "permissions": str(needed_permissions().value),
    }
    return f"{AUTHORIZE}?{urlencode(asked)}"
