"""A chat as people see it, with the same interface on every platform.

Each platform's `Room` turns an action such as "Ana types" into the platform's own payloads over real sockets, and
the response into plain text. The dialogues in `tests/product/` use only this interface.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import aiohttp

from adapters.playground.adapter import Playground
from adapters.playground.text import line_words
from bot.runtime.bot import Bot
from bot.runtime.process import build_bot, run_bot
from storage.engine.database import Database

HOME = "team-lantern"
"""The channel of the conversations."""

CALLED = "@Ahabot"
"""What people call the bot."""

WORDS = "We used to cache tokens, now we sign them."
"""What somebody saves where a test needs any words."""


@dataclass(frozen=True)
class Seen:
    """A message or form as a person sees it: its text in reading order, with buttons as [Label], and its fields."""

    id: str
    text: str
    fields: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    thread: str = ""
    picture: str = ""
    """The alt text of the picture."""
    marks: frozenset[str] = frozenset()
    """The emoji that the bot added."""

    def __contains__(self, words: str) -> bool:
        """Return whether the text contains these words. Line breaks count as spaces."""
        return " ".join(words.split()) in " ".join(self.text.split())


class Room(Protocol):
    """A chat with people and the bot. `who` is a first name, and every action happens in the home channel."""

    async def types(self, who: str, text: str) -> Seen | None:
        """Send the root command with this text, and return the private response or form."""

    async def writes(self, who: str, text: str) -> Seen | None:
        """Send the root command in a person's direct messages with the bot.

        Return the private response or form, or None on a platform that has no commands there.
        """

    spoken: str
    """The id of the message with which somebody last spoke to the bot."""

    async def names(self, who: str, text: str, thread: str = "") -> Seen | None:
        """Post a message that calls the bot by its name, and return its response: a private one, or a short reply.

        The name is in front of the text, or in place of `@Ahabot` in it.
        """

    async def writes_to_bot(self, who: str, text: str) -> Seen | None:
        """Write a plain message in a person's direct messages with the bot, and return the bot's response."""

    async def says(self, who: str, text: str, thread: str = "") -> str:
        """Post a message for everyone and return its id."""

    async def presses(self, who: str, label: str, on: str) -> Seen | None:
        """Press a button on the message or view with this id, and return the private response or form."""

    async def fills(self, who: str, form: str, /, **values: str) -> Seen | None:
        """Submit a form and return the private response or form."""

    async def reacts(self, who: str, emoji: str, message: str, on: bool = True) -> None:
        """Add an emoji to a message, or remove it."""

    async def chooses(self, who: str, entry: str, message: str) -> Seen | None:
        """Choose an entry of a message's menu, and return the private response or form."""

    async def deletes(self, who: str, message: str) -> None:
        """Delete a person's own message."""

    async def edits(self, who: str, message: str, text: str) -> None:
        """Change the text of a person's own message."""

    async def until(self, time: datetime) -> None:
        """Move the clock to `time`, and do everything that becomes due on the way."""

    async def channel(self) -> list[Seen]:
        """Return the bot's messages in the channel, threads included, oldest first, once all have arrived."""

    async def message(self, message: str) -> Seen:
        """Return one message, by any author."""

    async def notes(self, who: str) -> list[Seen]:
        """Return the bot's direct messages to a person."""

    async def pictures(self, who: str) -> list[Seen]:
        """Return the messages with a picture that only this person sees, once all have arrived."""


Opened = Callable[[Database, Path, datetime], AbstractAsyncContextManager[Room]]
"""A function that opens a `Room` with a database, a folder and a start time, and the bot in the home channel."""


@dataclass
class Owed:
    """A counter of the bot's running commands and its responses, so that a person waits only while needed."""

    bot: Bot
    working: int = 0
    answers: int = 0

    def __post_init__(self) -> None:
        """Wrap `Bot.handle`, so that every command is counted."""
        handle = self.bot.handle

        async def listened(command: Any, origin: Any) -> Any:
            self.working += 1
            try:
                answer = await handle(command, origin)
                self.answers += answer is not None
                return answer
            finally:
                self.working -= 1

        vars(self.bot)["handle"] = listened

    async def __call__(self) -> bool:
        """Return whether the last action has a response, which may not have arrived yet."""
        while self.working:  # noqa: ASYNC110  # the bot has no event for this
            await asyncio.sleep(0.005)
        answers, self.answers = self.answers, 0
        return answers > 0


