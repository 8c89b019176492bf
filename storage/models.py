"""The tables: one for each word of the house.

Rows are the shared vocabulary of core and storage; there is no second set of classes. Ids that a platform gave
are text and called `external_id`, `channel`, `message` or `event`; ids of ours are integers. A `table=True` class
validates nothing: what people type is checked in the core before it gets here.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, MetaData, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.types import UtcDateTime

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(SQLModel):
    """What all tables share: one set of names for constraints, so that a migration can find them."""

    metadata = MetaData(naming_convention=NAMES)


class Kind(StrEnum):
    """What sort of moment it is."""

    AHA = "aha"
    BREAKTHROUGH = "breakthrough"
    EXPERIMENT = "experiment"


class MomentState(StrEnum):
    """Whether a moment's words are here yet. Only `kept` ones count anywhere."""

    KEPT = "kept"
    FETCHING = "fetching"
    DRAFT = "draft"


class TapKind(StrEnum):
    """What one press says: a nod, presence, or the author's word that a first word belongs to the text."""

    HIGH_FIVE = "high_five"
    THERE = "there"
    WHOLE = "whole"


class AnswerKind(StrEnum):
    """How an answer came."""

    REPLY = "reply"
    FORM = "form"
    REACTION = "reaction"


class ScheduleKind(StrEnum):
    """What is posted on a schedule."""

    PROMPT = "prompt"
    RETRO = "retro"
    RECAP = "recap"


class PostingKind(StrEnum):
    """What a posting says; the core composes it from the rows each time it is sent or edited."""

    CARD = "card"
    MARK = "mark"
    PROMPT = "prompt"
    RETRO = "retro"
    RECAP = "recap"
    HELLO = "hello"
    QUIET = "quiet"
    QUEST = "quest"
    LADDER = "ladder"
    CYCLE = "cycle"
    HARVEST = "harvest"
    FOLLOW_UP = "follow_up"
    NOTE_KEPT = "note_kept"
    NOTE_DRAFT = "note_draft"
    NOTE_TAKEN_BACK = "note_taken_back"
    NOTE_SOURCE_GONE = "note_source_gone"
    NOTE_STOPPED = "note_stopped"


class PromptForm(StrEnum):
    """How a prompt is answered, beyond a plain question."""

    GREY_AREA = "grey_area"
    BRINGS = "brings"
    CROSS_PAIR = "cross_pair"
    PARK_IT = "park_it"
    AHA_FIRST = "aha_first"


class SequelKind(StrEnum):
    """What follows from a moment: what now becomes possible, and what it set off in the end."""

    POSSIBLE = "possible"
    SET_OFF = "set_off"


class FollowUpKind(StrEnum):
    """What is asked of a moment later: what is next (3 days), what it set off (30), whether it stuck (90)."""

    NEXT = "next"
    SET_OFF = "set_off"
    STUCK = "stuck"


class Stuck(StrEnum):
    """What became of a moment after ninety days."""

    HABIT = "habit"
    FADING = "fading"
    GONE = "gone"


class PostingState(StrEnum):
    """What became of a posting: `sending` is committed before the call, and nothing unknown is posted again."""

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    WAITING = "waiting"
    SKIPPED = "skipped"
    FAILED = "failed"
    UNKNOWN = "unknown"


def _id() -> Any:
    return Field(default=None, primary_key=True)


def _to(target: str, **options: Any) -> Any:
    return Field(foreign_key=target, **options)


def _words(default: str | None = "") -> Any:
    return Field(default=default, sa_type=Text)


def _when(default: None = None, **options: Any) -> Any:
    return Field(default=default, sa_type=UtcDateTime, **options)


class Workspace(Table, table=True):
    """A Slack workspace or a Discord server: who installed us.

    `organisation` is what it belongs to, where one installation may serve several workspaces.
    """

    __table_args__ = (UniqueConstraint("platform", "external_id"),)
    id: int = _id()
    platform: str
    external_id: str
    organisation: str = ""
    name: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = _when()


