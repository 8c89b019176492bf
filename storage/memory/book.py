"""What a book tells: everything that one or more persons wrote, with the names of their teams over time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, not_, or_, select
from sqlmodel import Session, col

from storage.models import (
    Answer,
    Attempt,
    Channel,
    Expectation,
    FormerName,
    Goal,
    Kind,
    LookBack,
    Membership,
    Moment,
    MomentState,
    NextStep,
    OwnMoment,
    Participant,
    Person,
    Posting,
    PostingKind,
    PostingState,
    PromptForm,
    Sequel,
    Team,
    Version,
    Why,
    Workspace,
)
from storage.moments import fulltext
from storage.prompts import rounds

WAITS = (PostingState.SENDING, PostingState.WAITING)
"""The states of a book that is on its way although nothing is due."""


class NamedPerson(NamedTuple):
    """A person and their workspace."""

    person: Person
    workspace: Workspace


class NamedTeam(NamedTuple):
    """A team, its workspace, and its home channel's present name."""

    team: Team
    workspace: Workspace
    name: str


class Said(NamedTuple):
    """What a person said about a moment, with its team and its number. `kind` is that of the row."""

    kind: str
    text: str
    at: datetime
    team_id: int
    number: int


class Result(NamedTuple):
    """A moment and its attempt, which has a result."""

    moment: Moment
    attempt: Attempt


class Answered(NamedTuple):
    """A person's answer, and what was asked. An old question may have no team.

    `key` is the question's in its pack, and `goal` the goal that it quotes.
    """

    team_id: int | None
    question: str
    text: str
    at: datetime
    key: str = ""
    goal: Goal | None = None


def lock_person(session: Session, person_id: int) -> Person:
    """Return a person whose row is locked until the commit, so that two requests at once are told apart."""
    wanted = select(Person).where(col(Person.id) == person_id).with_for_update()
    found: Person = session.execute(wanted).scalar_one()
    return found


def find_open_book(session: Session, person_id: int, lost_before: datetime) -> Posting | None:
    """Return the person's book that is on its way or waits for them, or None.

    One whose outcome is unknown since `lost_before` counts no more, because nobody may ever learn it.
    """
    lost = and_(col(Posting.state) == PostingState.UNKNOWN, col(Posting.claimed_at) < lost_before)
    on_its_way = or_(col(Posting.due_at).is_not(None), col(Posting.state).in_(WAITS))
    wanted = select(Posting).where(
        col(Posting.person_id) == person_id,
        col(Posting.state).in_(tuple(PostingState)),
        col(Posting.kind) == PostingKind.BOOK,
        col(Posting.message).is_(None),
        on_its_way,
        not_(lost),
    )
    found: Posting | None = session.execute(wanted.order_by(col(Posting.id)).limit(1)).scalar_one_or_none()
    return found


def list_people(session: Session, person_ids: Sequence[int]) -> Sequence[NamedPerson]:
    """Return persons with their workspaces, in the order of their ids."""
    wanted = _select_people().where(col(Person.id).in_(person_ids))
    return [NamedPerson(*row) for row in session.execute(wanted)]


def find_by_id(session: Session, platform: str, external_id: str) -> Sequence[NamedPerson]:
    """Return the people with this id on a platform, ordered by their own ids."""
    known = (col(Workspace.platform) == platform, col(Person.external_id) == external_id)
    return [NamedPerson(*row) for row in session.execute(_select_people().where(*known))]


def find_by_id_or_name(session: Session, given: str) -> Sequence[NamedPerson]:
    """Return the people with this id on any platform, or with this name, ordered by their own ids.

    Capitals and accents of a name are compared here, because SQLite knows only those of English.
    """
    folded = _fold_name(given)
    everyone = select(col(Person.id), col(Person.external_id), col(Person.platform_name))
    ids = [
        person_id
        for person_id, external_id, name in session.execute(everyone)
        if given == external_id or folded == _fold_name(name)
    ]
    return list_people(session, ids)


def _fold_name(name: str) -> str:
    return " ".join(fulltext.tokenize_text(name)) or name


def _select_people() -> Select[*tuple[Any, ...]]:
    joined = select(Person, Workspace).join(Workspace, col(Workspace.id) == col(Person.workspace_id))
    return joined.order_by(col(Person.id))


