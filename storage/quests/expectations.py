"""Expectations: sealed lines about what an experiment will show, opened together with its result.

A line waits at its quest (`quest_id` without `moment_id`) until one of the quest's experiments takes it.
Whoever lists lines for others has to take opened ones: `list_opened`. Unsigned lines have no author, and
before they open nothing that anybody sees may depend on them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, select, update
from sqlmodel import Session, col

from storage.delivery import pending
from storage.engine.statements import build_once
from storage.models import Expectation, Kind, Moment, MomentState
from storage.models.span import Span


def add_line(session: Session, line: Expectation) -> bool:
    """Save a line once per event, and return whether it is new."""
    known = select(col(Expectation.id)).where(
        col(Expectation.team_id) == line.team_id, col(Expectation.event) == line.event
    )
    if session.execute(known).first() is not None:
        return False
    session.add(line)
    session.flush()
    return True


def find_own(
    session: Session, person_id: int, moment_id: int | None, quest_id: int | None
) -> Expectation | None:
    """Return a person's signed line of an experiment, or the one that waits at a quest, or None."""
    if not person_id:
        return None
    wanted = select(Expectation).where(
        col(Expectation.person_id) == person_id, col(Expectation.deleted_at).is_(None)
    )
    at = _at_moment(moment_id) if moment_id is not None else _waiting_at(quest_id)
    return session.execute(wanted.where(*at)).scalars().first()


def list_signed_sealed(
    session: Session, moment_id: int | None, quest_id: int | None
) -> Sequence[Expectation]:
    """Return the signed lines that are sealed at an experiment, or wait at a quest, oldest first."""
    at = _at_moment(moment_id) if moment_id is not None else _waiting_at(quest_id)
    wanted = select(Expectation).where(*at, *_is_sealed(), col(Expectation.person_id).is_not(None))
    return session.execute(wanted.order_by(col(Expectation.id))).scalars().all()


def list_opened(session: Session, moment_id: int) -> Sequence[Expectation]:
    """Return an experiment's opened lines: signed ones oldest first, then the unsigned in a random order.

    The order is always the same one.
    """
    found = session.execute(_select_opened(), {"moments": [moment_id]}).scalars().all()
    return sorted(found, key=_shown_order)


def opened_by_moment(session: Session, moment_ids: Sequence[int]) -> Mapping[int, Sequence[Expectation]]:
    """Return the opened lines of several experiments by moment id, each in the order of `list_opened`."""
    found: dict[int, list[Expectation]] = defaultdict(list)
    for line in session.execute(_select_opened(), {"moments": list(moment_ids)}).scalars():
        found[line.moment_id or 0].append(line)
    return {one: sorted(lines, key=_shown_order) for one, lines in found.items()}


def _shown_order(line: Expectation) -> tuple[bool, int, str]:
    """Return the place of a line. An unsigned one's is that of its event, a keyed digest."""
    nameless = line.person_id is None
    return nameless, 0 if nameless else line.id, line.event or ""


@build_once
def _select_opened() -> Select[Expectation]:
    wanted = select(Expectation).where(
        col(Expectation.moment_id).in_(bindparam("moments", expanding=True)),
        col(Expectation.opened_at).is_not(None),
        col(Expectation.deleted_at).is_(None),
    )
    return wanted.order_by(col(Expectation.id))


def list_opened_in(session: Session, span: Span, limit: int) -> Sequence[int]:
    """Return the ids of the experiments whose lines opened in a span, the latest first."""
    wanted = (
        select(col(Moment.id))
        .join(Expectation, col(Expectation.moment_id) == col(Moment.id))
        .where(
            col(Expectation.team_id) == span.team_id,
            col(Expectation.opened_at) >= span.since,
            col(Expectation.opened_at) < span.until,
            col(Expectation.deleted_at).is_(None),
            col(Moment.kind) == Kind.EXPERIMENT,
            col(Moment.state) == MomentState.KEPT,
            col(Moment.deleted_at).is_(None),
        )
        .group_by(col(Moment.id))
        .order_by(func.max(col(Expectation.opened_at)).desc(), col(Moment.id).desc())
    )
    return session.execute(wanted.limit(limit)).scalars().all()


def attach_waiting(session: Session, quest_id: int, moment_id: int) -> bool:
    """Let an experiment take the lines that wait at its quest, and return whether there were any."""
    taken = (
        update(Expectation)
        .where(*_waiting_at(quest_id), *_is_sealed())
        .values(moment_id=moment_id)
        .returning(col(Expectation.id))
    )
    return session.execute(taken).first() is not None


def give_back(session: Session, moment_id: int) -> Sequence[int]:
    """Let sealed lines wait at the quests again from which a removed experiment took them.

    Return the ids of these quests.
    """
    given = (
        update(Expectation)
        .where(*_at_moment(moment_id), *_is_sealed(), col(Expectation.quest_id).is_not(None))
        .values(moment_id=None)
        .returning(col(Expectation.quest_id))
    )
    return sorted({quest_id for quest_id in session.execute(given).scalars() if quest_id is not None})


def newest_waiting(session: Session, quest_id: int) -> datetime | None:
    """Return when the newest signed line that waits at a quest was written, or None."""
    wanted = select(func.max(col(Expectation.created_at))).where(
        *_waiting_at(quest_id), *_is_sealed(), col(Expectation.person_id).is_not(None)
    )
    at: datetime | None = session.execute(wanted).scalar_one()
    return at


def open_lines(session: Session, moment_id: int, floor: int, now: datetime) -> bool:
    """Open all sealed lines of an experiment at once, and return whether any can be read now.

    With fewer than `floor` unsigned lines, those are deleted whose authors don't want them shown even
    then. Who wanted that is forgotten.
    """
    sealed = select(Expectation).where(*_at_moment(moment_id), *_is_sealed())
    lines = session.execute(sealed).scalars().all()
    nameless = [line for line in lines if line.person_id is None]
    for line in nameless if len(nameless) < floor else ():
        if not line.alone:
            session.delete(line)
    shown = [line for line in lines if line not in session.deleted]
    for line in shown:
        line.opened_at, line.alone = now, False
    session.flush()
    return bool(shown)


def remove_line(session: Session, line: Expectation, now: datetime) -> None:
    """Remove a line and erase its text. The row stays, so that a repeated event adds nothing."""
    line.text, line.deleted_at = "", now
    pending.delete_by_event(session, line.event or "")
    session.flush()


def erase_for_moment(session: Session, moment_id: int) -> None:
    """Delete all lines of an erased experiment, and their pending commands."""
    _erase(session, *_at_moment(moment_id))


def erase_for_quest(session: Session, quest_id: int) -> None:
    """Delete the lines that wait at a removed quest. Those of its experiments stay with them."""
    _erase(session, *_waiting_at(quest_id))
    theirs = update(Expectation).where(col(Expectation.quest_id) == quest_id).values(quest_id=None)
    session.execute(theirs)


def _erase(session: Session, *which: Any) -> None:
    for event in session.execute(select(col(Expectation.event)).where(*which)).scalars():
        pending.delete_by_event(session, event or "")
    session.execute(delete(Expectation).where(*which))


def _at_moment(moment_id: int) -> tuple[Any, ...]:
    return (col(Expectation.moment_id) == moment_id,)


def _waiting_at(quest_id: int | None) -> tuple[Any, ...]:
    return col(Expectation.quest_id) == quest_id, col(Expectation.moment_id).is_(None)


def _is_sealed() -> tuple[Any, ...]:
    return col(Expectation.opened_at).is_(None), col(Expectation.deleted_at).is_(None)
