"""The fake Slack as a `Room` for the conversations, with the real bot connected over real sockets."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import aiohttp

from adapters.slack.adapter import Slack as Adapter
from adapters.slack.adapter import build_adapter as slack_adapter
from adapters.slack.manifest import build_manifest as slack_manifest
from adapters.slack.manifest import shortcut_id
from bot.core.commands import Commands
from bot.features import DECLARATIONS, SHORTCUTS
from bot.runtime.bot import Bot
from bot.runtime.process import build_bot, run_bot
from storage.engine.database import Database
from tests.fakes.slack import read
from tests.fakes.slack.parts import Token
from tests.fakes.slack.people import Got, People
from tests.fakes.slack.server import APP_TOKEN, BOT_TOKEN, SECRET, Slack, serving
from tests.fakes.slack.world import EMOJI, Channel, Message, View
from tests.support.chat import HOME, Opened, Owed, Room, Seen
from tests.support.databases import Clock
from tests.support.waiting import PATIENT, advance_clock

HTTP, SOCKET = "http", "socket"
TRANSPORTS = (HTTP, SOCKET)
CHARACTERS = {name: character for character, name in EMOJI.items()}


@dataclass
class SlackRoom:
    """A `Room` of `tests/support/chat.py` on the fake Slack."""

    slack: Slack
    people: People
    bot: Bot
    clock: Clock
    home: Channel
    manifest: dict[str, Any]
    spoken: str = ""

    @property
    def here(self) -> Any:
        """The workspace."""
        return self.slack.home

    async def types(self, who: str, text: str, mrkdwn: bool = False) -> Seen | None:
        """Implement `Room.types`. With `mrkdwn`, the text is Slack's markup already."""
        return self._got(await self.people.types(who, text, self.home.id, mrkdwn))

    async def writes(self, who: str, text: str) -> Seen | None:
        """Implement `Room.writes`."""
        here = self.slack.home
        return self._got(await self.people.types(who, text, here.direct(here.person(who).id).id))

    async def names(self, who: str, text: str, thread: str = "") -> Seen | None:
        """Implement `Room.names`."""
        message, got = await self.people.names(who, text, self.home.id, thread)
        self.spoken = message.ts
        return self._got(got)

    async def writes_to_bot(self, who: str, text: str) -> Seen | None:
        """Implement `Room.writes_to_bot`."""
        here = self.slack.home
        message, got = await self.people.names(who, text, here.direct(here.person(who).id).id)
        self.spoken = message.ts
        return self._got(got)

    async def says(self, who: str, text: str, thread: str = "") -> str:
        """Implement `Room.says`."""
        return (await self.people.says(who, text, self.home.id, thread)).ts

    async def presses(self, who: str, label: str, on: str) -> Seen | None:
        """Implement `Room.presses`."""
        return self._got(await self.people.presses(who, label, self._standing(on)))

    async def fills(self, who: str, form: str, /, **values: str) -> Seen | None:
        """Implement `Room.fills`."""
        view = self._standing(form)
        assert isinstance(view, View)
        assert view.open, "that form is closed"
        assert view.user == self.slack.home.person(who).id
        return self._got(await self.people.submits(view, **values))

    async def shows_more(self, seen: Seen) -> Seen:
        """Press *Add more* in a form, if it has further fields, and return the whole form."""
        view = self._standing(seen.id)
        assert isinstance(view, View)
        if any(block["type"] == "actions" for block in view.body["blocks"]):
            await self.people.shows_more(view)
        return form(view)

    async def reacts(self, who: str, emoji: str, message: str, on: bool = True) -> None:
        """Implement `Room.reacts`."""
        await self.people.reacts(who, emoji, self._message(message), on)

    async def chooses(self, who: str, entry: str, message: str) -> Seen | None:
        """Implement `Room.chooses`."""
        return self._got(await self.people.chooses(who, self._callback(entry), self._message(message)))

    async def deletes(self, who: str, message: str) -> None:
        """Implement `Room.deletes`."""
        await self.people.deletes(self._message(message))

    async def edits(self, who: str, message: str, text: str) -> None:
        """Implement `Room.edits`."""
        await self.people.edits(self._message(message), text)

    async def until(self, time: datetime) -> None:
        """Move the clock from one due time to the next, up to `time`.

        When work remains due after a tick, the clock still moves on, by one minute at first and twice as far each time.
        """
        await advance_clock(self.bot, self.clock, time)
        await self.settled()

    async def settled(self) -> None:
        """Wait until events are delivered, due work is done, and pages and late answers have arrived."""
        await self.slack.quiet()
        await self.bot.tick()
        await self.slack.quiet()
        slack: Any = self.bot.adapters["slack"]
        await slack.tasks.drain(10)

    async def channel(self) -> list[Seen]:
        """Implement `Room.channel`."""
        await self.settled()
        return [_seen(m, self.slack) for m in self.slack.home.standing(self.home.id) if m.by_bot]

    async def message(self, message: str) -> Seen:
        """Implement `Room.message`."""
        await self.settled()
        return _seen(self._message(message), self.slack)

    async def notes(self, who: str) -> list[Seen]:
        """Implement `Room.notes`."""
        await self.settled()
        here = self.slack.home
        direct = here.direct(here.person(who).id)
        return [_seen(m, self.slack) for m in here.standing(direct.id) if m.by_bot]

    async def pictures(self, who: str) -> list[Seen]:
        """Implement `Room.pictures`. Slack shows no uploaded file in an ephemeral message."""
        adapter = self.bot.adapters["slack"]
        assert isinstance(adapter, Adapter)
        await adapter.tasks.drain()
        return [note for note in await self.notes(who) if note.picture]

    def _callback(self, entry: str) -> str:
        """Return the callback_id that our manifest gives to a menu entry, whose name it may shorten."""
        entries = self.manifest["features"]["shortcuts"]
        found = [
            each for each in entries if entry == each["name"] or shortcut_id(entry) == each["callback_id"]
        ]
        assert found, f"no {entry} in the menus of our manifest"
        return str(found[0]["callback_id"])

    def _message(self, ts: str) -> Message:
        found = self.slack.home.message(ts)
        assert found is not None, f"nothing stands under {ts}"
        return found

    def _standing(self, on: str) -> Message | View:
        here = self.slack.home
        homes = {view.id: view for view in here.homes.values()}
        return here.views.get(on) or homes.get(on) or self._message(on)

    def _got(self, got: Got) -> Seen | None:
        assert got.answer.ok, got
        if got.view is not None and (got.view.open or not got.whispers):
            return form(got.view) if got.view.open else None
        return _seen(got.whispers[-1], self.slack) if got.whispers else None