def list_moments(session: Session, person_ids: Sequence[int]) -> Sequence[Moment]:
    """Return the saved moments that these people wrote, oldest first."""
    wanted = select(Moment).where(col(Moment.author_id).in_(person_ids), *_kept())
    return session.execute(wanted.order_by(col(Moment.created_at), col(Moment.id))).scalars().all()


def list_results(session: Session, person_ids: Sequence[int]) -> Sequence[Result]:
    """Return the results of kept experiments that persons wrote or whose result they kept, in the order of ids."""
    wanted = select(Moment, Attempt).join(Attempt, col(Attempt.moment_id) == col(Moment.id))
    ended = (col(Attempt.result_at).is_not(None), col(Moment.kind) == Kind.EXPERIMENT)
    # Two queries, because no index answers a question with "or": all experiments would be read.
    found = {
        moment.id: Result(moment, attempt)
        for theirs in (col(Moment.author_id), col(Attempt.result_by_id))
        for moment, attempt in session.execute(wanted.where(theirs.in_(person_ids), *ended, *_kept()))
    }
    return [found[moment_id] for moment_id in sorted(found)]


def list_versions(session: Session, person_ids: Sequence[int]) -> Sequence[Said]:
    """Return the versions that persons told of kept moments."""
    rows = _read_about(session, Version, col(Version.author_id).in_(person_ids))
    return [Said("", each.text, each.created_at, moment.team_id, moment.number) for each, moment in rows]


def list_look_backs(session: Session, person_ids: Sequence[int]) -> Sequence[Said]:
    """Return what persons said later about kept moments."""
    rows = _read_about(session, LookBack, col(LookBack.person_id).in_(person_ids), _is_left(LookBack))
    return [
        Said(each.kind, each.text, each.created_at, moment.team_id, moment.number) for each, moment in rows
    ]


def list_sequels(session: Session, person_ids: Sequence[int]) -> Sequence[Said]:
    """Return what persons said kept moments make possible or set off."""
    rows = _read_about(session, Sequel, col(Sequel.author_id).in_(person_ids), _is_left(Sequel))
    return [
        Said(each.kind, each.text, each.created_at, moment.team_id, moment.number) for each, moment in rows
    ]


def list_whys(session: Session, person_ids: Sequence[int]) -> Sequence[Said]:
    """Return the whys that persons gave under kept experiments."""
    rows = _read_about(session, Why, col(Why.author_id).in_(person_ids), _is_left(Why))
    return [Said("", each.text, each.created_at, moment.team_id, moment.number) for each, moment in rows]


def list_expectations(session: Session, person_ids: Sequence[int]) -> Sequence[Said]:
    """Return what persons expected and signed, of kept experiments or, still waiting, of no experiment yet.

    An unsigned line has no person. A waiting one has the number 0.
    """
    wanted = (
        select(Expectation, col(Moment.number))
        .outerjoin(Moment, col(Moment.id) == col(Expectation.moment_id))
        .where(col(Expectation.person_id).in_(person_ids), _is_left(Expectation))
        .where(or_(col(Expectation.moment_id).is_(None), and_(*_kept())))
    )
    rows = session.execute(wanted)
    return [Said("", each.text, each.created_at, each.team_id, number or 0) for each, number in rows]


def list_answers(session: Session, person_ids: Sequence[int]) -> Sequence[Answered]:
    """Return the answers that persons signed, also those of a pair and lines that aren't read out yet.

    One without a name has no person.
    """
    wanted = select(Answer, Posting).join(Posting, col(Posting.id) == col(Answer.posting_id))
    theirs = (col(Answer.person_id).in_(person_ids), _is_left(Answer), col(Answer.text) != "")
    rows = [
        *session.execute(wanted.where(*theirs).order_by(col(Answer.id))),
        *_read_joint_answers(session, person_ids),
    ]
    given = [_to_answered(session, asked, each.text, each.created_at) for each, asked in rows]
    return [*given, *_list_round_lines(session, person_ids)]


