"""A team's history written straight to the tables, for tests of recaps, exports and charts.

The features' own writes are tested elsewhere. These tests need up to a year of rows at once, with given times.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from sqlmodel import Session

from storage.engine.database import Database
from storage.models import (
    Answer,
    AnswerKind,
    Channel,
    Kind,
    Membership,
    Moment,
    Person,
    Posting,
    PostingKind,
    PostingState,
    Tap,
    TapKind,
    Team,
    Version,
    Workspace,
)

T = TypeVar("T")
NOW = datetime(2026, 3, 20, 16, 0, tzinfo=UTC)
"""A Friday, at the time when the recap of the previous seven days is due."""


def ago(**by: float) -> datetime:
    """Return a time before NOW, as in `ago(days=2)`."""
    return NOW - timedelta(**by)


@dataclass
class Life:
    """The history of one team in one workspace. Its moments are numbered in the order of creation."""

    session: Session
    team: Team
    numbers: Any = field(default_factory=lambda: count(1))
    postings: Any = field(default_factory=lambda: count(1))

    @classmethod
    def new(cls, session: Session, zone: str = "UTC") -> "Life":
        """Create a workspace, a team in it, and the team's channel."""
        at = ago(days=800)
        workspace = Workspace(platform="recorder", external_id="W1", name="Lantern", created_at=at)
        session.add(workspace)
        session.flush()
        return cls(session, Team(workspace_id=workspace.id, zone=zone, created_at=at)).at_home("C1")

    @classmethod
    def of(cls, session: Session, team_id: int) -> "Life":
        """Continue the history of an existing team. New numbers start at 1,001."""
        return cls(session, session.get_one(Team, team_id), count(1_001), count(1_001))

    def another(self) -> "Life":
        """Create another team in the workspace."""
        return Life(self.session, Team(workspace_id=self.team.workspace_id, created_at=NOW)).at_home("C2")

    def at_home(self, channel: str) -> "Life":
        """Store the team and its channel."""
        self.add(self.team)
        workspace_id = self.team.workspace_id
        self.add(
            Channel(workspace_id=workspace_id, team_id=self.team.id, external_id=channel, name="lantern")
        )
        return self

    def add(self, row: T) -> T:
        """Store a row and return it with its id."""
        self.session.add(row)
        self.session.flush()
        return row

    def person(self, name: str) -> Person:
        """Create a person who is a member of the team."""
        there = f"U-{name.lower()}"
        person = self.add(
            Person(workspace_id=self.team.workspace_id, external_id=there, platform_name=name, created_at=NOW)
        )
        self.add(Membership(team_id=self.team.id, person_id=person.id))
        return person

    def moment(self, text: str, by: Person, at: datetime, kind: Kind = Kind.AHA, **more: Any) -> Moment:
        """Create a moment."""
        row = Moment(
            team_id=self.team.id, number=next(self.numbers), kind=kind, author_id=by.id, text=text,
            created_at=at, **more,
        )  # fmt: skip
        return self.add(row)

    def experiment(self, text: str, by: Person, at: datetime, **parts: str) -> Moment:
        """Create an experiment with its parts, such as `happened` and `taught`."""
        return self.moment(text, by, at, Kind.EXPERIMENT, parts=parts)

    def version(self, moment: Moment, text: str, by: Person, at: datetime, **more: Any) -> Version:
        """Create a person's version of a moment."""
        return self.add(Version(moment_id=moment.id, author_id=by.id, text=text, created_at=at, **more))

    def there(self, moment: Moment, *people: Person, kind: TapKind = TapKind.THERE) -> None:
        """Create button presses on a moment's card."""
        for person in people:
            self.add(Tap(moment_id=moment.id, person_id=person.id, kind=kind))

    def asked(self, text: str, at: datetime, kind: PostingKind = PostingKind.PROMPT, **more: Any) -> Posting:
        """Create a question that was posted to the channel."""
        row = Posting(
            key=f"asked:{next(self.postings)}", kind=kind, state=PostingState.SENT, channel="C1", text=text,
            workspace_id=self.team.workspace_id, team_id=self.team.id, created_at=at, sent_at=at, **more,
        )  # fmt: skip
        return self.add(row)

    def answer(
        self, to: Posting, text: str, by: Person | None, at: datetime, kind: AnswerKind = AnswerKind.REPLY
    ) -> Answer:
        """Create an answer to a question. Without a person it is anonymous."""
        given: Any = {"person_id": by.id if by else None, "event": f"answer:{next(self.postings)}"}
        return self.add(Answer(posting_id=to.id, kind=kind, text=text, created_at=at, **given))


async def live(database: Database, story: Callable[[Life], T], zone: str = "UTC") -> T:
    """Write a team's history and return the result of `story`."""
    return await database.write(lambda session: story(Life.new(session, zone)))
