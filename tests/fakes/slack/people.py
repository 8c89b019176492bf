"""People in the fake Slack: their actions as Slack's payloads, and what they see afterwards."""

from __future__ import annotations

import asyncio
import html
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tests.fakes.slack import events, limits, read
from tests.fakes.slack.server import Slack
from tests.fakes.slack.wire import COMMAND, INTERACTION, Answer
from tests.fakes.slack.world import Channel, Json, Message, User, View, Workspace, emoji_name, escaped

PATIENCE = 5.0
"""Seconds that a person waits for a response that is still to come."""


@dataclass(frozen=True)
class Got:
    """What a person sees after an action."""

    answer: Answer
    whispers: list[Message] = field(default_factory=list)
    view: View | None = None
    trouble: str = ""
    """Slack's own error message when the app did not respond."""

    @property
    def text(self) -> str:
        """The whole text, as a person reads it."""
        shown = [read.words(message.blocks, message.text) for message in self.whispers]
        if self.view is not None:
            shown.append(read.view(self.view.body))
        return "\n".join([*shown, self.trouble]).strip()


async def nothing_owed() -> bool:
    """Return False: responses still to come are not tracked."""
    return False


@dataclass
class People:
    """The people in one workspace. `owed` returns whether a response is still to come."""

    slack: Slack
    here: Workspace
    command: str = "/aha"
    owed: Callable[[], Awaitable[bool]] = nothing_owed
    after: float = 0.0
    """Seconds to wait for a late response when `owed` returns False."""

    # Public messages

    async def says(
        self, who: str, text: str, channel: str, thread: str = "", blocks: Sequence[Json] = ()
    ) -> Message:
        """Post a message for everyone, and return once the app has received it.

        With `blocks`, which are what the person's client made of their words, `text` is their mrkdwn.
        """
        person = self.here.person(who)
        words = text if blocks else escaped(text)
        message = Message(channel, self.here.ts(), person.id, words, list(blocks), thread)
        self.slack.stands(self.here, message)
        await self.slack.quiet()
        return message

    async def names(self, who: str, text: str, channel: str, thread: str = "") -> tuple[Message, Got]:
        """Post a message to the bot, and return it with what the person sees afterwards.

        In a channel it has the bot's name, in place of `@Ahabot` or in front of the text. The client sends
        what was written as rich text, too.
        """
        person, here = self.here.person(who), self.here
        name = f"<@{here.bot}>"
        direct = here.channels[channel].of_two or "@Ahabot" in text
        words = self.with_name(text if direct else f"@Ahabot {text}")
        pieces: list[Json] = []
        for number, part in enumerate(words.split(name)):
            pieces += [{"type": "user", "user_id": here.bot}] if number else []
            pieces += [{"type": "text", "text": html.unescape(part)}] if part else []
        section = {"type": "rich_text_section", "elements": pieces}
        blocks = [{"type": "rich_text", "block_id": "r1", "elements": [section]}] if pieces else []
        message = Message(channel, here.ts(), person.id, words, blocks, thread)
        came = self._watch(person, channel)
        self.slack.stands(here, message)
        await self.slack.quiet()
        shown, _ = await self._wait(came, await self.owed())
        return message, Got(Answer(200), shown)

    def with_name(self, text: str) -> str:
        """Return a text as Slack's markup, with the bot's mention in place of `@Ahabot`."""
        return f"<@{self.here.bot}>".join(map(escaped, text.split("@Ahabot")))

    async def shares(self, who: str, channel: str, thread: str = "", text: str = "") -> Message:
        """Post a picture, with or without words."""
        message = Message(channel, self.here.ts(), self.here.person(who).id, escaped(text), thread=thread)
        message.files = [{"id": "F0PICTURE", "name": "board.png", "mimetype": "image/png"}]
        self.slack.stands(self.here, message)
        await self.slack.quiet()
        return message

    async def edits(self, message: Message, text: str, blocks: Sequence[Json] = ()) -> None:
        """Change the text of a person's own message. `blocks` are as for `says`."""
        before = message.seen(self.here.bot_id, self.here.app)
        message.text, message.blocks = text if blocks else self.with_name(text), list(blocks)
        message.edits += 1
        self.slack.changed(self.here, message, before)
        await self.slack.quiet()

    async def deletes(self, message: Message) -> None:
        """Delete a person's own message."""
        message.deleted = True
        self.slack.tell(self.here, events.deleted(self.here, message))
        await self.slack.quiet()

    async def reacts(self, who: str, emoji: str, message: Message, on: bool = True) -> None:
        """Add an emoji to a message, or remove it."""
        self.slack.reacted(self.here, message, self.here.person(who).id, emoji_name(emoji), on)
        await self.slack.quiet()

    # Channels

    async def invites(self, who: str, channel: Channel, on: bool = True) -> None:
        """Add the bot to a channel, or remove it."""
        (channel.members.add if on else channel.members.discard)(self.here.bot)
        told = events.membership(self.here, channel, self.here.bot, self.here.person(who).id, on)
        self.slack.tell(self.here, told)
        if not on:
            self.slack.tell(self.here, events.of_channel(channel, "left", self.here.person(who).id))
        await self.slack.quiet()

    async def joins(self, who: str, channel: Channel, on: bool = True) -> None:
        """Add a person to a channel, or remove them."""
        person = self.here.person(who).id
        (channel.members.add if on else channel.members.discard)(person)
        self.slack.tell(self.here, events.membership(self.here, channel, person, person, on))
        await self.slack.quiet()

    async def renames(self, who: str, name: str) -> None:
        """Give a person another name."""
        person = self.here.person(who)
        person.name = name
        told = {"type": "user_change", "user": person.seen(self.here.team), "event_ts": f"{time.time():.6f}"}
        self.slack.tell(self.here, told)
        await self.slack.quiet()

    async def changes(self, who: str, channel: Channel, what: str, name: str = "") -> None:
        """Change a channel: `archive`, `unarchive`, `rename`, `shared`, `unshared` or `deleted`.

        After `unarchive` a private channel has its members again, and a public one has none.
        """
        match what:
            case "archive" | "unarchive":
                channel.archived = what == "archive"
                if what == "unarchive" and not channel.private:
                    channel.members.clear()
            case "rename":
                channel.name = name
            case "shared" | "unshared":
                channel.shared = what == "shared"
            case _:
                assert what == "deleted", what
        self.slack.tell(self.here, events.of_channel(channel, what, self.here.person(who).id))
        if what == "deleted":
            del self.here.channels[channel.id]
        await self.slack.quiet()

    async def converts(self, who: str, channel: Channel, private: bool = True) -> None:
        """Make a channel private, or public."""
        channel.private = private
        self.slack.tell(self.here, events.converted(self.here, channel, self.here.person(who).id))
        await self.slack.quiet()

    async def moves(self, channel: Channel) -> None:
        """Begin to share a private channel, which gives it a new id."""
        before, after = channel.id, channel.id.replace("C0", "C9", 1)
        del self.here.channels[before]
        channel.id = after
        self.here.channels[after] = channel
        for message in self.here.messages:
            message.channel = after if message.channel == before else message.channel
        self.slack.tell(self.here, events.moved(before, after))
        await self.slack.quiet()

    async def uninstalls(self, how: str = "account_inactive") -> None:
        """Uninstall the app: end its tokens and send both events. Slack does not guarantee their order."""
        for token, known in list(self.slack.tokens.items()):
            if known.workspace == self.here.team:
                self.slack.ends(token, how)
        self.slack.tell(self.here, {"type": "app_uninstalled"})
        self.slack.tell(
            self.here, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [self.here.bot]}}
        )
        await self.slack.quiet()

    # Commands and interactions

    async def types(self, who: str, text: str, channel: str, mrkdwn: bool = False) -> Got:
        """Send the slash command with this text, which is already Slack's markup with `mrkdwn`."""
        person, place = self.here.person(who), self.here.channels[channel]
        form = self.command_form(person, place, text)
        if mrkdwn:
            form["text"] = text
        return await self._does(COMMAND, form, person, channel)

    def command_form(self, person: User, place: Channel, text: str) -> Json:
        """Return the body of a slash command."""
        return {
            "token": "verification-token", "team_id": self.here.team, "team_domain": self.here.name.lower(),
            "channel_id": place.id, "channel_name": _told_name(place),
            "user_id": person.id, "user_name": person.name.lower(), "command": self.command,
            "text": escaped(text), "api_app_id": self.here.app,
            "is_enterprise_install": "true" if self.here.org_wide else "false",
            "response_url": self.slack.url_for(self.here, place.id, person.id),
            "trigger_id": self.slack.triggers.give(person.id),
            **({"enterprise_id": self.here.enterprise} if self.here.enterprise else {}),
        }  # fmt: skip

    async def presses(self, who: str, label: str, on: Message | View) -> Got:
        """Press a button or a menu entry, found by its label."""
        person, body = self.here.person(who), on.body["blocks"] if isinstance(on, View) else on.blocks
        pressed = read.button(body, label)
        assert pressed, f"no [{label}] in:\n{read.words(body)}"
        return await self._does(INTERACTION, self.press(person, on, pressed), person, self._channel(on))

    def press(self, person: User, on: Message | View, action: Json) -> Json:
        """Return the payload of a press."""
        payload = self._payload("block_actions", person) | {
            "trigger_id": self.slack.triggers.give(person.id),
            "actions": [read.handed_back(action) | {"action_ts": f"{time.time():.6f}"}],
        }
        if isinstance(on, View):
            values = read.handed_back(read.state(on.body["blocks"], on.kept()))
            seen = read.handed_back(on.seen(self.here)) | {"state": {"values": values}}
            return payload | {"container": {"type": "view", "view_id": on.id}, "view": seen}
        place = self.here.channels[on.channel]
        container = {
            "type": "message", "message_ts": on.ts, "channel_id": on.channel, "is_ephemeral": bool(on.to),
            **({"thread_ts": on.thread} if on.thread else {}),
        }  # fmt: skip
        return payload | {
            "container": container, "channel": {"id": place.id, "name": _told_name(place)},
            **({} if on.to else {"message": self._with_thread(on)}),
            "state": {"values": {}}, "response_url": self.slack.url_for(self.here, place.id, person.id, on),
        }  # fmt: skip

    async def chooses(self, who: str, callback: str, message: Message) -> Got:
        """Choose an entry of a message's menu by its callback_id."""
        person, place = self.here.person(who), self.here.channels[message.channel]
        payload = self._payload("message_action", person) | {
            "callback_id": callback, "trigger_id": self.slack.triggers.give(person.id),
            "action_ts": f"{time.time():.6f}", "message_ts": message.ts,
            "message": self._with_thread(message) | {"team": self.here.users[message.user].team},
            "channel": {"id": place.id, "name": _told_name(place)},
            "response_url": self.slack.url_for(self.here, place.id, person.id),
        }  # fmt: skip
        return await self._does(INTERACTION, payload, person, place.id)

    async def starts(self, who: str, callback: str) -> Got:
        """Run a global shortcut."""
        person = self.here.person(who)
        payload = self._payload("shortcut", person) | {
            "callback_id": callback, "trigger_id": self.slack.triggers.give(person.id),
            "action_ts": f"{time.time():.6f}",
        }  # fmt: skip
        return await self._does(INTERACTION, payload, person, "")

    async def submits(self, view: View, **values: str) -> Got:
        """Submit a form with its current values, replaced by `values` where given.

        Fields that it doesn't show yet are shown first, with its own button for that.
        """
        person = self.here.users[view.user]
        if values.keys() - read.fields(view.body["blocks"], {}).keys():
            await self.shows_more(view)
        direct = self.here.direct(person.id).id
        got = await self._does(INTERACTION, self.submission(view, values), person, direct)
        if got.answer.ok:
            view = self._after_submit(view, got.answer.body)
        return replace(got, view=view if view.open else got.view)

    async def shows_more(self, view: View) -> None:
        """Press the button of a form that shows its further fields, and wait until they are there."""
        blocks = view.body["blocks"]
        [button] = [e for block in blocks if block["type"] == "actions" for e in block["elements"]]
        pressed = read.button(blocks, button["text"]["text"])
        assert pressed
        wire, before = self.slack.wire, view.hash
        assert wire is not None
        answer = await wire.send(INTERACTION, self.press(self.here.users[view.user], view, pressed))
        assert answer.ok, answer
        until = time.monotonic() + PATIENCE
        while view.hash == before and time.monotonic() < until:  # noqa: ASYNC110  # the fake has no event for this
            await asyncio.sleep(0.005)

    def types_in(self, view: View, **values: str) -> None:
        """Type into the fields of an open form, without sending it."""
        places = {
            (block["element"]["action_id"]): block["block_id"]
            for block in view.body["blocks"]
            if block["type"] == "input"
        }
        view.typed |= {(places[name], name): value for name, value in values.items()}

    async def looks_up(self, view: View, name: str, typed: str) -> dict[str, str]:
        """Type into a field with suggestions. Return the labels that are offered, each with its value."""
        person = self.here.users[view.user]
        block = next(b for b in view.body["blocks"] if (b.get("element") or {}).get("action_id") == name)
        assert block["element"]["type"] == "external_select", block
        payload = self._payload("block_suggestion", person) | {
            "action_id": name, "block_id": block["block_id"], "value": escaped(typed),
            "container": {"type": "view", "view_id": view.id}, "view": view.seen(self.here),
        }  # fmt: skip
        wire = self.slack.wire
        assert wire is not None
        answer = await wire.send(INTERACTION, payload)
        assert answer.ok, answer
        self.slack.problems += limits.of_options(answer.body)
        return {option["text"]["text"]: option["value"] for option in answer.body["options"]}

    def submission(self, view: View, values: dict[str, str]) -> Json:
        """Return the payload of a form's submission."""
        person = self.here.users[view.user]
        state = {"values": read.handed_back(read.state(view.body["blocks"], {**view.kept(), **values}))}
        return self._payload("view_submission", person) | {
            "trigger_id": self.slack.triggers.give(person.id), "response_urls": [],
            "view": view.seen(self.here) | {"state": state},
        }  # fmt: skip

    def _after_submit(self, view: View, body: Json) -> View:
        """Apply the acknowledgement's `response_action` to the modal, and return the view that is open then."""
        self.slack.problems += limits.of_answer(body)
        view.errors = {}
        match body.get("response_action"):
            case "errors":
                known = {block.get("block_id") for block in view.body["blocks"]}
                self.slack.problems += [
                    f"errors: no block {name}" for name in body["errors"] if name not in known
                ]
                view.errors = body["errors"]
            case "update":
                view.body = body["view"]
            case "push":
                return self.slack.opened(self.here, view.user, body["view"], view)
            case "clear":
                for each in self.here.views.values():
                    each.open = each.open and each.user != view.user
            case _:
                view.open = False
        return view

    async def looks_home(self, who: str) -> View | None:
        """Open the App Home and return it."""
        person = self.here.person(who)
        before = self.here.homes.get(person.id)
        told = events.home(self.here.direct(person.id), person.id, before.seen(self.here) if before else None)
        self.slack.tell(self.here, told)
        await self.slack.quiet()
        return self.here.homes.get(person.id)

    async def _does(self, kind: str, payload: Json, person: User, channel: str) -> Got:
        """Send an interaction and return what the person sees afterwards."""
        wire = self.slack.wire
        assert wire is not None
        came = self._watch(person, channel)
        answer = await wire.send(kind, payload)
        trouble = "" if answer.ok else _trouble(kind, payload)
        if kind == COMMAND and answer.ok and answer.body:
            self._command_answer(payload, answer.body)

        closes = answer.ok and answer.body.get("response_action") == "clear"
        owed = await self.owed() and (closes or not answer.body)  # any other body is the response itself
        whispers, view = await self._wait(came, owed and answer.ok)
        return Got(answer, whispers, view, trouble)

    def _watch(self, person: User, channel: str) -> Callable[[], tuple[list[Message], View | None]]:
        """Return a function that returns what a person sees that was not there before.

        That is what is for them alone, and in their direct messages with the bot any answer but a post.
        """
        here = self.here

        def theirs() -> list[Message]:
            direct = channel if channel in here.channels and here.channels[channel].of_two else ""
            return [
                m
                for m in here.messages
                if not m.deleted
                and (m.to == person.id or (m.by_bot and not m.to and m.channel == direct and not m.metadata))
            ]

        before = {id(m): m.edits for m in theirs()}
        views = {view.id: view.hash for view in (*here.views.values(), *here.homes.values())}

        def came() -> tuple[list[Message], View | None]:
            said = [m for m in theirs() if before.get(id(m), -1) != m.edits]
            everywhere = (*here.homes.values(), *here.views.values())
            shown = [v for v in everywhere if v.user == person.id and views.get(v.id) != v.hash]
            return said, shown[-1] if shown else None

        return came

    async def _wait(
        self, came: Callable[[], tuple[list[Message], View | None]], owed: bool
    ) -> tuple[list[Message], View | None]:
        until = time.monotonic() + (PATIENCE if owed else self.after)
        while not any(came()) and time.monotonic() < until:  # noqa: ASYNC110  # other tasks fill them, without an event
            await asyncio.sleep(0.01)
        return came()

    def _command_answer(self, form: Json, body: Json) -> None:
        """Post the message in a command's acknowledgement, if it has one."""
        self.slack.problems += limits.of_answer(body)
        key = str(form["response_url"]).rpartition("/")[2]
        if body.get("text") or body.get("blocks"):
            self.slack.answered(self.slack.urls[key], body)

    def _payload(self, kind: str, person: User) -> Json:
        enterprise = {"id": self.here.enterprise, "name": "Org"} if self.here.enterprise else None
        team = {"id": self.here.team, "domain": self.here.name.lower()}
        return {
            "type": kind, "token": "verification-token", "api_app_id": self.here.app,
            "team": None if self.here.org_wide else team, "enterprise": enterprise,
            "is_enterprise_install": self.here.org_wide,
            "user": {
                "id": person.id, "username": person.name.lower(), "name": person.name.lower(),
                "team_id": person.team,
            },
        }  # fmt: skip

    def _with_thread(self, on: Message) -> Json:
        """Return a message as interactions contain it: with its own `thread_ts` once it has replies."""
        root = {"thread_ts": on.ts} if any(each.thread == on.ts for each in self.here.messages) else {}
        return {**root, **on.seen(self.here.bot_id, self.here.app)}

    def _channel(self, on: Message | View) -> str:
        return "" if isinstance(on, View) else on.channel


def _told_name(place: Channel) -> str:
    """Return a channel's name in payloads.

    It is `privategroup` for every private channel, and `directmessage` with the bot as between two people.
    """
    return "directmessage" if place.of_two else "privategroup" if place.private else place.name


def _trouble(kind: str, payload: Json) -> str:
    if kind == COMMAND:
        return f'{payload["command"]} failed with the error "operation_timeout"'
    return "We had some trouble connecting. Try again?"


Payload = dict[str, Any]
