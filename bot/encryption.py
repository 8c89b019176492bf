"""Tokens at rest: encrypted with the newest of the keys in AHABOT_SECRET_KEYS, readable with all of them.

Keys are changed by putting a new one in front; once everything is encrypted with it, the old ones can go.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.settings import BadSetting

NAME = "AHABOT_SECRET_KEYS"
MISSING = (
    f"{NAME} is missing: for many workspaces it holds the keys that encrypt their tokens, newest first; "
    "docs/running.md says how to make one."
)
BAD = f"{NAME} takes Fernet keys with commas between them; docs/running.md says how to make one."
UNREADABLE = f"A stored token was encrypted with a key that is not in {NAME}: put that key back, at the end."


class Vault:
    """Encrypts and decrypts short texts. It shows nothing of its keys."""

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            each = [Fernet(key) for key in keys]
        except ValueError:
            raise BadSetting(BAD) from None
        if not each:
            raise BadSetting(MISSING)
        self._newest, self._all = each[0], MultiFernet(each)

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Vault:
        """The vault with these variables' keys. BadSetting where there is none, or one that is no key."""
        given = (key.strip() for key in environ.get(NAME, "").split(","))
        return cls([key for key in given if key])

    def seal(self, text: str) -> str:
        """A text, encrypted with the newest key; nothing stays nothing."""
        return self._newest.encrypt(text.encode()).decode() if text else ""

    def open(self, sealed: str) -> str:
        """The text again. BadSetting where none of the keys fits."""
        if not sealed:
            return ""
        try:
            return self._all.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise BadSetting(UNREADABLE) from None

    def renewed(self, sealed: str) -> str:
        """The same text encrypted with the newest key; unchanged where it is already."""
        try:
            self._newest.decrypt(sealed.encode())
        except InvalidToken:
            return self.seal(self.open(sealed))
        return sealed
