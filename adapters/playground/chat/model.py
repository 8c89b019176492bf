"""The playground's model: people, channels, messages, private replies, forms and a clock.

Plain frozen values that one JSON file can hold. `store` holds them and `chat` has the rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = dict[str, Any]

BOT = "ahabot"
"""The author of the bot's messages, and the person of its own reactions."""


@dataclass(frozen=True)
class Clock:
    """The playground's time ahead of the real one, in seconds, and the last number that was used."""

    offset: float = 0.0
    last: int = 0
    id: str = "clock"


@dataclass(frozen=True)
class Person:
    """A person that a tab can be. `closed` means that they accept no direct messages."""

    id: str
    name: str
    zone: str = "UTC"
    admin: bool = False
    closed: bool = False
    language: str = ""
    """The language they use the page in, such as `de`. Empty for English."""


@dataclass(frozen=True)
class Channel:
    """A channel. An open one is for everybody.

    `direct` is the person in a direct channel with the bot, or empty.
    """

    id: str
    name: str
    private: bool = False
    members: Sequence[str] = ()
    bot: bool = False
    direct: str = ""


@dataclass(frozen=True)
class Message:
    """A message in a channel: a person's text, or a card of the bot under its posting's key."""

    id: str
    channel: str
    author: str
    at: datetime
    text: str = ""
    thread: str = ""
    event: str = ""
    key: str = ""
    edited: bool = False
    deleted: bool = False
    card: Json | None = None
    picture: Json | None = None
    file: Json | None = None
    reactions: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Whisper:
    """A reply that only one person sees, in the channel where they asked for it."""

    id: str
    person: str
    channel: str
    at: datetime
    card: Json
    event: str
    thread: str = ""
    picture: Json | None = None


@dataclass(frozen=True)
class OpenForm:
    """A form opened for a person: its fields, its command, and the private card it came from."""

    id: str
    person: str
    channel: str
    form: Json
    command: str
    thread: str = ""
    whisper: str = ""


@dataclass(frozen=True)
class RemovedItem:
    """A removed private reply or form."""

    id: str
    person: str


@dataclass(frozen=True)
class Progress:
    """How many of the demo's interactions are done while its story is played. It is shown, and never stored."""

    done: int = 0
    total: int = 0

    @property
    def is_running(self) -> bool:
        """Whether the story is still being played."""
        return self.done < self.total


Item = Clock | Person | Channel | Message | Whisper | OpenForm
KINDS: tuple[type[Item], ...] = (Clock, Person, Channel, Message, Whisper, OpenForm)


def initial_items() -> tuple[Item, ...]:
    """Return the items of a new chat, without messages."""
    people = (
        Person("ana", "Ana", "Europe/Lisbon", admin=True),
        Person("ben", "Ben", "Europe/Berlin"),
        Person("chidi", "Chidi", "Africa/Lagos"),
        Person("mei", "Mei", "Asia/Singapore"),
    )
    channels = (
        Channel("team-lantern", "team-lantern"),
        Channel("random", "random"),
        Channel("quiet-corner", "quiet-corner", private=True, members=("ana", "ben")),
    )
    return (Clock(), *people, *channels, *map(direct_channel, people))


def direct_channel(person: Person) -> Channel:
    """Return a person's direct channel with the bot."""
    return Channel(f"with-{person.id}", "Ahabot", True, (person.id,), bot=True, direct=person.id)
