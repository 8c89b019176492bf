"""Keeps anonymous answers to one per person, without storing who answered.

Who has answered is held in memory only, as keyed digests. Nothing is stored, and nothing leads
from a person to an answer. A restart loses the key, and another process on the same PostgreSQL
has its own, so a person could answer the same question there a second time. Their second answer
counts as another person's, so fewer people than the floor may be behind the answers shown, and
one person behind two of the taps. A digest in the database would prevent it, but its key would
have to be there too, and a copy of both would tell who has answered. That would be the greater
risk.
"""

from __future__ import annotations

import secrets
from hashlib import blake2b

ANONYMITY_FLOOR = 5
"""The number of answers from which any are shown. With fewer, authors are easy to guess."""

TAP_FLOOR = 3
"""The number of taps that come out together. A number gives away less than words do."""

AnonymousTarget = int | str
"""The target of an answer: a posting's id, or a moment reference as buttons carry it (`7.42`)."""


class Anonymity:
    """Who has answered which question, for the lifetime of this process."""

    def __init__(self) -> None:
        """Create the random key for this process."""
        self._key = secrets.token_bytes(32)
        self._heard: dict[AnonymousTarget, dict[str, str]] = {}
        self._inherited: dict[AnonymousTarget, list[tuple[AnonymousTarget, dict[str, str]]]] = {}
        """Who answered another target whose answers moved to this one, with the name that their digests have."""
        self._counted: dict[str, bool] = {}
        """Digests of tap events, and whether each tap is stored. No row tells taps apart."""

    def record_answer(self, thing: AnonymousTarget, person: str, event: str) -> bool:
        """Record that a person answers and return whether it is their first answer.

        A repeated delivery of the same event still counts as the first.
        """
        doing = self._keyed_digest("doing", event)
        before = self._find_doing(thing, person)
        if before is None:
            self._heard.setdefault(thing, {})[self._person_digest(thing, person)] = doing
        return before in (None, doing)

    def should_count(self, event: str) -> bool:
        """Remember a tap by its event id and return whether it still has to be counted.

        The result is False once the tap is stored.
        """
        return not self._counted.setdefault(self._keyed_digest("doing", event), False)

    def mark_stored(self, event: str) -> None:
        """Record that the tap with this event id is stored.

        An event that is not a tap is ignored.
        """
        if self._counted and (doing := self._keyed_digest("doing", event)) in self._counted:
            self._counted[doing] = True

    def has_answered(self, thing: AnonymousTarget, person: str) -> bool:
        """Return whether an answer of the person is recorded."""
        return self._find_doing(thing, person) is not None

    def is_repeated(self, thing: AnonymousTarget, person: str, event: str) -> bool:
        """Return whether the person's answer is recorded, and came with this event."""
        doing = self._keyed_digest("doing", event)
        return self._find_doing(thing, person) == doing

    def _find_doing(self, thing: AnonymousTarget, person: str) -> str | None:
        """Return the digest of the event with which a person answered, or None if they did not."""
        places = [(thing, self._heard.get(thing, {})), *self._inherited.get(thing, ())]
        found = (heard.get(self._person_digest(name, person)) for name, heard in places)
        return next((each for each in found if each is not None), None)

    def answer_token(self, event: str) -> str:
        """Return the name of an answer in the database.

        It looks random to everyone, and is the same for the same event.
        """
        return self._keyed_digest("token", event)

    def carry_over(self, before: AnonymousTarget, after: AnonymousTarget) -> None:
        """Take who answered one target over to another, because the answers moved there."""
        moved = [(before, self._heard.pop(before, {})), *self._inherited.pop(before, [])]
        self._inherited.setdefault(after, []).extend(moved)

    def forget_event(self, event: str) -> None:
        """Forget who answered with this event, because the answer could not be stored."""
        doing = self._keyed_digest("doing", event)
        self._counted.pop(doing, None)
        inherited = (heard for moved in list(self._inherited.values()) for _, heard in moved)
        for heard in [*self._heard.values(), *inherited]:
            for person in [one for one, noted in list(heard.items()) if noted == doing]:
                heard.pop(person, None)

    def forget_posting(self, posting_id: int) -> None:
        """Forget who answered a posting."""
        self._heard.pop(posting_id, None)

    def _person_digest(self, thing: AnonymousTarget, person: str) -> str:
        return self._keyed_digest("person", f"{thing}:{person}")

    def _keyed_digest(self, purpose: str, value: str) -> str:
        """Return a keyed digest of a value.

        `purpose` keeps digests of different kinds of value apart.
        """
        return blake2b(value.encode(), digest_size=16, key=self._key, person=purpose.encode()).hexdigest()
