"""Private answers to one person, given within the three seconds that Discord allows.

An answer that the core returns in time is sent at once. A slower one is deferred and sent
later. Discord opens a form only as the first answer, so a late form is sent as a message with
a button that opens it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from adapters.discord import custom_ids, forms, render
from adapters.discord.addressed import cards
from adapters.discord.api import ApiClient
from adapters.discord.custom_ids import CustomId
from adapters.discord.errors import UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, DiscordApiError
from adapters.discord.payloads import Interaction
from adapters.discord.posting import MESSAGE
from adapters.discord.render import COMPONENTS_V2, Encode, Json
from adapters.language import answer_language
from adapters.tasks import Tasks
from bot import logs
from bot.core.adapter import Draw
from bot.core.ask import FAILURE_REPLY, return_words
from bot.core.drafts import OpenForm
from bot.core.language.catalogs import match_locale
from bot.core.language.words import _, lazy, speaking
from bot.core.messages import (
    Button,
    Card,
    FieldKind,
    Form,
    Line,
    Option,
    Quote,
    Reply,
    Small,
    Strong,
    Style,
    Text,
    brief_card,
    text_reply,
)
from bot.core.origin import OutcomeUnknownError
from bot.core.pictures.drawing import Drawing
from storage.models.shown import has_words

log = logging.getLogger(__name__)

CORE_WITHIN = 1.5
"""Seconds that the core has for an answer, of Discord's three.

The rest is for the request to Discord.
"""
EPHEMERAL = 1 << 6
PRIVATE = EPHEMERAL | COMPONENTS_V2
SUGGESTIONS = 25
FOLLOW_UPS = 4
"""Most follow-up messages to one answer. Nobody reads more."""

CANNOT_WRITE = lazy(
    "I can't post in this channel, so nobody else will see this here. Someone who manages it can let me in "
    "under {permissions}."
)
NOT_REMOVED = lazy("I couldn't remove that just now. Please try again.")
TOO_LATE = lazy("It took me too long to open the form. Nothing is lost: you can open it here.")


class Kind(IntEnum):
    """Discord's numbers for the kinds of response to an interaction."""

    MESSAGE = 4
    WILL_SAY = 5
    SEEN = 6
    CHANGE = 7
    SUGGESTIONS = 8
    MODAL = 9


@dataclass(frozen=True)
class FormStep:
    """One step of a form to open for a person.

    `kept` opens the draft row of a form that is stored in the database.
    """

    form: Form
    kept: OpenForm | None = None


Response = Reply | FormStep | None


