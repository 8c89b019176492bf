"""Handlers for interactions: each one asks the core and sends its answer to the person.

A person always gets an answer, and gets their own words back when something goes wrong.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import discord

from adapters.discord import custom_ids, forms, payloads
from adapters.discord.addressed.reading import MessageReader
from adapters.discord.api import Json
from adapters.discord.custom_ids import MORE, NOBODY_ELSE, REMOVE, CustomId
from adapters.discord.directory import NOWHERE, Directory, Spot
from adapters.discord.payloads import PLATFORM, Interaction, message_id_of
from adapters.discord.reading.content import Names, names_of_interaction
from adapters.discord.reading.words import Words
from adapters.discord.responses import FormStep, Response, Responses, form_button_card, make_form_id
from bot.core.adapter import Bot
from bot.core.ask import FAILURE_REPLY, OUTDATED_REPLY, ask_core, decode_command, return_words
from bot.core.commands import Declaration, Shortcut
from bot.core.drafts import OpenForm, SubmitDraft, draft_event
from bot.core.forms.later import hidden_values
from bot.core.language.catalogs import match_locale
from bot.core.language.database_errors import explain_database_error
from bot.core.language.words import Lazy, _, lazy, ngettext, speaking
from bot.core.messages import (
    Button,
    Card,
    FieldKind,
    Form,
    More,
    Option,
    Quote,
    Reply,
    Strong,
    Text,
    text_reply,
)
from bot.core.origin import Origin, OutcomeUnknownError
from bot.core.params import ParamKind, collect_user_texts
from bot.core.text import parse_number
from storage.engine.errors import StoreError
from storage.models.shown import has_words

T = TypeVar("T")

NOT_THEIRS = lazy("Only the person I answered can use that. Ask me yourself, and you get your own.")
ONLY_ASKER_REMOVES = lazy("Only the person I answered or an admin can remove that.")
MESSAGE_GONE = lazy("I can't see that message any more. Please write it again.")
NO_ANSWER = lazy("Discord isn't answering me right now. Please try again.")

FIRST = "0"
"""The first step, named by a button on the message of a step. A form opened elsewhere names none."""
WRONG_VALUES = lazy("Not saved yet. Please fix this first; the rest of what you typed is still there:")


class Interactions:
    """The handlers for interactions."""

    def __init__(self, bot: Bot, directory: Directory, answers: Responses) -> None:
        self.bot = bot
        self.directory = directory
        self.words = Words(directory)
        self.reader = MessageReader(directory)
        self.responses = answers

    async def handle_command(
        self, raw: discord.Interaction, declaration: Declaration, options: Mapping[str, str]
    ) -> None:
        """Handle a slash command."""
        interaction, typed = self._parse_interaction(raw), _collect_texts(raw.data)
        known = set(filter(None, typed)) <= set(options.values())
        names = names_of_interaction(raw.data)

        async def read_command() -> Any | None:
            written = await self._read_values(interaction, options, options, names)
            return self.bot.commands.parse_options(declaration, written)

        words = self._read_cached(interaction, typed, names)
        await self._answer_command(interaction, read_command() if known else None, words)

    async def suggest_options(
        self, raw: discord.Interaction, declaration: Declaration, name: str, typed: str
    ) -> None:
        """Suggest values for an option while a person types."""
        interaction = self._parse_interaction(raw)
        param = declaration.params.get(name)
        if param is None:
            found: Iterable[Option] = ()
        elif param.kind is ParamKind.CHOICE:
            found = (Option(each, each) for each in param.choices if typed.casefold() in each)
        else:
            found = await self._find_suggestions(param.kind, typed, interaction)
        await self.responses.send_suggestions(interaction, found)

    async def handle_message_shortcut(
        self, raw: discord.Interaction, shortcut: Shortcut, message: discord.Message
    ) -> None:
        """Handle an entry of a message's menu."""
        interaction = self._parse_interaction(raw)

        async def read_command() -> Any:
            values = await self.reader.read_fields(interaction.workspace, interaction.spot, message)
            return self.bot.commands.fill_fields(shortcut.command, values)

        await self._answer_command(interaction, read_command())

    async def handle_outdated_command(self, raw: discord.Interaction) -> None:
        """Answer a command of another version of the bot."""
        interaction = self._parse_interaction(raw)
        words = self._read_cached(interaction, _collect_texts(raw.data), names_of_interaction(raw.data))
        await self._answer_command(interaction, None, words)

    async def handle_button(self, raw: discord.Interaction) -> None:
        """Handle a button, or an entry chosen from a card's menu."""
        try:
            custom_id = custom_ids.read_pressed_id(dict(raw.data or {}))
        except ValueError:
            custom_id = CustomId("")
        interaction = self._parse_interaction(raw, custom_id)
        if custom_id is None:
            await self.responses.acknowledge_interaction(interaction)
        elif custom_id.asker:
            await self._press_reply(interaction, custom_id, str(raw.message.id) if raw.message else "")
        elif custom_id.command == MORE and raw.message is not None:
            more = self._show_more(interaction, message_id_of(interaction.spot, raw.message.id))
            await self.responses.send_response(interaction, more, self.bot.commands.encode)
        else:
            await self._answer_command(interaction, _wrap_value(decode_command(self.bot, custom_id.command)))

    async def _press_reply(self, interaction: Interaction, custom_id: CustomId, message: str) -> None:
        """Handle a button on the bot's reply to a message. They're for the person who wrote that message."""
        is_asker = custom_id.asker in (interaction.person, NOBODY_ELSE)
        if custom_id.command == REMOVE and (is_asker or interaction.admin):
            await self.responses.remove_message(interaction, interaction.spot.target_id, message)
            return
        if is_asker and custom_id.asked_in:
            answer = self._answer_again(interaction, custom_id.asked_in)
        elif is_asker:
            await self._answer_command(interaction, _wrap_value(decode_command(self.bot, custom_id.command)))
            return
        else:
            answer = _refuse(ONLY_ASKER_REMOVES if custom_id.command == REMOVE else NOT_THEIRS)
        await self.responses.send_response(interaction, answer, self.bot.commands.encode)

    async def _answer_again(self, interaction: Interaction, message: str) -> Response:
        """Return the answer to a message that was answered before. As the same event it does nothing twice."""
        try:
            spoken = await self.reader.fetch_message(interaction.workspace, interaction.spot, message)
        except OutcomeUnknownError:
            return text_reply(NO_ANSWER())
        if spoken is None:
            return text_reply(MESSAGE_GONE())
        addressed = await self.reader.read_again(
            interaction.workspace, interaction.spot, spoken, interaction.direct
        )
        command = self.bot.commands.read_addressed(addressed) if addressed else None
        if addressed is None or command is None:
            return text_reply(MESSAGE_GONE())
        made = await self._ask_bot(payloads.as_spoken(interaction, message, addressed), command)
        if interaction.direct and isinstance(made, Reply):
            return replace(made, replaces=True)  # it answers the question which server is meant
        return made

    async def handle_form(self, raw: discord.Interaction) -> None:
        """Handle a submitted form, or one step of a form."""
        data: Json = dict(raw.data or {})
        custom_id = _read_form_id(data)
        interaction = payloads.as_submission(self._parse_interaction(raw, custom_id), custom_id.opened)
        given = forms.read_values(data, *self._channel_checks(interaction))
        typed, names = forms.written_fields(data), names_of_interaction(data)

        async def take_values() -> Response:
            written = await self._read_values(interaction, given, typed, names)
            return await self._take_values(interaction, custom_id, written)

        words = self._read_cached(interaction, given.values(), names)
        await self.responses.send_response(interaction, take_values(), self.bot.commands.encode, words)

    async def handle_unreadable(self, data: Json) -> None:
        """Answer an interaction that discord.py can't parse.

        The person gets an error message and the words they sent.
        """
        token, known = str(data.get("token") or ""), str(data.get("id") or "")
        if not token or not known.isdecimal() or data.get("type") not in (2, 3, 5):
            return

        async def explain() -> Reply:
            return return_words(FAILURE_REPLY(), _collect_texts(data.get("data")))

        application = str(data.get("application_id") or "")
        bare = Interaction(known, token, application, locale=str(data.get("locale") or ""))
        await self.responses.send_response(bare, explain(), self.bot.commands.encode)

    async def _show_more(self, interaction: Interaction, message: str) -> Reply:
        """Return the further buttons of a card."""
        try:
            return await self.bot.more(message, self._resolve_origin(interaction)) or return_words(
                OUTDATED_REPLY(), ()
            )
        except StoreError as error:
            return return_words(explain_database_error(error), ())

    async def _find_suggestions(
        self, kind: ParamKind, typed: str, interaction: Interaction
    ) -> Iterable[Option]:
        try:
            return await self.bot.suggest(kind, typed, self._resolve_origin(interaction))
        except StoreError:
            return ()

    # Asking the core

    async def _answer_command(
        self, interaction: Interaction, reading: Awaitable[Any | None] | None, words: Collection[str] = ()
    ) -> None:
        """Answer a command, which is read while Discord's time for the answer is running already."""

        async def ask() -> Response:
            command = await reading if reading is not None else None
            somewhere = interaction.workspace or interaction.without_bot
            return await self._ask_bot(
                interaction, command if somewhere and interaction.person else None, words
            )

        await self.responses.send_response(interaction, ask(), self.bot.commands.encode, words)

    async def _read_values(
        self, interaction: Interaction, given: Mapping[str, str], typed: Collection[str], names: Names
    ) -> dict[str, str]:
        """Return the given values by name, those in `typed` as the person saw them when writing them."""
        written = [name for name in given if name in typed]
        texts = await self.words.read_texts(
            interaction.workspace, interaction.spot.target_id, [given[name] for name in written], names
        )
        return {**given, **dict(zip(written, texts, strict=True))}

    def _read_cached(self, interaction: Interaction, texts: Iterable[str], names: Names) -> list[str]:
        """Return texts to give back to the person, without asking Discord for any name."""
        place = (interaction.workspace, interaction.spot.target_id)
        return [self.words.read_cached(*place, text, names) for text in texts]

    async def _ask_bot(
        self, interaction: Interaction, command: Any | None, words: Iterable[str] = ()
    ) -> Response:
        """Return the core's answer to a command.

        A form that is too long for one modal is saved as a draft row.
        """
        answer = await ask_core(self.bot, command, self._resolve_origin(interaction), words)
        if not isinstance(answer, Form):
            return answer
        if isinstance(command, SubmitDraft):
            return _replace_step(await self._submit_draft(interaction, answer, command), command)
        if isinstance(command, OpenForm):
            return await (self._open_more if command.more else _open_step)(interaction, answer, command)
        answer = self._arrange_form(answer)
        steps = forms.split_steps(answer)
        custom_id = make_form_id(interaction, answer, None, self.bot.commands.encode)
        if custom_ids.can_fit(custom_id) and len(steps) == 1:
            return FormStep(answer)
        kept = await self._save_draft(interaction, answer)
        return kept if isinstance(kept, Reply) else FormStep(steps[0], kept)

    def _arrange_form(self, form: Form) -> Form:
        """Return a form as a modal can ask for it. Its command has the values of the fields that it leaves out."""
        given = hidden_values(form)
        short = forms.leave_later(form)
        if len(short.fields) < len(form.fields):
            return replace(short, command=self.bot.commands.fill_fields(form.command, given))
        return forms.order_fields(form)

    async def _open_more(self, interaction: Interaction, before: Form, waiting: OpenForm) -> Response:
        """Open the rest of a form whose first part is saved, with what is saved now."""
        form = await ask_core(self.bot, before.command, self._resolve_origin(interaction))
        if not isinstance(form, Form):
            return form
        form = forms.keep_order(form, before)
        kept = await self._save_draft(interaction, form, waiting)
        return (
            kept
            if isinstance(kept, Reply)
            else await _open_step(interaction, form, replace(kept, step=waiting.step))
        )

    async def _take_values(
        self, interaction: Interaction, custom_id: CustomId, given: Mapping[str, str]
    ) -> Response:
        """Fill a form's values into its command and return the core's answer.

        The values of one step are saved as a draft until the last step.
        """
        command = (
            decode_command(self.bot, custom_id.command)
            if interaction.workspace and interaction.person
            else None
        )
        origin = self._resolve_origin(interaction)
        if isinstance(command, OpenForm):
            form = await ask_core(self.bot, command, origin, given.values())
            if not isinstance(form, Form):
                return _add_values(form, given)
            stepped = await self._continue_form(interaction, forms.fill_form(form, given), command, given)
            return _replace_step(stepped, command)
        if command is not None:
            command = self.bot.commands.fill_fields(command, given)
        answer = await ask_core(self.bot, command, origin, given.values())
        return await self._offer_form(interaction, answer) if isinstance(answer, Form) else answer

    async def _continue_form(
        self, interaction: Interaction, form: Form, waiting: OpenForm, given: Mapping[str, str]
    ) -> Response:
        """Take one step of a form: submit it after the last step, else offer the next one.

        A form that can be sent again is submitted after each step.
        """
        steps = forms.split_steps(form)
        after = _step_number(waiting, steps) + 1
        if after == len(steps):
            return await self._submit_draft(interaction, form, waiting, given)
        if form.more is More.AGAIN:
            once, answer = await self._send_draft(interaction, form, waiting, given)
            if isinstance(answer, Form):
                return await self._offer_form(once, answer, waiting)
            return await self._offer_more(interaction, form, answer, after)
        kept = await self._save_draft(interaction, form, waiting)
        if isinstance(kept, Reply):
            return kept
        onward = replace(kept, step=str(after))
        with speaking(form.language):
            card = _step_card(
                len(steps) - after, onward, SubmitDraft(kept.pending) if forms.is_complete(form) else None
            )
        return Reply(card, language=form.language)

    async def _offer_more(
        self, interaction: Interaction, form: Form, answer: Response, after: int
    ) -> Response:
        """Add a button to the answer to a form's first part that opens the next one.

        It is a draft of its own, so that both parts are saved.
        """
        if not isinstance(answer, Reply):
            return answer
        kept = await self._save_draft(interaction, form)
        if isinstance(kept, Reply):
            return answer
        with speaking(answer.language):
            button = Button(_("Add more"), replace(kept, step=str(after), more="1"))
        return replace(answer, card=replace(answer.card, buttons=(*answer.card.buttons, button)))

    async def _submit_draft(
        self,
        interaction: Interaction,
        form: Form,
        waiting: OpenForm | SubmitDraft,
        given: Mapping[str, str] | None = None,
    ) -> Response:
        """Return the answer to a stored form. A form that follows is offered."""
        once, answer = await self._send_draft(interaction, form, waiting, given)
        return await self._offer_form(once, answer, waiting) if isinstance(answer, Form) else answer

    async def _send_draft(
        self,
        interaction: Interaction,
        form: Form,
        waiting: OpenForm | SubmitDraft,
        given: Mapping[str, str] | None,
    ) -> tuple[Interaction, Reply | Form | None]:
        """Return the core's answer to a stored form, and the interaction it answers. `given` came just now.

        The event id is the draft's, so that submitting the form twice does the work once.
        """
        once = replace(interaction, event=draft_event(waiting), from_form=True)
        values = {**self._form_values(interaction, form), **(given or {})}
        command = self.bot.commands.fill_fields(form.command, values)
        return once, await ask_core(self.bot, command, self._resolve_origin(once), _form_texts(form))

    def _form_values(self, interaction: Interaction, form: Form) -> dict[str, str]:
        def find_channel_name(channel: str) -> str:
            return (self.directory.cached_spot(interaction.workspace, channel) or NOWHERE).name

        return forms.current_values(form, find_channel_name, *self._channel_checks(interaction))

    async def _offer_form(
        self, interaction: Interaction, form: Form, waiting: OpenForm | SubmitDraft | None = None
    ) -> Response:
        """Save a form that follows a form, and return a message with a button that opens it.

        Discord doesn't open a modal from a modal. After invalid values it's saved under the draft in
        `waiting`. A form that may not be stored is opened again by its command.
        """
        with speaking(form.language):
            return await self._build_offer(interaction, self._arrange_form(form), waiting)

    async def _build_offer(
        self, interaction: Interaction, form: Form, waiting: OpenForm | SubmitDraft | None
    ) -> Reply:
        if not form.storable:
            said = " ".join(form.errors.values()) or form.title
            return Reply(form_button_card((said,), form.command, _("Continue")), language=form.language)
        kept = await self._save_draft(interaction, form, waiting if form.errors else None)
        if isinstance(kept, Reply):
            return kept
        if not form.errors:
            onward = replace(kept, step=FIRST)
            return Reply(form_button_card((form.title,), onward, _("Continue")), language=form.language)
        labels = {field.name: field.label for field in form.fields}
        wrong = (
            Text((Strong(labels.get(name, name)), f" {sentence}")) for name, sentence in form.errors.items()
        )
        again = replace(kept, step=str(forms.find_wrong_step(form)))
        button = form_button_card((WRONG_VALUES(),), again, _("Open the form again"))
        return Reply(Card((*button.blocks, *wrong), button.buttons), language=form.language)

    async def _save_draft(
        self, interaction: Interaction, form: Form, waiting: OpenForm | SubmitDraft | None = None
    ) -> OpenForm | Reply:
        """Save a form as a draft row, in place of the `waiting` draft if there is one.

        Where the database can't save it, return an error message with the texts in the form.
        """
        try:
            return await self.bot.put_aside(
                form, self._resolve_origin(interaction), waiting.pending if waiting else ""
            )
        except StoreError as error:
            return return_words(
                explain_database_error(error), [*collect_user_texts(form.command), *_form_texts(form)]
            )

    # Person and place

    def _parse_interaction(self, raw: discord.Interaction, custom_id: CustomId | None = None) -> Interaction:
        workspace = str(raw.guild_id or (custom_id.server if custom_id else "") or "")
        channel = raw.channel
        spot = self.directory.spot_of_event(workspace, channel)
        if spot is None and channel is not None:
            spot = Spot(str(channel.id))
        return payloads.parse_interaction(raw, spot or NOWHERE, workspace)

    def _resolve_origin(self, interaction: Interaction) -> Origin:
        spot = interaction.spot
        guild = self.directory.find_guild(interaction.workspace)
        return Origin(
            PLATFORM, interaction.workspace, spot.channel, interaction.person, interaction.name, interaction.event,
            channel_name=spot.name, workspace_name=guild.name if guild else "", thread=spot.thread,
            admin=interaction.admin, direct=interaction.direct, without_bot=interaction.without_bot,
            from_form=interaction.from_form, present=interaction.present,
            private=False if interaction.direct or interaction.without_bot else spot.private,
            threads_only=spot.threads_only, passing=spot.passing,
            may_post=None if interaction.direct else interaction.may_write,
            called=interaction.called, message=interaction.message, link=interaction.link,
            locale=interaction.locale, server_locale=payloads.server_locale(guild),
        )  # fmt: skip

    def _channel_checks(
        self, interaction: Interaction
    ) -> tuple[Callable[[str], bool], Callable[[str], bool], forms.FindLack]:
        """Return the functions that tell whether a channel is hidden from members, a forum, and closed to the bot."""

        def is_private(channel: str) -> bool:
            spot = self.directory.cached_spot(interaction.workspace, channel)
            return spot is None or spot.private is not False

        def find_lack(channel: str, told: str) -> str:
            with speaking(match_locale(interaction.locale)):
                return self.directory.find_lack(interaction.workspace, channel, told)

        return is_private, lambda channel: self.directory.is_forum(interaction.workspace, channel), find_lack


