"""The chat company of the playground: who sees what, and what can be said, changed and taken back.

It knows nothing of what the bot does; to the bot it is what Slack's and Discord's servers are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from adapters.playground.chat import disk
from adapters.playground.chat.model import (
    BOT,
    Channel,
    Json,
    Message,
    OpenForm,
    Person,
    Refused,
    Whisper,
    conversation,
)
from adapters.playground.chat.store import World

T = TypeVar("T")

WHISPERS_KEPT = 20
FORMS_KEPT = 200
NAME_LENGTH = 40


class Chat:
    """What can happen in one world. What cannot raises Refused."""

    def __init__(self, world: World) -> None:
        self.world = world

    @classmethod
    def open(cls, path: Path, begins: datetime | None = None) -> Chat:
        """The chat in this file; where there is none, a new one, whose time may begin in the past."""
        return cls(World.open(path, begins))

    # Who sees what

    def sees(self, person: str, channel: str) -> bool:
        """Whether a person may read what is said in a channel."""
        place = self.world.channels[channel]
        return not place.private or person in place.members

    def person(self, person: str) -> Person:
        """Somebody, by id."""
        return _found(self.world.people.get(person), "There is nobody here by that name.")

    def channel(self, person: str, channel: str) -> Channel:
        """A channel that this person can see."""
        seen = channel in self.world.channels and self.sees(self.person(person).id, channel)
        return _found(self.world.channels[channel] if seen else None, "There is no such channel here.")

    def message(self, person: str, message: str) -> Message:
        """A message that this person can see; a deleted one too, since its place in a thread stays."""
        found = self.world.messages.get(message)
        seen = found is not None and self.sees(self.person(person).id, found.channel)
        return _found(found if seen else None, "That message is not here any more.")

    def card(self, person: str, card: str) -> Message | Whisper:
        """A card in front of this person, posted or private."""
        whisper = self.world.whispers.get(card)
        return whisper if whisper and whisper.person == person else self.message(person, card)

    def form(self, person: str, form: str) -> OpenForm:
        """A form that was opened for this person."""
        found = self.world.forms.get(form)
        mine = found is not None and found.person == person
        return _found(found if mine else None, "That form is not open any more.")

    def posted(self, key: str) -> Message | None:
        """The bot's message under a posting's key."""
        return next((m for m in self.world.messages.values() if m.key == key), None)

    # What is said

    def say(self, person: str, channel: str, text: str, thread: str, event: str) -> Message:
        """A person's message; the same event again is the same message."""
        said = (m for m in self.world.messages.values() if m.event == event and m.author == person)
        return next(said, None) or self._add(channel, person, thread, text=text, event=event)

    def post(self, channel: str, thread: str, key: str, **shown: Json | None) -> Message:
        """A card of the bot's, with its picture."""
        return self._add(channel, BOT, thread, key=key, **shown)

    def _add(self, channel: str, author: str, thread: str, **fields: Any) -> Message:
        number, now = self.world.number(), self.world.now()
        message = Message(str(number), channel, author, now, thread=thread, **fields)
        self.world.put(message, self.world.time)
        return message

    def change(self, message: Message, **fields: Any) -> None:
        """Other words, another card, or nothing; a picture that nothing shows any more is forgotten."""
        changed = replace(message, **fields)
        self.world.put(changed)
        if message.picture and message.picture != changed.picture:
            self._forget_picture(message.picture["name"])

    def _forget_picture(self, name: str) -> None:
        if not any(m.picture and m.picture["name"] == name for m in self.world.messages.values()):
            disk.drop_picture(self.world.path, name)

    def empty(self, message: Message) -> None:
        """Delete a message: nothing of it stays but its place."""
        self.change(message, text="", card=None, picture=None, reactions={}, deleted=True)

    def react(self, message: Message, who: str, emoji: str, on: bool) -> None:
        """Put somebody's emoji on a message, or take it off; doing so twice is doing it once."""
        others = [person for person in message.reactions.get(emoji, ()) if person != who]
        reactions = {**message.reactions, emoji: [*others, who] if on else others}
        self.change(message, reactions={each: people for each, people in reactions.items() if people})

    # What one person alone sees

    def whisper(
        self, person: str, channel: str, thread: str, event: str, card: Json, instead: str
    ) -> Whisper:
        """A private reply: new, or in the place of `instead` or of what the same event brought before."""
        mine = [each for each in self.world.whispers.values() if each.person == person]
        old = next((each for each in mine if each.event == event or each.id == instead), None)
        if old:
            whisper = replace(old, card=card, event=event)
        else:
            self.world.drop(*mine[: -WHISPERS_KEPT + 1])
            number, now = self.world.number(), self.world.now()
            whisper = Whisper(f"w{number}", person, channel, now, card, event, thread)
        self.world.put(whisper, self.world.time)
        return whisper

    def dismiss(self, person: str, whisper: str) -> None:
        """Take a private reply away; one that is gone already is fine."""
        found = self.world.whispers.get(whisper)
        if found and found.person == person:
            self.world.drop(found)
            self.world.put()

    def open_form(
        self, person: str, channel: str, thread: str, form: Json, command: str, whisper: str
    ) -> OpenForm:
        """Put a form in front of a person; its id names what they will send."""
        self.world.drop(*list(self.world.forms.values())[: -FORMS_KEPT + 1])
        opened = OpenForm(f"f{self.world.number()}", person, channel, form, command, thread, whisper)
        self.world.put(opened, self.world.time)
        return opened

    # Rooms and people

    def let_bot(self, person: str, channel: str, inside: bool) -> None:
        """Bring the bot into a channel, or send it away."""
        self.world.put(replace(self._room(person, channel), bot=inside))

    def change_channel(self, person: str, channel: str, name: str, private: bool) -> None:
        """Another name; private to those who are in it now, or open to everyone."""
        room = self._room(person, channel)
        inside = room.members or tuple(self.world.people)
        free = room.name if name in ("", room.name) else self._free(name)
        self.world.put(replace(room, name=free, private=private, members=inside if private else ()))

    def _room(self, person: str, channel: str) -> Channel:
        found = self.channel(person, channel)
        if found.direct:
            raise Refused("That is a conversation for two; it stays as it is.")
        return found

    def add_channel(self, person: str, name: str, members: Sequence[str] | None = None) -> Channel:
        """A new channel: open, or with `members` a private one for them and its maker."""
        inside = () if members is None else tuple(dict.fromkeys([person, *members]))
        for each in (person, *inside):
            self.person(each)
        free = self._free(name)
        channel = Channel(_unused(free, self.world.channels), free, members is not None, inside)
        self.world.put(channel)
        return channel

    def add_person(self, name: str, zone: str) -> Person:
        """Somebody new, with a conversation of their own with the bot."""
        called = " ".join(name.split())
        taken = {person.name.casefold() for person in self.world.people.values()} | {BOT}
        if not 0 < len(called) <= NAME_LENGTH or called.casefold() in taken:
            raise Refused("Not added yet.", 422, {"name": "Give a name that nobody here has yet."})
        person = Person(_unused(called.casefold(), self.world.people), called, _zone(zone))
        self.world.put(person, conversation(person))
        return person

    def take_notes(self, person: str, on: bool) -> None:
        """Whether somebody takes direct messages."""
        self.world.put(replace(self.person(person), closed=not on))

    def _free(self, name: str) -> str:
        called = "-".join(name.strip().lstrip("#").casefold().split())
        taken = {channel.name for channel in self.world.channels.values()}
        if not 0 < len(called) <= NAME_LENGTH or called in taken:
            raise Refused("Not done yet.", 422, {"name": "Give a name that no channel has yet."})
        return called


def _unused(name: str, taken: Mapping[str, object]) -> str:
    """An id that reads like the name and can stand in an address."""
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name)
    tries: Iterable[str] = (f"{plain}{number or ''}" for number in range(len(taken) + 2))
    return next(each for each in tries if each not in taken and each != BOT)


def _zone(zone: str) -> str:
    try:
        return ZoneInfo(zone).key
    except (ValueError, LookupError, OSError):
        raise Refused(
            "Not added yet.", 422, {"zone": "Choose a zone from the list, like Europe/Lisbon."}
        ) from None


def _found(item: T | None, otherwise: str) -> T:
    if item is None:
        raise Refused(otherwise, 404)
    return item
