"""What a failed call means: surely not done, or nobody knows; and the sentence for whoever set it up.

Slack has no key that makes a write safe to repeat, so only what it surely refused may be tried again.
"""

from __future__ import annotations

from aiohttp import ClientConnectorError, ConnectionTimeoutError
from slack_sdk.errors import SlackApiError

from bot.core.adapter import NotPosted, OutcomeUnknown

UNSURE = {"internal_error", "fatal_error", "request_timeout", "service_unavailable", ""}
"""Codes that say nothing about what became of the call; "" where no answer could be read at all."""

LATER = {
    "ratelimited": 30.0,
    "rate_limited": 30.0,
    "team_added_to_org": 60.0,
    "org_login_required": 3600.0,
    "message_limit_exceeded": 300.0,
}
"""Codes after which the same call may well succeed, and the seconds until then where Slack names none."""

CLOSED = {
    "cannot_dm_bot",
    "user_disabled",
    "user_not_visible",
    "cannot_dm_user",
    "user_not_found",
    "messages_tab_disabled",
}
"""Codes of somebody who takes no direct messages."""

SENTENCES = {
    "not_in_channel": "I am not in that channel. Invite me there.",
    "channel_not_found": "I cannot see that channel. Invite me there.",
    "is_archived": "That channel is archived.",
    "account_inactive": "I was taken out of this workspace.",
    "token_revoked": "My access to this workspace was taken back. Install me again.",
    "token_expired": "My access to this workspace has ended. Install me again.",
    "invalid_auth": "My access to this workspace is not valid any more. Install me again.",
    "not_authed": "I have no access to this workspace. Install me again.",
    "org_login_required": "This workspace is just moving into an organisation.",
    "team_added_to_org": "This workspace is just moving into an organisation.",
    "team_access_not_granted": "Your organisation has not given me this workspace. An admin has to.",
    "ekm_access_denied": "The admins of this workspace have suspended posting.",
    "no_permission": "I lack a permission here. An admin has to install me again.",
    "missing_scope": "I lack a permission here. An admin has to install me again.",
    "thread_not_found": "The thread it belongs to is gone.",
    "message_not_found": "That message is gone.",
    "cant_update_message": "That message is not mine to change.",
    "edit_window_closed": "That message can no longer be changed.",
    "too_many_reactions": "That message holds no more reactions.",
}


class Refused(Exception):
    """Slack said no. `code` is its own word for why; `after` the seconds until it makes sense again, if ever."""

    def __init__(self, code: str, after: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.after = after


def judged(error: Exception) -> Refused | OutcomeUnknown:
    """What an exception of a call means."""
    if isinstance(error, ClientConnectorError | ConnectionTimeoutError):
        return Refused("unreachable", 10.0)
    if not isinstance(error, SlackApiError):
        return OutcomeUnknown(type(error).__name__)
    status, code, after = _told(error)
    if status == 429 or code in LATER:
        return Refused("ratelimited" if status == 429 else code, after or LATER.get(code, 30.0))
    if code in UNSURE or status >= 500:
        return OutcomeUnknown(code or f"status {status}")
    return Refused(code)


def not_posted(refused: Refused) -> NotPosted:
    """The same for the core."""
    sentence = SENTENCES.get(refused.code) or _other(refused.code)
    return NotPosted(sentence, retry_after=refused.after, closed=refused.code in CLOSED)


def _other(code: str) -> str:
    if code in ("ratelimited", "rate_limited"):
        return "Slack asks me to slow down."
    if code == "unreachable":
        return "Slack cannot be reached."
    if code.startswith("restricted_action"):
        return "The rules of this workspace do not let me post there."
    return f"Slack refused it ({code})."


def _told(error: SlackApiError) -> tuple[int, str, float | None]:
    """Status, code and wait; an answer that cannot be read has no code."""
    answer = error.response
    status = int(getattr(answer, "status_code", 0) or getattr(answer, "status", 0) or 0)
    data = getattr(answer, "data", None)
    code = str(data.get("error") or "") if isinstance(data, dict) else ""
    given = str((getattr(answer, "headers", None) or {}).get("Retry-After") or "")
    return status, code, float(given) if given.replace(".", "", 1).isdigit() else None
