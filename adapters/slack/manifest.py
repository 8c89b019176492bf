"""Slack's app manifest for the current settings: the app's name, events, commands and scopes.

It asks for the fewest scopes that work. Without message content the app neither reads
channels' history nor receives messages.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.slack.installation.install import REDIRECT
from adapters.slack.settings import Settings
from bot.core.commands import Commands, Shortcut
from bot.core.language.words import Lazy, _, lazy
from bot.settings import SettingError

log = logging.getLogger(__name__)

Json = dict[str, Any]

SCOPES = (
    "app_mentions:read",
    "commands",
    "chat:write",
    "im:history",
    "im:write",
    "reactions:read",
    "reactions:write",
    "users:read",
    "files:write",
    "channels:read",
    "groups:read",
)
HISTORY_SCOPES = ("channels:history", "groups:history")
"""Scopes that only message content needs. Each workspace chooses at installation whether it grants them."""

EVENTS = (
    "app_home_opened",
    "app_mention",
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
    "message.im",
    "reaction_added",
    "reaction_removed",
    "tokens_revoked",
    "user_change",
)
ORGANISATION_EVENTS = ("team_access_granted", "team_access_revoked")
"""Events that only an organisation's installation receives."""
HISTORY_EVENTS = ("channel_id_changed", "message.channels", "message.groups")
"""Events that only message content needs.

Slack's documentation does not say which scope the first one needs.
"""
PLACEHOLDER_URL = "https://ahabot.example.com"
"""Placeholder for the bot's public address, when none is given."""
ROUTE = "/slack/events"
GLOBAL_ID = "log-an-aha"
GLOBAL_NAME = lazy("Log an aha")
SHORT_NAMES = {"Save as failed experiment": lazy("Save failed experiment")}
"""Shorter names of shortcuts whose label is longer than SHORTCUT_NAME_LIMIT."""
LONG_DESCRIPTION = lazy(
    "Ahabot saves your team's moments: what suddenly became clear, the experiment that failed and what it taught "
    "you, the breakthrough that came differently than expected. React with 💡 to save a message, or type {command} "
    "and what you noticed. Others can add their own version of how you got there. Once a week it posts a short "
    "recap in the channel. No points, no streaks, no mentions."
)


def optional_scopes(settings: Settings) -> tuple[str, ...]:
    """Return the OAuth scopes that the app asks for, and that a workspace may leave out."""
    return HISTORY_SCOPES if settings.message_content else ()


def asked_scopes(settings: Settings) -> tuple[str, ...]:
    """Return all OAuth scopes that the app asks for, as few as work."""
    return (*SCOPES, *optional_scopes(settings))


def subscribed_events(settings: Settings) -> tuple[str, ...]:
    """Return the names of the events that the app subscribes to, sorted."""
    many, content = (
        ORGANISATION_EVENTS if settings.is_multi_workspace else (),
        HISTORY_EVENTS if settings.message_content else (),
    )
    return tuple(sorted((*EVENTS, *many, *content)))


def shortcut_id(label: str) -> str:
    """Return the callback ID of a shortcut: its label in lower case, with hyphens."""
    return label.casefold().replace(" ", "-")


def build_manifest(environ: Mapping[str, str], commands: Commands, url: str = "") -> Json:
    """Return the manifest for these variables.

    `url` is the bot's public HTTPS address; Socket Mode needs none. Without any Slack
    variables the manifest is for Socket Mode, the most common start. Raise SettingError for a
    URL that is not HTTPS.
    """
    if url and not url.startswith("https://"):
        raise SettingError(
            "--url has to be the address where Slack can reach Ahabot, like https://aha.example.com."
        )
    settings = Settings.read(
        _fill_placeholders({name: value for name, value in environ.items() if value.strip()})
    )
    assert settings is not None
    address = (url or PLACEHOLDER_URL).rstrip("/")
    base = "" if _uses_socket_mode(environ, url) else address
    if not url and (base or settings.is_multi_workspace):
        log.warning("%s is only a placeholder: set your own address with --url", PLACEHOLDER_URL)
    return {
        "_metadata": {"major_version": 2},
        "display_information": _display_information(settings),
        "features": _app_features(settings, commands, base),
        "oauth_config": _oauth_config(settings, address if base or settings.is_multi_workspace else ""),
        "settings": _app_settings(settings, base),
    }


def _fill_placeholders(given: Mapping[str, str]) -> Mapping[str, str]:
    """Return the variables with placeholders for those that exist only once the app is made."""
    many = "SLACK_CLIENT_ID" in given and "SLACK_CLIENT_SECRET" in given
    token = {} if many else {"SLACK_BOT_TOKEN": "-"}
    return {**token, "SLACK_SIGNING_SECRET": "-", **given}


def _uses_socket_mode(environ: Mapping[str, str], url: str) -> bool:
    over_http = url or environ.get("SLACK_SIGNING_SECRET", "").strip()
    return bool(environ.get("SLACK_APP_TOKEN", "").strip()) or not over_http


def _display_information(settings: Settings) -> Json:
    return {
        "name": "Ahabot",
        "description": _("Your team's aha moments, in one place."),
        "long_description": LONG_DESCRIPTION(command=settings.command),
        "background_color": "#2f2a24",
    }


def _app_features(settings: Settings, commands: Commands, base: str) -> Json:
    command = {
        "command": settings.command,
        "description": _("Save an aha, or open the menu"),
        "usage_hint": _("what you noticed, or help"),
    }
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": "Ahabot", "always_online": True},
        "shortcuts": _shortcut_entries(commands.shortcuts),
        "slash_commands": [{**command, "url": base + ROUTE} if base else command],
    }


def _shortcut_entries(of_messages: Sequence[Shortcut]) -> list[Json]:
    about = _("Save what you just noticed. A form asks which team it's for.")
    first = {"name": GLOBAL_NAME(), "type": "global", "callback_id": GLOBAL_ID, "description": about}
    return [first, *(_shortcut_entry(each.label) for each in of_messages)]


def _shortcut_entry(label: Lazy) -> Json:
    name = label()
    if len(name) > SHORTCUT_NAME_LIMIT:
        name = SHORT_NAMES.get(label.text, label)()[:SHORTCUT_NAME_LIMIT]
    return {
        "name": name,
        "type": "message",
        "callback_id": shortcut_id(label.text),
        "description": _("Uses the message you picked"),
    }


SHORTCUT_NAME_LIMIT = 24
"""Characters of a shortcut's name."""


def _oauth_config(settings: Settings, address: str) -> Json:
    """Return the scopes, and the address of the installation. Optional scopes are among all, and named again."""
    scopes = {"bot": list(asked_scopes(settings))}
    if optional := optional_scopes(settings):
        scopes["bot_optional"] = list(optional)
    asked: Json = {"scopes": scopes}
    return {"redirect_urls": [address + REDIRECT], **asked} if address else asked


def _app_settings(settings: Settings, base: str) -> Json:
    heard: Json = {"bot_events": list(subscribed_events(settings))}
    pressed: Json = {"is_enabled": True}
    if base:
        heard = {"request_url": base + ROUTE, **heard}
        pressed = {**pressed, "request_url": base + ROUTE, "message_menu_options_url": base + ROUTE}
    return {
        "event_subscriptions": heard,
        "interactivity": pressed,
        "org_deploy_enabled": settings.is_multi_workspace,
        "socket_mode_enabled": not base,
        "token_rotation_enabled": settings.is_multi_workspace,
    }
