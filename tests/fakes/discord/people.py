"""People on the fake Discord: what they do, sent as the events of the real one, and what they get in return.

A person can only do what Discord's own app allows: use commands and options that the app registered and components
of a message they see, and send forms with every required field filled.
"""

from __future__ import annotations

import asyncio
import mimetypes
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.discord import payloads, read
from tests.fakes.discord.checks.permissions import Can, in_channel
from tests.fakes.discord.options import CHANNEL, MENTIONABLE, ROLE, USER, thing, typed
from tests.fakes.discord.server import Discord
from tests.fakes.discord.world import (
    COMMAND,
    COMPLETE,
    DEFER,
    DEFER_EDIT,
    FORUM,
    PRESS,
    REPLY,
    SUBMIT,
    THREAD,
    Attachment,
    Channel,
    Interaction,
    Json,
    Message,
    Modal,
    Overwrite,
    Server,
    User,
    World,
)

KINDS = {5: USER, 6: ROLE, 7: MENTIONABLE, 8: CHANNEL}
"""The option type of what is chosen in each type of menu."""
PATIENCE = 5.0
"""Seconds that a person waits for an answer which the app still owes."""
TROUBLE = {
    COMMAND: "The application did not respond", PRESS: "This interaction failed",
    SUBMIT: "Something went wrong. Try again.", COMPLETE: "Loading options failed",
}  # fmt: skip
"""Discord's own message where the app did not answer in time."""


@dataclass(frozen=True)
class Got:
    """What a person sees after an action."""

    interaction: Interaction
    world: World
    whispers: list[Message] = field(default_factory=list)
    """The ephemeral messages that came or were edited."""
    shown: list[Message] = field(default_factory=list)
    """The messages for everyone that came or were edited."""
    modal: Modal | None = None
    trouble: str = ""

    @property
    def text(self) -> str:
        """All of it as a person reads it."""
        told = [read.words(message) for message in (*self.whispers, *self.shown)]
        if self.modal is not None:
            told.append(read.modal(self.modal.body))
        return read.name_channels("\n".join([*told, self.trouble]).strip(), self.world)


async def nothing_owed() -> bool:
    """Return False: nothing counts what the app still owes."""
    return False


