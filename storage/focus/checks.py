"""Focus checks of teams: their lists, ticks and days, and a team's own fourth step.

A check's posting has the key `focus_check:7`, with the check's id. What is removed keeps its words for a
day, so that it can be brought back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, select
from sqlmodel import Session, col

from storage.delivery import postings, refresh
from storage.engine.leftovers import Leftovers, is_before
from storage.engine.statements import build_once
from storage.models import FocusCheck, FocusItem, FocusStep, Posting, Team
from storage.models.goals import REMOVED_ITEM, WITHDRAWN_CHECK
from storage.recaps import recaps
from storage.teams import teams

INSTANT = timedelta(microseconds=1)
MOVING_OUT = "moving_out"
"""Under which key a posted recap stores the lines that it told."""
CHECK_KEY_PREFIX = "focus_check:"
"""The prefix of the key of a focus check's posting."""
REMOVED = (
    Leftovers(FocusItem, FocusItem.deleted_at, (REMOVED_ITEM, is_before(FocusItem.deleted_at)), {"text": ""}),
    Leftovers(
        FocusCheck,
        FocusCheck.withdrawn_at,
        (WITHDRAWN_CHECK, is_before(FocusCheck.withdrawn_at)),
        {"went": ""},
    ),
)
"""The words of removed lines and checks."""


def add_once(
    session: Session, team_id: int, person_id: int, event: str, now: datetime, **more: Any
) -> tuple[FocusCheck, bool]:
    """Add a check once per event, and return it and whether it is new. `more` are further columns.

    One that was taken back is not made again by the same event. Locks the team's row.
    """
    teams.lock_team(session, team_id)
    known = find_by_event(session, team_id, event)
    if known is not None:
        return known, False
    check = FocusCheck(team_id=team_id, author_id=person_id, event=event, created_at=now, **more)
    session.add(check)
    session.flush()
    return check, True


def find_by_event(session: Session, team_id: int, event: str) -> FocusCheck | None:
    """Return the check that an event made, or None."""
    wanted = select(FocusCheck).where(col(FocusCheck.team_id) == team_id, col(FocusCheck.event) == event)
    return session.execute(wanted).scalar_one_or_none()


def find_in_team(session: Session, team_id: int, check_id: int) -> FocusCheck | None:
    """Return a check of a team by its id, or None. One that was taken back is returned, too."""
    check = session.get(FocusCheck, check_id)
    return check if check is not None and check.team_id == team_id else None


def find_latest(session: Session, team_id: int) -> FocusCheck | None:
    """Return a team's newest check, or None."""
    return next(iter(list_checks(session, team_id, 1)), None)


def list_checks(
    session: Session, team_id: int, limit: int, before: int | None = None
) -> Sequence[FocusCheck]:
    """Return the checks of a team with ids below `before`, newest first, without those taken back."""
    wanted = select(FocusCheck).where(
        col(FocusCheck.team_id) == team_id, col(FocusCheck.withdrawn_at).is_(None)
    )
    if before is not None:
        wanted = wanted.where(col(FocusCheck.id) < before)
    return session.execute(wanted.order_by(col(FocusCheck.id).desc()).limit(limit)).scalars().all()


def change_check(session: Session, check: FocusCheck, now: datetime, **values: Any) -> None:
    """Change columns of a check, and refresh its card."""
    for name, value in values.items():
        setattr(check, name, value)
    session.flush()
    refresh_check(session, check.id, now)


def withdraw(session: Session, check: FocusCheck, now: datetime) -> None:
    """Take a check back with its lines. Its words stay for a day."""
    for item in list_items(session, check.id):
        item.deleted_at = now
    change_check(session, check, now, withdrawn_at=now)


def bring_back(session: Session, check: FocusCheck, now: datetime) -> None:
    """Bring a check back with the lines that were taken back with it."""
    gone = select(FocusItem).where(
        col(FocusItem.check_id) == check.id, col(FocusItem.deleted_at) == check.withdrawn_at
    )
    for item in session.execute(gone).scalars():
        item.deleted_at = None
    change_check(session, check, now, withdrawn_at=None)


