"""Everything that people do on Discord, routed by what it is: into the core, and its answer back out.

A person who waits always gets a sentence, and their own words back where something went wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import discord

from adapters.discord import forms, frames, payloads
from adapters.discord.answers import Answer, Answers, Asked, frame_of, later
from adapters.discord.calls import Json
from adapters.discord.directory import NOWHERE, Directory, Spot
from adapters.discord.frames import MORE, Frame
from adapters.discord.payloads import PLATFORM, Doing, id_of, name_of
from bot.adapter import Origin
from bot.asking import BROKEN, OLD, ask, back, decoded
from bot.commands import Declaration, ParamKind, Shortcut, written_in
from bot.features.asides import OpenForm
from bot.messages import Card, Form, Option, Quote, Reply, Strong, Text
from bot.service import Bot
from storage.errors import StoreError

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
        if isinstance(command, OpenForm):
            return Asked(answer, command)
        frame = frame_of(doing, answer, None, self.bot.commands.encode)
        if frames.fits(frame) and forms.split(answer)[1] is None:
            return Asked(answer)
        return await self._kept(doing, answer)

    async def _taken(self, doing: Doing, frame: Frame, given: Mapping[str, str]) -> Answer:
        """A form's values: into the command, or where it goes on, kept until its last step."""
        command = decoded(self.bot, frame.command) if doing.workspace and doing.person else None
        origin = self._origin(doing)
        if isinstance(command, OpenForm):
            form = await ask(self.bot, command, _at_hand(origin), given.values())
            if not isinstance(form, Form):
                return _with(form, given)
            _, rest = forms.split(form)
            command = self.bot.commands.fill(form.command, given)
            if rest is not None:
                return await self._to_be_continued(doing, replace(rest, command=command))
        elif command is not None:
            command = self.bot.commands.fill(command, given)
        answer = await ask(self.bot, command, _at_hand(origin), given.values())
        return await self._as_message(doing, answer) if isinstance(answer, Form) else answer

    async def _to_be_continued(self, doing: Doing, rest: Form) -> Answer:
        kept = await self._kept(doing, rest)
        if isinstance(kept, Reply):
            return kept
        left = len(forms.steps(rest))
        more = "One more step" if left == 1 else f"{left} more steps"
        return Reply(later((f"Kept so far. {more} to go; take your time.",), kept.kept, "Continue"))

    async def _as_message(self, doing: Doing, form: Form) -> Answer:
        """A form that follows a form: a message with what is to be changed and a button, for Discord opens none."""
        kept = await self._kept(doing, form)
        if isinstance(kept, Reply):
            return kept
        if not form.errors:
            return Reply(later((form.title,), kept.kept, "Continue"))
        labels = {field.name: field.label for field in form.fields}
        wrong = (
            Text((Strong(labels.get(name, name)), f" {sentence}")) for name, sentence in form.errors.items()
        )
        button = later((WRONG_VALUES,), kept.kept, "Open the form again")
        return Reply(Card((*button.blocks, *wrong), button.buttons))

    async def _kept(self, doing: Doing, form: Form) -> Asked | Reply:
        """The form as a row, or where that cannot be, a sentence and what stands in it."""
        try:
            return Asked(form, await self.bot.put_aside(form, self._origin(doing)))
        except StoreError as error:
            written = [each.value for each in form.fields if not each.options]
            return back(str(error), [*written_in(form.command), *written])

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