class Installation(Table, table=True):
    """What lets us speak in a workspace or, where `workspace` is empty, in all of an organisation's.

    Both tokens are encrypted. Whoever renews them says so in `renewing_until`, so that it happens once.
    """

    __table_args__ = (UniqueConstraint("platform", "organisation", "workspace"),)
    id: int = _id()
    platform: str
    organisation: str = ""
    workspace: str = ""
    token: str = _words()
    refresh_token: str = _words()
    expires_at: datetime | None = _when()
    renewing_until: datetime | None = _when()
    bot_person: str = ""
    bot_id: str = ""
    scopes: str = _words()
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

    id: int = _id()
    workspace_id: int = _to("workspace.id", index=True)
    zone: str = "UTC"
    next_number: int = 1
    emoji: str = "💡"
    threshold: int = 1
    seals: bool = True
    created_at: datetime = Field(sa_type=UtcDateTime)
    made_by_id: int | None = _to("person.id", default=None, nullable=True)


class Channel(Table, table=True):
    """A channel that belongs to a team: its home, or another public one that keeps into it."""

    __table_args__ = (UniqueConstraint("workspace_id", "external_id"),)
    id: int = _id()
    workspace_id: int = _to("workspace.id")
    external_id: str
    name: str = ""
    private: bool = False
    home: bool = True
    team_id: int = _to("team.id", index=True)
    closed_at: datetime | None = _when()


class Person(Table, table=True):
    """A member of a workspace. Zone, pause, opt-out and how they name their craft are theirs.

    `fuel_offered_at` is when they were shown, once, what came of dead ends.
    """

    __table_args__ = (UniqueConstraint("workspace_id", "external_id"),)
    id: int = _id()
    workspace_id: int = _to("workspace.id")
    external_id: str
    name: str = ""
    zone: str = ""
    paused_until: date | None = None
    opted_out: bool = False
    has_waiting: bool = False
    craft: str = ""
    fuel_offered_at: datetime | None = _when()
    created_at: datetime = Field(sa_type=UtcDateTime)


class Membership(Table, table=True):
    """A person who has done something in a team; `hosts` who picks its question in turn, last on `hosted_on`."""

    team_id: int = Field(foreign_key="team.id", primary_key=True)
    person_id: int = Field(foreign_key="person.id", primary_key=True, index=True)
    hosts: bool = False
    hosted_on: date | None = None


class Moment(Table, table=True):
    """Something worth keeping, numbered per team.

    `parts` holds what the kind's form asks beyond the text (an experiment's expectation, say), by part name.
    `tokens` is what search reads (see `storage.search`).
    A deleted moment stays as an empty row, so that its number and its source message are never used again.
    """

    __table_args__ = (
        UniqueConstraint("team_id", "number"),
        UniqueConstraint("team_id", "event"),
        UniqueConstraint("team_id", "source_channel", "source_message"),
        Index("ix_moment_team_id_created_at", "team_id", "created_at"),
        Index("ix_moment_source", "source_channel", "source_message"),
        Index("ix_moment_deleted_at", "deleted_at", postgresql_where=text("deleted_at IS NOT NULL")),
    )
    id: int = _id()
    team_id: int = _to("team.id")
    number: int
    kind: str = Kind.AHA
    state: str = MomentState.KEPT
    author_id: int = _to("person.id", index=True)
    kept_by_id: int | None = _to("person.id", default=None, nullable=True)
    text: str = _words()
    parts: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    event: str | None = None
    source_channel: str | None = None
    source_message: str | None = None
    source_link: str = ""
    tokens: str = _words()
    stuck: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)
    edited_at: datetime | None = _when()
    deleted_at: datetime | None = _when()
    deleted_by_id: int | None = _to("person.id", default=None, nullable=True)
    erased_at: datetime | None = _when()


