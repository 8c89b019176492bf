"""Everything there is in one playground, by id, and its clock.

Every change is on disk before anyone is told of it, so a message that was posted survives the process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.playground.chat import disk
from adapters.playground.chat.model import (
    Channel,
    Clock,
    Gone,
    Item,
    Message,
    OpenForm,
    Person,
    Whisper,
    founding,
)

Told = Callable[[Item | Gone], None]


class World:
    """The things of one chat, kept in one file."""

    def __init__(self, path: Path, items: Iterable[Item]) -> None:
        self.path = path
        self.time = Clock()
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, Message] = {}
        self.whispers: dict[str, Whisper] = {}
        self.forms: dict[str, OpenForm] = {}
        self._lines: dict[tuple[type, str], str] = {}
        self._watching: list[Told] = []
        self._held = False
        for item in items:
            self._place(item)

    @classmethod
    def open(cls, path: Path, begins: datetime | None = None) -> World:
        """What this file holds; where there is none, a new world, whose time may begin in the past."""
        if items := disk.read(path):
            return cls(path, items)
        world = cls(path, founding())
        offset = (begins - datetime.now(UTC)).total_seconds() if begins else 0.0
        world.put(replace(world.time, offset=offset))
        return world

    def put(self, *items: Item) -> None:
        """Add or replace things: on disk first, then here, then to those who watch."""
        if not self._held:
            disk.write(self.path, (self._lines | {_key(item): disk.line(item) for item in items}).values())
        for item in items:
            self._place(item)
        self._tell(*items)

    @contextmanager
    def held(self) -> Iterator[None]:
        """What changes inside the block is on disk together at its end: for what begins again if that never comes."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
            self.put()

    def drop(self, *items: Whisper | OpenForm) -> None:
        """Take things away; the file follows with the next change."""
        for item in items:
            del self._shelf(item)[item.id], self._lines[_key(item)]
        self._tell(*(Gone(item.id, item.person) for item in items))

    def number(self) -> int:
        """The next number for an id, never given twice. Put `time` with what uses it, for after a restart."""
        self.time = replace(self.time, last=self.time.last + 1)
        return self.time.last

    def watch(self, told: Told) -> Callable[[], None]:
        """Be told of every change; the answer ends it."""
        self._watching.append(told)
        return lambda: self._watching.remove(told)

    def now(self) -> datetime:
        """The playground's time, aware UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.time.offset)

    def set_clock(self, to: datetime) -> None:
        """Move time forward; it never goes back."""
        ahead = (to - datetime.now(UTC)).total_seconds()
        if ahead > self.time.offset:
            self.put(replace(self.time, offset=ahead))

    def _place(self, item: Item) -> None:
        self._lines[_key(item)] = disk.line(item)
        if isinstance(item, Clock):
            self.time = item
        else:
            self._shelf(item)[item.id] = item

    def _shelf(self, item: Item) -> dict[str, Any]:
        shelves: dict[type, dict[str, Any]] = {
            Person: self.people,
            Channel: self.channels,
            Message: self.messages,
            Whisper: self.whispers,
            OpenForm: self.forms,
        }
        return shelves[type(item)]

    def _tell(self, *changes: Item | Gone) -> None:
        for change in changes:
            for told in tuple(self._watching):
                told(change)


def _key(item: Item) -> tuple[type, str]:
    return type(item), item.id
