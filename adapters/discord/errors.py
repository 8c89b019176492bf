"""The meaning of a failed call: surely not done, or outcome unknown; and its error message.

A posted message carries a nonce, so posting it again is safe for a few minutes. Any other call
with an unknown outcome is checked on Discord before it's repeated.
"""

from __future__ import annotations

import discord
from aiohttp import ClientConnectorError

from bot.core.language.words import Lazy, lazy
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

NO_USABLE_TAG = lazy(
    "That forum requires a tag on every post, and there's none I can use. Someone who manages it can add a tag "
    "that isn't limited to moderators."
)
SLOW_THERE = lazy("Discord limits how often I can post there.")
LOCKED = lazy("That thread is locked.")

SENTENCES = {
    UNKNOWN_CHANNEL: lazy("That channel no longer exists."),
    UNKNOWN_SERVER: lazy("I'm no longer on that server."),
    UNKNOWN_MESSAGE: lazy("That message no longer exists."),
    20016: SLOW_THERE,
    20022: SLOW_THERE,
    20028: SLOW_THERE,
    30007: lazy("Discord doesn't allow any more of these there."),
    30010: lazy("That message can't take any more reactions."),
    40004: lazy("Discord has turned off sending messages for now."),
    40058: lazy("I can't reply to that post until its author has written the first message."),
    40067: NO_USABLE_TAG,
    40333: lazy(
        "Discord blocked my request. The people who run me should check DISCORD_API_URL and any proxy."
    ),
    NO_ACCESS: lazy("I can't see that channel. Someone who manages it can add me under its permissions."),
    50005: lazy("I can't change that message, because I didn't write it."),
    50008: lazy("I can't post in that kind of channel."),
    DIRECT_CLOSED: lazy("They don't accept direct messages from me."),
    NOT_ALLOWED: lazy(
        "I'm not allowed to do that there. Someone who manages the channel can allow it under its permissions."
    ),
    50024: lazy("That doesn't work in that kind of channel."),
    50035: lazy("Discord couldn't display my message. The people who run me can find out more in my log."),
    50068: lazy("I can't post that kind of message there."),
    50083: lazy("That thread is archived or locked."),
    90001: lazy("Someone there has blocked me."),
    160004: lazy("That message already has a thread."),
    160005: LOCKED,
    160006: lazy("That server has too many open threads."),
    200000: lazy("The server's AutoMod blocked my message."),
    200001: lazy("The server's AutoMod blocked the title."),
}
"""The sentence for each code. They are stored in English, and translated when somebody reads them."""
SLOW_DOWN = lazy("Discord is asking me to slow down.")
UNREACHABLE = lazy("I can't reach Discord right now.")
REFUSED = lazy("Discord refused that. The people who run me can find out more in my log.")
PERMISSIONS = {NO_ACCESS: "View Channel", NOT_ALLOWED: "Add Reactions"}
"""The permission that the bot's 💡 lacks, by the error code for it."""
NO_TOKEN = lazy("I've lost my access to Discord. The people who run me need to set DISCORD_TOKEN again.")


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
        case discord.HTTPException(status=400) if "message_reference" in error.text:
            return DiscordApiError(UNKNOWN_MESSAGE, 400)
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
        _error_sentence(refused).text,
        retry_after=refused.after,
        closed=refused.code == DIRECT_CLOSED,
        lacks=lacks,
    )


def _error_sentence(refused: DiscordApiError) -> Lazy:
    if refused.status == 429:
        return SLOW_DOWN
    if refused.status == 401:
        return NO_TOKEN
    return SENTENCES.get(refused.code, REFUSED) if refused.status else UNREACHABLE


def _retry_after(error: discord.HTTPException) -> float:
    """Return the seconds until a retry, from the response's Retry-After header."""
    given = str(error.response.headers.get("Retry-After") or "")
    return float(given) if given.replace(".", "", 1).isdigit() else RATE_LIMIT_WAIT
