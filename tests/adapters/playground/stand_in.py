"""A stand-in for the bot, which records what it is told and answers as a test sets it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.core.commands import Commands, Declaration, Shortcut
from bot.core.events import (
    ChannelChanged,
    ChannelJoined,
    ChannelLeft,
    EmojiAdded,
    EmojiRemoved,
    MessageDeleted,
    MessageEdited,
    ReplyWritten,
)
from bot.core.language.words import Lazy
from bot.core.messages import Form, Picture, Reply
from bot.core.origin import Origin
from bot.core.params import choice_param, moment_param, words_param
from bot.core.pictures.drawing import Drawing
from bot.features import PLANNERS


@dataclass(frozen=True)
class Menu:
    """The bare `/aha`."""


@dataclass(frozen=True)
class Log:
    """A command that saves a text."""

    text: str = words_param("What became clear")
    note: str = ""


@dataclass(frozen=True)
class Show:
    """A command that shows a moment."""

    moment: str = moment_param()


@dataclass(frozen=True)
class Recap:
    """A command that shows a recap."""

    period: str = choice_param("Which period", "week", "month")


@dataclass(frozen=True)
class HighFive:
    """The command of the button of that name."""

    moment: str


@dataclass(frozen=True)
class Keep:
    """The command of a message shortcut."""

    message: str = ""
    text: str = ""
    author_name: str = ""
    link: str = ""
    by_bot: str = ""


@dataclass(frozen=True)
class Plan:
    """The command of a form with one field of each kind."""

    line: str = ""
    text: str = ""
    one: str = ""
    several: str = ""
    day: str = ""
    hour: str = ""
    channel: str = ""


Answer = Reply | Form | None | Exception
EVENTS = (
    EmojiAdded,
    EmojiRemoved,
    ReplyWritten,
    MessageEdited,
    MessageDeleted,
    ChannelJoined,
    ChannelLeft,
    ChannelChanged,
)
SHORTCUT = "Save as aha"


class StandIn:
    """The part of Bot that the playground uses: `commands`, `shortcuts`, `handle`, `next_due` and `tick`."""

    def __init__(self) -> None:
        named = {Menu: "help", Log: "log", Show: "show", Recap: "recap"}
        everything = (*named, HighFive, Keep, Plan, *EVENTS)
        declarations = (
            Declaration(
                re.sub(r"(?<!^)(?=[A-Z])", "-", each.__name__).lower(),
                each,
                lambda turn, command: None,
                named.get(each, ""),
                Lazy(each.__doc__ or ""),
            )
            for each in everything
        )
        self.commands = Commands(declarations, (Shortcut(Lazy(SHORTCUT), Keep()),))
        self.planners = PLANNERS
        self.heard: list[tuple[Any, Origin]] = []
        self.answers: dict[type, Answer | Callable[[Any, Origin], Answer]] = {}
        self.due: list[datetime] = []
        self.on_tick: Callable[[], Any] | None = None

    async def handle(self, command: Any, origin: Origin) -> Reply | Form | None:
        """Record a command, and return the answer that the test set."""
        self.heard.append((command, origin))
        answer = self.answers.get(type(command))
        answer = answer(command, origin) if callable(answer) else answer
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def draw(self, drawing: Drawing) -> Picture | None:
        """Draw a picture at once."""
        return Picture(drawing.png, drawing.alt, drawing.name)

    @property
    def last(self) -> tuple[Any, Origin]:
        """The last command and its origin."""
        return self.heard[-1]

    async def next_due(self) -> datetime | None:
        """Return the earliest due time."""
        return min(self.due, default=None)

    async def tick(self) -> None:
        """Run the due work that the test set."""
        if self.on_tick and (done := self.on_tick()):
            await done
