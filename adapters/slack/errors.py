"""What a failed call means: certainly not done, or unknown.

Also the sentences that tell people about it. Slack has no idempotency key for writes, so
only a call that it certainly refused may be repeated.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from aiohttp import ClientConnectorError, ConnectionTimeoutError
from slack_sdk.errors import SlackApiError

from bot.core.language.words import Lazy, lazy
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

NO_ACCESS = lazy("I don't have access to this workspace any more. Please install me again.")
MOVING = lazy("This workspace is moving into an organization right now.")
NO_PERMISSION = lazy("I'm missing a permission here. An admin needs to install me again.")
RULES = lazy("The rules of this workspace don't let me post there.")
FEW_MAY_POST = lazy("Only some people can post in that channel, and I'm not one of them.")
LOCKED = lazy("That thread is locked.")
TOO_LONG = lazy("It's too long for a message on Slack.")
NOT_SHOWN = lazy("Slack couldn't display my message. The people who run me can find out more in my log.")

SENTENCES = {
    "not_in_channel": lazy("I'm not in that channel. Please invite me there."),
    "channel_not_found": lazy("I can't see that channel. Please invite me there."),
    "is_archived": lazy("That channel is archived."),
    "account_inactive": lazy("I was removed from this workspace."),
    "token_revoked": NO_ACCESS,
    "token_expired": NO_ACCESS,
    "invalid_auth": NO_ACCESS,
    "not_authed": NO_ACCESS,
    "org_login_required": MOVING,
    "team_added_to_org": MOVING,
    "team_access_not_granted": lazy(
        "Your organization hasn't added me to this workspace. An admin needs to do that."
    ),
    "ekm_access_denied": lazy("The admins of this workspace have suspended posting."),
    "no_permission": NO_PERMISSION,
    "missing_scope": NO_PERMISSION,
    "not_allowed_token_type": NO_PERMISSION,
    "restricted_action": RULES,
    "restricted_action_read_only_channel": FEW_MAY_POST,
    "restricted_action_thread_only_channel": lazy("I can only reply in threads in that channel."),
    "restricted_action_non_threadable_channel": lazy("That channel has no threads."),
    "restricted_action_thread_locked": LOCKED,
    "thread_locked": LOCKED,
    "is_inactive": lazy("That channel is frozen."),
    "channel_is_limited_access": FEW_MAY_POST,
    "cannot_reply_to_message": lazy("I can't reply to that message."),
    "msg_too_long": TOO_LONG,
    "msg_blocks_too_long": TOO_LONG,
    "too_many_attachments": TOO_LONG,
    "invalid_blocks": NOT_SHOWN,
    "invalid_blocks_format": NOT_SHOWN,
    "no_text": NOT_SHOWN,
    "file_uploads_disabled": lazy("The admins of this workspace have turned off files."),
    "storage_limit_reached": lazy("This workspace has no more room for files."),
    "thread_not_found": lazy("The thread it belongs to no longer exists."),
    "message_not_found": lazy("That message no longer exists."),
    "cant_update_message": lazy("I can't change that message, because I didn't write it."),
    "edit_window_closed": lazy("It's too late to change that message."),
    "too_many_reactions": lazy("That message can't take any more reactions."),
    "ratelimited": lazy("Slack is asking me to slow down."),
    "rate_limited": lazy("Slack is asking me to slow down."),
    "unreachable": lazy("I can't reach Slack right now."),
}
"""The sentence for each code. They are stored in English, and translated when somebody reads them."""
REFUSED = lazy("Slack refused that. The people who run me can find out more in my log.")


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
    lost = bool(scope) and refused.code in LOST_PERMISSION_CODES
    return PostFailedError(
        _error_sentence(refused.code).text, retry_after=refused.after,
        closed=refused.code in DIRECT_CLOSED, lacks=scope if lost else "",
        everywhere=lost and scope not in (refused.scopes or ()),
        threads_only=refused.code == THREADS_ONLY_CODE,
    )  # fmt: skip


def _error_sentence(code: str) -> Lazy:
    return SENTENCES.get(code) or (RULES if code.startswith("restricted_action") else REFUSED)


def _read_error(error: SlackApiError) -> tuple[int, str, float | None]:
    """Return status, code and seconds to wait; the code is empty if the response is unreadable."""
    answer = error.response
    status = int(getattr(answer, "status_code", 0) or getattr(answer, "status", 0) or 0)
    data = getattr(answer, "data", None)
    code = str(data.get("error") or "") if isinstance(data, dict) else ""
    given = str((getattr(answer, "headers", None) or {}).get("Retry-After") or "")
    return status, code, float(given) if given.replace(".", "", 1).isdigit() else None
