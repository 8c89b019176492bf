"""The caller of a command and their team, and the creation of teams, people and channels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, exists, func, or_, select, update
from sqlmodel import Session, col

from storage.engine.prepared import PreparedStatement
from storage.engine.statements import build_once
from storage.models import (
    Channel,
    FormerName,
    Goal,
    Lookup,
    Membership,
    Mission,
    MissionLine,
    Moment,
    MomentState,
    Person,
    Posting,
    Spark,
    Team,
    Workspace,
)


class Caller(NamedTuple):
    """All facts about the caller of a command, read as one row.

    An id of 0 means that there is no such row yet.
    """

    workspace_id: int = 0
    person_id: int = 0
    person_name: str = ""
    """The name as the platform gave it. People are shown `Person.name`."""
    person_zone: str = ""
    opted_out: bool = False
    has_waiting: bool = False
    channel_id: int = 0
    channel_name: str = ""
    private: bool = False
    home: bool = False
    closed: bool = False
    team_id: int = 0
    zone: str = "UTC"
    emoji: str = "💡"
    threshold: int = 1
    member_id: int = 0
    kept_moment_id: int = 0
    """The moment saved by an earlier delivery of the same event."""
    removed: bool = False
    """Whether the bot was removed from the workspace, as far as it knows."""
    threads_only: bool = False
    """Whether the channel holds threads alone, as a forum does."""
    cannot_post: str = ""
    cannot_mark: str = ""
    """The permissions to post and to add emoji, by the platform's names, if the bot lacks them."""
    changes: int = 0
    """How often the platform told that the person came to the team or left it."""
    founded_at: datetime | None = None
    """When the team was created. No moment of it is older."""
    has_aims: bool = False
    """Whether the team has an open goal or a mission, which a moment could serve."""
    language: str = ""
    """The language that the person chose, if they did."""
    locale: str = ""
    """The language of their platform, such as `de-AT`, as it was last told."""
    team_language: str = ""
    """The language of what everyone in the team sees."""
    parts_off: str = ""
    """The parts of the product that are off in the team, between spaces."""
    elsewhere: bool = False
    """Whether the team is not the one of the channel where the command was said."""
    from_private: bool = False
    """Whether that channel is known to be private, where the team is another's."""


_HAS_AIMS = or_(
    exists().where(
        col(Goal.team_id) == col(Team.id), col(Goal.closed_at).is_(None), col(Goal.withdrawn_at).is_(None)
    ),
    exists().where(
        col(Mission.team_id) == col(Team.id), or_(*(getattr(Mission, line) != "" for line in MissionLine))
    ),
)
"""The SQL condition that a team has an open goal or a mission with words."""

_CALLER_QUERY = PreparedStatement(
    select(
        col(Workspace.id),
        func.coalesce(Person.id, 0),
        func.coalesce(Person.platform_name, ""),
        func.coalesce(Person.zone, ""),
        func.coalesce(Person.opted_out, False),
        func.coalesce(Person.has_waiting, False),
        func.coalesce(Channel.id, 0),
        func.coalesce(Channel.name, ""),
        func.coalesce(Channel.private, False),
        func.coalesce(Channel.home, False),
        col(Channel.closed_at).is_not(None),
        func.coalesce(Team.id, 0),
        func.coalesce(Team.zone, "UTC"),
        func.coalesce(Team.emoji, ""),
        func.coalesce(Team.threshold, 1),
        func.coalesce(Membership.person_id, 0),
        func.coalesce(Moment.id, 0),
        col(Workspace.removed_at).is_not(None),
        func.coalesce(Channel.threads_only, False),
        col(Workspace.cannot_post),
        col(Workspace.cannot_mark),
        func.coalesce(Membership.changes, 0),
        col(Team.created_at),
        _HAS_AIMS,
        func.coalesce(Person.language, ""),
        func.coalesce(Person.locale, ""),
        func.coalesce(Team.language, ""),
        func.coalesce(Team.parts_off, ""),
    )
    .select_from(Workspace)
    .outerjoin(
        Person,
        (col(Person.workspace_id) == col(Workspace.id)) & (col(Person.external_id) == bindparam("person")),
    )
    .outerjoin(
        Channel,
        (col(Channel.workspace_id) == col(Workspace.id)) & (col(Channel.external_id) == bindparam("channel")),
    )
    .outerjoin(Team, col(Team.id) == col(Channel.team_id))
    .outerjoin(
        Membership,
        (col(Membership.team_id) == col(Team.id)) & (col(Membership.person_id) == col(Person.id)),
    )
    .outerjoin(Moment, (col(Moment.team_id) == col(Team.id)) & (col(Moment.event) == bindparam("event")))
    .where(
        col(Workspace.platform) == bindparam("platform"), col(Workspace.external_id) == bindparam("workspace")
    )
)


