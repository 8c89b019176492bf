"""A private answer, put before the person where they are looking, within the three seconds that Discord gives.

What the core has answered by then is the answer itself. What takes longer is promised first and follows; a form,
which Discord only takes at once, then follows as a message with a button that opens it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from adapters.discord import custom_ids as frames
from adapters.discord import forms, render
from adapters.discord.api import Calls
from adapters.discord.custom_ids import Frame
from adapters.discord.payloads import Doing
from adapters.discord.render import COMPONENTS_V2, Encode, Json
from adapters.tasks import InHand
from bot import logs
from bot.core.ask import BROKEN, back
from bot.core.drafts import OpenForm
from bot.core.messages import (
    Button,
    Card,
    Form,
    Line,
    Option,
    Quote,
    Reply,
    Small,
    Strong,
    Style,
    Text,
    reply,
)

log = logging.getLogger(__name__)

IN_TIME = 1.5
"""Seconds that Discord's three leave to the core; a call there and back needs the rest."""
EPHEMERAL = 1 << 6
PRIVATE = EPHEMERAL | COMPONENTS_V2
SUGGESTIONS = 25
FOLLOW_UPS = 4
"""Further messages with one answer; nobody reads more."""

CANNOT_WRITE = (
    "I may not write in this channel, so nobody else sees this here. Whoever manages it can let me in: ",
    Strong("Edit Channel > Permissions > View Channel and Send Messages"),
    ".",
)


class Kind(IntEnum):
    """How an interaction is answered."""

    MESSAGE = 4
    WILL_SAY = 5
    SEEN = 6
    CHANGE = 7
    SUGGESTIONS = 8
    MODAL = 9


@dataclass(frozen=True)
class Asked:
    """A form of one step for somebody; `kept` brings it back where it waits as a row."""

    form: Form
    kept: OpenForm | None = None


Answer = Reply | Asked | None


class Answers:
    """The ways to answer one person."""

    def __init__(self, calls: Calls, in_hand: InHand) -> None:
        self.calls = calls
        self.in_hand = in_hand

    async def give(
        self, doing: Doing, work: Coroutine[Any, Any, Answer], encode: Encode, words: Iterable[str] = ()
    ) -> None:
        """Answer with what comes of the work: at once where it comes in time, else after a promise.

        `words` are what the person gave, and come back where the answer itself cannot be given.
        """
        task = self.in_hand.keep(work)
        await asyncio.wait([task], timeout=IN_TIME)
        say = self._at_once
        if not task.done():
            if not await self._promise(doing):
                return
            say = self._at_last
        try:
            await say(doing, await task, encode)
        except Exception as error:
            logs.failure(log, "an answer", error)
            await say(doing, back(BROKEN, words), encode)

    async def seen(self, doing: Doing) -> None:
        """Nothing is to be done or said."""
        await self._call(doing, Kind.SEEN)

    async def suggest(self, doing: Doing, options: Iterable[Option]) -> None:
        """While somebody is still typing."""
        shown = [
            {"name": render.clipped(each.label, 100) or "…", "value": each.value[:100]} for each in options
        ]
        await self._call(doing, Kind.SUGGESTIONS, {"choices": shown[:SUGGESTIONS]})

    async def _at_once(self, doing: Doing, answer: Answer, encode: Encode) -> None:
        match answer:
            case Asked(form, kept):
                await self._open(doing, form, kept, encode)
            case Reply(card, replaces):
                first, *rest = self._messages(doing, card, encode)
                kind = Kind.CHANGE if replaces and doing.ephemeral else Kind.MESSAGE
                if await self._call(doing, kind, first):
                    await self._more(doing, rest)
            case None if doing.on_message:
                await self.seen(doing)
            case None:
                await self._at_once(doing, reply("Done."), encode)

    async def _open(self, doing: Doing, form: Form, kept: OpenForm | None, encode: Encode) -> None:
        """A modal; where Discord does not take it, what stood in it and a button to try again."""
        data = forms.modal(form, frames.write(frame_of(doing, form, kept, encode)))
        if not await self._call(doing, Kind.MODAL, data):
            await self._at_once(doing, Reply(_instead(form, kept)), encode)

    async def _promise(self, doing: Doing) -> bool:
        """Say that an answer comes. False where somebody else gave one, as an older process of ours may."""
        if doing.on_message:
            return await self._call(doing, Kind.SEEN)
        return await self._call(doing, Kind.WILL_SAY, {"flags": EPHEMERAL})

    async def _at_last(self, doing: Doing, answer: Answer, encode: Encode) -> None:
        if answer is None and not doing.on_message:
            await self.calls.delete_original(doing.application, doing.token)
        if answer is None:
            return
        said = answer if isinstance(answer, Reply) else Reply(_instead(answer.form, answer.kept))
        first, *rest = self._messages(doing, said.card, encode)
        if not doing.on_message or (said.replaces and doing.ephemeral):
            await self.calls.edit_original(doing.application, doing.token, {**first, "flags": COMPONENTS_V2})
        else:
            rest = [first, *rest]
        await self._more(doing, rest)

    async def _more(self, doing: Doing, rest: Sequence[Json]) -> None:
        for each in rest[:FOLLOW_UPS]:
            await self.calls.follow_up(doing.application, doing.token, each)

    def _messages(self, doing: Doing, card: Card, encode: Encode) -> list[Json]:
        """The card's messages; where nobody else can see what it leads to, it says so."""
        if not doing.may_write and (doing.ephemeral or not doing.on_message):
            card = Card((*card.blocks, Small(CANNOT_WRITE)), card.buttons, card.menu)
        parts = render.messages(card, encode, doing.workspace if doing.direct else "")
        return [{"flags": PRIVATE, "components": part} for part in parts]

    async def _call(self, doing: Doing, kind: Kind, data: Json | None = None) -> bool:
        body: Json = {"type": int(kind)} | ({} if data is None else {"data": data})
        return await self.calls.callback(doing.id, doing.token, body)


def frame_of(doing: Doing, form: Form, kept: OpenForm | None, encode: Encode) -> Frame:
    """What a form carries: its own command, or where that is too long for it, the row that keeps it."""
    guild = doing.workspace if doing.direct else ""
    return Frame(encode(kept or form.command), guild=guild, opened=doing.id)


def later(line: Line, kept: Any, label: str) -> Card:
    """A sentence, and the button that opens a form which waits."""
    return Card((Text(line),), (Button(label, kept, Style.PRIMARY),))


def _instead(form: Form, kept: OpenForm | None) -> Card:
    """For a form that came too late to open by itself: nothing that stands in it is lost."""
    words = tuple(Quote(field.value) for field in form.fields if field.value.strip() and not field.options)
    card = later((TOO_LATE,), kept or form.command, "Open the form")
    return Card((*card.blocks, *(() if kept else words)), card.buttons)


TOO_LATE = "That took me too long to open the form by itself. Nothing is lost: open it from here."