class Http:
    """A `Room` on the playground: the requests of its page, sent over a real socket without a browser."""

    spoken = ""

    def __init__(self, session: aiohttp.ClientSession, address: str, settle: Callable[[], Any]) -> None:
        self.session = session
        self.address = address
        self.settle = settle
        self.forms: dict[str, Seen] = {}

    async def types(self, who: str, text: str) -> Seen | None:
        """Implement `Room.types`."""
        return await self._do("type", person=who.lower(), channel=HOME, text=f"/aha {text}".strip())

    async def writes(self, who: str, text: str) -> Seen | None:
        """Implement `Room.writes`."""
        direct = f"with-{who.lower()}"
        return await self._do("type", person=who.lower(), channel=direct, text=f"/aha {text}".strip())

    async def names(self, who: str, text: str, thread: str = "") -> Seen | None:
        """Implement `Room.names`. A form opens at once, without a button."""
        said = text if CALLED in text else f"{CALLED} {text}"
        return await self._speaks(person=who.lower(), channel=HOME, text=said, thread=thread)

    async def writes_to_bot(self, who: str, text: str) -> Seen | None:
        """Implement `Room.writes_to_bot`."""
        return await self._speaks(person=who.lower(), channel=f"with-{who.lower()}", text=text)

    async def _speaks(self, **body: str) -> Seen | None:
        answer = await self._post("type", **body)
        self.spoken = answer["message"]
        return self._answered(answer)

    async def says(self, who: str, text: str, thread: str = "") -> str:
        """Implement `Room.says`."""
        done = await self._post("type", person=who.lower(), channel=HOME, text=text, thread=thread)
        return str(done["message"])

    async def presses(self, who: str, label: str, on: str) -> Seen | None:
        """Implement `Room.presses`. A form that is open already needs no button."""
        if on in self.forms:
            return self.forms[on]
        return await self._do("press", person=who.lower(), card=on, button=label)

    async def fills(self, who: str, form: str, /, **values: str) -> Seen | None:
        """Implement `Room.fills`. Every field is sent, changed or not, as the page does."""
        standing = {name: each["value"] for name, each in self.forms[form].fields.items()}
        assert values.keys() <= standing.keys(), f"{[*values]} in a form of {[*standing]}"
        return await self._do("submit", person=who.lower(), form=form, values={**standing, **values})

    async def reacts(self, who: str, emoji: str, message: str, on: bool = True) -> None:
        """Implement `Room.reacts`."""
        await self._post("react", person=who.lower(), message=message, emoji=emoji, on=on)

    async def chooses(self, who: str, entry: str, message: str) -> Seen | None:
        """Implement `Room.chooses`."""
        return await self._do("shortcut", person=who.lower(), label=entry, message=message)

    async def deletes(self, who: str, message: str) -> None:
        """Implement `Room.deletes`."""
        await self._post("delete", person=who.lower(), message=message)

    async def edits(self, who: str, message: str, text: str) -> None:
        """Implement `Room.edits`."""
        await self._post("edit", person=who.lower(), message=message, text=text)

    async def joins(self, who: str) -> None:
        """Add the bot to the home channel."""
        await self._post("invite", person=who.lower(), channel=HOME, on=True)

    async def until(self, time: datetime) -> None:
        """Implement `Room.until`."""
        await self._post("jump", person="ana", to=time.isoformat())

    async def channel(self) -> list[Seen]:
        """Implement `Room.channel`."""
        return [_seen(each) for each in await self._messages() if each["channel"] == HOME and each["card"]]

    async def message(self, message: str) -> Seen:
        """Implement `Room.message`."""
        return next(_seen(each) for each in await self._messages() if each["id"] == message)

    async def notes(self, who: str) -> list[Seen]:
        """Implement `Room.notes`."""
        world = await self._world(who.lower())
        direct = {channel["id"] for channel in world["channels"] if channel["direct"]}
        return [_seen(each) for each in world["messages"] if each["channel"] in direct and each["card"]]

    async def pictures(self, who: str) -> list[Seen]:
        """Implement `Room.pictures`."""
        whispers = (await self._world(who.lower()))["whispers"]
        return [_seen(each) for each in whispers if each.get("picture")]

    async def _messages(self) -> list[dict[str, Any]]:
        world = await self._world("ana")
        return [each for each in world["messages"] if not each["deleted"]]

    async def _world(self, who: str) -> dict[str, Any]:
        await self.settle()
        async with self.session.get(f"{self.address}/api/world", params={"person": who}) as answer:
            found: dict[str, Any] = await answer.json()
            return found

    async def _do(self, doing: str, **body: Any) -> Seen | None:
        return self._answered(await self._post(doing, **body))

    def _answered(self, answer: Mapping[str, Any]) -> Seen | None:
        """Return the form or the private answer that came back."""
        if answer["form"]:
            form = _form(answer["form"])
            self.forms[form.id] = form
            return form
        return _seen(answer["reply"]) if answer["reply"] else None

    async def _post(self, doing: str, **body: Any) -> dict[str, Any]:
        given = {"event": uuid4().hex, **body}
        async with self.session.post(f"{self.address}/api/{doing}", json=given) as answer:
            assert answer.status == 200, await answer.text()
            done: dict[str, Any] = await answer.json()
            return done