class Responses:
    """Sends the answer to an interaction."""

    def __init__(self, calls: ApiClient, tasks: Tasks, draw: Draw) -> None:
        self.api = calls
        self.tasks = tasks
        self.draw = draw

    async def send_response(
        self,
        interaction: Interaction,
        work: Coroutine[Any, Any, Response],
        encode: Encode,
        words: Iterable[str] = (),
    ) -> None:
        """Send the result of `work` as the answer to an interaction.

        It's sent at once when `work` ends within CORE_WITHIN seconds, else deferred and sent later.
        `words` are the texts the person gave. They're sent back to the person when the answer can't be
        sent.
        """
        with speaking(match_locale(interaction.locale)):
            await self._send_answer(interaction, work, encode, words)

    async def _send_answer(
        self,
        interaction: Interaction,
        work: Coroutine[Any, Any, Response],
        encode: Encode,
        words: Iterable[str],
    ) -> None:
        deferred: list[asyncio.Task[bool]] = []
        timer = asyncio.get_running_loop().call_later(
            CORE_WITHIN, lambda: deferred.append(self.tasks.start(self._defer_response(interaction)))
        )
        try:
            answer = await work
        except Exception as error:
            logs.log_failure(log, "an answer", error)
            answer = return_words(FAILURE_REPLY(), words)
        finally:
            timer.cancel()
        if deferred and not await deferred[0]:
            return
        say = self._respond_later if deferred else self._respond_now
        with speaking(
            answer_language(answer.form if isinstance(answer, FormStep) else answer, interaction.locale)
        ):
            try:
                await say(interaction, answer, encode)
            except Exception as error:
                logs.log_failure(log, "an answer", error)
                await say(interaction, return_words(FAILURE_REPLY(), words), encode)

    async def acknowledge_interaction(self, interaction: Interaction) -> bool:
        """Acknowledge what was done on a message, without a visible answer, and return whether Discord took that.

        A menu is reset: an update without data changes nothing but redraws the message.
        """
        return await self._send_callback(interaction, Kind.CHANGE if interaction.from_menu else Kind.SEEN)

    async def remove_message(self, interaction: Interaction, channel: str, message: str) -> None:
        """Remove the message with the button that was pressed. What fails is said to the person."""
        await self.acknowledge_interaction(interaction)
        try:
            await self.api.call_api("DELETE", MESSAGE, channel_id=channel, message_id=message)
        except (DiscordApiError, OutcomeUnknownError) as error:
            if isinstance(error, DiscordApiError) and error.code in (UNKNOWN_CHANNEL, UNKNOWN_MESSAGE):
                return
            with speaking(match_locale(interaction.locale)):
                [said] = self._build_messages(interaction, text_reply(NOT_REMOVED()), str)
            await self.api.send_follow_up(interaction.application, interaction.token, said)

    async def send_suggestions(self, interaction: Interaction, options: Iterable[Option]) -> None:
        """Send suggestions for an option while the person is typing."""
        shown = [
            {"name": render.clip_text(each.label, 100) or "…", "value": each.value[:100]} for each in options
        ]
        await self._send_callback(interaction, Kind.SUGGESTIONS, {"choices": shown[:SUGGESTIONS]})

    async def _respond_now(self, interaction: Interaction, answer: Response, encode: Encode) -> None:
        match answer:
            case FormStep(form, kept):
                await self._open_form(interaction, form, kept, encode)
            case Reply() as said:
                first, *rest = self._build_messages(interaction, said, encode)
                is_change = _takes_place(interaction, said)
                if interaction.from_menu and not is_change:
                    if await self.acknowledge_interaction(interaction):
                        await self._respond_later(interaction, said, encode)
                    return
                kind = Kind.CHANGE if is_change else Kind.MESSAGE
                if await self._send_callback(interaction, kind, first):
                    await self._send_rest(interaction, rest)
                    self._start_picture(interaction, said, encode)
            case None if interaction.on_message:
                await self.acknowledge_interaction(interaction)
            case None:
                await self._respond_now(interaction, text_reply(_("Done.")), encode)

    async def _open_form(
        self, interaction: Interaction, form: Form, kept: OpenForm | None, encode: Encode
    ) -> None:
        """Open a modal.

        Where Discord refuses it, send the texts in the form and a button to try again.
        """
        data = forms.build_modal(
            form, custom_ids.write_custom_id(make_form_id(interaction, form, kept, encode))
        )
        if not await self._send_callback(interaction, Kind.MODAL, data):
            await self._respond_now(interaction, Reply(_late_form_card(form, kept)), encode)

    async def _defer_response(self, interaction: Interaction) -> bool:
        """Defer the answer, and return whether Discord accepted that.

        False where another process answered already, as an older version of the bot may have.
        """
        if interaction.on_message:
            return await self.acknowledge_interaction(interaction)
        return await self._send_callback(interaction, Kind.WILL_SAY, {"flags": EPHEMERAL})

    async def _respond_later(self, interaction: Interaction, answer: Response, encode: Encode) -> None:
        if answer is None and not interaction.on_message:
            await self.api.delete_original(interaction.application, interaction.token)
        if answer is None:
            return
        said = answer if isinstance(answer, Reply) else Reply(_late_form_card(answer.form, answer.kept))
        first, *rest = self._build_messages(interaction, said, encode)
        if not interaction.on_message or _takes_place(interaction, said):
            await self.api.edit_original(
                interaction.application, interaction.token, {**first, "flags": COMPONENTS_V2}
            )
        else:
            rest = [first, *rest]
        await self._send_rest(interaction, rest)
        self._start_picture(interaction, said, encode)

    def _start_picture(self, interaction: Interaction, answer: Reply, encode: Encode) -> None:
        if answer.picture is not None:
            self.tasks.start(self._send_picture(interaction, answer.picture, encode))

    async def _send_picture(self, interaction: Interaction, drawing: Drawing, encode: Encode) -> None:
        """Send an answer's picture as a follow-up, or its alt text where there is none or Discord refuses it."""
        picture = await self.draw(drawing)
        where = (interaction.application, interaction.token)
        if picture is not None:
            shown = {"flags": PRIVATE, **render.render_picture(picture)}
            if await self.api.send_follow_up(*where, shown, (picture.file,)):
                return
        [words] = render.render_messages(Card((Small((drawing.alt,)),)), encode)
        await self.api.send_follow_up(*where, {"flags": PRIVATE, "components": words})

    async def _send_rest(self, interaction: Interaction, rest: Sequence[Json]) -> None:
        for each in rest[:FOLLOW_UPS]:
            await self.api.send_follow_up(interaction.application, interaction.token, each)

    def _build_messages(self, interaction: Interaction, said: Reply, encode: Encode) -> list[Json]:
        """Return an answer as messages.

        A note is added where the bot can't write in the channel, so that others won't see the result.
        """
        card = said.card
        if interaction.asker and _takes_place(interaction, said):
            if interaction.direct:
                return cards.render_direct(card, encode, interaction.workspace)
            return [cards.render_reply(card, encode, interaction.asker)]
        if not interaction.may_write and (interaction.ephemeral or not interaction.on_message):
            allowed = Strong(_("Edit Channel > Permissions > View Channel and Send Messages"))
            note = Small(CANNOT_WRITE.line(permissions=allowed))
            card = Card((*card.blocks, note), card.buttons, card.menu)
        parts = render.render_messages(card, encode, interaction.workspace if interaction.direct else "")
        return [{"flags": PRIVATE, "components": part} for part in parts]

    async def _send_callback(self, interaction: Interaction, kind: Kind, data: Json | None = None) -> bool:
        body: Json = {"type": int(kind)} | ({} if data is None else {"data": data})
        return await self.api.send_callback(interaction.id, interaction.token, body)


