"""Words that the plans reserve for what is not built yet: one line says so, and offers what is near."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.commands import Declaration, Needs
from bot.core.context import Context
from bot.core.language.words import Lazy, lazy
from bot.core.messages import Button, Reply, Style, text_reply
from bot.moments.find import Find
from bot.quests.commands import Quest
from bot.quests.cycle import Cycle


@dataclass(frozen=True)
class NotBuilt:
    """Say that something is not built yet. `said` is the phrase that asked for it."""

    said: str = ""


@dataclass(frozen=True)
class Near:
    """What to say about a word, and the label and command of what is near."""

    sentence: Lazy
    label: Lazy
    command: Any


QUESTS = (lazy("Open quests"), Quest())
LATEST = (lazy("Recent"), Find())

EXPORT = Near(
    lazy("I can't export from the chat yet. The people who run me can, with ahabot export on their machine."),
    *LATEST,
)
IMPORT = Near(lazy("I can't import anything yet. You can look at what's already here."), *LATEST)
WALL = Near(lazy("There's no wall yet, but you can see the latest moments here."), *LATEST)
REMIND = Near(lazy("I can't remind you yet, but you can see the latest moments here."), *LATEST)
VOTE = Near(
    lazy(
        "I don't count points or votes, and there's no leaderboard. I can show you how your quests are going."
    ),
    lazy("How our quests are going"),
    Cycle(),
)

NEAR: Mapping[str, Near] = {
    "export": EXPORT, "backup": EXPORT, "download": EXPORT, "csv": EXPORT, "json": EXPORT, "dump": EXPORT,
    "import": IMPORT, "upload": IMPORT, "restore": IMPORT,
    "wall": WALL, "board": WALL, "dashboard": WALL, "screen": WALL,
    "remind": REMIND, "reminder": REMIND, "reminders": REMIND,
    "points": VOTE, "leaderboard": VOTE, "score": VOTE, "scores": VOTE, "scoreboard": VOTE, "rank": VOTE,
    "ranking": VOTE, "karma": VOTE, "kudos": VOTE, "poll": VOTE, "vote": VOTE, "streak": VOTE, "streaks": VOTE,
    "badge": VOTE, "badges": VOTE, "top": VOTE, "winner": VOTE, "winners": VOTE,
}  # fmt: skip
"""What to say by the first word of the phrase that names it."""
ELSE = Near(lazy("I can't do that yet."), *LATEST)


def tell_not_built(_context: Context, command: NotBuilt) -> Reply:
    """Say in one line that something is not built yet, with a button for what is near."""
    words = command.said.split()
    near = next((NEAR[word] for word in words if word in NEAR), ELSE)
    return text_reply(near.sentence(), buttons=(Button(near.label(), near.command, Style.PRIMARY),))


DECLARATIONS = (
    Declaration(
        "not-built",
        NotBuilt,
        tell_not_built,
        needs=Needs.PERSON,
        read_only=True,
        at_once=True,
        said_as=(
            "export:, export, export all, export everything, export data, export my data, export json, export csv, "
            "export md, export markdown, export pdf, export team, export moments, export 1, backup, download, "
            "download data, download my data, csv, json, dump, import:, import, import file, import csv, upload, "
            "wall:, wall, wall link, wall url, wall on, wall off, show wall, dashboard, "
            "remind, remind me, reminder, reminders, points, leaderboard, leader board, score, scores, scoreboard, "
            "rank, ranking, karma, kudos, poll, vote, streak, streaks, badge, badges, top, winner, winners"
        ),
    ),
)
