"""The tables of the database, one class each.

Rows are the shared vocabulary of core and storage; there is no second set of classes. Ids
given by a platform are text and called `external_id`, `channel`, `message` or `event`. The
bot's own ids are integers. A `table=True` class validates nothing: the core checks typed text
before it gets here.
"""

from storage.models.kinds import (
    AnswerKind,
    FollowUpKind,
    Kind,
    MomentState,
    NoteAnswer,
    PostingKind,
    PostingState,
    PromptForm,
    ScheduleKind,
    SequelKind,
    Stuck,
    TapKind,
)
from storage.models.moments import Comfort, Fetch, FollowUp, Lookup, Moment, Sequel, Spark, Tap, Version
from storage.models.people import Channel, Installation, InstallAttempt, Membership, Person, Team, Workspace
from storage.models.postings import NoteItem, Pending, Posting, Quotation
from storage.models.prompts import (
    Answer,
    PackSetting,
    Participant,
    Pick,
    Question,
    QuestionSetting,
    Schedule,
)
from storage.models.quests import Attempt, Goal, Link, Mission, Quest, ValueKind, Why
from storage.models.table import Table

__all__ = [
    "Answer",
    "AnswerKind",
    "Attempt",
    "Channel",
    "Comfort",
    "Fetch",
    "FollowUp",
    "FollowUpKind",
    "Goal",
    "InstallAttempt",
    "Installation",
    "Kind",
    "Link",
    "Lookup",
    "Membership",
    "Mission",
    "Moment",
    "MomentState",
    "NoteAnswer",
    "NoteItem",
    "PackSetting",
    "Participant",
    "Pending",
    "Person",
    "Pick",
    "Posting",
    "PostingKind",
    "PostingState",
    "PromptForm",
    "Quest",
    "Question",
    "QuestionSetting",
    "Quotation",
    "Schedule",
    "ScheduleKind",
    "Sequel",
    "SequelKind",
    "Spark",
    "Stuck",
    "Table",
    "Tap",
    "TapKind",
    "Team",
    "ValueKind",
    "Version",
    "Why",
    "Workspace",
]