def _replace_step(answer: Response, command: OpenForm | SubmitDraft) -> Response:
    """Return the answer so that it replaces the message of a step, if it comes from a button on one.

    Only such a button names the step. A form that was opened from another card leaves that card.
    """
    on_step = isinstance(command, SubmitDraft) or command.step
    return replace(answer, replaces=True) if on_step and isinstance(answer, Reply) else answer


async def _open_step(interaction: Interaction, form: Form, command: OpenForm) -> Response:
    """Return the step of a stored form that a command names."""
    steps = forms.split_steps(form)
    return FormStep(steps[_step_number(command, steps)], command)


def _step_card(left: int, onward: OpenForm, submit: SubmitDraft | None) -> Card:
    """Return the card after a step: what is left, and buttons to go on or to submit what is there."""
    if submit is None:
        said = ngettext("Not saved yet: one more step.", "Not saved yet: {n} more steps.", left)
        return form_button_card((said,), onward, _("Continue"))
    said = ngettext(
        "Not saved yet: one more step. You can also save it as it is.",
        "Not saved yet: {n} more steps. You can also save it as it is.",
        left,
    )
    card = form_button_card((said,), onward, _("Continue"))
    return replace(card, buttons=(*card.buttons, Button(_("Save as it is"), submit)))


def _step_number(command: OpenForm, steps: Sequence[Form]) -> int:
    """Return the number of the step that a command opens, at most the last one."""
    return min(parse_number(command.step), len(steps) - 1)


