"""The words in front of the bot's name in a message, and those behind it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from adapters.slack.reading.mentions import Names
from adapters.slack.reading.message import Json, find_mentions, read_message

DEFAULT_NAME = "@Ahabot"
"""The bot's name, where Slack does not tell in time what people call it."""


@dataclass(frozen=True)
class Called:
    """A message with the bot's name in it: the words around the first one, and the name as people see it."""

    before: str
    after: str
    name: str


def is_named(message: Json, us: str) -> bool:
    """Return whether a message has the bot's name in it."""
    return bool(us) and us in find_mentions(message).people


def find_called(message: Json, us: str, names: Names) -> Called | None:
    """Return the words around the bot's name, or None where the message hasn't got it.

    `names` are those of everybody else in it, too.
    """
    if not is_named(message, us):
        return None
    mark = f"⟪{us}⟫"  # no name that anybody has
    words = read_message(message, replace(names, people={**names.people, us: mark}))
    shown = names.person(us) if us in names.people else DEFAULT_NAME
    before, found, after = words.partition(f"@{mark}")
    return Called(before, after.replace(f"@{mark}", shown), shown) if found else None
