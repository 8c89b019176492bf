"""Every declared command about a team's rows, and the rows that a refused command must not touch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from bot.core.commands import Commands
from bot.features import DECLARATIONS
from storage.engine.database import Database
from storage.models import Answer, FocusCheck, FocusItem, Posting, Quest, Schedule, Season, Version, Why
from storage.models.table import Table

SCENE = (
    ("Ana", "The lighthouse was never lit"),
    ("Ben", "We cache no tokens any more"),
    ("Ben", "failed A wizard of six pages"),
    ("Ben", "quest How do we keep newcomers?"),
    ("Ben", "ask What was of our own making?"),
    ("Ben", "no A drawbridge for the office"),
    ("Ben", "shiny A submarine of our own"),
    ("Ben", "chance Meet the harbour office"),
    ("Ben", "goal new Ten evening schools"),
)
"""Who writes what in the channel. Ana wrote its first moment."""
VERSION, WHY = "The lamp, as seen by Ben", "It was signed twice"
"""What Ben adds by form: to the first moment, and to the third."""
SECRETS = (
    "lighthouse", "no tokens", "wizard", "newcomers", "It was signed", "of our own", "as seen by Ben", "drawbridge",
    "submarine", "harbour", "evening schools", "the windmill",
)  # fmt: skip
"""A word of each text in the channel."""

ABOUT = {
    "keep-parked": 5, "let-shiny-go": 5, "make-goal": 5, "undo-parked": 5, "describe-chance": 6, "tell-outcome": 6,
    "drop-outcome": 6, "offer-key": 6, "take-key-back": 6,
}  # fmt: skip
"""The number of the moment that a command is about, for one that works on a single kind."""

TABLES = {
    "quest": Quest, "version": Version, "why": Why, "answer": Answer, "check": FocusCheck, "item": FocusItem,
    "season": Season,
}  # fmt: skip
"""The table whose ids a field of that name takes."""

OWN_TABLES = ("person", "pending", "membership")
"""What a refused command may write: who the person is, and the text that they sent."""

Ids = Mapping[str, Sequence[int]]


def find_ids(database: Database, channel: str) -> tuple[int, Ids]:
    """Return a channel's team, and the ids of its rows by the name of the field that takes them."""

    def read(session: Session) -> tuple[int, Ids]:
        posted = select(Posting).where(col(Posting.channel) == channel)
        postings = session.execute(posted).scalars().all()
        ids = {"posting": [each.id for each in postings], "goal": [1]}
        for name, table in TABLES.items():
            ids[name] = list(session.execute(select(table.id)).scalars())  # type: ignore[attr-defined]
        return postings[0].team_id or 0, ids

    return database.read_now(read)


async def add_season(database: Database, channel: str) -> None:
    """Begin a season of one question in a channel's team, straight in the tables."""

    def add(session: Session) -> None:
        posting = session.execute(select(Posting).where(col(Posting.channel) == channel)).scalars().all()[0]
        asks = select(Schedule).where(col(Schedule.team_id) == posting.team_id).order_by(col(Schedule.id))
        schedule = session.execute(asks).scalars().all()[0]
        weeks = {"from_on": date(2026, 3, 16), "until_on": date(2099, 3, 16)}
        row: dict[str, Any] = {
            "team_id": posting.team_id,
            "schedule_id": schedule.id,
            "author_id": 1,
            **weeks,
        }
        session.add(Season(**row, question="What does the windmill tell us?", created_at=posting.created_at))

    await database.write(add)


def commands_about(commands: Commands, team: int, ids: Ids) -> Iterator[tuple[str, str]]:
    """Yield the key and the encoded form of each command that can name anything of a team."""
    for number, declaration in enumerate(DECLARATIONS):
        names = {each.name for each in fields(declaration.command)}
        if not names & {"team", "moment"}:
            continue
        turn = number % 3
        values = {
            name: str(known[turn % len(known)] if known else 1)
            for name, known in ids.items()
            if name in names
        }
        more = {
            "team": str(team),
            "moment": f"{team}.{ABOUT.get(declaration.key, turn + 1)}",
            "text": "Typed from outside",
        }
        values |= {name: value for name, value in more.items() if name in names}
        yield declaration.key, commands.encode(declaration.command(**values))


def protected_rows(database: Database) -> dict[str, list[str]]:
    """Return all rows of the database but those of `OWN_TABLES`."""

    def read(session: Session) -> dict[str, list[str]]:
        tables = [each for each in Table.metadata.sorted_tables if each.name not in OWN_TABLES]
        return {
            table.name: sorted(map(str, session.connection().execute(table.select()).all()))
            for table in tables
        }

    return database.read_now(read)


def find_changes(before: dict[str, list[str]], database: Database) -> dict[str, Any]:
    """Return the tables that are not as they were."""
    after = protected_rows(database)
    return {name: (before[name], rows) for name, rows in after.items() if rows != before[name]}


def check_nothing_told(said: str, about: str) -> None:
    """Fail if an answer tells any of the channel's words."""
    assert not [word for word in SECRETS if word in said], f"{about}: {said}"


def is_about_ana(encoded: str, team: int) -> bool:
    """Return whether a command is about the moment that Ana wrote: her own words stay hers."""
    return f"{team}.1" in encoded
