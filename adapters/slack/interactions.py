"""Commands, buttons, forms and shortcuts: calls the core and sends its answer back.

A person who waits always gets an answer. When the database is not available, an event
raises, so it is not acknowledged and Slack sends it again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from slack_bolt.response import BoltResponse

from adapters.language import answer_language
from adapters.slack import forms, payloads
from adapters.slack.blocks.later_fields import MORE_ID
from adapters.slack.directory import Directory
from adapters.slack.forms import FormOrigin
from adapters.slack.manifest import GLOBAL_ID
from adapters.slack.payloads import Interaction, InvalidPayloadError, object_at, text_at
from adapters.slack.reading import mrkdwn
from adapters.slack.reading.message import find_mentions, find_shown, read_message
from adapters.slack.render import Json
from adapters.slack.responses import Responses, accept_request
from bot.core.adapter import Bot
from bot.core.addressed import Addressed
from bot.core.ask import ask_core, decode_command, explain_failure
from bot.core.language.catalogs import match_locale
from bot.core.language.words import lazy, speaking
from bot.core.messages import Button, Form, Reply, Style, text_reply
from bot.core.origin import Origin, OutcomeUnknownError, Place
from bot.core.params import ParamKind
from storage.engine.errors import StoreError

log = logging.getLogger(__name__)

READ_TIMEOUT = 0.7
"""Seconds that an answer waits for the words of the message that it is about. Slack waits three for all."""
FORM_WORDS = lazy("Here's the form. Only you see it until you send it.")

BoltContext = Mapping[str, Any]
InteractionHandler = Callable[[Json, BoltContext], Awaitable[BoltResponse]]


class Interactions:
    """Handles the interactions that people wait for, by their kind."""

    def __init__(self, bot: Bot, directory: Directory, answers: Responses) -> None:
        self.bot = bot
        self.directory = directory
        self.responses = answers
        self.routes: dict[str, InteractionHandler] = {
            "command": self.handle_command,
            "block_actions": self.handle_button,
            "view_submission": self.handle_form,
            "shortcut": self.handle_shortcut,
            "message_action": self.handle_message_shortcut,
            "block_suggestion": self.handle_typing,
        }

    async def dispatch_interaction(self, kind: str, body: Json, context: BoltContext) -> BoltResponse:
        """Handle one interaction, and return the response to its request.

        A malformed payload is logged and gets an empty 200.
        """
        try:
            return await self.routes[kind](body, context)
        except InvalidPayloadError as junk:
            log.info("%s that means nothing: %s", kind, junk)
            return accept_request()

    async def handle_command(self, body: Json, context: BoltContext) -> BoltResponse:
        """Handle the slash command, `/aha …`."""
        interaction = payloads.parse_command(body, context)
        written = text_at(body, "text")
        mentions = mrkdwn.find_mentions(written)
        names = await self.directory.find_names(interaction.workspace, mentions, interaction.channel)
        words = mrkdwn.read_text(written, names)
        command = self.bot.commands.parse(words, text_at(body, "command"))
        answer = await self._ask_core(command, interaction, words)
        with _speaking_as(answer):
            return await self.responses.to_command(interaction, answer, self.bot.commands.encode)

    async def handle_button(self, body: Json, context: BoltContext) -> BoltResponse:
        """Handle a button, or an entry of a card's menu."""
        interaction, carried = payloads.parse_button(body, context)
        if not carried:
            return accept_request()
        if interaction.view:
            interaction = _with_form_origin(interaction, _read_form_origin(object_at(body, "view")))
            if payloads.find_action(body).get("action_id") == MORE_ID:
                return self._show_more(interaction, object_at(body, "view"), carried)
        answer = await self._ask_core(decode_command(self.bot, carried), interaction)
        with _speaking_as(answer):
            response = self.responses.to_button(interaction, answer, self.bot.commands.encode)
        if isinstance(answer, Reply) and (interaction.view or not answer.replaces):
            self._refresh_home(interaction)
        return response

    def _show_more(self, interaction: Interaction, view: Json, carried: str) -> BoltResponse:
        """Show the further fields of an open form. Nothing is asked of the core."""
        try:
            return self.responses.to_more(interaction, view, carried)
        except (ValueError, TypeError, AttributeError):
            raise InvalidPayloadError("fields that are not ours") from None

    async def handle_form(self, body: Json, context: BoltContext) -> BoltResponse:
        """Handle the submission of a form."""
        view = object_at(body, "view")
        opened = _read_form_origin(view)
        interaction = _with_form_origin(payloads.parse_form(body, context), opened)
        given = {
            **forms.read_values(view),
            **await self._channel_values(interaction.workspace, view),
            **await self._people_values(interaction.workspace, view),
        }
        command = decode_command(self.bot, opened.command)
        if command is not None:
            command = self.bot.commands.fill_fields(command, given)
        answer = await self._ask_core(command, interaction, *given.values())
        with _speaking_as(answer):
            response = await self.responses.to_form(
                interaction, opened, view, answer, self.bot.commands.encode
            )
        self._refresh_home(interaction)
        return response

    async def handle_typing(self, body: Json, context: BoltContext) -> BoltResponse:
        """Handle what a person types in a field with suggestions. Without an answer there are none."""
        typed = mrkdwn.unescape_if_escaped(text_at(body, "value"))
        try:
            origin = await self.build_origin(payloads.parse_form(body, context))
            found = await self.bot.suggest(ParamKind.ZONE, typed, origin)
        except (StoreError, OutcomeUnknownError) as error:
            log.info("no suggestions: %s", error)
            return accept_request({"options": []})
        return accept_request(forms.build_options(found, typed))

    async def handle_shortcut(self, body: Json, context: BoltContext) -> BoltResponse:
        """Handle the global shortcut, *Log an aha*.

        Raise InvalidPayloadError for any other.
        """
        interaction = payloads.parse_shortcut(body, context)
        command = decode_command(self.bot, "log") if text_at(body, "callback_id") == GLOBAL_ID else None
        if command is None:
            raise InvalidPayloadError("no such shortcut")
        answer = await self._ask_core(command, interaction)
        with _speaking_as(answer):
            return self.responses.to_button(interaction, answer, self.bot.commands.encode)

    async def handle_message_shortcut(self, body: Json, context: BoltContext) -> BoltResponse:
        """Handle a message shortcut, which is an entry of a message's menu."""
        interaction = payloads.parse_shortcut(body, context)
        bot = self.bot
        command = payloads.find_shortcut_command(text_at(body, "callback_id"), bot.commands.shortcuts)
        about = await self._message_values(interaction, object_at(body, "message"))
        answer = await self._ask_core(bot.commands.fill_fields(command, about), interaction)
        with _speaking_as(answer):
            return self.responses.to_button(interaction, answer, bot.commands.encode)

    async def answer_spoken(self, interaction: Interaction, addressed: Addressed) -> None:
        """Answer a message in which a person speaks to the bot, unless it only mentions the bot in passing."""
        bot = self.bot
        if bot.commands.read_addressed(addressed) is None:
            return
        link, answers = await asyncio.gather(
            self.directory.find_link(interaction.workspace, interaction.channel, addressed.message),
            self._answered_values(interaction, addressed),
        )
        addressed = replace(addressed, link=link, answers=answers)
        command = bot.commands.read_addressed(addressed)
        words = f"{addressed.before} {addressed.after}".strip()
        answer = await self._ask_core(command, interaction, words, addressed=addressed)
        with _speaking_as(answer):
            if isinstance(answer, Form):
                answer = await self._offer_form(interaction, answer, addressed)
            if answer is not None:
                self.responses.to_spoken(interaction, answer, bot.commands.encode)

    async def _offer_form(self, interaction: Interaction, form: Form, addressed: Addressed) -> Reply:
        """Return the answer with a button that opens a form, because only a press can open one.

        What was typed already is stored with it.
        """
        opens = form.command
        if form.storable and any(field.value for field in form.fields):
            origin = _spoken_origin(await self.build_origin(interaction), addressed)
            try:
                opens = await self.bot.put_aside(form, origin)
            except StoreError as error:
                return explain_failure(form.command, error, [addressed.after])
        said = "\n".join(dict.fromkeys(form.errors.values())) or FORM_WORDS()
        return text_reply(said, buttons=(Button(form.title, opens, Style.PRIMARY),))

    async def _answered_values(self, interaction: Interaction, addressed: Addressed) -> Mapping[str, str]:
        """Return what a command needs to know of the message that is answered, with its words if Slack gives them.

        Only a command that is about that message has it read.
        """
        known = addressed.answers
        about = self.bot.commands.read_addressed(addressed)
        if not known or getattr(about, "message", "") != known["message"]:
            return known
        workspace, author = interaction.workspace, known.get("author", "")
        try:
            async with asyncio.timeout(READ_TIMEOUT):
                found = await self.responses.posting.read(
                    Place(workspace, interaction.channel), known["message"]
                )
        except (OutcomeUnknownError, StoreError, TimeoutError):
            found = None
        if found is not None and found.person:
            return {
                "message": known["message"], "text": found.text, "author": found.person,
                "author_name": found.person_name, "link": found.link, "by_bot": "1" if found.by_bot else "",
                "external": "1" if found.external else "", "shows": found.shows,
            }  # fmt: skip
        person = await self.directory.find_person(workspace, author) if author else None
        external = await self.directory.is_external(person, workspace)
        by_bot = author == interaction.us or bool(person and person.bot)
        return {
            **known, "author_name": person.name if person else "", "external": "1" if external else "",
            "by_bot": "1" if by_bot else "",
        }  # fmt: skip

    async def show_home(self, interaction: Interaction) -> None:
        """Publish the person's App Home, if the core has a `home` command."""
        command = decode_command(self.bot, "home")
        if command is None:
            return
        answer = await self._ask_core(command, replace(interaction, channel="", home=True))
        if isinstance(answer, Reply):
            with _speaking_as(answer):
                await self.responses.publish_home(interaction, answer.card, self.bot.commands.encode)

    async def build_origin(self, interaction: Interaction) -> Origin:
        """Return who acted and where, with the details Slack provides in time.

        Without the history scopes no event reports that a channel was made private, but the
        payload of an interaction in it does. So the cached entry of a channel that turns out to
        be private is removed.
        """
        place = "" if _is_of_two(interaction.channel) else interaction.channel
        self._probe_scopes(interaction.workspace)
        if interaction.us:
            self.directory.us[interaction.workspace] = interaction.us
        if place and interaction.private:
            self.directory.forget_if_public(interaction.workspace, place)
        found = self.directory.find_person_and_channel(interaction.workspace, interaction.person, place)
        if place:
            (person, channel), direct = await found, False
        else:
            (person, channel), direct = await asyncio.gather(found, self._is_direct(interaction))
        name = person.name if person else ""
        fresh = self.directory.is_name_fresh(interaction.workspace, interaction.person)
        return Origin(
            payloads.PLATFORM, interaction.workspace, interaction.channel, interaction.person,
            name if fresh else "", interaction.event, handle=name or interaction.handle,
            channel_name=(channel.name if channel else "") or interaction.channel_name, thread=interaction.thread,
            zone=person.zone if person else "", admin=bool(person and person.admin),
            direct=direct, without_bot=not (direct or place), from_form=interaction.from_form,
            private=bool(place) and (interaction.private or (channel.private if channel else interaction.private)),
            external=await self.directory.is_external(person, interaction.workspace),
            guest=person.guest if person else None, present=interaction.present,
            may_post=channel.member if channel else None, locale=person.locale if person else "",
        )  # fmt: skip

    def _probe_scopes(self, workspace: str) -> None:
        """Ask Slack now and then whether a lost scope is back, while people use the bot."""
        scopes = self.directory.clients.scopes
        if scopes is not None and scopes.is_probe_due(workspace):
            self.responses.tasks.start(scopes.probe(workspace))

    async def _is_direct(self, interaction: Interaction) -> bool:
        """Return whether only the person and the bot see this.

        True for the bot's own direct messages, the App Home and the global shortcut. The name and the
        shape of an id are the same for the direct messages between two people, so Slack is asked.
        """
        if not interaction.channel:
            return True
        if not _is_of_two(interaction.channel):
            return False
        if interaction.is_event:
            return True
        return interaction.channel == await self.directory.find_direct(
            interaction.workspace, interaction.person
        )

    async def _ask_core(
        self, command: Any, interaction: Interaction, *words: str, addressed: Addressed | None = None
    ) -> Reply | Form | None:
        """Return the core's answer, or the reply about an error, also where Slack could not say who asks.

        It names its language: where the core did not, that of the person's Slack. `addressed` is the message that
        has the command.
        """
        try:
            origin = _spoken_origin(await self.build_origin(interaction), addressed)
        except Exception as error:
            return explain_failure(command, error, words)
        with speaking(match_locale(origin.locale)):
            answer = await ask_core(self.bot, command, origin, words)
        return answer and replace(answer, language=answer_language(answer, origin.locale))

    async def _channel_values(self, workspace: str, view: Json) -> dict[str, str]:
        """Return the name and privacy of each channel chosen in a form.

        A channel that Slack says nothing about counts as private.
        """
        values = forms.read_values(view)
        found: dict[str, str] = {}
        for name in forms.find_channel_fields(view):
            channel = await self.directory.find_channel(workspace, values[name]) if values[name] else None
            found[f"{name}_name"] = channel.name if channel else ""
            found[f"{name}_private"] = "" if channel and not channel.private else "1"
        return found

    async def _people_values(self, workspace: str, view: Json) -> dict[str, str]:
        """Return the names of the people chosen in a form, and which of them are bots or outside the organisation.

        A person that Slack doesn't describe counts as outside.
        """
        values = forms.read_values(view)
        found: dict[str, str] = {}
        for name in forms.find_people_fields(view):
            ids = values[name].split()
            people = await asyncio.gather(*(self.directory.find_person(workspace, each) for each in ids))
            outside = [
                each
                for each, person in zip(ids, people, strict=True)
                if person is None or person.bot or await self.directory.is_external(person, workspace)
            ]
            found[f"{name}_names"] = "\n".join(person.name if person else "" for person in people)
            found[f"{name}_outside"] = "\n".join(outside)
        return found

    async def _message_values(self, interaction: Interaction, message: Json) -> dict[str, str]:
        """Return what a message shortcut's command may need to know about its message."""
        author, workspace = text_at(message, "user"), interaction.workspace
        home = payloads.author_workspace(message)
        names = await self.directory.find_names(workspace, find_mentions(message), interaction.channel)
        person = await self.directory.find_person(workspace, author) if author else None
        external = await self.directory.is_external(person, workspace, home)
        return {
            "message": text_at(message, "ts"),
            "text": read_message(message, names),
            "author": author,
            "author_name": person.name if person else "",
            "link": await self.directory.find_link(workspace, interaction.channel, text_at(message, "ts")),
            "by_bot": "" if payloads.is_by_person(message, interaction.us) else "1",
            "external": "1" if external else "",
            "shows": find_shown(message),
        }

    def _refresh_home(self, interaction: Interaction) -> None:
        if interaction.home:
            self.responses.tasks.start(self.show_home(interaction))


def _speaking_as(answer: Reply | Form | None) -> AbstractContextManager[None]:
    """Speak the language of an answer within a block, and within the tasks that it starts."""
    return speaking(answer.language if answer else "")


def _spoken_origin(origin: Origin, addressed: Addressed | None) -> Origin:
    """Return an origin with the message in which the bot was called by its name, if it was."""
    if addressed is None or not addressed.called:
        return origin
    return replace(origin, called=addressed.called, message=addressed.message, link=addressed.link)


def _is_of_two(channel: str) -> bool:
    """Return whether a channel is between two: the bot and a person, or two people. True without one."""
    return not channel or channel.startswith("D")


def _read_form_origin(view: Json) -> FormOrigin:
    try:
        return forms.read_form_origin(view)
    except (ValueError, TypeError, AttributeError):
        raise InvalidPayloadError("a view that is not ours") from None


def _with_form_origin(interaction: Interaction, opened: FormOrigin) -> Interaction:
    """Return the interaction with the place where its form was opened.

    A payload from a modal does not name a channel.
    """
    return replace(
        interaction, channel=opened.channel, channel_name=opened.channel_name, private=opened.private,
        thread=opened.thread, home=opened.home, respond=interaction.respond or opened.response_url,
    )  # fmt: skip