def _takes_place(interaction: Interaction, said: Reply) -> bool:
    """Return whether an answer takes the place of the message that was used.

    A private message can be replaced by anything. So can a direct message that answers another one, and what
    everybody sees of such an answer in a channel only by a sentence that everybody may see.
    """
    if not interaction.asker:
        return said.replaces and interaction.ephemeral
    replaces = said.replaces or (interaction.on_opener and interaction.from_form)
    return replaces and (interaction.direct or brief_card(said) is not None)


def make_form_id(interaction: Interaction, form: Form, kept: OpenForm | None, encode: Encode) -> CustomId:
    """Return the custom id of a form: its own command, or `kept` where a draft row stores the form."""
    guild = interaction.workspace if interaction.direct else ""
    return CustomId(encode(kept or form.command), guild=guild, opened=interaction.id)


def form_button_card(line: Line, kept: Any, label: str) -> Card:
    """Return a card of one sentence and a button that opens a stored form."""
    return Card((Text(line),), (Button(label, kept, Style.PRIMARY),))


def _late_form_card(form: Form, kept: OpenForm | None) -> Card:
    """Return the card for a form that Discord can't open any more.

    It holds the texts in the form, unless a draft row stores them.
    """
    typed = (field for field in form.fields if not field.options and field.kind is not FieldKind.PEOPLE)
    words = tuple(Quote(field.value) for field in typed if has_words(field.value))
    card = form_button_card((TOO_LATE(),), kept or form.command, _("Open the form"))
    return Card((*card.blocks, *(() if kept else words)), card.buttons)
