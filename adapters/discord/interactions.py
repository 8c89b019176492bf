"""Everything that people do on Discord, routed by what it is: into the core, and its answer back out.

A person who waits always gets a sentence, and their own words back where something went wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import discord

from adapters.discord import custom_ids as frames
from adapters.discord import forms, payloads
from adapters.discord.api import Json
from adapters.discord.custom_ids import MORE, Frame
from adapters.discord.directory import NOWHERE, Directory, Spot
from adapters.discord.payloads import PLATFORM, Doing, id_of, name_of
from adapters.discord.responses import Answer, Answers, Asked, frame_of, later
from bot.core.adapter import Origin
from bot.core.ask import BROKEN, OLD, ask, back, decoded
from bot.core.commands import Declaration, ParamKind, Shortcut, written_in
from bot.core.drafts import OpenForm, TakeForm, event_of
from bot.core.messages import Button, Card, FieldKind, Form, Option, Quote, Reply, Strong, Text
from bot.runtime.bot import Bot
from storage.engine.errors import StoreError

LOG = "log"
"""The one subcommand whose name is no part of what was meant: with it a text is simply kept."""
WRONG_VALUES = "Some of that I cannot take. It waits for you as you wrote it:"


class Doings:
    """What people do, and what they get for it."""

    def __init__(self, bot: Bot, directory: Directory, answers: Answers) -> None:
        self.bot = bot
        self.directory = directory
        self.answers = answers

    async def typed(
        self, interaction: discord.Interaction, declaration: Declaration, options: Mapping[str, str]
    ) -> None:
        """`/aha …`"""
        doing, words = self._done(interaction), _written(interaction.data)
        known = set(filter(None, words)) <= set(options.values())
        await self._answer(doing, self._meant(declaration, options) if known else None, words)

    async def suggested(
        self, interaction: discord.Interaction, declaration: Declaration, name: str, typed: str
    ) -> None:
        """What may be meant, while somebody types."""
        doing = self._done(interaction)
        param = declaration.params.get(name)
        if param is None:
            found: Iterable[Option] = ()
        elif param.kind is ParamKind.CHOICE:
            found = (Option(each, each) for each in param.choices if typed.casefold() in each)
        else:
            found = await self._suggestions(param.kind, typed, doing)
        await self.answers.suggest(doing, found)

    async def chosen(
        self, interaction: discord.Interaction, shortcut: Shortcut, message: discord.Message
    ) -> None:
        """An entry of a message's menu."""
        doing = self._done(interaction)
        command = self.bot.commands.fill(shortcut.command, self._about(doing, message))
        await self._answer(doing, command)

    async def outdated(self, interaction: discord.Interaction) -> None:
        """A command of another version of us."""
        await self._answer(self._done(interaction), None, _written(interaction.data))

    async def pressed(self, interaction: discord.Interaction) -> None:
        """A button, or an entry of a card's menu."""
        try:
            frame = frames.pressed(dict(interaction.data or {}))
        except ValueError:
            frame = Frame("")
        doing = self._done(interaction, frame)
        if frame is None:
            await self.answers.seen(doing)
        elif frame.command == MORE and interaction.message is not None:
            more = self._more(doing, id_of(doing.spot, interaction.message.id))
            await self.answers.give(doing, more, self.bot.commands.encode)
        else:
            await self._answer(doing, decoded(self.bot, frame.command))

    async def submitted(self, interaction: discord.Interaction) -> None:
        """A form, or a step of one."""
        data: Json = dict(interaction.data or {})
        frame = _framed(data)
        doing = payloads.as_form(self._done(interaction, frame), frame.opened)
        given = forms.values(data, lambda channel: self._is_private(doing, channel))
        work = self._taken(doing, frame, given)
        await self.answers.give(doing, work, self.bot.commands.encode, given.values())

    async def unreadable(self, data: Json) -> None:
        """Something that discord.py cannot read: whoever waits gets a sentence and their words."""
        token, known = str(data.get("token") or ""), str(data.get("id") or "")
        if not token or not known.isdecimal() or data.get("type") not in (2, 3, 5):
            return
        answer = back(BROKEN, _written(data.get("data")))
        bare = Doing(known, token, str(data.get("application_id") or ""))
        await self.answers.give(bare, _at_hand(answer), self.bot.commands.encode)

    async def _more(self, doing: Doing, message: str) -> Reply:
        """What else a card offers."""
        try:
            return await self.bot.more(message, self._origin(doing)) or back(OLD, ())
        except StoreError as error:
            return back(str(error), ())

    # What is meant

    def _meant(self, declaration: Declaration, options: Mapping[str, str]) -> Any:
        """The command, read as if it had been typed: so that what does not fit is asked about, and never lost."""
        packs = {name: p for name, p in declaration.params.items() if p.kind is ParamKind.PACK}
        typed = [options[name] for name in declaration.params if options.get(name) and name not in packs]
        if declaration.name == LOG:
            return declaration.command(*typed)
        command = self.bot.commands.parse(" ".join([declaration.name, *typed]))
        return self.bot.commands.fill(command, {name: options.get(name, "") for name in packs})

    def _about(self, doing: Doing, message: discord.Message) -> dict[str, str]:
        """What a menu's entry may want to know of its message."""
        known = id_of(doing.spot, message.id)
        people = {str(each.id): name_of(each) for each in message.mentions}
        return {
            "message": known,
            "text": self.directory.words(doing.workspace, message.content, people),
            "author": str(message.author.id),
            "author_name": name_of(message.author),
            "link": payloads.link(doing.workspace, doing.spot.channel, known),
            "by_bot": "" if payloads.by_person(message) else "1",
            "external": "",
        }

    async def _suggestions(self, kind: ParamKind, typed: str, doing: Doing) -> Iterable[Option]:
        try:
            return await self.bot.suggest(kind, typed, self._origin(doing))
        except StoreError:
            return ()

    # Into the core

    async def _answer(self, doing: Doing, command: Any | None, words: Iterable[str] = ()) -> None:
        known = command if doing.workspace and doing.person else None
        work = self._asked(doing, known, words)
        await self.answers.give(doing, work, self.bot.commands.encode, words)

    async def _asked(self, doing: Doing, command: Any | None, words: Iterable[str] = ()) -> Answer:
        """What the core answers; a form too long for one modal waits as a row."""
        answer = await ask(self.bot, command, _at_hand(self._origin(doing)), words)
        if not isinstance(answer, Form):
            return answer
        if isinstance(command, TakeForm):
            return await self._sent(doing, answer, command)
        steps = forms.steps(answer)
        if isinstance(command, OpenForm):
            return Asked(steps[_step(command, steps)], command)
        frame = frame_of(doing, answer, None, self.bot.commands.encode)
        if frames.fits(frame) and len(steps) == 1:
            return Asked(answer)
        kept = await self._kept(doing, answer)
        return kept if isinstance(kept, Reply) else Asked(steps[0], kept)

    async def _taken(self, doing: Doing, frame: Frame, given: Mapping[str, str]) -> Answer:
        """A form's values: into the command, or where it goes on, kept until its last step."""
        command = decoded(self.bot, frame.command) if doing.workspace and doing.person else None
        origin = self._origin(doing)
        if isinstance(command, OpenForm):
            form = await ask(self.bot, command, _at_hand(origin), given.values())
            if not isinstance(form, Form):
                return _with(form, given)
            return await self._gone_on(doing, forms.filled(form, given), command)
        if command is not None:
            command = self.bot.commands.fill(command, given)
        answer = await ask(self.bot, command, _at_hand(origin), given.values())
        return await self._as_message(doing, answer) if isinstance(answer, Form) else answer

    async def _gone_on(self, doing: Doing, form: Form, waiting: OpenForm) -> Answer:
        """A form after one of its steps: sent where that was the last, else it waits for the next."""
        steps = forms.steps(form)
        after = _step(waiting, steps) + 1
        if after == len(steps):
            return await self._sent(doing, form, waiting)
        kept = await self._kept(doing, form, waiting)
        if isinstance(kept, Reply):
            return kept
        left = len(steps) - after
        more = "Not kept yet: one more step" if left == 1 else f"Not kept yet: {left} more steps"
        onward = replace(kept, step=str(after))
        if not forms.is_whole(form):
            return Reply(later((f"{more}.",), onward, "Continue"))
        card = later((f"{more}, or keep it as it is.",), onward, "Continue")
        as_it_is = Button("Keep it as it is", TakeForm(kept.pending))
        return Reply(replace(card, buttons=(*card.buttons, as_it_is)))

    async def _sent(self, doing: Doing, form: Form, waiting: OpenForm | TakeForm) -> Answer:
        """What the core answers to a form that was put aside; the same however often it is sent."""
        once = replace(doing, event=event_of(waiting))
        command = self.bot.commands.fill(form.command, self._standing(doing, form))
        answer = await ask(self.bot, command, _at_hand(self._origin(once)), _typed(form))
        return await self._as_message(once, answer, waiting) if isinstance(answer, Form) else answer

    def _standing(self, doing: Doing, form: Form) -> dict[str, str]:
        def called(channel: str) -> str:
            return (self.directory.spot(doing.workspace, channel) or NOWHERE).name

        return forms.standing(form, called, lambda channel: self._is_private(doing, channel))

    async def _as_message(
        self, doing: Doing, form: Form, waiting: OpenForm | TakeForm | None = None
    ) -> Answer:
        """A form that follows a form: a message with what is to be changed and a button, for Discord opens none.

        Filled in wrong, it is still the form that was `waiting`.
        """
        kept = await self._kept(doing, form, waiting if form.errors else None)
        if isinstance(kept, Reply):
            return kept
        if not form.errors:
            return Reply(later((form.title,), kept, "Continue"))
        labels = {field.name: field.label for field in form.fields}
        wrong = (
            Text((Strong(labels.get(name, name)), f" {sentence}")) for name, sentence in form.errors.items()
        )
        again = replace(kept, step=str(forms.wrong_step(form)))
        button = later((WRONG_VALUES,), again, "Open the form again")
        return Reply(Card((*button.blocks, *wrong), button.buttons))

    async def _kept(
        self, doing: Doing, form: Form, waiting: OpenForm | TakeForm | None = None
    ) -> OpenForm | Reply:
        """The form as a row, the one it was waiting as; or where that cannot be, a sentence and what stands in it."""
        try:
            return await self.bot.put_aside(form, self._origin(doing), waiting.pending if waiting else "")
        except StoreError as error:
            return back(str(error), [*written_in(form.command), *_typed(form)])

    # Who and where

    def _done(self, interaction: discord.Interaction, frame: Frame | None = None) -> Doing:
        workspace = str(interaction.guild_id or (frame.guild if frame else "") or "")
        channel = interaction.channel
        spot = self.directory.at(workspace, channel)
        if spot is None and channel is not None:
            spot = Spot(str(channel.id))
        return payloads.done(interaction, spot or NOWHERE, workspace)

    def _origin(self, doing: Doing) -> Origin:
        spot = doing.spot
        guild = self.directory.guild(doing.workspace)
        return Origin(
            PLATFORM, doing.workspace, spot.channel, doing.person, doing.name, doing.event,
            channel_name=spot.name, workspace_name=guild.name if guild else "", thread=spot.thread,
            admin=doing.admin, direct=doing.direct, private=False if doing.direct else spot.private,
        )  # fmt: skip

    def _is_private(self, doing: Doing, channel: str) -> bool:
        spot = self.directory.spot(doing.workspace, channel)
        return spot is None or spot.private is not False


