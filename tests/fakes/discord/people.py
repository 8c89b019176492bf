"""People in our Discord: what they do, as the real one's events, and what they get for it.

A person can only do what Discord's own app would let them: commands and options that the app registered, components
that stand in a message before them, forms with every wanted field filled.
"""

from __future__ import annotations

import asyncio
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
"""What is chosen in each type of menu, as the type of an option."""
PATIENCE = 5.0
"""Seconds that a person looks for an answer which the app still owes."""
TROUBLE = {
    COMMAND: "The application did not respond", PRESS: "This interaction failed",
    SUBMIT: "Something went wrong. Try again.", COMPLETE: "Loading options failed",
}  # fmt: skip
"""What Discord itself says where the app gave no answer in time."""


@dataclass(frozen=True)
class Got:
    """What somebody has before them after they did something."""

    interaction: Interaction
    whispers: list[Message] = field(default_factory=list)
    """Only for them: what came or was rewritten."""
    shown: list[Message] = field(default_factory=list)
    """The same for everyone."""
    modal: Modal | None = None
    trouble: str = ""

    @property
    def text(self) -> str:
        """All of it, as a person reads it."""
        told = [read.words(message) for message in (*self.whispers, *self.shown)]
        if self.modal is not None:
            told.append(read.modal(self.modal.body))
        return "\n".join([*told, self.trouble]).strip()


async def nothing_owed() -> bool:
    """Nobody keeps count of what the app still owes."""
    return False


