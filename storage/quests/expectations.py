"""Expectations: sealed lines about what an experiment will show, opened together with its result.

A line waits at its quest (`quest_id` without `moment_id`) until one of the quest's experiments takes it, or
the breakthrough that finds the quest. Whoever lists lines for others has to take opened ones: `list_opened`.
Unsigned lines have no author, and before they open nothing that anybody sees may depend on them.

Unsigned lines of one batch were written at the same place, and move together. A batch that fewer people wrote
than may be shown stays sealed when the result is kept, and is deleted a day later: until then, the result can
be taken back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, literal, or_, select, text, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from storage.delivery import pending
from storage.delivery.event_marks import mark_event
from storage.engine.leftovers import Leftovers, is_before
from storage.engine.statements import build_once
from storage.engine.types import UtcDateTime
from storage.models import Attempt, AttemptOutcome, Expectation, Kind, Moment, MomentState
from storage.models.memory import REMOVED_WORDS, SEALED_EXPECTATION
from storage.models.span import Span

EXPECTED_KINDS = (Kind.EXPERIMENT, Kind.BREAKTHROUGH)
"""The kinds of moments whose cards tell what was expected of them."""


def _has_ended() -> Any:
    """Return the condition that the experiment of a line had its result before the parameter `before`."""
    ended = (
        select(col(Moment.id))
        .outerjoin(Attempt, col(Attempt.moment_id) == col(Moment.id))
        .where(
            col(Moment.id) == col(Expectation.moment_id),
            col(Moment.kind).in_(EXPECTED_KINDS),
            col(Moment.deleted_at).is_(None),
            or_(col(Attempt.outcome).is_(None), col(Attempt.outcome) != AttemptOutcome.UNDER_WAY),
            func.coalesce(col(Attempt.result_at), col(Moment.created_at))
            <= bindparam("before", type_=UtcDateTime),
        )
    )
    return ended.exists()


REMOVED = Leftovers(
    Expectation,
    Expectation.deleted_at,
    (REMOVED_WORDS, is_before(Expectation.deleted_at)),
    {"text": "", "before": ""},
)
"""The words of removed lines."""
UNSHOWN = Leftovers(
    Expectation,
    Expectation.moment_id,
    # In this form SQLite walks the few sealed lines at moments, and not all lines without a person.
    (
        SEALED_EXPECTATION,
        col(Expectation.moment_id) > 0,
        func.coalesce(col(Expectation.person_id), 0) == 0,
        _has_ended(),
    ),
)
"""The unsigned lines that stayed sealed with a result."""
# As text, because SQLite finds the index of these lines by the same words alone.
SHOWN_ALONE = Leftovers(
    Expectation, Expectation.opened_at, (text("alone"), is_before(Expectation.opened_at)), {"alone": False}
)
"""The lines of which it's known that their authors wanted them shown however few there were, once they are shown."""


def add_line(session: Session, line: Expectation) -> bool:
    """Save a line once per event, and return whether it is new."""
    # The place where it was written stays in the row: a line that waited at a quest keeps that quest.
    if line.moment_id is not None:
        there = col(Expectation.moment_id) == line.moment_id
    else:
        there = col(Expectation.quest_id) == line.quest_id
    known = select(col(Expectation.id)).where(there, col(Expectation.event) == line.event)
    if session.execute(known).first() is not None:
        return False
    session.add(line)
    session.flush()
    return True


def find_by_event(session: Session, person_id: int, team_id: int, event: str) -> Expectation | None:
    """Return the person's signed line that an event has changed already, removed or not, or None."""
    wanted = select(Expectation).where(
        col(Expectation.person_id) == person_id,
        col(Expectation.team_id) + 0 == team_id,  # so that the lines of the person are read, not the team's
        col(Expectation.events).contains(mark_event(event)),
    )
    return session.execute(wanted).scalars().first()


def find_own(
    session: Session, person_id: int, moment_id: int | None, quest_id: int | None
) -> Expectation | None:
    """Return a person's signed line of an experiment, or the one that waits at a quest, or None."""
    if not person_id:
        return None
    wanted = select(Expectation).where(
        col(Expectation.person_id) == person_id, col(Expectation.deleted_at).is_(None)
    )
    return session.execute(wanted.where(*_at(moment_id, quest_id))).scalars().first()