def list_items(session: Session, check_id: int) -> Sequence[FocusItem]:
    """Return the lines of a check in the order in which they were written, without removed ones."""
    return session.execute(_select_items(), {"check_id": check_id}).scalars().all()


@build_once
def _select_items() -> Select[FocusItem]:
    wanted = select(FocusItem).where(
        col(FocusItem.check_id) == bindparam("check_id"), col(FocusItem.deleted_at).is_(None)
    )
    return wanted.order_by(col(FocusItem.id))


def find_item(session: Session, check_id: int, item_id: int) -> FocusItem | None:
    """Return a line of a check by its id, or None. A removed one is returned, too."""
    item = session.get(FocusItem, item_id)
    return item if item is not None and item.check_id == check_id else None


def add_item_once(
    session: Session, check: FocusCheck, name: str, text: str, person_id: int, event: str, now: datetime,
    by_on: date | None = None,
) -> FocusItem:  # fmt: skip
    """Add a line to one of a check's lists once per event, and return it, removed or not."""
    wanted = select(FocusItem).where(col(FocusItem.check_id) == check.id, col(FocusItem.event) == event)
    known: FocusItem | None = session.execute(wanted).scalar_one_or_none()
    if known is not None:
        return known
    item = FocusItem(
        check_id=check.id, list=name, text=text, author_id=person_id, by_on=by_on, event=event, created_at=now
    )
    session.add(item)
    session.flush()
    refresh_check(session, check.id, now)
    return item


def change_item(session: Session, item: FocusItem, now: datetime, values: Mapping[str, Any]) -> None:
    """Change columns of a line, and refresh the check's card. A new day is told again."""
    for name, value in values.items():
        if name == "by_on" and value != item.by_on:
            item.told_at = None
        setattr(item, name, value)
    session.flush()
    refresh_check(session, item.check_id, now)


def tick_item(
    session: Session, item: FocusItem, person_id: int | None, now: datetime, mark: str, kept: bool = False
) -> None:
    """Tick a line as done by a person, or with `kept` as kept after all. Untick it for None.

    `mark` is the command's, by which its Undo knows the answer.
    """
    done = {"done_at": now if person_id else None, "done_by_id": person_id, "kept": kept}
    change_item(session, item, now, {**done, "answered_as": mark})


def reopen_item(session: Session, item: FocusItem, by_on: date | None, now: datetime, mark: str = "") -> None:
    """Open a line again. If its day changes, the card is refreshed on the new day, too.

    `mark` is the command's that answered *not yet*, by which its Undo knows the answer.
    """
    opened = {"by_on": by_on, "done_at": None, "done_by_id": None, "kept": False, "answered_as": mark}
    change_item(session, item, now, opened)


def list_due(
    session: Session, team_id: int, until: date, limit: int, since: date = date.min
) -> Sequence[tuple[FocusItem, FocusCheck]]:
    """Return open lines of a team whose day is from `since` to `until`, with their checks, the earliest first."""
    given = {"team_id": team_id, "since": since, "until": until, "limit": limit}
    return [(item, check) for item, check in session.execute(_select_due(), given)]


@build_once
def _select_due() -> Select[FocusItem, FocusCheck]:
    return (
        select(FocusItem, FocusCheck)
        .join(FocusCheck, col(FocusCheck.id) == col(FocusItem.check_id))
        .where(
            col(FocusCheck.team_id) == bindparam("team_id"),
            col(FocusCheck.withdrawn_at).is_(None),
            col(FocusItem.deleted_at).is_(None),
            col(FocusItem.done_at).is_(None),
            col(FocusItem.by_on) >= bindparam("since"),
            col(FocusItem.by_on) <= bindparam("until"),
        )
        .order_by(col(FocusItem.by_on), col(FocusItem.id))
        .limit(bindparam("limit", type_=Integer))
    )


