"""Slack's environment variables, read once and checked.

Each missing or wrong variable has its own sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.settings import SettingError

DEFAULT_API_URL = "https://slack.com/api/"
NO_WAY_IN = (
    "Slack can't reach Ahabot yet: set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP "
    "at POST /slack/events."
)
NO_WORKSPACE = (
    "Ahabot isn't in any workspace yet: set SLACK_BOT_TOKEN for one workspace, or SLACK_CLIENT_ID and "
    "SLACK_CLIENT_SECRET for many."
)


ONE_OR_MANY = (
    "SLACK_BOT_TOKEN is for one workspace, SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are for many. Remove "
    "SLACK_BOT_TOKEN so that people can install the app at /slack/install, or remove the other two."
)


@dataclass(frozen=True)
class Settings:
    """The settings of the Slack adapter. Secrets are left out of its `repr`."""

    bot_token: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    api_url: str = DEFAULT_API_URL
    command: str = "/aha"
    message_content: bool = True

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Settings | None:
        """Read the settings from the environment.

        Return None when no Slack variable is set. Raise SettingError when the variables are
        incomplete or contradict each other.
        """
        given = {name: environ.get(name, "").strip() for name in NAMES}
        if not any(given[name] for name in SECRETS):
            return None
        settings = cls(
            given["SLACK_BOT_TOKEN"], given["SLACK_APP_TOKEN"], given["SLACK_SIGNING_SECRET"],
            given["SLACK_CLIENT_ID"], given["SLACK_CLIENT_SECRET"],
            _parse_url(given["SLACK_API_URL"] or DEFAULT_API_URL),
            _parse_command(given["SLACK_COMMAND"] or cls.command),
            given["SLACK_MESSAGE_CONTENT"] != "0",
        )  # fmt: skip
        if not (settings.app_token or settings.signing_secret):
            raise SettingError(NO_WAY_IN)
        if not (settings.bot_token or settings.is_multi_workspace):
            raise SettingError(NO_WORKSPACE)
        if settings.bot_token and settings.is_multi_workspace:
            raise SettingError(ONE_OR_MANY)
        return settings

    @property
    def is_multi_workspace(self) -> bool:
        """Whether any number of workspaces may install the app."""
        return bool(self.client_id and self.client_secret)


SECRETS = (
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
)
NAMES = (*SECRETS, "SLACK_API_URL", "SLACK_COMMAND", "SLACK_MESSAGE_CONTENT")


def _parse_url(url: str) -> str:
    if not url.startswith(("https://", "http://")):
        raise SettingError(f"SLACK_API_URL has to be an address, like {DEFAULT_API_URL}")
    return url if url.endswith("/") else f"{url}/"


def _parse_command(word: str) -> str:
    if not word.startswith("/") or len(word) < 2 or any(char.isspace() for char in word):
        raise SettingError("SLACK_COMMAND has to be a slash and one word, like /aha.")
    return word