def _step(command: OpenForm, steps: Sequence[Form]) -> int:
    """The number of the step that is meant, of those that there are."""
    return min(int(command.step), len(steps) - 1) if command.step.isdecimal() else 0


def _typed(form: Form) -> list[str]:
    """The texts that stand in a form."""
    return [each.value for each in form.fields if not each.options and each.kind is not FieldKind.CHANNEL]


async def _at_hand(value: Any) -> Any:
    """What is there already, for whoever awaits it."""
    return value


def _framed(data: Json) -> Frame:
    """What a form carries; nothing where it is not one of ours (any more)."""
    try:
        return frames.read(str(data.get("custom_id") or ""))
    except ValueError:
        return Frame("")


def _with(answer: Reply | None, given: Mapping[str, str]) -> Reply:
    """A refusal with the values of a form, which the core never saw."""
    card = answer.card if answer else Card(())
    said = {block.words for block in card.blocks if isinstance(block, Quote)}
    words = tuple(Quote(each) for each in given.values() if each.strip() and each not in said)
    return Reply(Card((*card.blocks, *words), card.buttons, card.menu))


def _written(data: Any) -> list[str]:
    """The texts in an interaction, whatever it is: options of a command, at any depth, or values of a form."""
    if isinstance(data, list):
        return [text for each in data for text in _written(each)]
    if not isinstance(data, dict):
        return []
    own = data.get("value")
    inner = [text for name in ("options", "components", "component") for text in _written(data.get(name))]
    return [*([own] if isinstance(own, str) else []), *inner]
