"""Encryption of stored tokens, with the keys in AHABOT_SECRET_KEYS.

The newest key encrypts and all of them decrypt. To rotate keys, put a new one first. The old
ones can be removed once everything is encrypted with the new one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.settings import SettingError

KEYS_VARIABLE = "AHABOT_SECRET_KEYS"
MISSING_KEYS = (
    f"{KEYS_VARIABLE} is missing. With many workspaces you need it to encrypt their tokens. "
    "docs/running.md says how to make a key."
)
INVALID_KEYS = (
    f"{KEYS_VARIABLE} must be Fernet keys, separated by commas. docs/running.md says how to make one."
)
UNREADABLE_TOKEN = (
    f"A stored token was encrypted with a key that isn't in {KEYS_VARIABLE}. Add that key again, at the end."
)


class Encryption:
    """Encryption of short texts. Its keys are never shown."""

    def __init__(self, keys: Sequence[str]) -> None:
        from cryptography.fernet import Fernet, MultiFernet  # 7 MB that one workspace never needs

        try:
            each = [Fernet(key) for key in keys]
        except ValueError:
            raise SettingError(INVALID_KEYS) from None
        if not each:
            raise SettingError(MISSING_KEYS)
        self._newest, self._all = each[0], MultiFernet(each)

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Encryption:
        """Return the encryption with the keys in these variables.

        SettingError when there is no key, or an invalid one.
        """
        given = (key.strip() for key in environ.get(KEYS_VARIABLE, "").split(","))
        return cls([key for key in given if key])

    def encrypt(self, text: str) -> str:
        """Return the text encrypted with the newest key. An empty text stays empty."""
        return self._newest.encrypt(text.encode()).decode() if text else ""

    def decrypt(self, sealed: str) -> str:
        """Return the decrypted text. An empty text stays empty.

        SettingError when none of the keys fits.
        """
        from cryptography.fernet import InvalidToken  # loaded with the keys

        if not sealed:
            return ""
        try:
            return self._all.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise SettingError(UNREADABLE_TOKEN) from None

    def rotate(self, sealed: str) -> str:
        """Return the same text encrypted with the newest key, unchanged if it already is.

        SettingError when none of the keys fits.
        """
        from cryptography.fernet import InvalidToken  # loaded with the keys

        try:
            self._newest.decrypt(sealed.encode())
        except InvalidToken:
            return self.encrypt(self.decrypt(sealed))
        return sealed
