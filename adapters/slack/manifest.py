"""Slack's app manifest for the settings at hand: what the app is called, hears, offers and may do.

It asks for the least that works. Without message content it neither reads channels' history nor hears messages.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.slack.installation.install import REDIRECT
from adapters.slack.settings import Settings
from bot.core.commands import Shortcut
from bot.features import SHORTCUTS
from bot.settings import BadSetting

log = logging.getLogger(__name__)

Json = dict[str, Any]

SCOPES = (
    "commands",
    "chat:write",
    "im:write",
    "reactions:read",
    "reactions:write",
    "users:read",
    "files:write",
    "channels:read",
    "groups:read",
)
HISTORY = ("channels:history", "groups:history")
"""Asked for with message content alone."""

EVENTS = (
    "app_home_opened",
    "app_uninstalled",
    "channel_archive",
    "channel_deleted",
    "channel_left",
    "channel_rename",
    "channel_shared",
    "channel_unarchive",
    "channel_unshared",
    "group_archive",
    "group_deleted",
    "group_left",
    "group_rename",
    "group_unarchive",
    "member_joined_channel",
    "member_left_channel",
    "reaction_added",
    "reaction_removed",
    "tokens_revoked",
)
OF_MANY = ("team_access_granted", "team_access_revoked")
"""What an organisation's installation alone hears of."""
WITH_HISTORY = ("channel_id_changed", "message.channels", "message.groups")
"""Asked for with message content alone; of the first, Slack's pages do not say which scope it needs."""
PLACE = "https://ahabot.example.com"
"""Stands where nobody said yet under which address we are reached."""
ROUTE = "/slack/events"
GLOBAL_ID = "log-an-aha"
GLOBAL = ("Log an aha", GLOBAL_ID, "Keep what you just saw; a form asks for which team.")
LONG = (
    "Ahabot keeps a team's moments: what suddenly became clear, the experiment that failed and what it taught, "
    "the breakthrough that came in another shape. Put a 💡 on a message, or write the command and what you saw; "
    "others add their own version of how you got there. Once a week it brings the moments back, short, in the "
    "channel. No points, no streaks, no mentions."
)


def scopes(settings: Settings) -> tuple[str, ...]:
    """What the app may do, the least that works."""
    return (*SCOPES, *HISTORY) if settings.message_content else SCOPES


def events(settings: Settings) -> tuple[str, ...]:
    """What the app hears of."""
    many, content = OF_MANY if settings.many else (), WITH_HISTORY if settings.message_content else ()
    return tuple(sorted((*EVENTS, *many, *content)))


def shortcut_id(label: str) -> str:
    """The id under which Slack sends a shortcut: its label, as a word."""
    return label.casefold().replace(" ", "-")


def manifest(environ: Mapping[str, str], url: str = "") -> Json:
    """The manifest for these variables. `url` is where Slack reaches us over HTTP; Socket Mode needs none.

    Without any of Slack's variables it is the one for Socket Mode, which is how most begin. BadSetting for an
    address that Slack would not take.
    """
    if url and not url.startswith("https://"):
        raise BadSetting("--url takes the address that Slack reaches us at, like https://aha.example.com.")
    settings = Settings.read(_completed({name: value for name, value in environ.items() if value.strip()}))
    assert settings is not None
    address = (url or PLACE).rstrip("/")
    base = "" if _by_socket(environ, url) else address
    if not url and (base or settings.many):
        log.warning("%s stands where your own address belongs; give it with --url", PLACE)
    return {
        "_metadata": {"major_version": 2},
        "display_information": _display(),
        "features": _features(settings, base),
        "oauth_config": _oauth(settings, address if base or settings.many else ""),
        "settings": _settings(settings, base),
    }


def _completed(given: Mapping[str, str]) -> Mapping[str, str]:
    """With a stand-in for what there is only once the app is made."""
    many = "SLACK_CLIENT_ID" in given and "SLACK_CLIENT_SECRET" in given
    token = {} if many else {"SLACK_BOT_TOKEN": "-"}
    return {**token, "SLACK_SIGNING_SECRET": "-", **given}


def _by_socket(environ: Mapping[str, str], url: str) -> bool:
    over_http = url or environ.get("SLACK_SIGNING_SECRET", "").strip()
    return bool(environ.get("SLACK_APP_TOKEN", "").strip()) or not over_http


def _display() -> Json:
    return {
        "name": "Ahabot",
        "description": "Aha moments, kept together.",
        "long_description": LONG,
        "background_color": "#2f2a24",
    }


def _features(settings: Settings, base: str) -> Json:
    command = {
        "command": settings.command,
        "description": "Keep an aha; alone it brings a menu",
        "usage_hint": "what you saw, or help",
    }
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": True,
        },
        "bot_user": {"display_name": "Ahabot", "always_online": True},
        "shortcuts": _shortcuts(SHORTCUTS),
        "slash_commands": [{**command, "url": base + ROUTE} if base else command],
    }


def _shortcuts(of_messages: Sequence[Shortcut]) -> list[Json]:
    name, known_as, about = GLOBAL
    first = {"name": name, "type": "global", "callback_id": known_as, "description": about}
    return [first, *(_shortcut(each.label) for each in of_messages)]


def _shortcut(label: str) -> Json:
    about = f"{label}, from this message"
    named = label if len(label) <= NAME else label.replace("Save as ", "Save ")
    return {"name": named, "type": "message", "callback_id": shortcut_id(label), "description": about}


NAME = 24
"""Characters of a shortcut's name."""


def _oauth(settings: Settings, address: str) -> Json:
    asked = {"scopes": {"bot": list(scopes(settings))}}
    return {"redirect_urls": [address + REDIRECT], **asked} if address else asked


def _settings(settings: Settings, base: str) -> Json:
    heard: Json = {"bot_events": list(events(settings))}
    pressed: Json = {"is_enabled": True}
    if base:
        heard, pressed = {"request_url": base + ROUTE, **heard}, {**pressed, "request_url": base + ROUTE}
    return {
        "event_subscriptions": heard,
        "interactivity": pressed,
        "org_deploy_enabled": settings.many,
        "socket_mode_enabled": not base,
        "token_rotation_enabled": settings.many,
    }
