"""The tables of workspaces, installations, teams, channels and people."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import UniqueConstraint, text
from sqlmodel import Field

from storage.engine.types import UtcDateTime
from storage.models.shown import shown_name
from storage.models.table import Table, id_column, reference_column, text_column, time_column


class Workspace(Table, table=True):
    """A Slack workspace or a Discord server that installed the bot.

    `organisation` is the organisation it belongs to, when one installation may serve several
    workspaces. `cannot_post` and `cannot_mark` name the permissions to post and to add emoji that the
    bot lacks there, if any.
    """

    __table_args__ = (UniqueConstraint("platform", "external_id"),)
    id: int = id_column()
    platform: str
    external_id: str
    organisation: str = ""
    name: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = time_column()
    cannot_post: str = ""
    cannot_mark: str = ""


class Installation(Table, table=True):
    """The tokens for one workspace or, where `workspace` is empty, for a whole organisation.

    Both tokens are encrypted. The process that renews them sets `renewing_until`, so that no other
    does.
    """

    __table_args__ = (UniqueConstraint("platform", "organisation", "workspace"),)
    id: int = id_column()
    platform: str
    organisation: str = ""
    workspace: str = ""
    token: str = text_column()
    refresh_token: str = text_column()
    expires_at: datetime | None = time_column()
    renewing_until: datetime | None = time_column()
    bot_person: str = ""
    bot_id: str = ""
    scopes: str = text_column()
    installed_by: str = ""
    installed_at: datetime = Field(sa_type=UtcDateTime)


class InstallAttempt(Table, table=True):
    """An installation that came back from Slack with its state, which counts once.

    `state` and `browser` are hashes. After `expires_at` nobody accepts the state any more.
    """

    state: str = Field(primary_key=True)
    browser: str
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class Team(Table, table=True):
    """The people around one home channel.

    A message is saved when `threshold` people react with `emoji`. `seals` says whether added
    versions are hidden at first. `language` is the code of what everyone sees there, or empty until
    it is known. `parts_off` names the parts of the product that are off, between spaces.
    """

    id: int = id_column()
    workspace_id: int = reference_column("workspace.id", index=True)
    zone: str = "UTC"
    next_number: int = 1
    emoji: str = "💡"
    threshold: int = 1
    seals: bool = True
    language: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    parts_off: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    created_at: datetime = Field(sa_type=UtcDateTime)
    made_by_id: int | None = reference_column("person.id", default=None, nullable=True)


class Channel(Table, table=True):
    """A channel of a team: its home, or another public one whose moments go to the team.

    `threads_only` marks a channel that holds threads alone, as a forum does.
    """

    __table_args__ = (UniqueConstraint("workspace_id", "external_id"),)
    id: int = id_column()
    workspace_id: int = reference_column("workspace.id")
    external_id: str
    name: str = ""
    private: bool = False
    home: bool = True
    team_id: int = reference_column("team.id", index=True)
    closed_at: datetime | None = time_column()
    threads_only: bool = False


class Person(Table, table=True):
    """A member of a workspace, with their own zone, pause, opt-out and name of their craft.

    `platform_name` is their name exactly as the platform gave it, and `locale` the language of their
    platform, such as `de-AT`. `language` is the one that they chose instead. `fuel_offered_at` is when they were
    shown, once, what came of dead ends, and `career_asked_at` when they were asked, once, about the ahas
    of their career.
    """

    __table_args__ = (UniqueConstraint("workspace_id", "external_id"),)
    id: int = id_column()
    workspace_id: int = reference_column("workspace.id")
    external_id: str
    platform_name: str = Field(default="", sa_column_kwargs={"name": "name"})
    zone: str = ""
    language: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    locale: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    paused_until: date | None = None
    opted_out: bool = False
    has_waiting: bool = False
    craft: str = ""
    fuel_offered_at: datetime | None = time_column()
    career_asked_at: datetime | None = time_column()
    created_at: datetime = Field(sa_type=UtcDateTime)

    @property
    def name(self) -> str:
        """The name as people see it. It can't change the direction of the text around it."""
        return shown_name(self.platform_name)


class Membership(Table, table=True):
    """A person who has done something in a team.

    `hosts` says whether they take their turn in choosing its question, last on `hosted_on`. `changes`
    counts what the platform told of their coming and leaving.
    """

    team_id: int = Field(foreign_key="team.id", primary_key=True)
    person_id: int = Field(foreign_key="person.id", primary_key=True, index=True)
    hosts: bool = False
    hosted_on: date | None = None
    changes: int = 0