class Version(Table, table=True):
    """One person's own telling of a moment; sealed until `opened_at` or 48 hours after `created_at`."""

    __table_args__ = (
        UniqueConstraint("moment_id", "author_id"),
        Index("ix_version_created_at", "created_at"),
    )
    id: int = _id()
    moment_id: int = _to("moment.id")
    author_id: int = _to("person.id", index=True)
    text: str = _words()
    created_at: datetime = Field(sa_type=UtcDateTime)
    edited_at: datetime | None = _when()
    opened_at: datetime | None = _when()


class Tap(Table, table=True):
    """One press on a moment's card: a high-five, or *I was there*."""

    moment_id: int = Field(foreign_key="moment.id", primary_key=True)
    person_id: int = Field(foreign_key="person.id", primary_key=True, index=True)
    kind: str = Field(primary_key=True)


class Spark(Table, table=True):
    """One person's capture emoji on one message. The threshold counts these."""

    __table_args__ = (UniqueConstraint("workspace_id", "channel", "message", "person_id"),)
    id: int = _id()
    workspace_id: int = _to("workspace.id")
    channel: str
    message: str
    person_id: int = _to("person.id", index=True)


class Fetch(Table, table=True):
    """A message whose words still have to be fetched for a moment; it survives a restart."""

    moment_id: int = Field(foreign_key="moment.id", primary_key=True)
    due_at: datetime = Field(sa_type=UtcDateTime, index=True)
    attempts: int = 0


class Quest(Table, table=True):
    """What a team is looking for; open until a breakthrough found it or it was let go, with a reason.

    `after_id` is the breakthrough after which it was opened as the next one, where that was so.
    One that was taken back stays as an empty row, so that a second delivery does not open it again.
    """

    __table_args__ = (UniqueConstraint("team_id", "event"),)
    id: int = _id()
    team_id: int = _to("team.id", index=True)
    author_id: int = _to("person.id")
    text: str = _words()
    event: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = _when()
    closed_by_id: int | None = _to("person.id", default=None, nullable=True)
    found_id: int | None = _to("moment.id", default=None, nullable=True)
    after_id: int | None = _to("moment.id", default=None, nullable=True, index=True)
    reason: str = _words()
    withdrawn_at: datetime | None = _when()


class Attempt(Table, table=True):
    """An experiment's place in the search: the quest it is part of, and the same idea's attempt before it."""

    moment_id: int = Field(foreign_key="moment.id", primary_key=True)
    quest_id: int | None = _to("quest.id", default=None, nullable=True, index=True)
    previous_id: int | None = _to("moment.id", default=None, nullable=True, index=True)


class Why(Table, table=True):
    """One rung of the ladder under an experiment; rungs may branch. At most one is the insight."""

    __table_args__ = (
        UniqueConstraint("moment_id", "event"),
        Index(
            "uq_why_insight",
            "moment_id",
            unique=True,
            sqlite_where=text("insight"),
            postgresql_where=text("insight"),
        ),
    )
    id: int = _id()
    moment_id: int = _to("moment.id", index=True)
    parent_id: int | None = _to("why.id", default=None, nullable=True)
    author_id: int = _to("person.id")
    text: str = _words()
    insight: bool = False
    event: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    deleted_at: datetime | None = _when()


class Link(Table, table=True):
    """A moment that fed another: a failure that fed a breakthrough."""

    from_id: int = Field(foreign_key="moment.id", primary_key=True)
    to_id: int = Field(foreign_key="moment.id", primary_key=True, index=True)
    made_by_id: int = _to("person.id")
    created_at: datetime = Field(sa_type=UtcDateTime)


class ValueKind(Table, table=True):
    """A kind of value that a team added to those there are."""

    team_id: int = Field(foreign_key="team.id", primary_key=True)
    name: str = Field(primary_key=True)