@dataclass
class People:
    """Everybody. `owed` waits while the app works, and says whether an answer is still on its way."""

    discord: Discord
    owed: Callable[[], Awaitable[bool]] = nothing_owed
    after: float = 0.0
    """Seconds to wait for the rest of a deferred answer where nobody keeps count."""
    settles: bool = True
    """Whether a person looks once more when the app is quiet, and so sees every follow-up."""

    @property
    def world(self) -> World:
        """Where they are."""
        return self.discord.world

    # Speaking with everyone

    async def says(
        self, who: str, text: str, channel: Channel | str, to: Message | None = None, ping: bool = True,
        files: dict[str, bytes] | None = None,
    ) -> Message:  # fmt: skip
        """A message, or a reply `to` one, which mentions its author unless `ping` is off; the app has heard of it."""
        person, place = self.world.person(who), self._place(channel)
        self._may(person, place, Can.SEND_MESSAGES_IN_THREADS if place.is_thread else Can.SEND_MESSAGES)
        message = Message(self.world.mint.mint(), place.id, person.id, text, nonce=self.world.mint.mint())
        for name, data in (files or {}).items():
            kind = "image/png" if name.endswith(".png") else "text/plain"
            message.attachments.append(Attachment(self.world.mint.mint(), name, data, kind))
        if to is not None:
            message.reference, message.type, message.pings = to.id, REPLY, ping
        self.discord.stands(message)
        await self.heard()
        return message

    async def edits(self, message: Message, text: str) -> None:
        """One's own message in other words."""
        message.content = text
        self.discord.changed(message)
        await self.heard()

    async def deletes(self, *messages: Message) -> None:
        """A message away, or many at once, as moderators do."""
        self.discord.gone(*messages)
        await self.heard()

    async def reacts(
        self, who: str, emoji: str | Json, message: Message, on: bool = True, burst: bool = False
    ) -> None:
        """An emoji on a message, or off it; `burst` is a super reaction. A custom one is given as its object."""
        each = emoji if isinstance(emoji, dict) else {"id": None, "name": emoji}
        self.discord.reacted(message, self.world.person(who).id, each, on, burst)
        await self.heard()

    async def clears(self, message: Message, emoji: str = "") -> None:
        """A moderator takes all reactions off, or all of one emoji."""
        self.discord.cleared(message, emoji)
        await self.heard()

    # Places

    async def threads(self, who: str, message: Message, name: str = "A thread") -> Channel:
        """A thread from a message; it has the message's id."""
        place = self.world.channels[message.channel]
        thread = Channel(message.id, name, THREAD, place.server, place.id, owner=self.world.person(who).id)
        self.discord.began(thread, message)
        await self.heard()
        return thread

    async def posts(self, who: str, forum: Channel, title: str, text: str) -> tuple[Channel, Message]:
        """A post in a forum: a thread, and a first message with its id."""
        assert forum.type == FORUM
        person, id = self.world.person(who), self.world.mint.mint()
        post = self.discord.began(Channel(id, title, THREAD, forum.server, forum.id, owner=person.id))
        first = self.discord.stands(Message(id, id, person.id, text))
        await self.heard()
        return post, first

    async def changes(self, channel: Channel, **what: Any) -> None:
        """A channel's or thread's `name`, `topic`, `archived`, `locked`."""
        for name, value in what.items():
            assert hasattr(channel, name), name
            setattr(channel, name, value)
        self.discord.moved(channel)
        await self.heard()

    async def shuts(self, channel: Channel, deny: int = Can.VIEW_CHANNEL, whom: str = "") -> None:
        """Take something from the bot, or from `whom`, in one channel; 0 gives it back."""
        user = self.world.person(whom).id if whom else self.world.bot.id
        channel.overwrites = [each for each in channel.overwrites if each.id != user]
        if deny:
            channel.overwrites.append(Overwrite(user, 1, deny=int(deny)))
        self.discord.moved(channel)
        await self.heard()

    async def removes_channel(self, channel: Channel) -> None:
        """A channel or thread away, with all that was said there."""
        self.discord.removed(channel)
        await self.heard()

    async def permits(self, server: Server, permissions: int) -> None:
        """The bot's own role has other permissions now."""
        role = next(each for each in server.roles.values() if each.bot == self.world.bot.id)
        role.permissions = int(permissions)
        self.discord.of_role(server, role)
        await self.heard()

    async def promotes(self, who: str, permissions: int, server: Server | None = None) -> None:
        """Somebody has a role with these permissions now; the bot may be meant too."""
        here, person = server or self.world.home, self.world.person(who)
        role = self.world.grants(here, person, int(permissions), f"Role {permissions}")
        self.discord.of_role(here, role, "GUILD_ROLE_CREATE")
        self.discord.of_member(here, here.members[person.id])
        await self.heard()

    async def invites(self, server: Server) -> None:
        """The bot comes to a server."""
        self.world.joins(server)
        self.discord.welcomed(server)
        await self.heard()

    async def removes(self, server: Server) -> None:
        """The bot is sent out of a server."""
        self.world.leaves(server)
        self.discord.expelled(server)
        await self.heard()

    # Speaking with the bot

    async def types(self, who: str, line: str, channel: Channel | str, /, **options: Any) -> Got:
        """A slash command: `aha log` with its options by name. AssertionError where Discord would not send it."""
        person, place = self.world.person(who), self._place(channel)
        self._may(person, place, Can.USE_APPLICATION_COMMANDS)
        data = typed(self.world, person, place, line.removeprefix("/"), options)
        return await self._does(COMMAND, person, place, data)

    async def completes(
        self, who: str, line: str, channel: Channel | str, focused: str, /, **options: Any
    ) -> list[Json]:
        """What is offered while an option is typed; the one in focus may be incomplete, others missing."""
        person, place = self.world.person(who), self._place(channel)
        data = typed(self.world, person, place, line.removeprefix("/"), options, focused)
        return (await self._does(COMPLETE, person, place, data)).interaction.choices or []

    async def chooses(self, who: str, entry: str, message: Message) -> Got:
        """An entry of a message's menu, by its name."""
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
        """A button or an entry of a menu, by what stands on it or by custom_id."""
        person, place = self.world.person(who), self.world.channels[on.channel]
        return await self._does(PRESS, person, place, self.press(person, label, on), on)

    def press(self, person: User, label: str, on: Message) -> Json:
        """The data of a press."""
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
        """Some of a menu, which is known by custom_id or placeholder; people, roles, channels by name."""
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
        """A form: what stands there, and what the person puts in its place, by custom_id or label."""
        return await self.sends(form, values)

    async def sends(self, form: Modal, values: dict[str, str]) -> Got:
        """The same for names that are no Python names."""
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
        """Do it, and look at what came of it."""
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
        return _got(did, TROUBLE[kind] if late else "")

    async def _until(self, did: Interaction, there: Callable[[], bool], seconds: float) -> bool:
        """Wait for something of an interaction's; whether it came."""
        try:
            async with asyncio.timeout(seconds):
                while not there():
                    did.came.clear()
                    await did.came.wait()
        except TimeoutError:
            return False
        return True

    async def heard(self) -> None:
        """The app has heard of everything, and has done what it does about it."""
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
    """Whether there is more than the promise of an answer."""
    ready = did.original is not None and not did.original.loading and did.answered == DEFER
    return ready or bool(did.changed) or len(did.said) > (did.answered == DEFER)


def _got(did: Interaction, trouble: str) -> Got:
    touched = {message.id: message for message in (*did.changed, *did.said) if not message.deleted}
    whispers = [message for message in touched.values() if message.to]
    shown = [message for message in touched.values() if not message.to]
    modal = did.modal if did.modal is not None and did.modal.open else None
    return Got(did, whispers, shown, modal, trouble)
