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
from collections.abc import Mapping
from hashlib import blake2b

ANONYMITY_FLOOR = 5
"""The number of answers from which any are shown. With fewer, authors are easy to guess."""

TAP_FLOOR = 3
"""The number of taps that come out together. A number gives away less than words do."""

AnonymousTarget = int | str
"""The target of an answer: a posting's id, or a moment reference as buttons carry it (`7.42`).

Targets with the same text before a `/` are of one scope: who answered several of them counts once.
"""
SCOPE_END = "/"


class Anonymity:
    """Who has answered which question, for the lifetime of this process."""

    def __init__(self) -> None:
        """Create the random key for this process."""
        self._key = secrets.token_bytes(32)
        self._heard: dict[AnonymousTarget, dict[str, str]] = {}
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
        return self._heard.get(thing, {}).get(self._person_digest(thing, person))

    def is_repeated_in(self, scope: str, person: str, event: str) -> bool:
        """Return whether the person answered any target of a scope with this event."""
        doing, digest = self._keyed_digest("doing", event), self._person_digest(scope, person)
        return any(
            heard.get(digest) == doing for thing, heard in self._heard.items() if _scope_of(thing) == scope
        )

    def count_people(self, answers: Mapping[str, int]) -> int:
        """Return how many people gave the answers to several targets of one scope, by their numbers of answers.

        An answer that was given before a restart counts as another person's.
        """
        known = {target: self._heard.get(target, {}) for target in answers}
        unknown = sum(max(number - len(known[target]), 0) for target, number in answers.items())
        return min(len(set().union(*known.values())) + unknown, sum(answers.values()))

    def answer_token(self, event: str) -> str:
        """Return the name of an answer in the database.

        It looks random to everyone, and is the same for the same event.
        """
        return self._keyed_digest("token", event)

    def forget_event(self, event: str) -> None:
        """Forget who answered with this event, because the answer could not be stored."""
        doing = self._keyed_digest("doing", event)
        self._counted.pop(doing, None)
        for heard in list(self._heard.values()):
            for person in [one for one, noted in list(heard.items()) if noted == doing]:
                heard.pop(person, None)

    def forget_posting(self, posting_id: int) -> None:
        """Forget who answered a posting."""
        self._heard.pop(posting_id, None)

    def _person_digest(self, thing: AnonymousTarget, person: str) -> str:
        return self._keyed_digest("person", f"{_scope_of(thing)}:{person}")

    def _keyed_digest(self, purpose: str, value: str) -> str:
        """Return a keyed digest of a value.

        `purpose` keeps digests of different kinds of value apart.
        """
        return blake2b(value.encode(), digest_size=16, key=self._key, person=purpose.encode()).hexdigest()


def _scope_of(thing: AnonymousTarget) -> AnonymousTarget:
    """Return what a target shares with the others of its scope."""
    return thing.partition(SCOPE_END)[0] if isinstance(thing, str) else thing