@dataclass
class People:
    """All people. `owed` waits while the app works, and returns whether an answer is still on its way."""

    discord: Discord
    owed: Callable[[], Awaitable[bool]] = nothing_owed
    after: float = 0.0
    """Seconds to wait for the rest of a deferred answer where nothing counts what is owed."""
    commands: bool = True
    """Whether their Discord has slash commands. Its accessible text input has none."""
    settles: bool = True
    """Whether an action ends only when the app is quiet, so that every follow-up is seen."""

    @property
    def world(self) -> World:
        """The state of the fake Discord."""
        return self.discord.world

    # Messages

    async def says(
        self, who: str, text: str, channel: Channel | str, to: Message | None = None, ping: bool = True,
        files: dict[str, bytes] | None = None,
    ) -> Message:  # fmt: skip
        """Write a message, or a reply `to` one, and wait until the app has handled it.

        A reply mentions the author it replies to unless `ping` is off.
        """
        person, place = self.world.person(who), self._place(channel)
        self._may(person, place, Can.SEND_MESSAGES_IN_THREADS if place.is_thread else Can.SEND_MESSAGES)
        message = Message(self.world.mint.mint(), place.id, person.id, text, nonce=self.world.mint.mint())
        for name, data in (files or {}).items():
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            message.attachments.append(Attachment(self.world.mint.mint(), name, data, kind))
        if to is not None:
            message.reference, message.type, message.pings = to.id, REPLY, ping
        self.discord.stands(message)
        await self.heard()
        return message

    async def names(
        self, who: str, text: str, channel: Channel | str, to: Message | None = None, ping: bool = False
    ) -> Message:
        """Write a message that mentions the bot: in front of the text, or in place of `@Ahabot` in it."""
        named = text if "@Ahabot" in text else f"@Ahabot {text}".strip()
        return await self.says(who, self.mention_us(named), channel, to, ping)

    def mention_us(self, text: str) -> str:
        """Return a text with mentions of the bot in place of `@Ahabot`."""
        return text.replace("@Ahabot", f"<@{self.world.bot.id}>")

    async def writes(self, who: str, text: str) -> Message:
        """Write a direct message to the bot."""
        return await self.says(who, text, self.world.direct(self.world.person(who).id))

    def replies(self, message: Message) -> list[Message]:
        """Return the bot's replies to a message, and its direct messages since one that was written there."""
        us, place = self.world.bot.id, self.world.channels[message.channel]
        later = (each for each in self.world.standing(place.id) if each.author == us)
        if place.user:
            return [each for each in later if int(each.id) > int(message.id)]
        return [each for each in later if each.reference == message.id]

    async def shows(self, who: str, channel: Channel | str, **what: Any) -> Message:
        """Post a message without words that has `stickers`, a `poll` or `flags`, or that `forwards` another one."""
        message = Message(self.world.mint.mint(), self._place(channel).id, self.world.person(who).id, **what)
        self.discord.stands(message)
        await self.heard()
        return message

    async def forwards(self, who: str, message: Message, channel: Channel | str) -> Message:
        """Forward a message. Its words come along, its author doesn't."""
        return await self.shows(who, channel, forwards=payloads.snapshot(self.world, message))

    async def edits(self, message: Message, text: str) -> None:
        """Rewrite a message of one's own."""
        message.content = text
        self.discord.changed(message)
        await self.heard()

    async def deletes(self, *messages: Message) -> None:
        """Delete a message, or several at once as moderators do."""
        self.discord.gone(*messages)
        await self.heard()

    async def reacts(
        self, who: str, emoji: str | Json, message: Message, on: bool = True, burst: bool = False
    ) -> None:
        """Put an emoji on a message, or take it off. `burst` is a super reaction; a custom emoji is given as object."""
        each = emoji if isinstance(emoji, dict) else {"id": None, "name": emoji}
        self.discord.reacted(message, self.world.person(who).id, each, on, burst)
        await self.heard()

    async def clears(self, message: Message, emoji: str = "") -> None:
        """Remove all reactions as a moderator, or all of one emoji."""
        self.discord.cleared(message, emoji)
        await self.heard()

    # Channels and servers

    async def threads(self, who: str, message: Message, name: str = "A thread") -> Channel:
        """Start a thread from a message. It has the message's id."""
        place = self.world.channels[message.channel]
        thread = Channel(message.id, name, THREAD, place.server, place.id, owner=self.world.person(who).id)
        self.discord.began(thread, message)
        await self.heard()
        return thread

    async def posts(self, who: str, forum: Channel, title: str, text: str) -> tuple[Channel, Message]:
        """Write a post in a forum: a thread, and a first message with its id."""
        assert forum.type == FORUM
        person, id = self.world.person(who), self.world.mint.mint()
        post = self.discord.began(Channel(id, title, THREAD, forum.server, forum.id, owner=person.id))
        first = self.discord.stands(Message(id, id, person.id, text))
        await self.heard()
        return post, first

    async def changes(self, channel: Channel, **what: Any) -> None:
        """Change the `name`, `topic`, `archived` or `locked` of a channel or thread."""
        for name, value in what.items():
            assert hasattr(channel, name), name
            setattr(channel, name, value)
        self.discord.moved(channel)
        await self.heard()

    async def shuts(self, channel: Channel, deny: int = Can.VIEW_CHANNEL, whom: str = "") -> None:
        """Deny permissions in one channel to the bot, or to `whom`; 0 gives them back."""
        user = self.world.person(whom).id if whom else self.world.bot.id
        channel.overwrites = [each for each in channel.overwrites if each.id != user]
        if deny:
            channel.overwrites.append(Overwrite(user, 1, deny=int(deny)))
        self.discord.moved(channel)
        await self.heard()

    async def removes_channel(self, channel: Channel) -> None:
        """Delete a channel or thread with all its messages."""
        self.discord.removed(channel)
        await self.heard()

    async def permits(self, server: Server, permissions: int) -> None:
        """Set the permissions of the bot's own role."""
        role = next(each for each in server.roles.values() if each.bot == self.world.bot.id)
        role.permissions = int(permissions)
        self.discord.of_role(server, role)
        await self.heard()

    async def promotes(self, who: str, permissions: int, server: Server | None = None) -> None:
        """Give a role with these permissions to a person or to the bot."""
        here, person = server or self.world.home, self.world.person(who)
        role = self.world.grants(here, person, int(permissions), f"Role {permissions}")
        self.discord.of_role(here, role, "GUILD_ROLE_CREATE")
        self.discord.of_member(here, here.members[person.id])
        await self.heard()

    async def invites(self, server: Server) -> None:
        """Add the bot to a server."""
        self.world.joins(server)
        self.discord.welcomed(server)
        await self.heard()

    async def removes(self, server: Server) -> None:
        """Remove the bot from a server."""
        self.world.leaves(server)
        self.discord.expelled(server)
        await self.heard()

    # Commands, components and forms

    async def types(self, who: str, line: str, channel: Channel | str, /, **options: Any) -> Got:
        """Type a slash command such as `aha log`, with its options by name.

        Raises AssertionError where Discord would not send it.
        """
        person, place = self.world.person(who), self._place(channel)
        assert self.commands, "this person's Discord has no slash commands"
        self._may(person, place, Can.USE_APPLICATION_COMMANDS)
        data = typed(self.world, person, place, line.removeprefix("/"), options)
        return await self._does(COMMAND, person, place, data)

    async def completes(
        self, who: str, line: str, channel: Channel | str, focused: str, /, **options: Any
    ) -> list[Json]:
        """Return the choices offered while an option is typed. It may be incomplete, and other options missing."""
        person, place = self.world.person(who), self._place(channel)
        data = typed(self.world, person, place, line.removeprefix("/"), options, focused)
        return (await self._does(COMPLETE, person, place, data)).interaction.choices or []

    async def chooses(self, who: str, entry: str, message: Message) -> Got:
        """Choose an entry of a message's menu by its name."""
        person, place = self.world.person(who), self.world.channels[message.channel]
        self._may(person, place, Can.USE_APPLICATION_COMMANDS)
        known = [*self.world.commands.get(place.server, []), *self.world.commands.get("", [])]
        found = [each for each in known if each["type"] == 3 and each["name"] == entry]
        names = [each["name"] for each in known if each["type"] == 3]
        assert found, f"no {entry} in the menu of a message: {names}"
        seen = payloads.message(self.world, message, nested=False)
        data: Json = {
            "id": found[0]["id"], "name": entry, "type": 3, "target_id": message.id,
            "resolved": {"messages": {message.id: seen}},
        }  # fmt: skip
        return await self._does(COMMAND, person, place, data)

    async def presses(self, who: str, label: str, on: Message) -> Got:
        """Press a button (by label or custom_id), or choose an option of a menu (by label or value).

        An option that is still chosen is chosen off first, as a person has to.
        """
        person, place = self.world.person(who), self.world.channels[on.channel]
        pressed = self.press(person, label, on)
        if "values" in pressed:
            if pressed["values"] == on.chosen.get(person.id):
                node = read.menu(on.components, pressed["custom_id"])
                assert node
                assert node.get("min_values") == 0, f"Discord sends [{label}] once"
                await self._does(PRESS, person, place, pressed | {"values": []}, on)
            on.chosen[person.id] = pressed["values"]
        return await self._does(PRESS, person, place, pressed, on)

    def press(self, person: User, label: str, on: Message) -> Json:
        """Return the interaction data of a press."""
        assert not on.deleted, "that message is gone"
        assert on.to in ("", person.id), f"{person.name} does not see that message"
        found = read.pressed(on.components, label)
        assert found, f"no [{label}] in:\n{read.words(on)}"
        node, option = found
        assert not node.get("disabled"), f"[{label}] cannot be pressed"
        assert node.get("custom_id"), f"[{label}] opens {node.get('url')}"
        data: Json = {"component_type": node["type"], "custom_id": node["custom_id"], "id": node["id"]}
        return data if option is None else data | {"values": [option["value"]]}

    async def picks(self, who: str, menu: str, on: Message, *values: str) -> Got:
        """Choose in a menu, found by custom_id or placeholder. People, roles and channels are given by name."""
        person, place = self.world.person(who), self.world.channels[on.channel]
        assert not on.deleted, "that message is gone"
        assert on.to in ("", person.id), f"{person.name} does not see that message"
        node = read.menu(on.components, menu)
        assert node, f"no menu {menu} in:\n{read.words(on)}"
        resolved: Json = {}
        picked = read.chosen(node, list(values), self._pick(place, resolved))
        assert len(picked) >= node.get("min_values", 1), f"{menu}: more must be chosen"
        data: Json = {
            "component_type": node["type"], "custom_id": node["custom_id"], "id": node["id"],
            "values": picked, **({"resolved": resolved} if resolved else {}),
        }  # fmt: skip
        return await self._does(PRESS, person, place, data, on)

    def _pick(self, place: Channel, resolved: Json) -> read.Pick:
        return lambda kind, name: thing(self.world, place, KINDS[kind], name, resolved)

    async def submits(self, form: Modal, /, **values: str) -> Got:
        """Submit a form. The `values`, by custom_id or label, replace the initial ones."""
        return await self.sends(form, values)

    async def sends(self, form: Modal, values: dict[str, str]) -> Got:
        """Submit a form like `submits`, with field names that are no Python names."""
        assert form.open, "that form is closed"
        did, person = form.interaction, self.world.users[form.user]
        resolved: Json = {}
        sent = read.submission(form, values, self._pick(did.channel, resolved))
        data = {"custom_id": form.body["custom_id"], "components": sent, "resolved": resolved}
        got = await self._does(SUBMIT, person, did.channel, data, did.on, did)
        form.open = bool(got.trouble)
        return got

    async def _does(
        self, kind: int, person: User, place: Channel, data: Json, on: Message | None = None,
        opener: Interaction | None = None,
    ) -> Got:  # fmt: skip
        """Do an action, and return what came of it."""
        did = Interaction(
            self.world.mint.mint(), secrets.token_urlsafe(60), kind, person, place, data, on, opener
        )
        self.discord.did(did)
        late = not await self._until(did, lambda: bool(did.answered), self.discord.answer_within)
        owed = await self.owed()
        if did.answered in (DEFER, DEFER_EDIT):
            await self._until(did, lambda: _came(did), PATIENCE if owed else self.after)
        if self.settles:
            await self.discord.quiet()
        return _got(did, self.world, TROUBLE[kind] if late else "")

    async def _until(self, did: Interaction, there: Callable[[], bool], seconds: float) -> bool:
        """Wait up to `seconds` for a condition on an interaction, and return whether it came true."""
        try:
            async with asyncio.timeout(seconds):
                while not there():
                    did.came.clear()
                    await did.came.wait()
        except TimeoutError:
            return False
        return True

    async def heard(self) -> None:
        """Wait until the app has read all events and finished its work on them."""
        await self.discord.quiet()
        await self.owed()
        await self.discord.quiet()

    def _place(self, channel: Channel | str) -> Channel:
        return channel if isinstance(channel, Channel) else self.world.channel(channel)

    def _may(self, person: User, place: Channel, what: int) -> None:
        assert in_channel(self.world, place, person.id) & what, (
            f"{person.name} may not do that in {place.name}"
        )


def _came(did: Interaction) -> bool:
    """Return whether more than the deferral has arrived."""
    ready = did.original is not None and not did.original.loading and did.answered == DEFER
    return ready or bool(did.changed) or len(did.said) > (did.answered == DEFER)


def _got(did: Interaction, world: World, trouble: str) -> Got:
    touched = {message.id: message for message in (*did.changed, *did.said) if not message.deleted}
    whispers = [message for message in touched.values() if message.to]
    shown = [message for message in touched.values() if not message.to]
    modal = did.modal if did.modal is not None and did.modal.open else None
    return Got(did, world, whispers, shown, modal, trouble)
