"""Any text arrives as its author wrote it, by each way in, and is shown the same everywhere.

The encoders are the fakes' own, made from the platforms' pages, and know nothing of our decoders.
"""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Protocol

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from bot.data.export import write_export
from storage.engine.database import Database
from storage.models import Answer, Moment
from tests.fakes.discord import chat as discord_chat
from tests.fakes.discord.chat import DiscordRoom
from tests.fakes.discord.composer import as_content
from tests.fakes.slack import chat as slack_chat
from tests.fakes.slack.chat import SlackRoom
from tests.fakes.slack.composer import as_command, as_message
from tests.support.chat import Seen, number_in, the
from tests.support.written import ANY_WORDS, Code, Words, Written, as_seen, pieces, without_emoji_names

MONDAY = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
UNSEEN = re.compile("[\u200c\u2066-\u2069]")
"""Characters without a shape, some of which the fakes leave out as a client's fonts do."""


ROOM = settings(
    deadline=None,
    database=None,
    derandomize="WORDS_TRIED" not in os.environ,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
"""One room for all texts of a test. Nothing is shrunk, since each try goes over real sockets."""


class Writing(Protocol):
    """A room whose people write pieces instead of texts."""

    room: Any

    async def types(self, written: Written) -> Seen | None:
        """Give the command `log` with the text."""

    def in_form(self, written: Written) -> str:
        """Return the value of a form's field in which the text was written."""

    async def says(self, written: Written, thread: str = "") -> str:
        """Write a message, and return its id."""

    async def edits(self, message: str, written: Written) -> None:
        """Rewrite a message."""


class OnSlack:
    """Writing on Slack."""

    def __init__(self, room: SlackRoom) -> None:
        self.room = room

    def __repr__(self) -> str:
        """Return a short name for hypothesis, which would print the whole fake."""
        return "Slack"

    async def types(self, written: Written) -> Seen | None:
        """Implement `Writing.types`."""
        return await self.room.types("Ana", f"log {as_command(written)}", mrkdwn=True)

    def in_form(self, written: Written) -> str:
        """Implement `Writing.in_form`. The fake escapes the fields of a form itself."""
        return as_command(written).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

    async def says(self, written: Written, thread: str = "") -> str:
        """Implement `Writing.says`."""
        text, blocks = as_message(written, self.room.here)
        return (await self.room.people.says("Ana", text, self.room.home.id, thread, blocks)).ts

    async def edits(self, message: str, written: Written) -> None:
        """Implement `Writing.edits`."""
        found = self.room.here.message(message)
        await self.room.people.edits(found, *as_message(written, self.room.here))


class OnDiscord:
    """Writing on Discord."""

    def __init__(self, room: DiscordRoom) -> None:
        self.room = room

    def __repr__(self) -> str:
        """Return a short name for hypothesis, which would print the whole fake."""
        return "Discord"

    def _content(self, written: Written) -> str:
        return as_content(written, self.room.discord.world)

    async def types(self, written: Written) -> Seen | None:
        """Implement `Writing.types`."""
        return await self.room.types("Ana", f"log {self._content(written)}")

    def in_form(self, written: Written) -> str:
        """Implement `Writing.in_form`."""
        return self._content(written)

    async def says(self, written: Written, thread: str = "") -> str:
        """Implement `Writing.says`."""
        return await self.room.says("Ana", self._content(written), thread)

    async def edits(self, message: str, written: Written) -> None:
        """Implement `Writing.edits`."""
        await self.room.edits("Ana", message, self._content(written))


@asynccontextmanager
async def on_slack(database: Database) -> AsyncIterator[Writing]:
    """Open a fake Slack."""
    async with slack_chat.opened(database, MONDAY, slack_chat.HTTP) as room:
        yield OnSlack(room)
        assert room.slack.problems == []


@asynccontextmanager
async def on_discord(database: Database) -> AsyncIterator[Writing]:
    """Open a fake Discord."""
    async with discord_chat.opened(database, MONDAY) as room:
        room.discord.world.emoji(room.server, "party_parrot")
        yield OnDiscord(room)


@pytest.fixture(params=[on_slack, on_discord], ids=["slack", "discord"])
async def writing(request: pytest.FixtureRequest, database: Database) -> AsyncIterator[Writing]:
    """Open a room on each platform."""
    async with request.param(database) as there:
        yield there


async def by_command(there: Writing, written: Written) -> str:
    """Save a text with the command."""
    return number_in(await there.types(written))


async def by_form(there: Writing, written: Written) -> str:
    """Save a text with the form."""
    form = await there.room.types("Ana", "log")
    assert form is not None
    return number_in(await there.room.fills("Ana", form.id, text=there.in_form(written)))


async def by_menu(there: Writing, written: Written) -> str:
    """Save a message with its menu."""
    message = await there.says(written)
    return number_in(await there.room.chooses("Ben", "Save as aha", message))


async def by_emoji(there: Writing, written: Written) -> str:
    """Save a message with an emoji."""
    return await _mark(there, await there.says(written))


async def by_edit(there: Writing, written: Written) -> str:
    """Save a message, and rewrite it."""
    message = await there.says([Words("Something else was here at first")])
    number = await _mark(there, message)
    await there.edits(message, written)
    return number


async def by_version(there: Writing, written: Written) -> str:
    """Save a moment, and rewrite it with its form."""
    number = number_in(await there.room.types("Ana", "log This was said before in other words"))
    form = await there.room.presses("Ana", "Edit", (await there.room.types("Ana", f"show {number}")).id)
    await there.room.fills("Ana", form.id, text=there.in_form(written))
    return number


async def _mark(there: Writing, message: str) -> str:
    await there.room.reacts("Ana", "💡", message)
    await there.room.settled()
    with Session(there.room.bot.database.reading) as session:
        return str(session.exec(select(Moment).order_by(col(Moment.id).desc())).first().number)  # type: ignore[union-attr]


TRIES = int(os.environ.get("WORDS_TRIED", "24"))
"""How many texts are tried."""

WAYS: dict[str, Callable[[Writing, Written], Awaitable[str]]] = {
    "command": by_command, "form": by_form, "menu": by_menu, "emoji": by_emoji, "edit": by_edit, "version": by_version,
}  # fmt: skip
TYPED = ("command", "form", "version")
"""The ways in on which Slack sends the text alone."""


def shape(text: str) -> str:
    """Return a text with its spaces made equal, as a line of a card shows it."""
    return " ".join(UNSEEN.sub("", text).split())


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@given(written=pieces(ANY_WORDS), way=st.sampled_from([*WAYS]))
@settings(ROOM, max_examples=TRIES)
async def test_a_text_is_stored_and_shown_as_it_was_written(
    writing: Writing, written: Written, way: str
) -> None:
    if way in TYPED or isinstance(writing, OnDiscord):
        assume(
            all(isinstance(each, Code) or without_emoji_names(getattr(each, "text", "")) for each in written)
        )
    wanted, database = as_seen(written), writing.room.bot.database
    number = await WAYS[way](writing, written)
    assert stored(database, number) == wanted

    room = writing.room
    shown = await room.types("Ana", f"show {number}")
    assert shape(wanted) in shape(shown.text)
    assert shape(wanted) in shape((await room.types("Ana", "find")).text)
    if way not in ("emoji", "edit"):
        assert shape(wanted) in shape(the(await room.channel(), f"#{number}").text)
    assert exported(database, number) == wanted

    form = await room.presses("Ana", "Edit", shown.id)
    assert form.fields["text"]["value"] == wanted
    await room.fills("Ana", form.id)
    assert stored(database, number) == wanted
    room.clock.forward(minutes=1)
    recap = await room.types("Ana", "recap week")
    assert shape(wanted) in shape(recap.text)
    await room.types("Ana", f"delete {number}")


def stored(database: Database, number: str) -> str:
    """Return the text of a moment as it stands in the database."""
    with Session(database.reading) as session:
        return session.exec(select(Moment).where(Moment.number == int(number))).one().text


def exported(database: Database, number: str) -> str:
    """Return the text of a moment in the export."""
    out = io.StringIO()
    with Session(database.reading) as session:
        write_export(session, 1, MONDAY, out)
    found = [each for each in json.loads(out.getvalue())["moments"] if each["number"] == int(number)]
    return str(found[0]["text"])


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@given(written=pieces(ANY_WORDS))
@settings(ROOM, max_examples=TRIES // 3)
async def test_a_reply_is_kept_as_it_was_written(writing: Writing, written: Written) -> None:
    room = writing.room
    asked = f"What did we see at {room.clock.now:%H:%M} that was new to us?"
    room.clock.forward(minutes=1)
    await room.types("Ben", f"ask {asked}")
    question = the(await room.channel(), asked)
    await writing.says(written, thread=question.id)
    await room.settled()
    with Session(room.bot.database.reading) as session:
        kept = session.exec(select(Answer).order_by(col(Answer.posting_id).desc())).first()
    assert kept is not None
    assert kept.text == as_seen(written)
