"""Discord's environment variables, read once and checked.

Each invalid value has its own error message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.settings import SettingError

DEFAULT_API_URL = "https://discord.com/api/v10"
BAD_API = f"DISCORD_API_URL has to be an address, like {DEFAULT_API_URL}"
BAD_COUNT = "DISCORD_SHARD_COUNT has to be a number of at least 1: how many shards the bot has in total."
NO_COUNT = "DISCORD_SHARD_IDS also needs DISCORD_SHARD_COUNT: how many shards the bot has in total."
BAD_IDS = "DISCORD_SHARD_IDS has to be numbers below DISCORD_SHARD_COUNT, separated by commas, like 0,1."


@dataclass(frozen=True)
class Settings:
    """The settings of the Discord adapter. The token is left out of the repr."""

    token: str = field(repr=False)
    api_url: str = DEFAULT_API_URL
    """The API's URL, without a slash at the end."""
    message_content: bool = False
    """Whether to request the privileged message content intent."""
    shard_ids: tuple[int, ...] = ()
    """The shards of this process. Empty means all shards."""
    shard_count: int | None = None
    """The number of all shards. None means as many as Discord recommends."""

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Settings | None:
        """Read the settings from these variables, or return None without a token.

        Raises SettingError for an invalid value.
        """
        given = {name: environ.get(name, "").strip() for name in NAMES}
        if not given["DISCORD_TOKEN"]:
            return None
        count = _parse_count(given["DISCORD_SHARD_COUNT"])
        return cls(
            given["DISCORD_TOKEN"].removeprefix("Bot ").strip(),
            _parse_url(given["DISCORD_API_URL"] or DEFAULT_API_URL),
            given["DISCORD_MESSAGE_CONTENT"] == "1", _parse_shards(given["DISCORD_SHARD_IDS"], count), count,
        )  # fmt: skip

    @property
    def has_first_shard(self) -> bool:
        """Whether this process has the first shard.

        Only that process does the work that is done once for all shards.
        """
        return not self.shard_ids or 0 in self.shard_ids


NAMES = (
    "DISCORD_TOKEN",
    "DISCORD_API_URL",
    "DISCORD_MESSAGE_CONTENT",
    "DISCORD_SHARD_IDS",
    "DISCORD_SHARD_COUNT",
)


def _parse_url(url: str) -> str:
    if not url.startswith(("https://", "http://")) or any(char.isspace() for char in url):
        raise SettingError(BAD_API)
    return url.rstrip("/")


def _parse_count(given: str) -> int | None:
    if not given:
        return None
    if not _is_number(given) or int(given) < 1:
        raise SettingError(BAD_COUNT)
    return int(given)


def _parse_shards(given: str, count: int | None) -> tuple[int, ...]:
    if not given:
        return ()
    if count is None:
        raise SettingError(NO_COUNT)
    parts = [part.strip() for part in given.split(",")]
    if not all(_is_number(part) and int(part) < count for part in parts):
        raise SettingError(BAD_IDS)
    return tuple(sorted({int(part) for part in parts}))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()
