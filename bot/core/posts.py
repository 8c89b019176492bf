"""What a posting says right now, composed from the rows each time it is sent or edited."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.core.adapter import Ways
from bot.core.messages import Post
from storage.models import Posting


@dataclass(frozen=True)
class Composed:
    """A post, and the moments and answers that it quotes (their ids), so that a deletion reaches it.

    A `thread` is where it goes if that was not known when it was planned.
    """

    post: Post
    moments: tuple[int, ...] = ()
    answers: tuple[int, ...] = ()
    thread: str = ""


@dataclass(frozen=True)
class Mark:
    """Our own 💡 on somebody's message: there, or taken off."""

    on: bool


@dataclass(frozen=True)
class NotYet:
    """What it belongs under is not posted yet: to be looked at again then."""

    at: datetime


Composer = Callable[[Session, Posting, datetime, Ways], Composed | Mark | NotYet | None]
"""Composes one kind of posting as of a time; nothing where there is nothing to say any more.

The last is what is true of the platform it goes to.
"""
