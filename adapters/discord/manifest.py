"""How Discord shall set us up: the invite link with the least that works, and what to switch on in the portal.

Discord takes no manifest; what there is to know is said as data all the same, and needs no network.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import discord

from adapters.discord.connection.client import intents
from adapters.discord.settings import Settings
from bot.settings import BadSetting

Json = dict[str, Any]

AUTHORIZE = "https://discord.com/oauth2/authorize"
SCOPES = ("bot", "applications.commands")
PERMISSIONS = {
    "view_channel": ("View Channels", "the team's channel at all"),
    "send_messages": ("Send Messages", "everything it posts in a channel"),
    "send_messages_in_threads": ("Send Messages in Threads", "what it posts in threads and forum posts"),
    "create_public_threads": ("Create Public Threads", "what belongs in the thread of a message"),
    "attach_files": ("Attach Files", "a recap's picture"),
    "read_message_history": ("Read Message History", "its 💡 on a message, and finding its own posts again"),
    "add_reactions": ("Add Reactions", "the 💡 it puts on what was kept"),
}
"""discord.py's name for each, Discord's own, and what does not work without it."""
CONTENT = "Bot, Privileged Gateway Intents: turn on Message Content Intent, for DISCORD_MESSAGE_CONTENT=1"
NO_TOKEN = (
    "Set DISCORD_TOKEN first: the invite link is made from it. At https://discord.com/developers/applications choose "
    "New Application, then Bot, Reset Token."
)
NO_ID = (
    "DISCORD_TOKEN is not a bot's token: its first part holds no application id. Copy it anew from the app's page at "
    "https://discord.com/developers/applications, Bot, Reset Token."
)


def manifest(environ: Mapping[str, str], url: str = "") -> Json:
    """All there is to set up, for these variables. Nothing reaches us over HTTP, so `url` says nothing here.

    BadSetting without a token, or with one that is none.
    """
    settings = Settings.read(environ)
    if settings is None:
        raise BadSetting(NO_TOKEN)
    wanted = intents(settings)
    return {
        "invite": invite(application_id(settings.token)),
        "scopes": list(SCOPES),
        "permissions": {
            "number": str(permissions().value),
            "names": [said for said, _ in PERMISSIONS.values()],
        },
        "intents": {"number": wanted.value, "names": [name for name, on in wanted if on]},
        "portal": [CONTENT] if settings.message_content else [],
    }


def permissions() -> discord.Permissions:
    """What we may do on a server, the least that works."""
    return discord.Permissions(**dict.fromkeys(PERMISSIONS, True))


def application_id(token: str) -> str:
    """The application's id, which is what a token begins with. BadSetting where it does not."""
    first = token.partition(".")[0]
    try:
        found = base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        found = ""
    if not found.isdecimal() or "." not in token:
        raise BadSetting(NO_ID)
    return found


def invite(application: str) -> str:
    """The address at which somebody adds us to a server that they manage."""
    asked = {"client_id": application, "scope": " ".join(SCOPES), "permissions": str(permissions().value)}
    return f"{AUTHORIZE}?{urlencode(asked)}"
