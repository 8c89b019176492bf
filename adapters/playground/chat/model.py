"""What there is in the playground: people, channels, messages, private replies, open forms and a clock.

Plain frozen values that one JSON file can hold; `world` keeps them and `chat` says what may happen to them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = dict[str, Any]

BOT = "ahabot"
"""Who wrote a message of the bot's, and who put the bot's own emoji."""


class Refused(Exception):
    """What a person wanted cannot be: one sentence for them, and for a form one for each wrong field."""

    def __init__(self, sentence: str, status: int = 400, errors: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.sentence, self.status, self.errors = sentence, status, dict(errors or {})


@dataclass(frozen=True)
class Clock:
    """How far the playground's time is ahead of the real one, in seconds, and the last number given out."""

    offset: float = 0.0
    last: int = 0
    id: str = "clock"


@dataclass(frozen=True)
class Person:
    """One of the people whom a tab can be. `closed` takes no direct messages."""

    id: str
    name: str
    zone: str = "UTC"
    admin: bool = False
    closed: bool = False


@dataclass(frozen=True)
class Channel:
    """A place to talk. An open one is everybody's; `direct` is whose conversation with the bot it is."""

    id: str
    name: str
    private: bool = False
    members: Sequence[str] = ()
    bot: bool = False
    direct: str = ""


@dataclass(frozen=True)
class Message:
    """What stands in a channel: a person's text, or a card of the bot's under the key of its posting."""

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
    reactions: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Whisper:
    """A reply that one person sees, where they were when they asked for it."""

    id: str
    person: str
    channel: str
    at: datetime
    card: Json
    event: str
    thread: str = ""


@dataclass(frozen=True)
class OpenForm:
    """A form in front of a person: what it asks, its encoded command, the private card it came from."""

    id: str
    person: str
    channel: str
    form: Json
    command: str
    thread: str = ""
    whisper: str = ""


@dataclass(frozen=True)
class Gone:
    """A private reply that was taken away."""

    id: str
    person: str


Item = Clock | Person | Channel | Message | Whisper | OpenForm
KINDS: tuple[type[Item], ...] = (Clock, Person, Channel, Message, Whisper, OpenForm)


def founding() -> tuple[Item, ...]:
    """The world nobody has said anything in yet."""
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
    return (Clock(), *people, *channels, *map(conversation, people))


def conversation(person: Person) -> Channel:
    """A person's direct messages with the bot."""
    return Channel(f"with-{person.id}", "Ahabot", True, (person.id,), bot=True, direct=person.id)
