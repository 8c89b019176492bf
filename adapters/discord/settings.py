"""Discord's own variables, read once and checked, with a sentence for whatever cannot be used (design, section 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.settings import BadSetting

API = "https://discord.com/api/v10"
BAD_API = f"DISCORD_API_URL takes an address, like {API}"
BAD_COUNT = "DISCORD_SHARD_COUNT takes a number from 1 on: of how many shards the bot is made."
NO_COUNT = "DISCORD_SHARD_IDS needs DISCORD_SHARD_COUNT beside it: of how many shards these are."
BAD_IDS = "DISCORD_SHARD_IDS takes numbers with commas between, each below DISCORD_SHARD_COUNT, like 0,1."


@dataclass(frozen=True)
class Settings:
    """How we reach Discord. The token stays out of its text form."""

    token: str = field(repr=False)
    api_url: str = API
    """Without a slash at the end."""
    message_content: bool = False
    """Whether we ask for that privileged intent."""
    shard_ids: tuple[int, ...] = ()
    """The shards of this process; none named are all of them."""
    shard_count: int | None = None
    """Of how many; None is as many as Discord recommends."""

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Settings | None:
        """The settings in these variables, or None without a token. BadSetting for what cannot be used."""
        given = {name: environ.get(name, "").strip() for name in NAMES}
        if not given["DISCORD_TOKEN"]:
            return None
        count = _count(given["DISCORD_SHARD_COUNT"])
        return cls(
            given["DISCORD_TOKEN"].removeprefix("Bot ").strip(), _address(given["DISCORD_API_URL"] or API),
            given["DISCORD_MESSAGE_CONTENT"] == "1", _shards(given["DISCORD_SHARD_IDS"], count), count,
        )  # fmt: skip

    @property
    def leads(self) -> bool:
        """Whether this process has the first shard, and with it what is done once for all of them."""
        return not self.shard_ids or 0 in self.shard_ids


NAMES = (
    "DISCORD_TOKEN",
    "DISCORD_API_URL",
    "DISCORD_MESSAGE_CONTENT",
    "DISCORD_SHARD_IDS",
    "DISCORD_SHARD_COUNT",
)


def _address(url: str) -> str:
    if not url.startswith(("https://", "http://")) or any(char.isspace() for char in url):
        raise BadSetting(BAD_API)
    return url.rstrip("/")


def _count(given: str) -> int | None:
    if not given:
        return None
    if not _is_number(given) or int(given) < 1:
        raise BadSetting(BAD_COUNT)
    return int(given)


def _shards(given: str, count: int | None) -> tuple[int, ...]:
    if not given:
        return ()
    if count is None:
        raise BadSetting(NO_COUNT)
    parts = [part.strip() for part in given.split(",")]
    if not all(_is_number(part) and int(part) < count for part in parts):
        raise BadSetting(BAD_IDS)
    return tuple(sorted({int(part) for part in parts}))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()
