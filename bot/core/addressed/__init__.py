"""What people say to the bot by its name, in a channel or in its direct messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.origin import Shows


@dataclass(frozen=True)
class Addressed:
    """A message in which a person speaks to the bot: by its name in a channel, or in its direct messages."""

    message: str
    """The platform's id of that message."""
    after: str
    """The words behind the bot's name, and the whole text in a direct message."""
    before: str = ""
    """The words in front of the bot's name."""
    called: str = ""
    """What the person called the bot, such as `@Ahabot`. Empty in a direct message."""
    link: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    """What is known of the message that it answers, by the names of the fields that a message shortcut fills in.

    Those are in `Shortcut` in `bot.core.commands`. It is empty where it answers none.
    """


@dataclass(frozen=True)
class ThreadMessage:
    """A message of a thread, by a person. `text` is empty where the platform gives no words."""

    message: str
    at: datetime
    author: str
    author_name: str = ""
    text: str = ""
    link: str = ""
    external: bool = False
    """Whether its author belongs to another organisation."""
    shows: Shows = Shows.NOTHING
    """What it shows, where it has no text."""