def form(view: View) -> Seen:
    """Return a form, or a response shown in a modal."""
    return Seen(view.id, read.view(view.body), read.fields(view.body["blocks"], view.errors))


def _seen(message: Message, slack: Slack) -> Seen:
    marks = frozenset(
        CHARACTERS.get(name, name) for name, users in message.reactions.items() if slack.home.bot in users
    )
    picture = read.picture(message.blocks, message.files)
    return Seen(
        message.ts,
        read.words(message.blocks, message.text),
        thread=message.thread,
        picture=picture,
        marks=marks,
    )


def environment(slack: Slack, transport: str) -> dict[str, str]:
    """Return the environment variables for one workspace."""
    way = {"SLACK_APP_TOKEN": APP_TOKEN} if transport == SOCKET else {"SLACK_SIGNING_SECRET": SECRET}
    return {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_API_URL": slack.api, **way}


def install(slack: Slack, environ: dict[str, str]) -> dict[str, Any]:
    """Install the app with the scopes and events of our manifest, and return the manifest."""
    manifest = slack_manifest(environ, Commands(DECLARATIONS, SHORTCUTS), "https://aha.example.com")
    scopes = frozenset(manifest["oauth_config"]["scopes"]["bot"])
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    slack.tokens[BOT_TOKEN] = Token(slack.home.team, scopes)
    slack.subscribed = frozenset(events)
    return manifest


@asynccontextmanager
async def opened(
    database: Database,
    begins: datetime,
    transport: str,
    joined: bool = True,
    pace: float = 0.0,
    locale: str = "en-US",
    **more: str,
) -> AsyncIterator[SlackRoom]:
    """Open a fake Slack with people in the home channel and the bot connected over this transport.

    `pace` is the seconds between two posts in a channel; on the real Slack it is one second.
    """
    clean = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    with patch.dict(os.environ, clean, clear=True):
        async with serving() as slack:
            here = slack.home
            here.add("Ana", "Europe/Lisbon", admin=True)
            for name, zone in (
                ("Ben", "Europe/Berlin"),
                ("Mei", "Asia/Singapore"),
                ("Chidi", "Africa/Lagos"),
                ("Noor", "Asia/Dubai"),
            ):
                here.add(name, zone)
            for user in here.users.values():
                user.locale = locale
            home, clock = here.make(HOME), Clock(begins)
            environ = {**environment(slack, transport), **more}
            manifest = install(slack, environ)
            adapter = slack_adapter(environ)
            assert adapter is not None
            adapter.posting.rate_limit.every = pace
            bot = build_bot(database, [adapter], clock)
            bot.patience = PATIENT
            people = People(slack, here, owed=Owed(bot))
            async with run_bot(bot, "127.0.0.1", 0) as port, aiohttp.ClientSession() as session:
                if transport == SOCKET:
                    slack.over_socket()
                else:
                    slack.over_http(f"http://127.0.0.1:{port}/slack/events", session)
                room = SlackRoom(slack, people, bot, clock, home, manifest)
                if joined:
                    await people.invites("Ana", home)
                try:
                    yield room
                finally:
                    await slack.stop()


def over(transport: str, locale: str = "en-US") -> Opened:
    """Return the function that opens this `Room` for the conversations, with people who use Slack in a language."""

    @asynccontextmanager
    async def open_it(database: Database, folder: Path, begins: datetime) -> AsyncIterator[Room]:
        async with opened(database, begins, transport, locale=locale) as room:
            yield room

    return open_it
