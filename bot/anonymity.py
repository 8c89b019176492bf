"""One answer a person without a name on it: who has answered is known in memory alone, and only as digests.

Nothing here is ever stored, and nothing here leads from a person to an answer. With the process the key is
gone; a person could then answer a second time, which is the lesser harm.
"""

from __future__ import annotations

import secrets
from hashlib import blake2b


class Anonymity:
    """Who has answered which posting, for as long as this process lives."""

    def __init__(self) -> None:
        """Begin with a key of its own."""
        self._key = secrets.token_bytes(32)
        self._heard: dict[int, dict[str, str]] = {}

    def first(self, posting_id: int, person_id: int, event: str) -> bool:
        """Note that a person answers; whether it is their first. The same event again is still the first."""
        heard = self._heard.setdefault(posting_id, {})
        doing = self._digest("doing", event)
        return heard.setdefault(self._person(posting_id, person_id), doing) == doing

    def has_answered(self, posting_id: int, person_id: int) -> bool:
        """Whether a person's answer was noted before."""
        return self._person(posting_id, person_id) in self._heard.get(posting_id, {})

    def token(self, event: str) -> str:
        """What an answer is called in the database: random to everyone, and the same for the same event."""
        return self._digest("token", event)

    def release(self, event: str) -> None:
        """Forget who answered with this event: the answer could not be stored."""
        doing = self._digest("doing", event)
        for heard in list(self._heard.values()):
            for person in [one for one, noted in list(heard.items()) if noted == doing]:
                heard.pop(person, None)

    def forget(self, posting_id: int) -> None:
        """Drop what is known about a posting."""
        self._heard.pop(posting_id, None)

    def _person(self, posting_id: int, person_id: int) -> str:
        return self._digest("person", f"{posting_id}:{person_id}")

    def _digest(self, purpose: str, value: str) -> str:
        """A keyed digest; `purpose` keeps digests of different things apart."""
        return blake2b(value.encode(), digest_size=16, key=self._key, person=purpose.encode()).hexdigest()
