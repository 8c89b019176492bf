"""Goals and what serves them, written straight to the tables, for tests of focus."""

from datetime import datetime

from sqlmodel import Session

from bot.runtime.bot import Bot
from storage.models import Goal, GoalKind, GoalMoment


async def make_goal(
    bot: Bot, kind: str = GoalKind.BIG, number: int = 1, opened: datetime | None = None, owner: int = 1
) -> int:
    """Give the first team an open goal, and return its id."""
    at = opened or bot.clock()

    def write(session: Session) -> int:
        row = Goal(
            team_id=1, number=number, author_id=owner, owner_id=owner, kind=kind, text="Twenty village schools",
            starts_on=at.date(), created_at=at,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id

    return await bot.database.write(write)


async def serve(bot: Bot, goal_id: int, *moment_ids: int) -> None:
    """Link moments to a goal that they serve."""

    def write(session: Session) -> None:
        session.add_all(
            GoalMoment(goal_id=goal_id, moment_id=each, made_by_id=1, created_at=bot.clock())
            for each in moment_ids
        )

    await bot.database.write(write)


async def close_goal(bot: Bot, goal_id: int) -> None:
    """Close a goal."""

    def write(session: Session) -> None:
        session.get_one(Goal, goal_id).closed_at = bot.clock()

    await bot.database.write(write)
