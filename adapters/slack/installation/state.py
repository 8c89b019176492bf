"""The `state` that goes to Slack and back: signed, so that nothing is stored before it returns."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

PURPOSE = b"ahabot: the state of an installation"
"""Makes the key from the client secret, which signs nothing else with it."""


class StateSigner:
    """Makes and verifies states. All processes with the same client secret take each other's."""

    def __init__(self, client_secret: str, lifetime: timedelta) -> None:
        self._key = hmac.digest(client_secret.encode(), PURPOSE, "sha256")
        self._lifetime = lifetime

    def make_state(self, browser: str, now: datetime) -> str:
        """Return a new state for the browser with this cookie."""
        expires_at = int((now + self._lifetime).timestamp())
        claim = f"{token_urlsafe(24)}.{expires_at}"
        return f"{claim}.{self._sign(claim, browser)}"

    def verify_state(self, state: str, browser: str, now: datetime) -> datetime | None:
        """Return when a state that this browser brings back expires, or None if it is not valid.

        It is not valid when it is forged, expired or another browser's.
        """
        claim, _, signature = state.rpartition(".")
        if not hmac.compare_digest(self._sign(claim, browser).encode(), signature.encode(errors="replace")):
            return None
        expires_at = datetime.fromtimestamp(int(claim.rpartition(".")[2]), UTC)
        return expires_at if expires_at > now else None

    def _sign(self, claim: str, browser: str) -> str:
        signed = f"{claim}.{hash_text(browser)}".encode(errors="replace")
        return hmac.new(self._key, signed, sha256).hexdigest()


def hash_text(text: str) -> str:
    """Return the SHA-256 hash of a text, which is stored in place of the text."""
    return sha256(text.encode(errors="replace")).hexdigest()
