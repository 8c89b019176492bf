"""Who speaks, in which team: what every command finds when it arrives, and how teams come to be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, select, update
from sqlmodel import Session, col

from storage.engine.prepared import Prepared
from storage.models import (
    Channel,
    Membership,
    Moment,
    MomentState,
    Person,
    Posting,
    Spark,
    Team,
    Workspace,
)


class Seat(NamedTuple):
    """One row with all that a command needs to know on arrival; an id of 0 is not there yet."""

    workspace_id: int = 0
    person_id: int = 0
    person_name: str = ""
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
    kept_id: int = 0
    """The moment that an earlier delivery of this very event kept."""
    removed: bool = False
    """The workspace took us out, as far as we know."""


_ARRIVE = Prepared(
    select(
        col(Workspace.id),
        func.coalesce(Person.id, 0),
        func.coalesce(Person.name, ""),
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


def arrive(session: Session, platform: str, workspace: str, channel: str, person: str, event: str) -> Seat:
    """What is known about a person in a channel, in one query."""
    given = {
        "platform": platform, "workspace": workspace, "channel": channel, "person": person, "event": event,
    }  # fmt: skip
    return Seat(*_ARRIVE.run(session, given))


def seat_in(session: Session, seat: Seat, team_id: int, event: str) -> Seat:
    """The same person's seat at the home of another team of the workspace; unchanged where there is none."""
    found = session.execute(
        select(col(Channel.id), col(Channel.name), col(Channel.private), col(Channel.closed_at), Team)
        .join(Team, col(Team.id) == col(Channel.team_id))
        .where(col(Team.id) == team_id, col(Team.workspace_id) == seat.workspace_id, col(Channel.home))
    ).first()
    if found is None:
        return seat
    channel_id, name, private, closed_at, team = found
    member = session.get(Membership, (team_id, seat.person_id))
    return seat._replace(
        channel_id=channel_id, channel_name=name, private=private, home=True, closed=closed_at is not None,
        team_id=team.id, zone=team.zone, emoji=team.emoji, threshold=team.threshold,
        member_id=seat.person_id if member else 0, kept_id=_kept(session, team_id, event),
    )  # fmt: skip


def _kept(session: Session, team_id: int, event: str) -> int:
    kept = select(col(Moment.id)).where(col(Moment.team_id) == team_id, col(Moment.event) == event)
    return session.execute(kept).scalar_one_or_none() or 0


def workspace(session: Session, platform: str, external_id: str, name: str, now: datetime) -> int:
    """The id of a workspace, made where it is new; the platform's name for it is kept up to date."""
    found = session.execute(
        select(Workspace).where(
            col(Workspace.platform) == platform, col(Workspace.external_id) == external_id
        )
    ).scalar_one_or_none()
    if found is None:
        found = Workspace(platform=platform, external_id=external_id, name=name, created_at=now)
        session.add(found)
    elif name and found.name != name:
        found.name = name
    session.flush()
    return found.id


def person(
    session: Session, workspace_id: int, external_id: str, name: str, zone: str, now: datetime
) -> Person:
    """A person of a workspace, made where new; the platform's name for them is kept up to date."""
    found = session.execute(
        select(Person).where(col(Person.workspace_id) == workspace_id, col(Person.external_id) == external_id)
    ).scalar_one_or_none()
    if found is None:
        found = Person(
            workspace_id=workspace_id, external_id=external_id, name=name, zone=zone, created_at=_day(now)
        )
        session.add(found)
    elif name and found.name != name:
        found.name = name
    session.flush()
    return found


