"""Cards and forms of every room, found by using the bot: commands are run, buttons pressed, forms sent.

`ahabot check --blocks` gives them to the platforms. It happens in a database of its own, which is thrown away.
"""

from __future__ import annotations

import tempfile
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from bot import features
from bot.check import Samples
from bot.core.adapter import Bot
from bot.core.addressed import ThreadMessage
from bot.core.ask import ask_core
from bot.core.commands import Declaration
from bot.core.messages import Button, Card, Entry, Field, FieldKind, Form, Post, Quote, Reply, Text
from bot.core.origin import Access, Capabilities, ChannelAccess, Origin, Place, SentMessage, Source
from bot.runtime.process import build_bot
from storage.engine.database import open_database
from storage.engine.schema import migrate_database

PLATFORM = "samples"
BEGINS = datetime(2026, 3, 16, 9, tzinfo=UTC)
WEEKS = 6
"""How long the bot is used, so that scheduled posts are among the samples."""
TIMES = 3
"""How often one kind of command is run in a week."""
PEOPLE = ("ana", "ben", "mei")
WORDS = "We used to cache tokens & <sign> each one twice, now we *sign* them once: https://example.com/why"
VALUES = {
    FieldKind.DATE: "2026-03-31", FieldKind.TIME: "10:00", FieldKind.ZONE: "Europe/Lisbon",
    FieldKind.CHANNEL: "workshop", FieldKind.PEOPLE: "ben",
}  # fmt: skip
"""What is chosen in a field of each kind. Text fields get WORDS."""


@dataclass
class SampleChat:
    """A platform on which every post arrives, and everybody is in every channel."""

    samples: Samples
    platform: str = PLATFORM
    ready: bool = True
    capabilities: Capabilities = field(default_factory=Capabilities)
    waiting: list[Post] = field(default_factory=list)
    """The posts whose buttons nobody has pressed yet."""

    def capabilities_in(self, workspace: str) -> Capabilities:
        """Return the same for every workspace."""
        return self.capabilities

    def routes(self) -> Sequence[web.RouteDef]:
        """Return no routes."""
        return ()

    async def start(self, bot: Bot) -> None:
        """Do nothing."""

    async def stop(self) -> None:
        """Do nothing."""

    async def post(self, place: Place, post: Post, key: str) -> SentMessage:
        """Record a post."""
        self.samples.posts.append(post)
        self.waiting.append(post)
        return SentMessage(place.channel or f"direct-{place.person}", f"m{len(self.samples.posts)}")

    async def edit(self, place: Place, message: str, post: Post) -> None:
        """Record a post as it is now."""
        self.samples.posts.append(post)

    async def delete(self, place: Place, message: str) -> None:
        """Do nothing."""

    async def mark(self, place: Place, message: str, on: bool) -> None:
        """Do nothing."""

    async def find(self, place: Place, key: str) -> SentMessage | None:
        """Return None: every post is known."""
        return None

    async def find_access(self, workspace: str, channel: str, person: str) -> ChannelAccess:
        """Return that the person is in the channel, as an admin."""
        return ChannelAccess(Access.MEMBER, admin=True)

    async def read(self, place: Place, message: str) -> Source | None:
        """Return a message."""
        return Source(WORDS, "mei", "Mei")

    async def read_thread(self, place: Place) -> Sequence[ThreadMessage]:
        """Return no messages."""
        return ()


async def collect_samples(weeks: int = WEEKS) -> Samples:
    """Use a bot of its own for some weeks, and return what it said."""
    samples = Samples()
    with tempfile.TemporaryDirectory(prefix="ahabot-samples-") as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'samples.db'}")
        try:
            migrate_database(database)
            clock = _Clock()
            chat = SampleChat(samples)
            user = _User(build_bot(database, [chat], clock), chat, samples)
            for _ in range(weeks):
                await user.use_everything()
                clock.now += timedelta(days=7)
                await user.bot.tick()
        finally:
            database.close()
    return samples


@dataclass
class _Clock:
    now: datetime = BEGINS

    def __call__(self) -> datetime:
        return self.now


@dataclass
class _User:
    """Runs commands as several people, and presses what is on their answers."""

    bot: Bot
    chat: SampleChat
    samples: Samples
    queue: deque[Any] = field(default_factory=deque)
    times: Counter[str] = field(default_factory=Counter)
    met: set[str] = field(default_factory=set)
    """The keys of all commands that were run."""
    number: int = 0

    async def use_everything(self) -> None:
        """Run every command that has a name, then whatever the answers and posts have buttons for."""
        self.times.clear()
        self.queue += [self.bot.commands.parse(WORDS)]
        self.queue += [self.bot.commands.parse(each.name) for each in _named()]
        self.queue += [self.bot.commands.parse(f"{each.name} {WORDS}") for each in _named()]
        self.queue += [self.bot.commands.decode("home")]
        while self.queue or self.chat.waiting:
            while self.queue:
                await self._run(self.queue.popleft())
            await self.bot.tick()
            for post in self.chat.waiting:
                self._press_all(post.card)
            self.chat.waiting.clear()

    async def _run(self, command: Any) -> None:
        if command is None:
            return
        key = self.bot.commands.find_declaration(command).key
        if self.times[key] >= TIMES:
            return
        self.times[key] += 1
        self.met.add(key)
        answer = await ask_core(self.bot, command, self._origin())
        self._record(answer)
        if isinstance(answer, Form):
            sent = self.bot.commands.fill_fields(answer.command, fill_form(answer))
            self._record(await ask_core(self.bot, sent, self._origin(from_form=True)))

    def _record(self, answer: Reply | Form | None) -> None:
        if isinstance(answer, Form):
            self.samples.forms.append(answer)
        elif answer is not None:
            self.samples.replies.append(answer)
            self._press_all(answer.card)

    def _press_all(self, card: Card) -> None:
        self.queue += [button.command for button in list_buttons(card)]

    def _origin(self, from_form: bool = False) -> Origin:
        self.number += 1
        person = PEOPLE[self.number % len(PEOPLE)]
        return Origin(
            PLATFORM, "W1", "home", person, person.title(), f"sample:{self.number}", channel_name="team-lantern",
            zone="Europe/Lisbon", admin=True, from_form=from_form, may_post=True,
        )  # fmt: skip


def _named() -> Iterator[Declaration]:
    """Yield the declarations of the commands that people type."""
    return (each for each in features.DECLARATIONS if each.name)


def list_buttons(card: Card) -> list[Button]:
    """Return every button on a card."""
    beside = [each.button for each in card.blocks if isinstance(each, Quote | Entry | Text)]
    return [*filter(None, beside), *card.buttons, *card.menu]


def fill_form(form: Form) -> dict[str, str]:
    """Return a value for each field: the one that it has, or one of its kind."""
    values = {each.name: each.value or _value(each) for each in form.fields}
    channels = [each.name for each in form.fields if each.kind is FieldKind.CHANNEL]
    return values | {f"{name}_name": values[name] for name in channels}


def _value(asked: Field) -> str:
    if asked.kind in (FieldKind.CHOICE, FieldKind.CHOICES):
        return asked.options[0].value if asked.options else ""
    return VALUES.get(asked.kind, WORDS)