def resolve_caller(
    session: Session, platform: str, workspace: str, channel: str, person: str, event: str
) -> Caller:
    """Return the facts about a person in a channel, in one query."""
    given = {
        "platform": platform, "workspace": workspace, "channel": channel, "person": person, "event": event,
    }  # fmt: skip
    return Caller(*_CALLER_QUERY.fetch_first(session, given))


def resolve_in_team(session: Session, caller: Caller, team_id: int, event: str) -> Caller:
    """Return the same caller in the home channel of another team of the workspace.

    In their own team the caller stays in the channel where the command was said. Return the caller
    unchanged when there is no such team.
    """
    if team_id and team_id == caller.team_id:
        return caller._replace(kept_moment_id=_find_kept_moment_id(session, team_id, event))
    found = session.execute(
        select(Channel, Team, _HAS_AIMS)
        .join(Team, col(Team.id) == col(Channel.team_id))
        .where(col(Team.id) == team_id, col(Team.workspace_id) == caller.workspace_id, col(Channel.home))
    ).first()
    if found is None:
        return caller
    home, team, has_aims = found
    member = session.get(Membership, (team_id, caller.person_id))
    return caller._replace(
        channel_id=home.id, channel_name=home.name, private=home.private, home=True,
        closed=home.closed_at is not None, threads_only=home.threads_only, elsewhere=True,
        from_private=caller.private, founded_at=team.created_at, has_aims=has_aims,
        parts_off=team.parts_off,
        team_id=team.id, team_language=team.language, zone=team.zone, emoji=team.emoji, threshold=team.threshold,
        member_id=caller.person_id if member else 0, changes=member.changes if member else 0,
        kept_moment_id=_find_kept_moment_id(session, team_id, event),
    )  # fmt: skip


def _find_kept_moment_id(session: Session, team_id: int, event: str) -> int:
    given = {"team_id": team_id, "event": event}
    return session.execute(_select_kept(), given).scalar_one_or_none() or 0


@build_once
def _select_kept() -> Select[int]:
    return select(col(Moment.id)).where(
        col(Moment.team_id) == bindparam("team_id"), col(Moment.event) == bindparam("event")
    )


def ensure_workspace(session: Session, platform: str, external_id: str, name: str, now: datetime) -> int:
    """Return the id of a workspace, created when new.

    Its name is updated to the one of the platform.
    """
    given = {"platform": platform, "external_id": external_id}
    found = session.execute(_select_workspace(), given).scalar_one_or_none()
    if found is None:
        found = Workspace(platform=platform, external_id=external_id, name=name, created_at=now)
        session.add(found)
    elif name and found.name != name:
        if found.name:
            session.add(FormerName(workspace_id=found.id, name=found.name, until=now))
        found.name = name
    session.flush()
    return found.id


def rename_channel(session: Session, channel: Channel, name: str, now: datetime) -> None:
    """Store a channel's new name. An empty one changes nothing. The team's former name stays known."""
    if name and name != channel.name:
        if channel.home:
            record_former_name(session, channel, now)
        channel.name = name
        session.flush()


def record_former_name(session: Session, home: Channel, now: datetime) -> None:
    """Remember that a team had its home channel's name until now, if that is known."""
    if home.name:
        former = FormerName(workspace_id=home.workspace_id, team_id=home.team_id, name=home.name, until=now)
        session.add(former)


@build_once
def _select_workspace() -> Select[Workspace]:
    return select(Workspace).where(
        col(Workspace.platform) == bindparam("platform"),
        col(Workspace.external_id) == bindparam("external_id"),
    )


def find_person(session: Session, workspace_id: int, external_id: str) -> Person | None:
    """Return a person of a workspace, or None."""
    given = {"workspace_id": workspace_id, "external_id": external_id}
    return session.execute(_select_person(), given).scalar_one_or_none()


@build_once
def _select_person() -> Select[Person]:
    return select(Person).where(
        col(Person.workspace_id) == bindparam("workspace_id"),
        col(Person.external_id) == bindparam("external_id"),
    )


def ensure_person(
    session: Session,
    workspace_id: int,
    external_id: str,
    name: str,
    zone: str,
    now: datetime,
    locale: str = "",
) -> Person:
    """Return a person of a workspace, created when new.

    Their name and locale are updated to those of the platform.
    """
    found = find_person(session, workspace_id, external_id)
    if found is None:
        found = Person(
            workspace_id=workspace_id,
            external_id=external_id,
            platform_name=name,
            zone=zone,
            locale=locale,
            created_at=_day_only(now),
        )
        session.add(found)
    found.platform_name = name or found.platform_name
    found.locale = locale or found.locale
    session.flush()
    return found


