"""Words that the plans reserve for what is not built yet: one line says so, and offers what is near."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.commands import Declaration, Needs
from bot.core.context import Context
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

    sentence: str
    label: str
    command: Any


QUESTS = ("Open quests", Quest())
LATEST = ("The latest", Find())

EXPORT = Near(
    "I can't export from the chat yet. The people who run me can: with ahabot export on their machine.",
    *LATEST,
)
IMPORT = Near("I can't import from the chat. The people who run me can't yet either.", *LATEST)
WALL = Near("There's no wall yet. The latest moments are here.", *LATEST)
REMIND = Near("I can't remind you yet. The latest moments are here.", *LATEST)
VOTE = Near(
    "I don't count points or votes, and I have no leaderboard. The cycle shows the search.", "Cycle", Cycle()
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
ELSE = Near("That isn't built yet.", *LATEST)


def tell_not_built(_context: Context, command: NotBuilt) -> Reply:
    """Say in one line that something is not built yet, with a button for what is near."""
    words = command.said.split()
    near = next((NEAR[word] for word in words if word in NEAR), ELSE)
    return text_reply(near.sentence, buttons=(Button(near.label, near.command, Style.PRIMARY),))


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
