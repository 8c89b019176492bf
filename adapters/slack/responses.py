"""Private answers to one person, shown where that person is looking.

A command is answered in its acknowledgement. A button on a message is answered at Slack's
response URL, which needs neither membership nor a scope. A form whose answer is a plain sentence
closes, and the sentence comes to where the form was opened: as an ephemeral message, or as a direct
message for a form of the App Home or the global shortcut. Any other answer is shown in the form's
own modal, and so is one that could not be sent.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from aiohttp import ClientError
from slack_bolt.response import BoltResponse

from adapters.slack import forms, render
from adapters.slack.api import ApiClient
from adapters.slack.blocks.later_fields import show_fields
from adapters.slack.directory import Directory
from adapters.slack.errors import SlackCallError
from adapters.slack.forms import FormOrigin
from adapters.slack.payloads import ANSWER_ID, Interaction, text_at
from adapters.slack.posting import QUIET_OPTIONS, Posting
from adapters.slack.render import Encode, Json
from adapters.tasks import Tasks
from bot.core.adapter import Draw
from bot.core.language.words import _, current_language, lazy, line
from bot.core.messages import (
    Button,
    Card,
    Form,
    Line,
    Picture,
    Post,
    Quote,
    Reply,
    Small,
    Strong,
    Style,
    Text,
    TextLink,
    text_card,
)
from bot.core.origin import OutcomeUnknownError, Place, PostFailedError, SentMessage
from bot.core.pictures.drawing import Drawing
from storage.engine.errors import StoreError
from storage.models.shown import has_words

log = logging.getLogger(__name__)

T = TypeVar("T")

TOO_LATE = lazy("It took me too long to open the form. Nothing is lost: you can open it here.")
PICTURE_NOTE = lazy("Here's the picture that goes with my answer.")
EVENTS_KNOWN = 200
CLOSE_WITHIN = 1.5
"""Seconds that a form waits for its answer to be sent, before it shows the answer itself. Slack waits for three."""
EXTRA_RESPONSES = 4
"""Further messages sent to one response URL. Slack accepts five in all."""


class Responses:
    """Sends the core's answers to one person, in the way each interaction allows."""

    def __init__(
        self, clients: ApiClient, directory: Directory, tasks: Tasks, posting: Posting, draw: Draw
    ) -> None:
        self.clients = clients
        self.directory = directory
        self.tasks = tasks
        self.posting = posting
        self.draw = draw
        self._pictured: dict[str, None] = {}
        """The latest events whose answers brought a picture, so that a redelivery brings no second one."""

    async def to_command(
        self, interaction: Interaction, answer: Reply | Form | None, encode: Encode
    ) -> BoltResponse:
        """Return the acknowledgement that carries the answer to a slash command.

        A form is opened separately, in a background task.
        """
        if isinstance(answer, Form):
            self.tasks.start(self._open_form(interaction, answer, encode))
        if not isinstance(answer, Reply):
            return accept_request()
        card = await self._add_invitation(interaction, interaction.channel, answer.card)
        first, *rest = render.render_messages(card, encode)
        if rest:
            self.tasks.start(self._send_follow_ups(interaction, rest))
        self._start_picture(interaction, answer, encode)
        return accept_request({"response_type": "ephemeral", **first})

    def to_button(
        self, interaction: Interaction, answer: Reply | Form | None, encode: Encode
    ) -> BoltResponse:
        """Acknowledge a button, and send the answer in a background task.

        The acknowledgement of a button cannot carry an answer.
        """
        self.tasks.start(self._after_button(interaction, answer, encode))
        return accept_request()

    async def to_form(
        self,
        interaction: Interaction,
        opened: FormOrigin,
        view: Json,
        answer: Reply | Form | None,
        encode: Encode,
    ) -> BoltResponse:
        """Return the response to a submitted form.

        Its modal shows errors beside their fields, the next form, or an answer with something to do. An
        answer that replaces the private card, a plain one that was sent, and None close the modal.
        """
        self._start_picture(interaction, answer, encode)
        match answer:
            case Form():
                if (wrong := forms.build_field_errors(answer, view)) is not None:
                    return accept_request({"response_action": "errors", "errors": wrong})
                return _update_view(forms.build_modal(_put_errors_on_top(answer), opened, encode))
            case Reply(card):
                card = await self._add_invitation(interaction, opened.channel, card)
                if await self._send_before_closing(interaction, opened, replace(answer, card=card), encode):
                    return accept_request({"response_action": "clear"})
                return _update_view(forms.build_answer_view(card, opened, encode))
            case None:
                return accept_request({"response_action": "clear"})

    def to_more(self, interaction: Interaction, view: Json, value: str) -> BoltResponse:
        """Show a form's further fields in its open modal. Raise ValueError for a button that isn't the bot's.

        Slack keeps what is typed there already. A modal that changed in the meantime stays as it is.
        """
        whole = show_fields(view, value)
        self.tasks.start(
            self._try_call(
                interaction.workspace,
                "views.update",
                view_id=interaction.view,
                hash=text_at(view, "hash"),
                view=whole,
            )
        )
        return accept_request()

    async def _send_before_closing(
        self, interaction: Interaction, opened: FormOrigin, answer: Reply, encode: Encode
    ) -> bool:
        """Send a form's answer to where the form was opened, and return whether the form can close.

        False for an answer that belongs in the modal, and where Slack didn't take it in time.
        """
        try:
            async with asyncio.timeout(CLOSE_WITHIN):
                direct = opened.channel.startswith("D")
                if (
                    answer.replaces
                    and opened.card
                    and await self._replace_card(opened.card, answer.card, encode, direct)
                ):
                    return True
                return is_plain(answer.card) and await self._send_plain(interaction, answer.card, encode)
        except TimeoutError:
            return False

    async def _send_plain(self, interaction: Interaction, card: Card, encode: Encode) -> bool:
        """Send a short card to one person, at the response URL or as a direct message where there is none."""
        message = render.render_message(card, encode)
        if interaction.respond:
            return await self._send_ephemeral(interaction, {**message, "replace_original": False})
        direct = await self.directory.find_direct(interaction.workspace, interaction.person)
        return bool(direct) and await self._try_call(
            interaction.workspace,
            "chat.postMessage",
            channel=direct,
            **_mark_answer(message),
            **QUIET_OPTIONS,
        )

    def to_spoken(self, interaction: Interaction, answer: Reply, encode: Encode) -> None:
        """Send the answer to a message that was said to the bot, in a background task."""
        self.tasks.start(self._answer_spoken(interaction, answer, encode))

    async def _answer_spoken(self, interaction: Interaction, answer: Reply, encode: Encode) -> None:
        """Answer in private where it was said, or in the direct messages where Slack shows nothing private."""
        await self._say_where_spoken(interaction, render.render_messages(answer.card, encode))
        self._start_picture(interaction, answer, encode)

    async def _say_where_spoken(self, interaction: Interaction, messages: Sequence[Json]) -> None:
        where, thread = interaction.channel, interaction.thread
        if where.startswith("D"):
            await self._send_directly(interaction, messages, where, thread)
            return
        try:
            for each in messages:
                await self.clients.call_method(
                    interaction.workspace, "chat.postEphemeral", channel=where, user=interaction.person,
                    thread_ts=thread, link_names=False, **each,
                )  # fmt: skip
        except SlackCallError as refused:
            log.info("Slack shows nothing private there: %s", refused.code)
            await self._send_directly(interaction, messages)
        except (OutcomeUnknownError, StoreError) as error:
            log.warning("a private answer could not be sent: %s", error)

    async def _send_directly(
        self, interaction: Interaction, messages: Sequence[Json], channel: str = "", thread: str = ""
    ) -> None:
        """Send messages in the person's direct messages with the bot, with buttons that update them."""
        workspace = interaction.workspace
        try:
            if not channel:
                said = await self.clients.call_method(
                    workspace, "conversations.open", users=interaction.person
                )
                channel = said["channel"]["id"]
            for each in messages:
                await self.clients.call_method(
                    workspace, "chat.postMessage", channel=channel, thread_ts=thread,
                    **_mark_answer(each), **QUIET_OPTIONS,
                )  # fmt: skip
        except (SlackCallError, OutcomeUnknownError, StoreError, KeyError) as error:
            log.warning("a private answer could not be sent: %s", error)

    async def publish_home(self, interaction: Interaction, card: Card, encode: Encode) -> None:
        """Publish a person's App Home."""
        view = {"type": "home", "blocks": render.render_view(card, encode)}
        await self._try_call(interaction.workspace, "views.publish", user_id=interaction.person, view=view)

    async def _after_button(
        self, interaction: Interaction, answer: Reply | Form | None, encode: Encode
    ) -> None:
        match answer:
            case None:
                return
            case Form():
                await self._open_form(interaction, answer, encode)
            case Reply(card, True) if interaction.home and not interaction.view:
                await self.publish_home(interaction, card, encode)
            case Reply(card) if interaction.view or not interaction.respond:
                await self._show_view(
                    interaction,
                    forms.build_answer_view(card, _make_form_origin(interaction), encode),
                    card,
                    encode,
                )
            case Reply(card, replaces):
                if (
                    interaction.ephemeral
                ):  # any other message with buttons was posted by the bot, so it is a member
                    card = await self._add_invitation(interaction, interaction.channel, card)
                first, *rest = render.render_messages(card, encode)
                replaced = (interaction.ephemeral or interaction.on_answer) and replaces
                if await self._send_ephemeral(interaction, {**first, "replace_original": replaced}):
                    await self._send_follow_ups(interaction, rest)

        self._start_picture(interaction, answer, encode)

    def _start_picture(self, interaction: Interaction, answer: Reply | Form | None, encode: Encode) -> None:
        if not isinstance(answer, Reply) or answer.picture is None or interaction.event in self._pictured:
            return
        self._pictured = dict([*self._pictured.items(), (interaction.event, None)][-EVENTS_KNOWN:])
        self.tasks.start(self._send_picture(interaction, answer.picture, encode))

    async def _send_picture(self, interaction: Interaction, drawing: Drawing, encode: Encode) -> None:
        """Send an answer's picture as a direct message, and say where it is.

        Nobody sees an uploaded file in an ephemeral message (node-slack-sdk, issue 1790). Where the
        picture does not arrive, its alt text comes beside the answer.
        """
        picture = await self.draw(drawing)
        sent = await self._post_directly(interaction, picture, encode) if picture else None
        if sent and sent.channel == interaction.channel:
            return
        said = Small(_picture_line(sent) if sent else (drawing.alt,))
        if interaction.is_event:
            await self._say_where_spoken(interaction, [render.render_message(Card((said,)), encode)])
        if not interaction.respond:
            return
        await self._send_ephemeral(
            interaction, {**render.render_message(Card((said,)), encode), "replace_original": False}
        )

    async def _post_directly(
        self, interaction: Interaction, picture: Picture, encode: Encode
    ) -> SentMessage | None:
        """Post a picture to the person, and return where it is, or None where that is not possible."""
        place, key = Place(interaction.workspace, person=interaction.person), f"picture:{interaction.event}"
        try:
            if await self.posting.pictures.upload_picture(interaction.workspace, picture) is None:
                return None
            post = Post(text_card(PICTURE_NOTE()), picture, language=current_language())
            return await self.posting.post(place, post, key, encode)
        except (SlackCallError, PostFailedError, OutcomeUnknownError, StoreError) as error:
            log.warning("a private picture could not be sent (%s); its alt text is sent instead", error)
            return None

    async def _open_form(self, interaction: Interaction, form: Form, encode: Encode) -> None:
        again = Button(_("Open the form"), form.command, Style.PRIMARY)
        words = tuple(
            Quote(field.value) for field in form.fields if has_words(field.value) and not field.options
        )
        card = Card((Text((TOO_LATE(),)), *words), (again,))
        await self._show_view(
            interaction,
            forms.build_modal(_put_errors_on_top(form), _make_form_origin(interaction), encode),
            card,
            encode,
        )

    async def _show_view(self, interaction: Interaction, view: Json, instead: Card, encode: Encode) -> None:
        """Show a view in the open modal, or in a new one.

        Send `instead` as a message when Slack refuses the view, for example because the trigger
        has expired.
        """
        if interaction.view:
            shown = await self._try_call(
                interaction.workspace, "views.update", view_id=interaction.view, view=view
            )
        else:
            shown = await self._try_call(
                interaction.workspace, "views.open", trigger_id=interaction.trigger, view=view
            )
        if not shown:
            await self._send_privately(interaction, instead, encode)

    async def _send_privately(self, interaction: Interaction, card: Card, encode: Encode) -> None:
        """Send a card to the response URL, or as a direct message when there is none."""
        first, *rest = render.render_messages(card, encode)
        if interaction.respond:
            if await self._send_ephemeral(interaction, {**first, "replace_original": False}):
                await self._send_follow_ups(interaction, rest)
            return
        try:
            said = await self.clients.call_method(
                interaction.workspace, "conversations.open", users=interaction.person
            )
            for each in (first, *rest):
                await self.clients.call_method(
                    interaction.workspace,
                    "chat.postMessage",
                    channel=said["channel"]["id"],
                    **each,
                    **QUIET_OPTIONS,
                )
        except (SlackCallError, OutcomeUnknownError, StoreError, KeyError) as error:
            log.warning("a private answer could not be sent: %s", error)

    async def _try_call(self, workspace: str, method: str, **arguments: Any) -> bool:
        try:
            await self.clients.call_method(workspace, method, **arguments)
        except (SlackCallError, OutcomeUnknownError, StoreError) as error:
            log.warning("%s failed: %s", method, error)
            return False
        return True

    async def _replace_card(self, address: str, card: Card, encode: Encode, direct: bool) -> bool:
        first = render.render_message(card, encode)
        kept = _mark_answer(first) if direct else first
        return await self._post_response(
            address, {**kept, "response_type": "ephemeral", "replace_original": True}
        )

    async def _send_follow_ups(self, interaction: Interaction, rest: list[Json]) -> None:
        for each in rest[:EXTRA_RESPONSES]:
            await self._send_ephemeral(interaction, {**each, "replace_original": False})

    async def _send_ephemeral(self, interaction: Interaction, body: Json) -> bool:
        thread = {"thread_ts": interaction.thread} if interaction.thread else {}
        if interaction.on_answer:  # in a direct message, everything is for one person
            shown = {"response_type": "in_channel", **thread, **_mark_answer(body)}
        else:
            shown = {"response_type": "ephemeral", **thread, **body}
        return await self._post_response(interaction.respond, shown)

    async def _post_response(self, address: str, body: Json) -> bool:
        try:
            async with self.clients.client_pool.session.post(address, json=body) as answer:
                if answer.status == 200:
                    return True
                log.warning("a private answer was refused with status %s", answer.status)
        except (ClientError, OSError, TimeoutError, ValueError) as error:
            log.warning("a private answer could not be sent: %s", type(error).__name__)
        return False

    async def _add_invitation(self, interaction: Interaction, place: str, card: Card) -> Card:
        """Return the card, with a line on how to invite the bot when it is not in the channel.

        The bot's posts cannot appear in a channel that it is not a member of.
        """
        if not place or place.startswith("D"):
            return card
        channel = await self.directory.find_channel(interaction.workspace, place)
        if channel is None or channel.member:
            return card
        us = (
            await self.directory.find_person(interaction.workspace, interaction.us)
            if interaction.us
            else None
        )
        name = us.name if us else "Ahabot"
        alone = line(
            "I'm not in this channel yet, so nobody else will see this here. Invite me with {command}.",
            command=Strong(f"/invite @{name}"),
        )
        return Card((*card.blocks, Small(alone)), card.buttons, card.menu)