def _seen(shown: Mapping[str, Any]) -> Seen:
    card = shown.get("card")
    text = "\n".join(_lines(card)) if card else shown.get("text", "")
    picture = (shown.get("picture") or {}).get("alt", "")
    marks = frozenset(emoji for emoji, people in shown.get("reactions", {}).items() if "ahabot" in people)
    return Seen(shown["id"], text, thread=shown["thread"], picture=picture, marks=marks)


def _form(shown: Mapping[str, Any]) -> Seen:
    fields = {
        each["name"]: {
            **each, "error": shown["errors"].get(each["name"], ""),
            "options": {option["label"]: option["value"] for option in each["options"]},
        }
        for each in shown["fields"]
    }  # fmt: skip
    labels = (each["label"] for each in shown["fields"])
    return Seen(shown["id"], "\n".join([shown["title"], shown["intro"], *labels]), fields)


def _lines(shown: Any) -> list[str]:
    """Return every text in a card's JSON, in order, with buttons as [Label]."""
    if isinstance(shown, str):
        return [shown]
    if isinstance(shown, list):
        return [line for each in shown for line in _lines(each)]
    if not isinstance(shown, dict):
        return []
    if "press" in shown:
        return [f"[{shown['label']}]"]
    if "line" in shown:
        return [line_words(shown["line"]), *_lines(shown.get("button"))]
    return [
        line
        for name, each in shown.items()
        if name not in ("kind", "zone", "channel", "url", "pieces")
        for line in _lines(each)
    ]


def speaking(language: str) -> Opened:
    """Return the function that opens an empty playground whose people use it in a language."""

    @asynccontextmanager
    async def open_it(database: Database, folder: Path, begins: datetime) -> AsyncIterator[Http]:
        async with playground(database, folder, begins, language) as room:
            yield room

    return open_it


@asynccontextmanager
async def playground(
    database: Database, folder: Path, begins: datetime, language: str = "en"
) -> AsyncIterator[Http]:
    """Open an empty playground at this time, with the bot in the home channel."""
    there = Playground.open_file(folder / "chat.json", begins=begins)
    there.chat.add_person("Noor", "Asia/Dubai")
    for person in list(there.chat.world.people) if language != "en" else []:
        there.chat.choose_language(person, language)
    bot = build_bot(database, [there], there.current_time)
    async with run_bot(bot, "127.0.0.1", 0) as port:
        address = f"http://127.0.0.1:{port}"
        async with aiohttp.ClientSession(headers={"Origin": address}) as session:
            room = Http(session, address, bot.tick)
            await room.joins("Ana")
            yield room


def the(channel: list[Seen], *words: str) -> Seen:
    """Return the newest message that contains all of these texts."""
    found = [seen for seen in channel if all(each in seen for each in words)]
    assert found, f"nobody says {words} in:\n" + "\n---\n".join(seen.text for seen in channel)
    return found[-1]


def sure(seen: Seen | None) -> Seen:
    """Return what a person sees, which has to be something."""
    assert seen is not None
    return seen


def number_in(seen: Seen | None) -> str:
    """Return the number in a message, such as `42` for `#42`."""
    assert seen is not None
    found = re.search(r"#(\d+)", seen.text)
    assert found, seen.text
    return found[1]


def choice(form: Seen | None, name: str, words: str) -> str:
    """Return the value of the one option of this field whose label contains the words."""
    assert form is not None
    options: Mapping[str, str] = form.fields[name]["options"]
    found = [value for label, value in options.items() if words in label]
    assert len(found) == 1, f"{words} among {[*options]}"
    return found[0]


async def whole(room: Room, form: Seen | None) -> Seen:
    """Return a form with its further fields, on a platform that shows them only after *Add more*."""
    assert form is not None
    shows = getattr(room, "shows_more", None)
    return await shows(form) if shows is not None else form


def with_words(seen: list[Seen], words: str = WORDS) -> list[Seen]:
    """Return the messages that contain these words."""
    return [each for each in seen if words in each]