def _day(now: datetime) -> datetime:
    """The day alone: somebody's first word may be an answer without a name, and its time would tell whose."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def new_team(
    session: Session, seat: Seat, channel: str, name: str, private: bool, zone: str, now: datetime
) -> Team:
    """A team around `channel`, its home."""
    team = Team(workspace_id=seat.workspace_id, zone=zone, created_at=now, made_by_id=seat.person_id)
    session.add(team)
    session.flush()
    session.add(
        Channel(
            workspace_id=seat.workspace_id, external_id=channel, name=name, private=private, team_id=team.id
        )
    )
    session.flush()
    return team


def join(session: Session, team_id: int, person_id: int) -> None:
    """Note that a person does something in a team."""
    if session.get(Membership, (team_id, person_id)) is None:
        session.add(Membership(team_id=team_id, person_id=person_id))
        session.flush()


def home(session: Session, team_id: int) -> Channel:
    """The channel a team is at home in."""
    wanted = select(Channel).where(col(Channel.team_id) == team_id, col(Channel.home))
    found: Channel = session.execute(wanted).scalar_one()
    return found


def channel(session: Session, workspace_id: int, external_id: str) -> Channel | None:
    """A channel that belongs to some team."""
    return session.execute(
        select(Channel).where(
            col(Channel.workspace_id) == workspace_id, col(Channel.external_id) == external_id
        )
    ).scalar_one_or_none()


def move_channel(session: Session, workspace_id: int, before: str, after: str, now: datetime) -> None:
    """A channel goes by another id: its team, what was kept from it, and what stands or is due in it follow.

    Where a team began under the new id already, that one stays there, and the old id is merely closed.
    """
    there = channel(session, workspace_id, before)
    if there is None or before == after:
        return
    if channel(session, workspace_id, after) is not None:
        there.closed_at = there.closed_at or now
        session.flush()
        return
    there.external_id = after
    session.flush()
    ours = col(Moment.team_id).in_(select(col(Team.id)).where(col(Team.workspace_id) == workspace_id))
    kept = update(Moment).where(ours, col(Moment.source_channel) == before).values(source_channel=after)
    session.execute(kept.execution_options(synchronize_session=False))
    for table in (Posting, Spark):
        named = (col(table.workspace_id) == workspace_id, col(table.channel) == before)
        renamed = update(table).where(*named).values(channel=after)
        session.execute(renamed.execution_options(synchronize_session=False))


def channels(session: Session, team_id: int) -> Sequence[Channel]:
    """A team's channels, home first."""
    return session.execute(
        select(Channel).where(col(Channel.team_id) == team_id).order_by(col(Channel.home).desc(), col(Channel.name))
    ).scalars().all()  # fmt: skip


def teams_of(session: Session, person_id: int) -> Sequence[tuple[int, str]]:
    """The open teams a person takes part in (id, home channel's name), but none in a private channel.

    What is said in a private channel stays there, so a direct message reaches only public ones.
    """
    found = session.execute(
        select(col(Channel.team_id), col(Channel.name))
        .join(Membership, col(Membership.team_id) == col(Channel.team_id))
        .where(
            col(Membership.person_id) == person_id,
            col(Channel.home),
            col(Channel.private).is_(False),
            col(Channel.closed_at).is_(None),
        )
        .order_by(col(Channel.name))
    )
    return [(team_id, name) for team_id, name in found]


class TeamLine(NamedTuple):
    """What `ahabot teams` shows of a team."""

    id: int
    platform: str
    workspace: str
    channel: str
    name: str
    moments: int


def lines(session: Session) -> Sequence[TeamLine]:
    """All teams, in the order they came."""
    counted = (
        select(func.count())
        .where(
            col(Moment.team_id) == col(Team.id),
            col(Moment.state) == MomentState.KEPT,
            col(Moment.deleted_at).is_(None),
        )
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            col(Team.id), col(Workspace.platform), col(Workspace.name), col(Channel.external_id),
            col(Channel.name), counted,
        )
        .join(Workspace, col(Workspace.id) == col(Team.workspace_id))
        .join(Channel, (col(Channel.team_id) == col(Team.id)) & col(Channel.home))
        .order_by(col(Team.id))
    )  # fmt: skip
    return [TeamLine(*row) for row in rows]


def any_at_all(session: Session) -> bool:
    """Whether there is a team; also the cheapest question that shows the database answers."""
    return session.execute(select(col(Team.id)).limit(1)).first() is not None


def maker(session: Session, team_id: int | None) -> int | None:
    """Who made a team, where that is known."""
    team = session.get(Team, team_id) if team_id else None
    return team.made_by_id if team else None


def hold(session: Session, team_id: int) -> None:
    """Let nobody else who holds this team go on until the commit."""
    session.execute(select(col(Team.id)).where(col(Team.id) == team_id).with_for_update())
