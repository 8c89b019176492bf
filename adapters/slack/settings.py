"""Slack's own variables, read once and checked, with a sentence for whatever is missing (design, section 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.settings import BadSetting

API = "https://slack.com/api/"
NO_WAY_IN = (
    "Slack has no way to reach us: set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP "
    "at POST /slack/events."
)
NO_WORKSPACE = (
    "Slack knows us in no workspace: set SLACK_BOT_TOKEN for one, or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET "
    "for many."
)


ONE_OR_MANY = (
    "SLACK_BOT_TOKEN is for one workspace, SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are for many: take out "
    "SLACK_BOT_TOKEN, and people install at /slack/install; or take out the other two."
)


@dataclass(frozen=True)
class Settings:
    """How we reach Slack and Slack reaches us. Secrets stay out of its text form."""

    bot_token: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    api_url: str = API
    command: str = "/aha"
    message_content: bool = True

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Settings | None:
        """The settings in these variables, or None where none of Slack's is set. BadSetting for half of them."""
        given = {name: environ.get(name, "").strip() for name in NAMES}
        if not any(given[name] for name in SECRETS):
            return None
        settings = cls(
            given["SLACK_BOT_TOKEN"], given["SLACK_APP_TOKEN"], given["SLACK_SIGNING_SECRET"],
            given["SLACK_CLIENT_ID"], given["SLACK_CLIENT_SECRET"],
            _address(given["SLACK_API_URL"] or API), _command(given["SLACK_COMMAND"] or cls.command),
            given["SLACK_MESSAGE_CONTENT"] != "0",
        )  # fmt: skip
        if not (settings.app_token or settings.signing_secret):
            raise BadSetting(NO_WAY_IN)
        if not (settings.bot_token or settings.many):
            raise BadSetting(NO_WORKSPACE)
        if settings.bot_token and settings.many:
            raise BadSetting(ONE_OR_MANY)
        return settings

    @property
    def many(self) -> bool:
        """Whether any number of workspaces may install us."""
        return bool(self.client_id and self.client_secret)


SECRETS = (
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
)
NAMES = (*SECRETS, "SLACK_API_URL", "SLACK_COMMAND", "SLACK_MESSAGE_CONTENT")


def _address(url: str) -> str:
    if not url.startswith(("https://", "http://")):
        raise BadSetting(f"SLACK_API_URL takes an address, like {API}")
    return url if url.endswith("/") else f"{url}/"


def _command(word: str) -> str:
    if not word.startswith("/") or len(word) < 2 or any(char.isspace() for char in word):
        raise BadSetting("SLACK_COMMAND takes a slash and one word, like /aha.")
    return word
