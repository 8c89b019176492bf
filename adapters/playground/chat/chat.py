"""The playground's chat server: who sees what, and what can be said, changed and deleted.

It does not know what the bot does. For the bot it is like Slack's and Discord's servers.
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
    Whisper,
    direct_channel,
)
from adapters.playground.chat.store import Store
from adapters.playground.errors import ChatError
from bot.core.language.catalogs import list_languages
from bot.core.language.words import _

T = TypeVar("T")

WHISPERS_KEPT = 20
FORMS_KEPT = 200
NAME_LENGTH = 40


class Chat:
    """The operations on one chat. An impossible one raises ChatError."""

    def __init__(self, world: Store) -> None:
        self.world = world

    @classmethod
    def open_file(cls, path: Path, begins: datetime | None = None) -> Chat:
        """Return the chat in this file, or a new one if there is none.

        A new chat's time may begin in the past.
        """
        return cls(Store.open_file(path, begins))

    # Visibility

    def can_see(self, person: str, channel: str) -> bool:
        """Return whether a person may read a channel."""
        place = self.world.channels[channel]
        return not place.private or person in place.members

    def find_person(self, person: str) -> Person:
        """Return the person with this id."""
        return _require_item(self.world.people.get(person), _("There's nobody here by that name."))

    def find_channel(self, person: str, channel: str) -> Channel:
        """Return a channel that this person can see."""
        seen = channel in self.world.channels and self.can_see(self.find_person(person).id, channel)
        return _require_item(
            self.world.channels[channel] if seen else None, _("There's no such channel here.")
        )

    def find_message(self, person: str, message: str) -> Message:
        """Return a message that this person can see.

        This includes deleted messages, since their place in a thread remains.
        """
        found = self.world.messages.get(message)
        seen = found is not None and self.can_see(self.find_person(person).id, found.channel)
        return _require_item(found if seen else None, _("That message no longer exists."))

    def find_card(self, person: str, card: str) -> Message | Whisper:
        """Return a card that this person can see: a message or a private reply."""
        whisper = self.world.whispers.get(card)
        return whisper if whisper and whisper.person == person else self.find_message(person, card)

    def find_form(self, person: str, form: str) -> OpenForm:
        """Return a form that was opened for this person."""
        found = self.world.forms.get(form)
        mine = found is not None and found.person == person
        return _require_item(found if mine else None, _("That form is no longer open."))

    def find_posted(self, key: str) -> Message | None:
        """Return the bot's message under a posting's key, or None if there is none or it was deleted."""
        return next((m for m in self.world.messages.values() if m.key == key and not m.deleted), None)

    # Messages

    def say_text(self, person: str, channel: str, text: str, thread: str, event: str) -> Message:
        """Add a person's message and return it. The same event again returns the same message."""
        said = (m for m in self.world.messages.values() if m.event == event and m.author == person)
        return next(said, None) or self._add_message(channel, person, thread, text=text, event=event)

    def post_card(self, channel: str, thread: str, key: str, **shown: Json | None) -> Message:
        """Add a message of the bot, with its card and picture, and return it."""
        return self._add_message(channel, BOT, thread, key=key, **shown)

    def _add_message(self, channel: str, author: str, thread: str, **fields: Any) -> Message:
        number, now = self.world.next_number(), self.world.current_time()
        message = Message(str(number), channel, author, now, thread=thread, **fields)
        self.world.put_items(message, self.world.time)
        return message

    def change_message(self, message: Message, **fields: Any) -> None:
        """Replace a message's text, card or other fields.

        A picture or file that no message shows any more is deleted.
        """
        changed = replace(message, **fields)
        self.world.put_items(changed)
        for before, after in ((message.picture, changed.picture), (message.file, changed.file)):
            if before and before != after:
                self._delete_unused_file(before["name"])

    def _delete_unused_file(self, name: str) -> None:
        shown_by = self.world.messages.values()
        posted = (shown for each in shown_by for shown in (each.picture, each.file))
        private = (each.picture for each in self.world.whispers.values())
        if not any(shown and shown["name"] == name for shown in (*posted, *private)):
            disk.delete_picture(self.world.path, name)

    def empty_message(self, message: Message) -> None:
        """Delete a message's content. Its place in the thread remains."""
        self.change_message(message, text="", card=None, picture=None, file=None, reactions={}, deleted=True)

    def set_reaction(self, message: Message, who: str, emoji: str, on: bool) -> None:
        """Add a person's emoji to a message, or remove it. Repeating it changes nothing."""
        others = [person for person in message.reactions.get(emoji, ()) if person != who]
        reactions = {**message.reactions, emoji: [*others, who] if on else others}
        self.change_message(message, reactions={each: people for each, people in reactions.items() if people})

    # Private replies and forms

    def show_whisper(
        self,
        person: str,
        channel: str,
        thread: str,
        event: str,
        card: Json,
        instead: str,
        picture: Json | None = None,
    ) -> Whisper:
        """Show a private reply and return it.

        It replaces the reply with the id `instead`, or the one to the same event. Each person's last
        20 replies remain.
        """
        mine = [each for each in self.world.whispers.values() if each.person == person]
        old = next((each for each in mine if each.event == event or each.id == instead), None)
        if old:
            whisper = replace(old, card=card, event=event, picture=picture)
        else:
            self._drop_whispers(*mine[: -WHISPERS_KEPT + 1])
            number, now = self.world.next_number(), self.world.current_time()
            whisper = Whisper(f"w{number}", person, channel, now, card, event, thread, picture)
        self.world.put_items(whisper, self.world.time)
        if old and old.picture and old.picture != picture:
            self._delete_unused_file(old.picture["name"])
        return whisper

    def _drop_whispers(self, *whispers: Whisper) -> None:
        self.world.drop_items(*whispers)
        for each in whispers:
            if each.picture:
                self._delete_unused_file(each.picture["name"])

    def dismiss_whisper(self, person: str, whisper: str) -> None:
        """Remove a private reply. Nothing happens if it is already gone."""
        found = self.world.whispers.get(whisper)
        if found and found.person == person:
            self._drop_whispers(found)
            self.world.put_items()

    def open_form(
        self, person: str, channel: str, thread: str, form: Json, command: str, whisper: str
    ) -> OpenForm:
        """Open a form for a person and return it. Its id identifies their submission.

        The last 200 forms remain.
        """
        self.world.drop_items(*list(self.world.forms.values())[: -FORMS_KEPT + 1])
        opened = OpenForm(f"f{self.world.next_number()}", person, channel, form, command, thread, whisper)
        self.world.put_items(opened, self.world.time)
        return opened

    # Channels and people

    def set_bot_present(self, person: str, channel: str, inside: bool) -> None:
        """Add the bot to a channel, or remove it."""
        self.world.put_items(replace(self._find_group_channel(person, channel), bot=inside))

    def change_channel(self, person: str, channel: str, name: str, private: bool) -> None:
        """Rename a channel, and make it private or open.

        A private channel is for those who are in it now.
        """
        room = self._find_group_channel(person, channel)
        inside = room.members or tuple(self.world.people)
        free = room.name if name in ("", room.name) else self._check_channel_name(name)
        self.world.put_items(replace(room, name=free, private=private, members=inside if private else ()))

    def _find_group_channel(self, person: str, channel: str) -> Channel:
        found = self.find_channel(person, channel)
        if found.direct:
            raise ChatError(_("This is a direct message, so it can't be changed."))
        return found

    def add_channel(self, person: str, name: str, members: Sequence[str] | None = None) -> Channel:
        """Add a channel and return it.

        It is open, or with `members` private to them and its creator.
        """
        inside = () if members is None else tuple(dict.fromkeys([person, *members]))
        for each in (person, *inside):
            self.find_person(each)
        free = self._check_channel_name(name)
        channel = Channel(_unused_id(free, self.world.channels), free, members is not None, inside)
        self.world.put_items(channel)
        return channel

    def add_person(self, name: str, zone: str) -> Person:
        """Add a person, with a direct channel to the bot, and return them."""
        called = " ".join(name.split())
        taken = {person.name.casefold() for person in self.world.people.values()} | {BOT}
        if not 0 < len(called) <= NAME_LENGTH or called.casefold() in taken:
            raise ChatError(_("Not added yet."), 422, {"name": _("Choose a name that nobody here has yet.")})
        person = Person(_unused_id(called.casefold(), self.world.people), called, _check_zone(zone))
        self.world.put_items(person, direct_channel(person))
        return person

    def allow_notes(self, person: str, on: bool) -> None:
        """Set whether a person accepts direct messages."""
        self.world.put_items(replace(self.find_person(person), closed=not on))

    def choose_language(self, person: str, language: str) -> None:
        """Set the language that a person uses the page in."""
        if language not in list_languages():
            raise ChatError(_("I don't know that language."))
        self.world.put_items(replace(self.find_person(person), language=language))

    def _check_channel_name(self, name: str) -> str:
        called = "-".join(name.strip().lstrip("#").casefold().split())
        taken = {channel.name for channel in self.world.channels.values()}
        if not 0 < len(called) <= NAME_LENGTH or called in taken:
            raise ChatError(_("Not saved yet."), 422, {"name": _("Choose a name that no channel has yet.")})
        return called


def _unused_id(name: str, taken: Mapping[str, object]) -> str:
    """Return an unused id that resembles the name and is safe in an address."""
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name)
    tries: Iterable[str] = (f"{plain}{number or ''}" for number in range(len(taken) + 2))
    return next(each for each in tries if each not in taken and each != BOT)


def _check_zone(zone: str) -> str:
    try:
        return ZoneInfo(zone).key
    except (ValueError, LookupError, OSError):
        raise ChatError(
            _("Not added yet."), 422, {"zone": _("Choose a time zone from the list, like Europe/Lisbon.")}
        ) from None


def _require_item(item: T | None, otherwise: str) -> T:
    if item is None:
        raise ChatError(otherwise, 404)
    return item
