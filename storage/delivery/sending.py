"""Sending due postings: what is read and written of a batch of them, in a few statements each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, Update, bindparam, case, func, insert, select, update
from sqlmodel import Session, col

from storage.engine.statements import build_once
from storage.engine.types import UtcDateTime
from storage.models import Answer, Moment, Person, Posting, PostingState, Quotation, Team, Version, Workspace


class DuePosting(NamedTuple):
    """A posting to send or edit, with the platform ids of its workspace and person.

    `cannot_post` and `cannot_mark` name permissions that the bot is known to lack there.
    """

    posting: Posting
    platform: str
    workspace: str
    person: str
    paused_until: date | None
    zone: str
    cannot_post: str
    cannot_mark: str
    language: str = ""
    """The language that the person chose, if the posting is for one person."""
    locale: str = ""
    team_language: str = ""


def read_due(session: Session, ids: Collection[int], now: datetime) -> Mapping[int, DuePosting]:
    """Return those of the postings that are still due, by id."""
    found = session.execute(_select_due(), {"ids": list(ids), "now": now})
    return {row[0].id: DuePosting(*row) for row in found}


@build_once
def _select_due() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Posting,
            col(Workspace.platform),
            col(Workspace.external_id),
            func.coalesce(Person.external_id, ""),
            col(Person.paused_until),
            func.coalesce(Person.zone, ""),
            col(Workspace.cannot_post),
            col(Workspace.cannot_mark),
            func.coalesce(Person.language, ""),
            func.coalesce(Person.locale, ""),
            func.coalesce(Team.language, ""),
        )
        .join(Workspace, col(Workspace.id) == col(Posting.workspace_id))
        .outerjoin(Person, col(Person.id) == col(Posting.person_id))
        .outerjoin(Team, col(Team.id) == col(Posting.team_id))
        .where(
            col(Posting.id).in_(bindparam("ids", expanding=True)),
            col(Posting.due_at) <= bindparam("now"),
            col(Posting.state) != PostingState.SENDING,
        )
    )


@dataclass
class RowVersions:
    """When moments, their versions and answers last changed, by the id of the moment or the answer."""

    moments: dict[int, list[Any]] = field(default_factory=lambda: defaultdict(list))
    answers: dict[int, list[Any]] = field(default_factory=lambda: defaultdict(list))

    def select_rows(self, moments: Iterable[int], answers: Iterable[int]) -> Sequence[Any]:
        """Return the times of these. Two equal results mean that nothing changed between them."""
        return [
            *(self.moments.get(each) for each in moments),
            *(self.answers.get(each) for each in answers),
        ]


def read_versions(
    session: Session, moments: Collection[int], answers: Collection[int], hold: bool = False
) -> RowVersions:
    """Return the edit and deletion times of these moments, their versions, and these answers.

    `hold` locks the rows until the commit.
    """
    found = RowVersions()
    of_moments, of_answers, of_versions = _select_row_versions(hold)
    if moments:
        for part in (of_moments, of_versions):
            for moment_id, *times in session.execute(part, {"ids": list(moments)}):
                found.moments[moment_id].append(times)
    if answers:
        for answer_id, *times in session.execute(of_answers, {"ids": list(answers)}):
            found.answers[answer_id].append(times)
    return found


@build_once
def _select_row_versions(hold: bool) -> Sequence[Select[*tuple[Any, ...]]]:
    ids: Any = bindparam("ids", expanding=True)
    parts: Sequence[Select[*tuple[Any, ...]]] = (
        select(col(Moment.id), col(Moment.edited_at), col(Moment.deleted_at))
        .where(col(Moment.id).in_(ids))
        .order_by(col(Moment.id)),
        select(col(Answer.id), col(Answer.edited_at), col(Answer.deleted_at))
        .where(col(Answer.id).in_(ids))
        .order_by(col(Answer.id)),
        select(col(Version.moment_id), col(Version.id), col(Version.edited_at))
        .where(col(Version.moment_id).in_(ids))
        .order_by(col(Version.id)),
    )
    return [part.with_for_update(read=True) if hold else part for part in parts]


class Claim(NamedTuple):
    """A posting to claim: the state and revision in which it was read, and what it quotes.

    `named` are those of the moments of which it tells only the number. An empty `thread` and `as_posted`
    that is None change nothing.
    """

    posting_id: int
    state: str
    revision: int
    moments: Sequence[int]
    answers: Sequence[int]
    named: Collection[int]
    thread: str
    as_posted: Mapping[str, Any] | None


def claim_postings(session: Session, claims: Sequence[Claim], now: datetime) -> set[int]:
    """Claim postings before they are sent, and record what they quote. Return the ids of those claimed.

    A claim fails when the state or the revision changed since the posting was read.
    """
    ids = [claim.posting_id for claim in claims]
    there = {row[0]: tuple(row[1:]) for row in session.execute(_select_states(), {"ids": ids})}
    won = [claim for claim in claims if there.get(claim.posting_id) == (claim.state, claim.revision)]
    if won:
        session.execute(_update_claimed(), {"ids": [claim.posting_id for claim in won], "now": now})
        _record_threads(session, won)
        record_told(session, won)
    return {claim.posting_id for claim in won}


@build_once
def _select_states() -> Select[*tuple[Any, ...]]:
    states = select(col(Posting.id), col(Posting.state), col(Posting.revision))
    theirs = states.where(col(Posting.id).in_(bindparam("ids", expanding=True)))
    return theirs.order_by(col(Posting.id)).with_for_update()


@build_once
def _update_claimed() -> Update:
    return (
        update(Posting)
        .where(col(Posting.id).in_(bindparam("ids", expanding=True)))
        .values(state=PostingState.SENDING, claimed_at=bindparam("now"), attempts=col(Posting.attempts) + 1)
        .execution_options(synchronize_session=False)
    )


def _record_threads(session: Session, claims: Sequence[Claim]) -> None:
    rows = [{"posting": claim.posting_id, "given": claim.thread} for claim in claims if claim.thread]
    if rows:
        session.connection().execute(_update_thread(), rows)


@build_once
def _update_thread() -> Any:
    table: Any = Posting.__table__  # type: ignore[attr-defined]
    return update(table).where(table.c.id == bindparam("posting")).values(thread=bindparam("given"))


def record_told(session: Session, claims: Sequence[Claim]) -> None:
    """Record what postings quote and what reports tell, each once, however often this is called."""
    _record_quotes(session, claims)
    _record_as_posted(session, claims)


def _record_quotes(session: Session, claims: Sequence[Claim]) -> None:
    """Record the moments and answers that postings quote."""
    quoting = [claim for claim in claims if claim.moments or claim.answers]
    if not quoting:
        return
    ids = [claim.posting_id for claim in quoting]
    there = {tuple(row) for row in session.execute(_select_quoted(), {"ids": ids})}
    quoted = {
        (claim.posting_id, moment_id, answer_id): moment_id in claim.named
        for claim in quoting
        for moment_id, answer_id in [(one, None) for one in claim.moments]
        + [(None, one) for one in claim.answers]
    }
    rows = [
        {"posting_id": posting_id, "moment_id": moment_id, "answer_id": answer_id, "named": named}
        for (posting_id, moment_id, answer_id), named in quoted.items()
        if (posting_id, moment_id, answer_id) not in there
    ]
    if rows:
        session.connection().execute(_insert_quotation(), rows)


@build_once
def _select_quoted() -> Select[*tuple[Any, ...]]:
    quoted = select(col(Quotation.posting_id), col(Quotation.moment_id), col(Quotation.answer_id))
    return quoted.where(col(Quotation.posting_id).in_(bindparam("ids", expanding=True)))


@build_once
def _insert_quotation() -> Any:
    return insert(Quotation.__table__)  # type: ignore[attr-defined]


def _record_as_posted(session: Session, claims: Sequence[Claim]) -> None:
    """Record what reports tell. A later call changes nothing."""
    rows = [
        {"posting": claim.posting_id, "told": claim.as_posted}
        for claim in claims
        if claim.as_posted is not None
    ]
    if rows:
        session.connection().execute(_update_as_posted(), rows)


@build_once
def _update_as_posted() -> Any:
    table: Any = Posting.__table__  # type: ignore[attr-defined]
    told = bindparam("told", type_=table.c.as_posted.type)
    untold = update(table).where(table.c.id == bindparam("posting"), table.c.as_posted.is_(None))
    return untold.values(as_posted=told)


class Sent(NamedTuple):
    """A posting that is shown as of a revision, and further columns to write, such as its message."""

    posting_id: int
    revision: int
    values: Mapping[str, Any]


def record_sent(session: Session, sent: Sequence[Sent], now: datetime) -> None:
    """Record that postings are shown.

    One is due again at once when its revision has grown since.
    """
    rows: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for posting_id, revision, values in sent:
        named = {f"new_{name}": value for name, value in values.items()}
        rows[tuple(values)].append({"posting": posting_id, "shown": revision, "now": now, **named})
    for names, each in rows.items():
        session.connection().execute(_update_sent(names), each)


@build_once
def _update_sent(names: tuple[str, ...]) -> Any:
    table: Any = Posting.__table__  # type: ignore[attr-defined]
    now, shown = bindparam("now", type_=UtcDateTime), bindparam("shown", type_=Integer)
    changed = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
    return (
        update(table)
        .where(table.c.id == bindparam("posting"))
        .values(
            state=PostingState.SENT,
            sent_revision=shown,
            sent_at=func.coalesce(table.c.sent_at, now),
            due_at=case((table.c.revision > shown, now), else_=None),
            attempts=0,
            error="",
            **changed,
        )
    )
