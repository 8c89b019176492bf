"""The store of one playground: every item by id, and the clock.

Every change is on disk before anyone is told of it, so a posted message survives the process.
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
    Item,
    Message,
    OpenForm,
    Person,
    Progress,
    RemovedItem,
    Whisper,
    initial_items,
)

Listener = Callable[[Item | RemovedItem | Progress], None]


class Store:
    """The items of one chat, stored in one file."""

    def __init__(self, path: Path, items: Iterable[Item]) -> None:
        self.path = path
        self.time = Clock()
        self.progress = Progress()
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, Message] = {}
        self.whispers: dict[str, Whisper] = {}
        self.forms: dict[str, OpenForm] = {}
        self._lines: dict[tuple[type, str], str] = {}
        self._watching: list[Listener] = []
        self._held = False
        for item in items:
            self._place_item(item)

    @classmethod
    def open_file(cls, path: Path, begins: datetime | None = None) -> Store:
        """Return the store in this file, or a new one if there is none.

        A new one's time may begin in the past.
        """
        if items := disk.read_items(path):
            return cls(path, items)
        world = cls(path, initial_items())
        offset = (begins - datetime.now(UTC)).total_seconds() if begins else 0.0
        world.put_items(replace(world.time, offset=offset))
        return world

    def put_items(self, *items: Item) -> None:
        """Add or replace items: on disk first, then in memory, then for the listeners."""
        if not self._held:
            disk.write_lines(
                self.path,
                (self._lines | {_item_key(item): disk.encode_item(item) for item in items}).values(),
            )
        for item in items:
            self._place_item(item)
        self._notify_listeners(*items)

    @contextmanager
    def hold_writes(self) -> Iterator[None]:
        """Write the changes inside the block to disk together at its end.

        If the process dies before, all of them are lost, so it is only for work that can start again.
        """
        self._held = True
        try:
            yield
        finally:
            self._held = False
            self.put_items()

    def drop_items(self, *items: Whisper | OpenForm) -> None:
        """Remove items. The file is updated with the next change."""
        for item in items:
            del self._items_like(item)[item.id], self._lines[_item_key(item)]
        self._notify_listeners(*(RemovedItem(item.id, item.person) for item in items))

    def show_progress(self, progress: Progress) -> None:
        """Set how far the demo's story is, and tell the listeners."""
        self.progress = progress
        self._notify_listeners(progress)

    def next_number(self) -> int:
        """Return the next number for an id, never used before.

        Put `time` together with the item that uses it, so that this also holds after a restart.
        """
        self.time = replace(self.time, last=self.time.last + 1)
        return self.time.last

    def watch_changes(self, told: Listener) -> Callable[[], None]:
        """Call `told` for every change, and return a function that ends this."""
        self._watching.append(told)
        return lambda: self._watching.remove(told)

    def current_time(self) -> datetime:
        """Return the playground's time, aware UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.time.offset)

    def set_clock(self, to: datetime) -> None:
        """Move time forward. A time in the past is ignored."""
        ahead = (to - datetime.now(UTC)).total_seconds()
        if ahead > self.time.offset:
            self.put_items(replace(self.time, offset=ahead))

    def _place_item(self, item: Item) -> None:
        self._lines[_item_key(item)] = disk.encode_item(item)
        if isinstance(item, Clock):
            self.time = item
        else:
            self._items_like(item)[item.id] = item

    def _items_like(self, item: Item) -> dict[str, Any]:
        shelves: dict[type, dict[str, Any]] = {
            Person: self.people,
            Channel: self.channels,
            Message: self.messages,
            Whisper: self.whispers,
            OpenForm: self.forms,
        }
        return shelves[type(item)]

    def _notify_listeners(self, *changes: Item | RemovedItem | Progress) -> None:
        for change in changes:
            for told in tuple(self._watching):
                told(change)


def _item_key(item: Item) -> tuple[type, str]:
    return type(item), item.id