def rename_person(session: Session, person_id: int, name: str) -> None:
    """Store a person's new name, as the platform gave it."""
    session.get_one(Person, person_id).platform_name = name
    session.flush()


def _day_only(now: datetime) -> datetime:
    """Return the start of the day of a time.

    A person's first message may be an anonymous answer, and the exact time would reveal its
    author.
    """
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def create_team(
    session: Session, caller: Caller, channel: str, name: str, private: bool, zone: str, now: datetime,
    threads_only: bool = False, language: str = "",
) -> Team:  # fmt: skip
    """Create a team with `channel` as its home."""
    team = Team(
        workspace_id=caller.workspace_id, zone=zone, created_at=now, made_by_id=caller.person_id,
        language=language,
    )  # fmt: skip
    session.add(team)
    session.flush()
    session.add(
        Channel(
            workspace_id=caller.workspace_id, external_id=channel, name=name, private=private, team_id=team.id,
            threads_only=threads_only,
        )
    )  # fmt: skip
    session.flush()
    return team


def add_channel(session: Session, workspace_id: int, channel: str, name: str, team_id: int) -> None:
    """Let a public channel save for a team, beside its home."""
    session.add(
        Channel(
            workspace_id=workspace_id, external_id=channel, name=name, private=False, home=False, team_id=team_id
        )
    )  # fmt: skip
    session.flush()


def add_member(session: Session, team_id: int, person_id: int) -> None:
    """Record a person as a member of a team."""
    if session.get(Membership, (team_id, person_id)) is None:
        session.add(Membership(team_id=team_id, person_id=person_id))
        session.flush()


def count_changes(session: Session, team_id: int, person_id: int) -> int:
    """Return how often the platform told that a person came to a team or left it."""
    member = session.get(Membership, (team_id, person_id)) if person_id else None
    return member.changes if member else 0


def record_change(session: Session, team_id: int, person_id: int) -> None:
    """Record that a person came to a team or left it, so that the platform is asked anew."""
    changed = update(Membership).where(
        col(Membership.team_id) == team_id, col(Membership.person_id) == person_id
    )
    session.execute(changed.values(changes=col(Membership.changes) + 1))


def record_changed_readers(session: Session, workspace_id: int, channel: str) -> None:
    """Record that others may see a channel now, or any channel of the workspace where it is empty."""
    places = select(col(Channel.team_id)).where(col(Channel.workspace_id) == workspace_id)
    if channel:
        places = places.where(col(Channel.external_id) == channel)
    changed = update(Membership).where(col(Membership.team_id).in_(places))
    session.execute(
        changed.values(changes=col(Membership.changes) + 1).execution_options(synchronize_session=False)
    )


def find_home(session: Session, team_id: int) -> Channel:
    """Return the home channel of a team. Raise NoResultFound when the team has none."""
    found: Channel = session.execute(_select_home(), {"team_id": team_id}).scalar_one()
    return found


@build_once
def _select_home() -> Select[Channel]:
    return select(Channel).where(col(Channel.team_id) == bindparam("team_id"), col(Channel.home))


def find_channel(session: Session, workspace_id: int, external_id: str) -> Channel | None:
    """Return a channel that belongs to a team, or None."""
    given = {"workspace_id": workspace_id, "external_id": external_id}
    return session.execute(_select_channel(), given).scalar_one_or_none()


@build_once
def _select_channel() -> Select[Channel]:
    return select(Channel).where(
        col(Channel.workspace_id) == bindparam("workspace_id"),
        col(Channel.external_id) == bindparam("external_id"),
    )


def change_channel_id(session: Session, workspace_id: int, before: str, after: str, now: datetime) -> None:
    """Change the id of a channel that has a new one on the platform.

    Its team, the moments saved from it and its postings follow. When the new id has a team
    already, that team stays, and the channel with the old id is closed.
    """
    there = find_channel(session, workspace_id, before)
    if there is None or before == after:
        return
    if find_channel(session, workspace_id, after) is not None:
        there.closed_at = there.closed_at or now
        session.flush()
        return
    there.external_id = after
    session.flush()
    ours = col(Moment.team_id).in_(select(col(Team.id)).where(col(Team.workspace_id) == workspace_id))
    kept = update(Moment).where(ours, col(Moment.source_channel) == before).values(source_channel=after)
    session.execute(kept.execution_options(synchronize_session=False))
    looked_up = col(Lookup.team_id).in_(select(col(Team.id)).where(col(Team.workspace_id) == workspace_id))
    moved = update(Lookup).where(looked_up, col(Lookup.channel) == before).values(channel=after)
    session.execute(moved.execution_options(synchronize_session=False))
    for table in (Posting, Spark):
        named = (col(table.workspace_id) == workspace_id, col(table.channel) == before)
        renamed = update(table).where(*named).values(channel=after)
        session.execute(renamed.execution_options(synchronize_session=False))


