"""A private answer, put before the person where they are looking.

A command is answered in its acknowledgement. A button on a message is answered at Slack's response address, which
needs neither membership nor a scope. A form is answered in the form's own window: there the person surely sees
it, while an ephemeral message is lost on a reload and cannot be sent where the bot is no member.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

from aiohttp import ClientError
from slack_bolt.response import BoltResponse

from adapters.slack import forms, render
from adapters.slack.api import Clients
from adapters.slack.directory import Directory
from adapters.slack.errors import Refused
from adapters.slack.forms import Opened
from adapters.slack.payloads import Doing
from adapters.slack.render import Encode, Json
from bot.core.adapter import OutcomeUnknown
from bot.core.messages import Button, Card, Form, Quote, Reply, Small, Strong, Style, Text
from storage.engine.errors import StoreError

log = logging.getLogger(__name__)

T = TypeVar("T")

TOO_LATE = "Slack did not let me open the form in time. Nothing is lost: open it from here."
RESPONSES = 4
"""Further messages to one response address; Slack takes five in all."""


class InHand:
    """What was begun and is not done yet."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._awaited = 0

    def keep(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Do it to its end, whoever waits."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def finish(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for it, and have it counted."""
        self._awaited += 1
        try:
            return await work
        finally:
            self._awaited -= 1

    async def done(self, within: float) -> None:
        """Return when nothing is in hand any more, or after `within` seconds."""
        try:
            async with asyncio.timeout(within):
                while self._tasks or self._awaited:
                    await asyncio.wait([*self._tasks, asyncio.create_task(asyncio.sleep(0.02))])
        except TimeoutError:
            log.warning("%s answers were cut off", len(self._tasks) + self._awaited)


class Answers:
    """The ways to answer one person."""

    def __init__(self, clients: Clients, directory: Directory, in_hand: InHand) -> None:
        self.clients = clients
        self.directory = directory
        self.in_hand = in_hand

    async def to_command(self, doing: Doing, answer: Reply | Form | None, encode: Encode) -> BoltResponse:
        """In the acknowledgement itself; a form is opened beside it."""
        if isinstance(answer, Form):
            self.in_hand.keep(self._open(doing, answer, encode))
        if not isinstance(answer, Reply):
            return accepted()
        card = await self._with_invitation(doing, doing.channel, answer.card)
        first, *rest = render.messages(card, encode)
        if rest:
            self.in_hand.keep(self._more(doing, rest))
        return accepted({"response_type": "ephemeral", **first})

    def to_press(self, doing: Doing, answer: Reply | Form | None, encode: Encode) -> BoltResponse:
        """After the acknowledgement, which can hold nothing here."""
        self.in_hand.keep(self._after_press(doing, answer, encode))
        return accepted()

    async def to_form(
        self, doing: Doing, opened: Opened, view: Json, answer: Reply | Form | None, encode: Encode
    ) -> BoltResponse:
        """In the form's window: errors beside their fields, the next form, or the answer; nothing closes it."""
        match answer:
            case Form():
                if (wrong := forms.errors(answer, view)) is not None:
                    return accepted({"response_action": "errors", "errors": wrong})
                return _update(forms.modal(_told(answer), opened, encode))
            case Reply(card, replaces):
                card = await self._with_invitation(doing, opened.channel, card)
                if replaces and opened.card and await self._replace(opened.card, card, encode):
                    return accepted({"response_action": "clear"})
                return _update(forms.answer(card, opened, encode))
            case None:
                return accepted({"response_action": "clear"})

    async def home(self, doing: Doing, card: Card, encode: Encode) -> None:
        """The app's home as this person sees it."""
        view = {"type": "home", "blocks": render.in_view(card, encode)}
        await self._try(doing.workspace, "views.publish", user_id=doing.person, view=view)

    async def _after_press(self, doing: Doing, answer: Reply | Form | None, encode: Encode) -> None:
        match answer:
            case None:
                return
            case Form():
                await self._open(doing, answer, encode)
            case Reply(card, True) if doing.home and not doing.view:
                await self.home(doing, card, encode)
            case Reply(card) if doing.view or not doing.respond:
                await self._window(doing, forms.answer(card, _opened(doing), encode), card, encode)
            case Reply(card, replaces):
                if doing.ephemeral:  # anything else we posted ourselves, so we are in there
                    card = await self._with_invitation(doing, doing.channel, card)
                first, *rest = render.messages(card, encode)
                replaced = doing.ephemeral and replaces
                if await self._respond(doing, {**first, "replace_original": replaced}):
                    await self._more(doing, rest)

    async def _open(self, doing: Doing, form: Form, encode: Encode) -> None:
        again = Button("Open the form", form.command, Style.PRIMARY)
        words = tuple(
            Quote(field.value) for field in form.fields if field.value.strip() and not field.options
        )
        card = Card((Text((TOO_LATE,)), *words), (again,))
        await self._window(doing, forms.modal(_told(form), _opened(doing), encode), card, encode)

    async def _window(self, doing: Doing, view: Json, instead: Card, encode: Encode) -> None:
        """A view in the window that stands open, or in a new one; where Slack is too late for that, a message."""
        if doing.view:
            shown = await self._try(doing.workspace, "views.update", view_id=doing.view, view=view)
        else:
            shown = await self._try(doing.workspace, "views.open", trigger_id=doing.trigger, view=view)
        if not shown:
            await self._tell(doing, instead, encode)

    async def _tell(self, doing: Doing, card: Card, encode: Encode) -> None:
        """At the response address; without one in a direct message."""
        first, *rest = render.messages(card, encode)
        if doing.respond:
            if await self._respond(doing, {**first, "replace_original": False}):
                await self._more(doing, rest)
            return
        try:
            said = await self.clients.call(doing.workspace, "conversations.open", users=doing.person)
            for each in (first, *rest):
                await self.clients.call(
                    doing.workspace, "chat.postMessage", channel=said["channel"]["id"], **each
                )
        except (Refused, OutcomeUnknown, StoreError, KeyError) as error:
            log.warning("a private answer did not arrive: %s", error)

    async def _try(self, workspace: str, method: str, **arguments: Any) -> bool:
        try:
            await self.clients.call(workspace, method, **arguments)
        except (Refused, OutcomeUnknown, StoreError) as error:
            log.warning("%s did not work: %s", method, error)
            return False
        return True

    async def _replace(self, address: str, card: Card, encode: Encode) -> bool:
        first = render.message(card, encode)
        return await self._send(address, {**first, "response_type": "ephemeral", "replace_original": True})

    async def _more(self, doing: Doing, rest: list[Json]) -> None:
        for each in rest[:RESPONSES]:
            await self._respond(doing, {**each, "replace_original": False})

    async def _respond(self, doing: Doing, body: Json) -> bool:
        thread = {"thread_ts": doing.thread} if doing.thread else {}
        return await self._send(doing.respond, {"response_type": "ephemeral", **thread, **body})

    async def _send(self, address: str, body: Json) -> bool:
        try:
            async with self.clients.wire.session.post(address, json=body) as answer:
                if answer.status == 200:
                    return True
                log.warning("a private answer was refused with status %s", answer.status)
        except (ClientError, OSError, TimeoutError, ValueError) as error:
            log.warning("a private answer did not arrive: %s", type(error).__name__)
        return False

    async def _with_invitation(self, doing: Doing, place: str, card: Card) -> Card:
        """Where the bot is no member its posts cannot appear; whoever speaks to it there is told how to change that."""
        if not place or place.startswith("D"):
            return card
        channel = await self.directory.channel(doing.workspace, place)
        if channel is None or channel.member:
            return card
        us = await self.directory.person(doing.workspace, doing.us) if doing.us else None
        name = us.name if us else "Ahabot"
        alone = "I am not in this channel yet, so nobody else sees this here. Invite me with "
        return Card((*card.blocks, Small((alone, Strong(f"/invite @{name}"), "."))), card.buttons, card.menu)


def accepted(body: Json | None = None) -> BoltResponse:
    """A 200, with a body or without."""
    return BoltResponse(status=200, body=body or "")


def _update(view: Json) -> BoltResponse:
    return accepted({"response_action": "update", "view": view})


def _opened(doing: Doing) -> Opened:
    card = doing.respond if doing.ephemeral else ""
    return Opened("", doing.channel, doing.channel_name, bool(doing.private), doing.thread, card, doing.home)


def _told(form: Form) -> Form:
    """The form with sentences for its errors at the top, for when they cannot stand beside their fields."""
    if not form.errors:
        return form
    intro = "\n".join([*dict.fromkeys(form.errors.values()), *filter(None, [form.intro])])
    return Form(form.title, form.command, form.fields, form.submit, intro)