def _read_joint_answers(session: Session, person_ids: Sequence[int]) -> Iterator[tuple[Answer, Posting]]:
    """Yield the answers that these people gave in a cross pair, also those that their partner wrote."""
    joined = (
        select(col(Participant.posting_id))
        .join(Posting, col(Posting.id) == col(Participant.posting_id))
        .where(col(Participant.person_id).in_(person_ids), col(Participant.wrote_at).is_not(None))
        .where(col(Posting.form) == PromptForm.CROSS_PAIR)
    )
    about: dict[int, dict[int, int | None]] = {}
    for one in session.execute(select(Participant).where(col(Participant.posting_id).in_(joined))).scalars():
        about.setdefault(one.posting_id, {})[one.person_id] = one.about_id
    named = {
        (posting_id, rounds.pair_event(group))
        for posting_id, members in about.items()
        for group in rounds.find_circles(members)
        if not set(group).isdisjoint(person_ids)
    }
    wanted = select(Answer, Posting).join(Posting, col(Posting.id) == col(Answer.posting_id))
    written = (col(Answer.person_id).not_in(person_ids), _is_left(Answer), col(Answer.text) != "")
    for answer, asked in session.execute(wanted.where(col(Answer.posting_id).in_(list(about)), *written)):
        if (asked.id, answer.event) in named:
            yield answer, asked


def _list_round_lines(session: Session, person_ids: Sequence[int]) -> Iterator[Answered]:
    """Yield the lines of persons that wait to be read out with those of the others.

    What is parked isn't one: it's deleted after a day.
    """
    wanted = select(Participant, Posting).join(Posting, col(Posting.id) == col(Participant.posting_id))
    waiting = (col(Participant.text) != "", col(Posting.form) == PromptForm.BRINGS)
    theirs = wanted.where(col(Participant.person_id).in_(person_ids), *waiting)
    for each, asked in session.execute(theirs):
        yield _to_answered(session, asked, each.text, each.wrote_at or each.joined_at)


def _to_answered(session: Session, asked: Posting, text: str, at: datetime) -> Answered:
    goal = session.get(Goal, asked.goal_id) if asked.goal_id is not None else None
    return Answered(asked.team_id, asked.text, text, at, asked.question, goal)


def list_steps(session: Session, person_ids: Sequence[int]) -> Sequence[NextStep]:
    """Return the next steps that persons wrote last or took, and those of which they said what they became.

    One that was only suggested to them isn't theirs.
    """
    wrote = func.coalesce(NextStep.changed_by_id, NextStep.author_id).in_(person_ids)
    took = and_(col(NextStep.taker_id).in_(person_ids), col(NextStep.taken_at).is_not(None))
    told = and_(col(NextStep.settled_by_id).in_(person_ids), col(NextStep.became) != "")
    theirs = or_(wrote, took, told)
    teams = select(col(Membership.team_id)).where(col(Membership.person_id).in_(person_ids))
    ours = col(NextStep.team_id).in_(teams)
    wanted = select(NextStep).where(ours, theirs, col(NextStep.deleted_at).is_(None))
    return session.execute(wanted.order_by(col(NextStep.id))).scalars().all()


def list_own(session: Session, person_ids: Sequence[int]) -> Sequence[OwnMoment]:
    """Return the persons' own moments, which only they see."""
    wanted = select(OwnMoment).where(
        col(OwnMoment.person_id).in_(person_ids), col(OwnMoment.deleted_at).is_(None)
    )
    return session.execute(wanted.order_by(col(OwnMoment.id))).scalars().all()


def list_teams(session: Session, team_ids: Sequence[int]) -> Sequence[NamedTeam]:
    """Return teams with their workspaces and present names, in the order of their ids."""
    wanted = (
        select(Team, Workspace, func.coalesce(Channel.name, ""))
        .join(Workspace, col(Workspace.id) == col(Team.workspace_id))
        .outerjoin(Channel, (col(Channel.team_id) == col(Team.id)) & col(Channel.home))
        .where(col(Team.id).in_(team_ids))
        .order_by(col(Team.id))
    )
    return [NamedTeam(*row) for row in session.execute(wanted)]


def list_former_names(session: Session, workspace_ids: Sequence[int]) -> Sequence[FormerName]:
    """Return the names that workspaces and their teams had before, those that ended first at the front."""
    wanted = select(FormerName).where(col(FormerName.workspace_id).in_(workspace_ids))
    return session.execute(wanted.order_by(col(FormerName.until), col(FormerName.id))).scalars().all()


def _read_about(session: Session, table: Any, *where: Any) -> Sequence[tuple[Any, Moment]]:
    """Return rows about kept moments, with those moments."""
    wanted = select(table, Moment).join(Moment, col(Moment.id) == col(table.moment_id))
    return [(each, moment) for each, moment in session.execute(wanted.where(*where, *_kept()))]


def _is_left(table: Any) -> Any:
    return col(table.deleted_at).is_(None)


def _kept() -> Sequence[Any]:
    return (col(Moment.state) == MomentState.KEPT, col(Moment.deleted_at).is_(None))
