"""The commands with which people have a message or a thread saved by the bot's name."""

from __future__ import annotations

from dataclasses import dataclass

from bot.moments.save_message import MessageFields


@dataclass(frozen=True)
class HowToRemember:
    """The command that tells how to save a message, for people who typed *remember this* where there is none."""

    said: str = ""


@dataclass(frozen=True)
class HowToRememberThread:
    """The command that tells how to save a thread, for people who typed *remember this thread* elsewhere."""

    said: str = ""


@dataclass(frozen=True)
class OfferToSave:
    """The command that asks whether words with the bot's name beside them are to be saved."""


@dataclass(frozen=True)
class Remember(MessageFields):
    """The command to save the message that is answered. `said` is the phrase, which may name the kind."""

    shows: str = ""
    said: str = ""


@dataclass(frozen=True)
class SaveThread:
    """The command to save messages of a thread. Without any chosen, it opens the form to tick them.

    `chosen` has the ids of messages, one on each line. `besides` is set where one was saved before.
    """

    thread: str = ""
    besides: str = ""
    chosen: str = ""
    said: str = ""


@dataclass(frozen=True)
class UndoAll:
    """The command to take back all that was saved from a thread at once, or with `back` to bring it back.

    `saved` has the moments' numbers with spaces between.
    """

    team: str = ""
    saved: str = ""
    back: str = ""