class Comfort(Table, table=True):
    """How many people tapped how far out of comfort a moment was. Nobody's name, no time, no row of their own."""

    moment_id: int = Field(foreign_key="moment.id", primary_key=True)
    millimetres: int = Field(primary_key=True)
    taps: int = 0


class Sequel(Table, table=True):
    """A line of what a moment makes possible, or of what it set off; one taken out stays without its words."""

    __table_args__ = (UniqueConstraint("moment_id", "event"),)
    id: int = _id()
    moment_id: int = _to("moment.id", index=True)
    author_id: int = _to("person.id", index=True)
    kind: str
    text: str = _words()
    event: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    deleted_at: datetime | None = _when()


class FollowUp(Table, table=True):
    """What shall be asked of a moment later, once; `done_at` when it was asked or let go.

    `asked_at` is when it was asked, in the thread of the moment's card or, where there is none, `in_recap`.
    """

    __table_args__ = (
        UniqueConstraint("moment_id", "kind"),
        Index(
            "ix_followup_due_at",
            "due_at",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )
    id: int = _id()
    team_id: int = _to("team.id", index=True)
    moment_id: int = _to("moment.id")
    kind: str
    due_at: datetime = Field(sa_type=UtcDateTime)
    asked_at: datetime | None = _when()
    in_recap: bool = False
    done_at: datetime | None = _when()


class Mission(Table, table=True):
    """The mission card of a team, in its own words; the newest counts."""

    id: int = _id()
    team_id: int = _to("team.id", index=True)
    author_id: int = _to("person.id")
    text: str = _words()
    created_at: datetime = Field(sa_type=UtcDateTime)


class Goal(Table, table=True):
    """A SMMART goal; at most one open goal of a team is its big goal."""

    id: int = _id()
    team_id: int = _to("team.id", index=True)
    author_id: int = _to("person.id")
    text: str = _words()
    big: bool = False
    due_on: date | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = _when()


class Question(Table, table=True):
    """A question of the team's own bank. Built-in ones are data in `bot/questions/`."""

    id: int = _id()
    team_id: int = _to("team.id", index=True)
    kind: str
    text: str = _words()
    author_id: int = _to("person.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    deleted_at: datetime | None = _when()


class QuestionSetting(Table, table=True):
    """What a team decided about one question: muted, or to be asked next."""

    team_id: int = Field(foreign_key="team.id", primary_key=True)
    key: str = Field(primary_key=True)
    muted: bool = False
    next_at: datetime | None = _when()


class PackSetting(Table, table=True):
    """Whether a team uses a pack for one kind of question, and in which place."""

    team_id: int = Field(foreign_key="team.id", primary_key=True)
    kind: str = Field(primary_key=True)
    pack: str = Field(primary_key=True)
    position: int = 0
    active: bool = True


class Schedule(Table, table=True):
    """What is posted when: local wall time in a zone; `next_at` is the next occurrence in UTC.

    `weekdays` are ISO digits ("25": Tuesday and Friday), `at` is "HH:MM", `every` is in weeks counted from
    `anchor`, a date in a week that has one.
    """

    __table_args__ = (
        UniqueConstraint("team_id", "kind"),
        Index("ix_schedule_next_at", "next_at"),
    )
    id: int = _id()
    team_id: int = _to("team.id")
    kind: str
    weekdays: str
    at: str
    zone: str
    every: int = 1
    anchor: date
    active: bool = True
    paused_until: date | None = None
    anonymous: bool = False
    set_by_id: int | None = _to("person.id", default=None, nullable=True)
    next_at: datetime | None = _when()


class Posting(Table, table=True):
    """One message and what became of it: a promise to keep what stands on the platform in step with the rows.

    `revision` counts what should stand, `sent_revision` what does. A posting to a person is a Note. `key` names
    it for good (a card of a moment, a note with its cause), so that nothing is planned twice. `form` is how a
    prompt is answered; at `turns_at` what it says changes by itself, `turned_at` is when its form first did, and
    at `closed_at` it said how many were heard.
    """

    __table_args__ = (
        UniqueConstraint("key"),
        UniqueConstraint("schedule_id", "local_date"),
        Index("ix_posting_message", "channel", "message"),
        Index("ix_posting_team_id_kind", "team_id", "kind"),
        Index(
            "ix_posting_due",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        Index(
            "ix_posting_turns_at",
            "turns_at",
            sqlite_where=text("turns_at IS NOT NULL"),
            postgresql_where=text("turns_at IS NOT NULL"),
        ),
    )
    id: int = _id()
    key: str
    kind: str
    state: str = PostingState.PLANNED
    workspace_id: int = _to("workspace.id")
    team_id: int | None = _to("team.id", default=None, nullable=True)
    person_id: int | None = _to("person.id", default=None, nullable=True, index=True)
    moment_id: int | None = _to("moment.id", default=None, nullable=True, index=True)
    schedule_id: int | None = _to("schedule.id", default=None, nullable=True)
    local_date: date | None = None
    channel: str = ""
    thread: str = ""
    message: str | None = None
    link: str = ""
    text: str = _words()
    question: str = ""
    asked_by_id: int | None = _to("person.id", default=None, nullable=True)
    anonymous: bool = False
    form: str = ""
    turns_at: datetime | None = _when()
    turned_at: datetime | None = _when()
    closed_at: datetime | None = _when()
    since: datetime | None = _when()
    until: datetime | None = _when()
    created_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime | None = _when()
    claimed_at: datetime | None = _when()
    sent_at: datetime | None = _when()
    withdrawn_at: datetime | None = _when()
    revision: int = 1
    sent_revision: int = 0
    attempts: int = 0
    error: str = ""


class Quotation(Table, table=True):
    """A moment or an answer that a posted recap quotes, so that a deletion reaches it."""

    __table_args__ = (
        Index("ix_quotation_moment_id", "moment_id"),
        Index("ix_quotation_answer_id", "answer_id"),
    )
    id: int = _id()
    posting_id: int = _to("posting.id", index=True)
    moment_id: int | None = _to("moment.id", default=None, nullable=True)
    answer_id: int | None = _to("answer.id", default=None, nullable=True)


class Answer(Table, table=True):
    """What a person replied to a prompt or a retrospective; an anonymous one has no author at all."""

    __table_args__ = (UniqueConstraint("posting_id", "event"),)
    id: int = _id()
    posting_id: int = _to("posting.id")
    person_id: int | None = _to("person.id", default=None, nullable=True, index=True)
    kind: str
    text: str = _words()
    event: str
    message: str | None = Field(default=None, index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    edited_at: datetime | None = _when()
    deleted_at: datetime | None = _when()


class Participant(Table, table=True):
    """Somebody who takes part in a prompt that goes by turns.

    `about_id` is whom their line is about, or with whom they answer; `text` is that line, or what they parked.
    """

    posting_id: int = Field(foreign_key="posting.id", primary_key=True)
    person_id: int = Field(foreign_key="person.id", primary_key=True, index=True)
    about_id: int | None = _to("person.id", default=None, nullable=True)
    craft: str = ""
    text: str = _words()
    joined_at: datetime = Field(sa_type=UtcDateTime)
    wrote_at: datetime | None = _when()


class Pick(Table, table=True):
    """The question that a team's host of the week chose, until it is asked; one a team."""

    team_id: int = Field(foreign_key="team.id", primary_key=True)
    person_id: int = _to("person.id")
    text: str = _words()
    question: str = ""
    form: str = ""


class Pending(Table, table=True):
    """A command somebody typed that waits for their word, so that no text is lost while we ask.

    `team_id` is the team they chose for it, once they did.
    """

    id: int = _id()
    person_id: int = _to("person.id", index=True)
    command: str = _words()
    team_id: int = 0
    created_at: datetime = Field(sa_type=UtcDateTime)