def _mark_answer(body: Json) -> Json:
    """Return a message whose buttons tell that it is an answer in a direct message, and none of the posts."""
    blocks = [
        {**block, "block_id": f"{ANSWER_ID}{number}"} for number, block in enumerate(body.get("blocks") or [])
    ]
    return {**body, "blocks": blocks}


def _picture_line(sent: SentMessage) -> Line:
    """Return the sentence that says where a picture is, as a link to it if there is one."""
    words = _("The picture is in your direct messages with me.")
    return (TextLink(words, sent.link),) if sent.link else (words,)


def is_plain(card: Card) -> bool:
    """Return whether a card is only sentences, with no step that it asks for: a form can close after it.

    Buttons that take the deed back or look at it don't ask for anything.
    """
    if card.menu or any(button.style is Style.PRIMARY for button in card.buttons):
        return False
    return all(
        isinstance(block, Small) or (isinstance(block, Text) and block.button is None)
        for block in card.blocks
    )


def accept_request(body: Json | None = None) -> BoltResponse:
    """Return a 200 response, with or without a body."""
    return BoltResponse(status=200, body=body or "")


def _update_view(view: Json) -> BoltResponse:
    return accept_request({"response_action": "update", "view": view})


def _make_form_origin(interaction: Interaction) -> FormOrigin:
    on_card = interaction.ephemeral or interaction.on_answer
    card, respond = (interaction.respond, "") if on_card else ("", interaction.respond)
    return FormOrigin(
        "",
        interaction.channel,
        interaction.channel_name,
        bool(interaction.private),
        interaction.thread,
        card,
        interaction.home,
        respond,
    )


def _put_errors_on_top(form: Form) -> Form:
    """Return the form with its errors moved into the intro.

    For when they cannot be shown beside their fields.
    """
    if not form.errors:
        return form
    intro = "\n".join([*dict.fromkeys(form.errors.values()), *filter(None, [form.intro])])
    fields = tuple(replace(each, later=each.later and each.name not in form.errors) for each in form.fields)
    return Form(form.title, form.command, fields, form.submit, intro)