def _form_texts(form: Form) -> list[str]:
    """Return the texts that were typed into a form."""
    ids = (FieldKind.CHANNEL, FieldKind.PEOPLE)
    return [each.value for each in form.fields if not each.options and each.kind not in ids]


async def _refuse(sentence: Lazy) -> Reply:
    """Return a refusal, in the language that is spoken when it is sent."""
    return text_reply(sentence())


async def _wrap_value(value: T) -> T:
    """Return a value that is known already, as an awaitable."""
    return value


def _read_form_id(data: Json) -> CustomId:
    """Return a submitted form's custom id, or an empty one where it can't be read."""
    try:
        return custom_ids.read_custom_id(str(data.get("custom_id") or ""))
    except ValueError:
        return CustomId("")


def _add_values(answer: Reply | None, given: Mapping[str, str]) -> Reply:
    """Add a form's values to an error answer.

    The core never saw these values, so its answer doesn't quote them.
    """
    card = answer.card if answer else Card(())
    said = {block.words for block in card.blocks if isinstance(block, Quote)}
    words = tuple(Quote(each) for each in given.values() if has_words(each) and each not in said)
    language = answer.language if answer else ""
    return Reply(Card((*card.blocks, *words), card.buttons, card.menu), language=language)


def _collect_texts(data: Any) -> list[str]:
    """Return the texts in an interaction: a command's options at any depth, or a form's values."""
    if isinstance(data, list):
        return [text for each in data for text in _collect_texts(each)]
    if not isinstance(data, dict):
        return []
    own = data.get("value")
    inner = [
        text for name in ("options", "components", "component") for text in _collect_texts(data.get(name))
    ]
    return [*([own] if isinstance(own, str) else []), *inner]