def list_signed_sealed(
    session: Session, moment_id: int | None, quest_id: int | None
) -> Sequence[Expectation]:
    """Return the signed lines that are sealed at an experiment, or wait at a quest, oldest first."""
    at = _at(moment_id, quest_id)
    wanted = select(Expectation).where(*at, *_is_sealed(), col(Expectation.person_id).is_not(None))
    return session.execute(wanted.order_by(col(Expectation.id))).scalars().all()


def list_opened(session: Session, moment_id: int) -> Sequence[Expectation]:
    """Return an experiment's opened lines: signed ones oldest first, then the unsigned in a random order.

    The order is always the same one.
    """
    found = session.execute(_select_opened(), {"moments": [moment_id]}).scalars().all()
    return sorted(found, key=_shown_order)


def list_told(session: Session, moment: Moment) -> Sequence[Expectation]:
    """Return the opened lines that a moment tells. One that was turned into another kind tells none."""
    return list_opened(session, moment.id) if moment.kind in EXPECTED_KINDS else ()


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
            col(Moment.kind).in_(EXPECTED_KINDS),
            col(Moment.state) == MomentState.KEPT,
            col(Moment.deleted_at).is_(None),
        )
        .group_by(col(Moment.id))
        .order_by(func.max(col(Expectation.opened_at)).desc(), col(Moment.id).desc())
    )
    return session.execute(wanted.limit(limit)).scalars().all()


def count_by_batch(session: Session, moment_id: int | None, quest_id: int | None) -> Mapping[str, int]:
    """Return the number of unsigned lines of each batch at a moment, or of those that wait at a quest."""
    counted = select(col(Expectation.batch), func.count()).where(
        *_at(moment_id, quest_id), col(Expectation.person_id).is_(None)
    )
    found = session.execute(counted.group_by(col(Expectation.batch)))
    return {str(batch): number for batch, number in found}


def find_open_batch(session: Session, moment_id: int | None, quest_id: int | None) -> str:
    """Return the batch that another unsigned line belongs to, or an empty string.

    At a moment that's the one of those that were written there. At a quest it isn't one that a removed
    experiment would take again, because that one takes its lines alone.
    """
    wanted = select(col(Expectation.batch)).where(
        *_at(moment_id, quest_id), *_is_sealed(), col(Expectation.person_id).is_(None)
    )
    own = col(Expectation.given_by_id) if moment_id is None else col(Expectation.quest_id)
    return session.execute(wanted.where(own.is_(None)).limit(1)).scalar() or ""


def attach_waiting(session: Session, quest_id: int, moment_id: int, written_until: datetime) -> bool:
    """Move the lines that wait at a moment's quest to the moment, and return whether there were any.

    A person's line stays there if they have one at the moment already. Of those that were taken out, only
    the ones go along that were written until a time.
    """
    due = or_(col(Expectation.deleted_at).is_(None), col(Expectation.created_at) <= written_until)
    return _attach(session, moment_id, *_waiting_at(quest_id), due)


def attach_given(session: Session, moment_id: int) -> bool:
    """Move the lines that a moment gave back to it again, now that it was restored. Return whether there were any."""
    given = (col(Expectation.given_by_id) == moment_id, col(Expectation.moment_id).is_(None))
    return _attach(session, moment_id, *given)


def _attach(session: Session, moment_id: int, *which: Any) -> bool:
    """Move lines to a moment, with removed ones, so that those come back in the right place."""
    there: Any = aliased(Expectation)
    has_one = select(there.id).where(
        there.moment_id == moment_id,
        there.person_id == col(Expectation.person_id),
        there.deleted_at.is_(None),
    )
    taken = (
        update(Expectation)
        .where(*which, col(Expectation.opened_at).is_(None), ~has_one.correlate(Expectation).exists())
        .values(moment_id=moment_id, given_by_id=None)
        .returning(col(Expectation.id))
    )
    return session.execute(taken).first() is not None


