"""The meaning of a failed call: surely not done, or outcome unknown; and its error message.

A posted message carries a nonce, so posting it again is safe for a few minutes. Any other call
with an unknown outcome is checked on Discord before it's repeated.
"""

from __future__ import annotations

import discord
from aiohttp import ClientConnectorError

from bot.core.origin import OutcomeUnknownError, PostFailedError

RATE_LIMIT_WAIT = 30.0
"""Seconds to wait when Discord rate-limits a call without saying for how long."""
UNREACHABLE_WAIT = 10.0
"""Seconds until an unreachable address is tried again."""

UNKNOWN_CHANNEL = 10003
UNKNOWN_SERVER = 10004
UNKNOWN_MEMBER = 10007
UNKNOWN_MESSAGE = 10008
UNKNOWN_USER = 10013
NO_ACCESS = 50001
DIRECT_CLOSED = 50007
NOT_ALLOWED = 50013

NO_USABLE_TAG = (
    "That forum wants a tag on each post, and it has none that I may use. Somebody who manages it can add a tag "
    "that isn't for moderators only."
)

SENTENCES = {
    UNKNOWN_CHANNEL: "That channel is gone.",
    UNKNOWN_SERVER: "I am not on that server any more.",
    UNKNOWN_MESSAGE: "That message is gone.",
    20028: "Discord asks me to slow down in that channel.",
    30007: "Discord lets no more of these stand there.",
    30010: "That message holds no more reactions.",
    40004: "Discord has turned off sending messages for now.",
    40333: "Discord did not let the request through. An admin of this bot should look at DISCORD_API_URL or a proxy.",
    NO_ACCESS: "I cannot see that channel. Somebody who manages it can let me in under its permissions.",
    40067: NO_USABLE_TAG,
    50005: "That message is not mine to change.",
    50008: "That kind of channel takes no messages.",
    DIRECT_CLOSED: "Their direct messages are closed to me.",
    NOT_ALLOWED: "I may not do that there. Somebody who manages the channel can allow it under its permissions.",
    50024: "That cannot be done in that kind of channel.",
    50083: "That thread is archived or locked.",
    90001: "Somebody there blocked me.",
    160004: "That message has a thread already.",
    160005: "That thread is locked.",
    160006: "There are too many open threads on that server.",
    20016: "Discord asks me to slow down in that channel.",
    20022: "Discord asks me to slow down there.",
    40058: "A post needs its own first message there.",
    50035: "Discord couldn't show it. The people who run me find out more in my log.",
    50068: "That kind of channel takes no such messages.",
    200000: "The server's AutoMod blocked it.",
    200001: "The server's AutoMod blocked its title.",
}
PERMISSIONS = {NO_ACCESS: "View Channel", NOT_ALLOWED: "Add Reactions"}
"""The permission that the bot's 💡 lacks, by the error code for it."""
NO_TOKEN = "My access to Discord has ended. Whoever runs me has to set DISCORD_TOKEN anew."


class DiscordApiError(Exception):
    """A call that Discord refused, or that was never sent.

    `code` is Discord's error code, 0 without one. `status` is the HTTP status, 0 if the call was
    never sent. `after` is the seconds until a retry makes sense, or None.
    """

    def __init__(self, code: int = 0, status: int = 0, after: float | None = None) -> None:
        super().__init__(f"code {code}, status {status}")
        self.code = code
        self.status = status
        self.after = after


def classify_error(error: Exception) -> DiscordApiError | OutcomeUnknownError:
    """Return the DiscordApiError or OutcomeUnknownError that an exception of a call means."""
    match error:
        case discord.RateLimited(retry_after=after):
            return DiscordApiError(0, 429, after)
        case ClientConnectorError():
            return DiscordApiError(0, 0, UNREACHABLE_WAIT)
        case discord.HTTPException(status=429, code=code):
            return DiscordApiError(code, 429, _retry_after(error))
        case discord.HTTPException(status=status, code=code) if status < 500:
            return DiscordApiError(code, status)
        case discord.HTTPException(status=status):
            return OutcomeUnknownError(f"status {status}")
        case _:
            return OutcomeUnknownError(type(error).__name__)


def to_post_failed(refused: DiscordApiError, lacks: str = "") -> PostFailedError:
    """Return the PostFailedError that the core gets for a refused call.

    `lacks` names the permission that is missing in that channel, if the call says so.
    """
    return PostFailedError(
        _error_sentence(refused), retry_after=refused.after, closed=refused.code == DIRECT_CLOSED, lacks=lacks
    )


def _error_sentence(refused: DiscordApiError) -> str:
    if refused.status == 429:
        return "Discord asks me to slow down."
    if refused.status == 401:
        return NO_TOKEN
    if not refused.status:
        return "Discord cannot be reached."
    return SENTENCES.get(refused.code) or f"Discord refused it ({refused.code or refused.status})."


def _retry_after(error: discord.HTTPException) -> float:
    """Return the seconds until a retry, from the response's Retry-After header."""
    given = str(error.response.headers.get("Retry-After") or "")
    return float(given) if given.replace(".", "", 1).isdigit() else RATE_LIMIT_WAIT
