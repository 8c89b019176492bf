"""Where teams are and who is in them: workspaces, how we got into them, teams, channels, people."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from storage.engine.types import UtcDateTime
from storage.models.table import Table, an_id, to, when, words


class Workspace(Table, table=True):
    """A Slack workspace or a Discord server: who installed us.

    `organisation` is what it belongs to, where one installation may serve several workspaces.
    """

    __table_args__ = (UniqueConstraint("platform", "external_id"),)
    id: int = an_id()
    platform: str
    external_id: str
    organisation: str = ""
    name: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = when()


class Installation(Table, table=True):
    """What lets us speak in a workspace or, where `workspace` is empty, in all of an organisation's.

    Both tokens are encrypted. Whoever renews them says so in `renewing_until`, so that it happens once.
    """

    __table_args__ = (UniqueConstraint("platform", "organisation", "workspace"),)
    id: int = an_id()
    platform: str
    organisation: str = ""
    workspace: str = ""
    token: str = words()
    refresh_token: str = words()
    expires_at: datetime | None = when()
    renewing_until: datetime | None = when()
    bot_person: str = ""
    bot_id: str = ""
    scopes: str = words()
    installed_by: str = ""
    installed_at: datetime = Field(sa_type=UtcDateTime)


class InstallAttempt(Table, table=True):
    """An installation begun in a browser; used once, or gone at `expires_at`. Both texts are hashes."""

    state: str = Field(primary_key=True)
    browser: str
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class Team(Table, table=True):
    """The people around one home channel. `threshold` people with `emoji` keep a message.

    `seals` says whether added versions stay sealed at first.
    """

    id: int = an_id()
    workspace_id: int = to("workspace.id", index=True)
    zone: str = "UTC"
    next_number: int = 1
    emoji: str = "💡"
    threshold: int = 1
    seals: bool = True
    created_at: datetime = Field(sa_type=UtcDateTime)
    made_by_id: int | None = to("person.id", default=None, nullable=True)


class Channel(Table, table=True):
    """A channel that belongs to a team: its home, or another public one that keeps into it."""

    __table_args__ = (UniqueConstraint("workspace_id", "external_id"),)
    id: int = an_id()
    workspace_id: int = to("workspace.id")
    external_id: str
    name: str = ""
    private: bool = False
    home: bool = True
    team_id: int = to("team.id", index=True)
    closed_at: datetime | None = when()


class Person(Table, table=True):
    """A member of a workspace. Zone, pause, opt-out and how they name their craft are theirs.

    `fuel_offered_at` is when they were shown, once, what came of dead ends.
    """

    __table_args__ = (UniqueConstraint("workspace_id", "external_id"),)
    id: int = an_id()
    workspace_id: int = to("workspace.id")
    external_id: str
    name: str = ""
    zone: str = ""
    paused_until: date | None = None
    opted_out: bool = False
    has_waiting: bool = False
    craft: str = ""
    fuel_offered_at: datetime | None = when()
    created_at: datetime = Field(sa_type=UtcDateTime)


class Membership(Table, table=True):
    """A person who has done something in a team; `hosts` who picks its question in turn, last on `hosted_on`."""

    team_id: int = Field(foreign_key="team.id", primary_key=True)
    person_id: int = Field(foreign_key="person.id", primary_key=True, index=True)
    hosts: bool = False
    hosted_on: date | None = None
