"""The interface between the core and a chat platform.

A platform is a folder in `adapters/` with a class that implements `Adapter`; it knows the bot as
the Protocol `Bot`. The core contains nothing that is specific to a platform.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from aiohttp import web

from bot.core.addressed import ThreadMessage
from bot.core.commands import Commands
from bot.core.context import Clock
from bot.core.drafts import OpenForm
from bot.core.messages import Form, Option, Picture, Post, Reply
from bot.core.origin import Capabilities, ChannelAccess, Origin, Place, SentMessage, Source
from bot.core.params import ParamKind
from bot.core.pictures.drawing import Drawing
from bot.core.timers import Planner
from storage.engine.database import Database

Draw = Callable[[Drawing], Awaitable[Picture | None]]
"""A function that draws a picture. It returns None if there is none: the drawing's alt text then stands for it."""


class Bot(Protocol):
    """The bot, as platforms know it."""

    commands: Commands
    planners: Mapping[str, Planner]
    database: Database
    clock: Clock

    async def handle(self, command: Any, origin: Origin) -> Reply | Form | None:
        """Run a command or pass on an event, and return the answer after the commit.

        An event that cannot be stored raises StoreError, so that its platform sends it again.
        """

    async def suggest(self, kind: ParamKind, typed: str, origin: Origin) -> tuple[Option, ...]:
        """Return options for an argument that is still being typed."""

    async def more(self, message: str, origin: Origin) -> Reply | None:
        """Return the menu of a posted card as a private reply, or None when it has no menu."""

    async def draw(self, drawing: Drawing) -> Picture | None:
        """Return the picture of a private reply, or None if it cannot be drawn: its alt text then stands for it."""

    async def put_aside(self, form: Form, origin: Origin, pending: str = "") -> OpenForm:
        """Save a form with its values as a draft for one person, and return the command to open it."""

    async def tick(self) -> None:
        """Do everything that is due now, and return when it is finished."""

    async def next_due(self) -> datetime | None:
        """Return when anything that people see is due next, or None."""


class Adapter(Protocol):
    """A connection to one chat platform."""

    platform: str

    @property
    def ready(self) -> bool:
        """Whether the platform was reached at least once since the start."""

    @property
    def capabilities(self) -> Capabilities:
        """The platform's capabilities with its present setup, where nothing is known of the workspace."""

    def capabilities_in(self, workspace: str) -> Capabilities:
        """Return what the platform can do in one workspace, by what is known there. It reads nothing."""

    def routes(self) -> Sequence[web.RouteDef | web.StaticDef]:
        """Return the HTTP routes that the platform needs."""

    async def start(self, bot: Bot) -> None:
        """Connect and begin to pass commands and events to `bot.handle`.

        Returns once the platform is connected and listening.
        """

    async def stop(self) -> None:
        """Reject new events, finish those in progress, and disconnect."""

    async def post(self, place: Place, post: Post, key: str) -> SentMessage:
        """Post a message once, under the posting's permanent `key`.

        Raises PostFailedError or OutcomeUnknownError.
        """

    async def edit(self, place: Place, message: str, post: Post) -> None:
        """Replace the content of one of the bot's messages with `post`.

        Safe to repeat. Raises PostFailedError or OutcomeUnknownError.
        """

    async def delete(self, place: Place, message: str) -> None:
        """Delete one of the bot's messages.

        Safe to repeat: a message that is gone already is fine. Raises PostFailedError or
        OutcomeUnknownError.
        """

    async def mark(self, place: Place, message: str, on: bool) -> None:
        """Add the bot's 💡 reaction to a message, or remove it.

        Safe to repeat. Raises PostFailedError or OutcomeUnknownError.
        """

    async def find(self, place: Place, key: str) -> SentMessage | None:
        """Return the message posted under `key`, or None if it certainly does not exist.

        Raises OutcomeUnknownError if the platform cannot tell.
        """

    async def find_access(self, workspace: str, channel: str, person: str) -> ChannelAccess:
        """Return whether a person is in a channel at this moment.

        Raises OutcomeUnknownError if the platform does not tell.
        """

    async def read(self, place: Place, message: str) -> Source | None:
        """Return a message's content, or None if it was deleted or the bot may not read it.

        Raises OutcomeUnknownError if a later retry makes sense.
        """

    async def read_thread(self, place: Place) -> Sequence[ThreadMessage]:
        """Return the messages of a thread by people, oldest first: the first and the latest ones, at most 25.

        Their words are empty where the platform gives none. Raises OutcomeUnknownError if the bot may not read
        the thread, or cannot now.
        """
