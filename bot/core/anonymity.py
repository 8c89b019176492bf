"""One answer a person without a name on it: who has answered is known in memory alone, and only as digests.

Nothing here is ever stored, and nothing here leads from a person to an answer. With the process the key is
gone; a person could then answer a second time, which is the lesser harm.
"""

from __future__ import annotations

import secrets
from hashlib import blake2b

SHOWN_FROM = 4
"""Answers or taps until anything is shown of them: among three, a voice is easily recognised."""

Thing = int | str
"""What somebody answered: a posting by its id; a moment that they tapped on, as buttons carry it (`7.42`)."""


class Anonymity:
    """Who has answered what, for as long as this process lives."""

    def __init__(self) -> None:
        """Begin with a key of its own."""
        self._key = secrets.token_bytes(32)
        self._heard: dict[Thing, dict[str, str]] = {}
        self._counted: dict[str, bool] = {}
        """Taps, which no row tells apart, by what they are called here; whether each is stored."""

    def first(self, thing: Thing, person_id: int, event: str) -> bool:
        """Note that a person answers; whether it is their first. The same event again is still the first."""
        heard = self._heard.setdefault(thing, {})
        doing = self._digest("doing", event)
        return heard.setdefault(self._person(thing, person_id), doing) == doing

    def counts(self, event: str) -> bool:
        """Whether a tap that came as this event is still to be counted: not again once it is stored."""
        return not self._counted.setdefault(self._digest("doing", event), False)

    def settle(self, event: str) -> None:
        """What came as this event is stored."""
        if self._counted and (doing := self._digest("doing", event)) in self._counted:
            self._counted[doing] = True

    def has_answered(self, thing: Thing, person_id: int) -> bool:
        """Whether a person's answer was noted before."""
        return self._person(thing, person_id) in self._heard.get(thing, {})

    def token(self, event: str) -> str:
        """What an answer is called in the database: random to everyone, and the same for the same event."""
        return self._digest("token", event)

    def release(self, event: str) -> None:
        """Forget who answered with this event: the answer could not be stored."""
        doing = self._digest("doing", event)
        self._counted.pop(doing, None)
        for heard in list(self._heard.values()):
            for person in [one for one, noted in list(heard.items()) if noted == doing]:
                heard.pop(person, None)

    def forget(self, posting_id: int) -> None:
        """Drop what is known about a posting."""
        self._heard.pop(posting_id, None)

    def _person(self, thing: Thing, person_id: int) -> str:
        return self._digest("person", f"{thing}:{person_id}")

    def _digest(self, purpose: str, value: str) -> str:
        """A keyed digest; `purpose` keeps digests of different things apart."""
        return blake2b(value.encode(), digest_size=16, key=self._key, person=purpose.encode()).hexdigest()
