"""What a failed call means: surely not done, or nobody knows; and the sentence for whoever set it up.

A message of ours carries a nonce, so posting one again is safe for a few minutes; everything else that nobody
knows is looked for first.
"""

from __future__ import annotations

import discord
from aiohttp import ClientConnectorError

from bot.core.adapter import NotPosted, OutcomeUnknown

SLOW_DOWN = 30.0
"""Seconds to wait where Discord asks us to slow down and does not say how long."""
AGAIN = 10.0
"""Seconds until an address that could not be reached is tried again."""

UNKNOWN_CHANNEL = 10003
UNKNOWN_SERVER = 10004
UNKNOWN_MESSAGE = 10008
NO_ACCESS = 50001
CLOSED = 50007
NOT_ALLOWED = 50013

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
    50005: "That message is not mine to change.",
    CLOSED: "Their direct messages are closed to me.",
    NOT_ALLOWED: "I may not do that there. Somebody who manages the channel can allow it under its permissions.",
    50024: "That cannot be done in that kind of channel.",
    50083: "That thread is archived or locked.",
    90001: "Somebody there blocked me.",
    160004: "That message has a thread already.",
    160005: "That thread is locked.",
    160006: "There are too many open threads on that server.",
}
NO_TOKEN = "My access to Discord has ended. Whoever runs me has to set DISCORD_TOKEN anew."


class Refused(Exception):
    """Discord said no. `code` is its own number for why, 0 where it gave none, and `status` that of HTTP, 0 where the
    call never went out; `after` the seconds until it makes sense again, if ever.
    """

    def __init__(self, code: int = 0, status: int = 0, after: float | None = None) -> None:
        super().__init__(f"code {code}, status {status}")
        self.code = code
        self.status = status
        self.after = after


def judged(error: Exception) -> Refused | OutcomeUnknown:
    """What an exception of a call means."""
    match error:
        case discord.RateLimited(retry_after=after):
            return Refused(0, 429, after)
        case ClientConnectorError():
            return Refused(0, 0, AGAIN)
        case discord.HTTPException(status=429, code=code):
            return Refused(code, 429, _told(error))
        case discord.HTTPException(status=status, code=code) if status < 500:
            return Refused(code, status)
        case discord.HTTPException(status=status):
            return OutcomeUnknown(f"status {status}")
        case _:
            return OutcomeUnknown(type(error).__name__)


def not_posted(refused: Refused) -> NotPosted:
    """The same for the core."""
    return NotPosted(_sentence(refused), retry_after=refused.after, closed=refused.code == CLOSED)


def _sentence(refused: Refused) -> str:
    if refused.status == 429:
        return "Discord asks me to slow down."
    if refused.status == 401:
        return NO_TOKEN
    if not refused.status:
        return "Discord cannot be reached."
    return SENTENCES.get(refused.code) or f"Discord refused it ({refused.code or refused.status})."


def _told(error: discord.HTTPException) -> float:
    """Seconds until Discord takes it again, as its answer says."""
    given = str(error.response.headers.get("Retry-After") or "")
    return float(given) if given.replace(".", "", 1).isdigit() else SLOW_DOWN
