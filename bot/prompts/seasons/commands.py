"""What one can say about a season of one question."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.params import user_text


@dataclass(frozen=True)
class SeeSeason:
    """A command that shows the season that is on, or the latest one, or offers to begin one."""

    team: str = ""


@dataclass(frozen=True)
class BeginSeason:
    """A command that carries the form of a new season and its input.

    `question` is the key of the bank's question that it was opened from. `since` is the local date on
    which it begins.
    """

    team: str = ""
    question: str = ""
    text: str = user_text()
    schedule: str = ""
    weeks: str = ""
    since: str = ""
    asked: str = ""


@dataclass(frozen=True)
class UndoSeason:
    """A command that takes the person's own season back before it has asked anything."""

    season: str = ""
    team: str = ""


@dataclass(frozen=True)
class EndSeason:
    """A command that ends a season before its date. Without `sure`, it asks first."""

    season: str = ""
    team: str = ""
    sure: str = ""


@dataclass(frozen=True)
class FirstAndLast:
    """A command that shows a person their own first and last answer of a season, side by side."""

    season: str = ""
    team: str = ""


@dataclass(frozen=True)
class ShowPair:
    """A command that shows the person's first and last answer to all. With `off`, it takes them back."""

    season: str = ""
    team: str = ""
    off: str = ""