def list_channels(session: Session, team_id: int) -> Sequence[Channel]:
    """Return the channels of a team, home channel first."""
    return session.execute(
        select(Channel).where(col(Channel.team_id) == team_id).order_by(col(Channel.home).desc(), col(Channel.name))
    ).scalars().all()  # fmt: skip


def list_teams_of(session: Session, person_id: int) -> Sequence[tuple[int, str]]:
    """Return the open teams in which a person has done something as (team id, name of the home channel).

    Whether the person is still in their channels is for the platform to say.
    """
    found = session.execute(
        select(col(Channel.team_id), col(Channel.name))
        .join(Membership, col(Membership.team_id) == col(Channel.team_id))
        .where(col(Membership.person_id) == person_id, col(Channel.home), col(Channel.closed_at).is_(None))
        .order_by(col(Channel.name))
    )
    return [(team_id, name) for team_id, name in found]


def list_newest(session: Session, workspace_id: int, limit: int) -> Sequence[tuple[int, str]]:
    """Return the newest open teams of a workspace as (team id, name of the home channel)."""
    newest = select(col(Team.id)).where(col(Team.workspace_id) == workspace_id)
    latest = newest.order_by(col(Team.id).desc()).limit(limit)
    found = session.execute(
        select(col(Channel.team_id), col(Channel.name))
        .where(col(Channel.team_id).in_(latest), col(Channel.home), col(Channel.closed_at).is_(None))
        .order_by(col(Channel.name))
    )
    return [(team_id, name) for team_id, name in found]


class TeamSummary(NamedTuple):
    """A team as `ahabot teams` shows it. `moments` is 0 where nobody asked how many it has."""

    id: int
    platform: str
    workspace: str
    channel: str
    name: str
    language: str = ""
    moments: int = 0


def list_team_summaries(session: Session) -> Sequence[TeamSummary]:
    """Return the summaries of all teams, in the order of their creation."""
    counted = (
        select(func.count())
        .where(
            col(Moment.team_id) == col(Team.id),
            col(Moment.state) == MomentState.KEPT,
            col(Moment.deleted_at).is_(None),
        )
        .scalar_subquery()
    )
    return [TeamSummary(*row) for row in session.execute(_select_summaries(counted))]


def list_named_teams(session: Session, given: str) -> Sequence[TeamSummary]:
    """Return the teams with this number or whose home channel has this id, without counting their moments.

    The id may have its platform in front. An empty one names all teams.
    """
    channel = col(Channel.external_id)
    of_platform = and_(channel == given.partition(":")[2], col(Workspace.platform) == given.partition(":")[0])
    number = int(given) if given.isdecimal() and given[0] != "0" and len(given) < INTEGER_DIGITS else 0
    named = or_(col(Team.id) == number, channel == given, of_platform)
    wanted = _select_summaries()
    return [TeamSummary(*row) for row in session.execute(wanted.where(named) if given else wanted)]


INTEGER_DIGITS = 10
"""The digits of the first number that an integer column can't hold for sure."""


def _select_summaries(*more: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(
            col(Team.id), col(Workspace.platform), col(Workspace.name), col(Channel.external_id),
            col(Channel.name), col(Team.language), *more,
        )
        .join(Workspace, col(Workspace.id) == col(Team.workspace_id))
        .join(Channel, (col(Channel.team_id) == col(Team.id)) & col(Channel.home))
        .order_by(col(Team.id))
    )  # fmt: skip


def has_teams(session: Session) -> bool:
    """Return whether there is a team. It is also the cheapest check that the database answers."""
    return session.execute(select(col(Team.id)).limit(1)).first() is not None


def find_team_maker(session: Session, team_id: int | None) -> int | None:
    """Return the id of the person who created a team, or None when unknown."""
    team = session.get(Team, team_id) if team_id else None
    return team.made_by_id if team else None


def find_parts_off(session: Session, team_id: int) -> str:
    """Return the parts that are off in a team, between spaces."""
    found = session.get(Team, team_id)
    return found.parts_off if found else ""


def list_parts_off(session: Session, team_ids: Iterable[int]) -> Mapping[int, str]:
    """Return the parts that are off in each of these teams, between spaces, by team id."""
    asked = select(col(Team.id), col(Team.parts_off)).where(col(Team.id).in_(list(team_ids)))
    return {row.id: row.parts_off for row in session.execute(asked)}


def lock_team(session: Session, team_id: int) -> None:
    """Lock a team until the commit. Other callers of this function wait."""
    session.execute(_select_for_update(), {"team_id": team_id})


@build_once
def _select_for_update() -> Select[int]:
    return select(col(Team.id)).where(col(Team.id) == bindparam("team_id")).with_for_update()