def give_back(session: Session, moment_id: int, opened_since: datetime, for_good: bool) -> Sequence[int]:
    """Move a moment's lines back to the quests that they came from. Return the ids of these quests.

    Those are sealed again that opened after `opened_since`; what opened earlier stays. Unless it's `for_good`,
    the moment takes them again when it comes back. Two lines of one person become one. Lines that were taken
    out go along, so that they come back where they'd be.
    """
    recent = or_(col(Expectation.opened_at).is_(None), col(Expectation.opened_at) > opened_since)
    from_quest = col(Expectation.quest_id)
    given = (
        update(Expectation)
        .where(*_at_moment(moment_id), recent, from_quest.is_not(None))
        .values(moment_id=None, opened_at=None, given_by_id=None if for_good else moment_id)
        .returning(from_quest)
    )
    found = sorted({quest_id for quest_id in session.execute(given).scalars() if quest_id is not None})
    for quest_id in found:
        _join_doubles(session, quest_id)
    return found


def _join_doubles(session: Session, quest_id: int) -> None:
    """Merge each person's lines at a quest into one, the older words first."""
    mine: dict[int, Expectation] = {}
    for line in list_signed_sealed(session, None, quest_id):
        assert line.person_id is not None
        older = mine.get(line.person_id)
        if older is not None:
            line.text = f"{older.text} / {line.text}"
            line.events = f"{older.events} {line.events}"
            session.delete(older)
        mine[line.person_id] = line
    session.flush()


def newest_waiting(session: Session, quest_id: int) -> datetime | None:
    """Return when the newest signed line that waits at a quest was written, or None."""
    wanted = select(func.max(col(Expectation.created_at))).where(
        *_waiting_at(quest_id), *_is_sealed(), col(Expectation.person_id).is_not(None)
    )
    at: datetime | None = session.execute(wanted).scalar_one()
    return at


def open_lines(session: Session, moment_id: int, with_unsigned: bool, now: datetime) -> bool:
    """Open the sealed lines of a moment together, and return whether there were any.

    Without `with_unsigned`, the unsigned lines stay sealed whose authors don't want them shown even then.
    """
    shown = or_(col(Expectation.person_id).is_not(None), col(Expectation.alone), literal(with_unsigned))
    opened = (
        update(Expectation)
        .where(*_at_moment(moment_id), *_is_sealed(), shown)
        .values(opened_at=now, before="")
        .returning(col(Expectation.id))
    )
    return session.execute(opened).first() is not None


def seal_again(session: Session, moment_id: int, opened_since: datetime) -> None:
    """Hide the lines of a moment that opened at a time or later, because its result is taken back."""
    again = update(Expectation).where(*_at_moment(moment_id), col(Expectation.opened_at) >= opened_since)
    session.execute(again.values(opened_at=None))


def remove_line(session: Session, line: Expectation, now: datetime) -> None:
    """Remove a line. Its words are erased a day later, and the row stays, so that a repeated event adds nothing."""
    line.deleted_at = now
    pending.delete_by_event(session, line.event or "")
    session.flush()


def erase_for_moment(session: Session, moment_id: int) -> None:
    """Delete all lines of an erased experiment, and their pending commands."""
    _erase(session, *_at_moment(moment_id))
    given = update(Expectation).where(col(Expectation.given_by_id) == moment_id)
    session.execute(given.values(given_by_id=None))


def erase_for_quest(session: Session, quest_id: int) -> None:
    """Delete the lines that wait at a removed quest. Those of its experiments stay with them."""
    _erase(session, *_waiting_at(quest_id))
    theirs = update(Expectation).where(col(Expectation.quest_id) == quest_id).values(quest_id=None)
    session.execute(theirs)


def _erase(session: Session, *which: Any) -> None:
    for event in session.execute(select(col(Expectation.event)).where(*which)).scalars():
        pending.delete_by_event(session, event or "")
    session.execute(delete(Expectation).where(*which))


def _at(moment_id: int | None, quest_id: int | None) -> tuple[Any, ...]:
    """Return the conditions of the lines at a moment or, without one, of those that wait at a quest."""
    return _at_moment(moment_id) if moment_id is not None else _waiting_at(quest_id)


def _at_moment(moment_id: int) -> tuple[Any, ...]:
    return (col(Expectation.moment_id) == moment_id,)


def _waiting_at(quest_id: int | None) -> tuple[Any, ...]:
    return col(Expectation.quest_id) == quest_id, col(Expectation.moment_id).is_(None)


def _is_sealed() -> tuple[Any, ...]:
    return col(Expectation.opened_at).is_(None), col(Expectation.deleted_at).is_(None)
