"""What a failed call means: certainly not done, or unknown.

Also the sentences that tell people about it. Slack has no idempotency key for writes, so
only a call that it certainly refused may be repeated.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from aiohttp import ClientConnectorError, ConnectionTimeoutError
from slack_sdk.errors import SlackApiError

from bot.core.origin import OutcomeUnknownError, PostFailedError

UNKNOWN_OUTCOME_CODES = {"internal_error", "fatal_error", "request_timeout", "service_unavailable", ""}
"""Codes that leave open whether the call was done; "" when no response could be read."""

SCOPES_HEADER = "x-oauth-scopes"
"""The header with which Slack tells the scopes of a token in every response."""

RETRY_DELAYS = {
    "ratelimited": 30.0,
    "rate_limited": 30.0,
    "team_added_to_org": 60.0,
    "org_login_required": 3600.0,
    "message_limit_exceeded": 300.0,
}
"""Codes after which the same call may succeed, and the seconds until then.

Used when Slack gives no time of its own.
"""

DIRECT_CLOSED = {
    "cannot_dm_bot",
    "user_disabled",
    "user_not_visible",
    "cannot_dm_user",
    "user_not_found",
    "messages_tab_disabled",
}
"""Codes for a person who takes no direct messages."""

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
    "not_allowed_token_type": "I lack a permission here. An admin has to install me again.",
    "restricted_action": "The rules of this workspace do not let me post there.",
    "restricted_action_read_only_channel": "Only some people may post in that channel, and I'm not one of them.",
    "restricted_action_thread_only_channel": "That channel takes only replies in threads from me.",
    "restricted_action_non_threadable_channel": "That channel has no threads.",
    "restricted_action_thread_locked": "That thread is locked.",
    "thread_locked": "That thread is locked.",
    "is_inactive": "That channel is frozen.",
    "channel_is_limited_access": "Only some people may post in that channel, and I'm not one of them.",
    "cannot_reply_to_message": "That message takes no replies.",
    "msg_too_long": "It's too long for a message in Slack.",
    "msg_blocks_too_long": "It's too long for a message in Slack.",
    "too_many_attachments": "It's too long for a message in Slack.",
    "invalid_blocks": "Slack couldn't show it. The people who run me find out more in my log.",
    "invalid_blocks_format": "Slack couldn't show it. The people who run me find out more in my log.",
    "no_text": "Slack couldn't show it. The people who run me find out more in my log.",
    "file_uploads_disabled": "The admins of this workspace have turned files off.",
    "storage_limit_reached": "This workspace has no room for files any more.",
    "thread_not_found": "The thread it belongs to is gone.",
    "message_not_found": "That message is gone.",
    "cant_update_message": "That message is not mine to change.",
    "edit_window_closed": "That message can no longer be changed.",
    "too_many_reactions": "That message holds no more reactions.",
}
"""The sentence for each code."""


LOST_PERMISSION_CODES = {"missing_scope", "not_allowed_token_type", "no_permission"}
"""Codes for a token that lacks the scope of the call."""
THREADS_ONLY_CODE = "restricted_action_thread_only_channel"
"""The code for a channel that takes only replies in threads."""


class SlackCallError(Exception):
    """A call that Slack refused.

    `code` is Slack's error code; `after` is the seconds until a retry makes sense, or None. `scopes`
    are those that the token has, or None if Slack did not say.
    """

    def __init__(self, code: str, after: float | None = None, scopes: Collection[str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.after = after
        self.scopes = scopes


def classify_error(error: Exception) -> SlackCallError | OutcomeUnknownError:
    """Return the SlackCallError or OutcomeUnknownError that an exception of a call means."""
    if isinstance(error, ClientConnectorError | ConnectionTimeoutError):
        return SlackCallError("unreachable", 10.0)
    if not isinstance(error, SlackApiError):
        return OutcomeUnknownError(type(error).__name__)
    status, code, after = _read_error(error)
    if status == 429 or code in RETRY_DELAYS:
        return SlackCallError("ratelimited" if status == 429 else code, after or RETRY_DELAYS.get(code, 30.0))
    if code in UNKNOWN_OUTCOME_CODES or status >= 500:
        return OutcomeUnknownError(code or f"status {status}")
    return SlackCallError(code, scopes=granted_scopes(error.response.headers))


def granted_scopes(headers: Mapping[str, str] | None) -> Collection[str] | None:
    """Return the scopes of a token from the headers of a response, or None if they do not say."""
    given = next((value for name, value in (headers or {}).items() if name.casefold() == SCOPES_HEADER), None)
    return None if given is None else frozenset(filter(None, (scope.strip() for scope in given.split(","))))


def as_post_failed(refused: SlackCallError, scope: str = "") -> PostFailedError:
    """Return the PostFailedError for the core, with a sentence for people.

    `scope` is the one that the call needs. A token that has it was refused in that channel alone.
    """
    sentence = SENTENCES.get(refused.code) or _fallback_sentence(refused.code)
    lost = bool(scope) and refused.code in LOST_PERMISSION_CODES
    return PostFailedError(
        sentence, retry_after=refused.after, closed=refused.code in DIRECT_CLOSED, lacks=scope if lost else "",
        everywhere=lost and scope not in (refused.scopes or ()),
        threads_only=refused.code == THREADS_ONLY_CODE,
    )  # fmt: skip


def _fallback_sentence(code: str) -> str:
    if code in ("ratelimited", "rate_limited"):
        return "Slack asks me to slow down."
    if code == "unreachable":
        return "Slack cannot be reached."
    if code.startswith("restricted_action"):
        return "The rules of this workspace do not let me post there."
    return f"Slack refused it ({code})."


def _read_error(error: SlackApiError) -> tuple[int, str, float | None]:
    """Return status, code and seconds to wait; the code is empty if the response is unreadable."""
    answer = error.response
    status = int(getattr(answer, "status_code", 0) or getattr(answer, "status", 0) or 0)
    data = getattr(answer, "data", None)
    code = str(data.get("error") or "") if isinstance(data, dict) else ""
    given = str((getattr(answer, "headers", None) or {}).get("Retry-After") or "")
    return status, code, float(given) if given.replace(".", "", 1).isdigit() else None
