"""People who use the bot through `Bot.handle`, and what they see, for tests of single features."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.core.addressed import Addressed
from bot.core.events import EmojiAdded, EmojiRemoved
from bot.core.messages import Button, Form, Reply
from bot.core.origin import Origin
from bot.core.plain_text import render_plain_card
from bot.people.me import Me
from bot.runtime.bot import Bot
from tests.support.recorder import EVENTS, Recorder

HOME = Origin("recorder", "W1", "C1", "", "", "", channel_name="lantern")


@dataclass
class Person:
    """A person in the recorder's chat."""

    bot: Bot
    origin: Origin

    async def types(self, text: str, **where: Any) -> "Got":
        """Send the root command with this text."""
        return await self.does(self.bot.commands.parse(text), **where)

    async def names(
        self, after: str = "", before: str = "", answers: Mapping[str, str] | None = None, **where: Any
    ) -> "Got":
        """Speak to the bot by its name, in a message of a channel."""
        message = f"n{next(EVENTS)}"
        place = {"called": "@Ahabot", "message": message, "link": f"https://chat.example/{message}", **where}
        said = Addressed(place["message"], after, before, "@Ahabot", place["link"], answers or {})
        command = self.bot.commands.read_addressed(said)
        assert command is not None, f"nothing was said to the bot: {before} @Ahabot {after}"
        return await self.does(command, **place)

    async def writes(self, text: str) -> "Got":
        """Write to the bot in its direct messages."""
        command = self.bot.commands.read_addressed(Addressed(f"n{next(EVENTS)}", text))
        return await self.does(command, channel=f"D-{self.origin.person}", direct=True)

    async def opens_settings(self) -> "Got":
        """Open the form of one's own settings."""
        return await self.does(Me())

    async def does(self, command: Any, **where: Any) -> "Got":
        """Send any command or event and return the response."""
        origin = replace(self.origin, **{"event": f"e{next(EVENTS)}", **where})
        return Got(self, origin, await self.bot.handle(command, origin))

    async def sees(self, message: str) -> str:
        """Do everything that is due, and return the text of a message."""
        await self.bot.tick()
        recorder = self.bot.adapters["recorder"]
        assert isinstance(recorder, Recorder)
        return recorder.standing[message].text

    async def reacts(self, message: str, author: "Person", emoji: str = "💡", **where: Any) -> None:
        """Add an emoji to another person's message."""
        event = EmojiAdded(message, emoji, author.origin.person, author.origin.person_name)
        await self.does(event, **where)

    async def unreacts(self, message: str, emoji: str = "💡") -> None:
        """Remove an emoji from a message."""
        await self.does(EmojiRemoved(message, emoji))


@dataclass
class Got:
    """The response to one action of a person."""

    person: Person
    origin: Origin
    answer: Reply | Form | None

    @property
    def text(self) -> str:
        """The response's text with buttons as [Label], or an empty string for an event or a form."""
        return render_plain_card(self.answer.card) if isinstance(self.answer, Reply) else ""

    @property
    def form(self) -> Form:
        """The form in the response."""
        assert isinstance(self.answer, Form), self.text
        return self.answer

    def button(self, label: str) -> Any:
        """Return the command of a button, encoded and decoded as platforms do.

        The encoded command must fit in 100 characters.
        """
        assert isinstance(self.answer, Reply)
        card = self.answer.card
        at_quotes = [block.button for block in card.blocks if hasattr(block, "button")]
        buttons: list[Button] = [one for one in (*card.buttons, *card.menu, *at_quotes) if one]
        found = [one.command for one in buttons if one.label == label]
        assert found, f"no [{label}] in: {self.text}"
        encoded = self.person.bot.commands.encode(found[0])
        assert len(encoded) <= 100, encoded
        return self.person.bot.commands.decode(encoded)

    async def press(self, label: str, **where: Any) -> "Got":
        """Press a button of the response, in the place where it was shown."""
        return await self.person.does(
            self.button(label), **{"channel": self.origin.channel, "direct": self.origin.direct, **where}
        )

    async def fill(self, **values: str) -> "Got":
        """Submit the form. Every submission of the same form has the same event id."""
        commands = self.person.bot.commands
        carried = commands.encode(self.form.command)
        assert len(carried) <= 100, carried
        event = f"form-{self.origin.event}"
        shown = {one.name: one.value for one in self.form.fields}
        command = commands.fill_fields(commands.decode(carried), {**shown, **values})
        return await self.person.does(
            command, event=event, channel=self.origin.channel, direct=self.origin.direct, from_form=True
        )


@dataclass
class Everyone:
    """The people in the tests. Ana is an admin; Ben, Mei and Noor are not."""

    bot: Bot

    def __post_init__(self) -> None:
        """Create the four people."""
        self.ana = self._person("ana", "Ana", "Europe/Lisbon", admin=True)
        self.ben = self._person("ben", "Ben", "Europe/Berlin")
        self.mei = self._person("mei", "Mei", "Asia/Singapore")
        self.noor = self._person("noor", "Noor", "Asia/Dubai")

    def find_person(self, name: str) -> Person:
        """Return one of the four by first name, or for `small` somebody of a small team of a grown database."""
        if name != "small":
            found: Person = getattr(self, name)
            return found
        own = replace(
            self.ben.origin,
            channel="G1",
            channel_name="small-1",
            person="small-1",
            person_name="Small-1",
        )
        return Person(self.bot, own)

    def _person(self, key: str, name: str, zone: str, admin: bool = False) -> Person:
        return Person(self.bot, replace(HOME, person=f"U-{key}", person_name=name, zone=zone, admin=admin))