def find_items(session: Session, ids: Sequence[int]) -> Sequence[tuple[FocusItem, FocusCheck]]:
    """Return lines by their ids, the earliest day first, without removed ones and those of removed checks."""
    wanted = (
        select(FocusItem, FocusCheck)
        .join(FocusCheck, col(FocusCheck.id) == col(FocusItem.check_id))
        .where(
            col(FocusItem.id).in_(ids),
            col(FocusItem.deleted_at).is_(None),
            col(FocusCheck.withdrawn_at).is_(None),
        )
        .order_by(col(FocusItem.by_on), col(FocusItem.id))
    )
    return [(item, check) for item, check in session.execute(wanted)]


def find_step(session: Session, team_id: int) -> str:
    """Return the title of a team's own fourth step, or an empty string."""
    step = session.get(FocusStep, team_id)
    return step.title if step is not None else ""


def set_step(session: Session, team_id: int, title: str, person_id: int) -> None:
    """Set the title of a team's own fourth step. An empty one removes the step."""
    step = session.get(FocusStep, team_id)
    if not title and step is not None:
        session.delete(step)
    elif step is not None:
        step.title, step.set_by_id = title, person_id
    elif title:
        session.add(FocusStep(team_id=team_id, title=title, set_by_id=person_id))
    session.flush()


def list_untold(session: Session, zone: str, today: date, limit: int) -> Sequence[FocusItem]:
    """Return lines of a zone's teams with a day up to today that their card has not told, the earliest first."""
    given = {"zone": zone, "today": today, "limit": limit}
    return session.execute(_select_untold(), given).scalars().all()


@build_once
def _select_untold() -> Select[FocusItem]:
    return (
        select(FocusItem)
        .join(FocusCheck, col(FocusCheck.id) == col(FocusItem.check_id))
        .join(Team, col(Team.id) == col(FocusCheck.team_id))
        .where(
            col(FocusItem.told_at).is_(None),
            col(FocusItem.by_on).is_not(None),
            col(FocusItem.by_on) <= bindparam("today"),
            col(Team.zone) == bindparam("zone"),
        )
        .order_by(col(FocusItem.by_on), col(FocusItem.id))
        .limit(bindparam("limit", type_=Integer))
    )


def list_untold_days(session: Session, until: date = date.max) -> Sequence[tuple[date, str]]:
    """Return the earliest day of each zone, up to one, that a card has not told yet."""
    return [(day, zone) for day, zone in session.execute(_select_untold_days(), {"until": until})]


@build_once
def _select_untold_days() -> Select[*tuple[Any, ...]]:
    return (
        select(func.min(FocusItem.by_on), col(Team.zone))
        .join(FocusCheck, col(FocusCheck.id) == col(FocusItem.check_id))
        .join(Team, col(Team.id) == col(FocusCheck.team_id))
        .where(
            col(FocusItem.told_at).is_(None),
            col(FocusItem.by_on).is_not(None),
            col(FocusItem.by_on) <= bindparam("until"),
        )
        .group_by(col(Team.zone))
    )


def refresh_check(session: Session, check_id: int, now: datetime) -> None:
    """Refresh a check's card, if it has one, and the newest recap if that tells of lines to move out of."""
    if (posting := find_posting(session, check_id)) is not None:
        refresh.refresh_posting(session, posting.id, now)
    team_id = session.get_one(FocusCheck, check_id).team_id
    recap = recaps.last_posted(session, team_id, now + INSTANT)
    if recap is not None and MOVING_OUT in (recap.as_posted or {}).get("picks", {}):
        refresh.refresh_posting(session, recap.id, now)


def find_posting(session: Session, check_id: int) -> Posting | None:
    """Return the posting of a check's card, or None."""
    return postings.find_by_key(session, f"{CHECK_KEY_PREFIX}{check_id}")


def find_by_posting(session: Session, posting: Posting) -> FocusCheck | None:
    """Return the check of a card's posting."""
    return session.get(FocusCheck, int(posting.key.removeprefix(CHECK_KEY_PREFIX)))
