"""The enums of the kinds and states stored in rows."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """The kind of a moment."""

    AHA = "aha"
    BREAKTHROUGH = "breakthrough"
    EXPERIMENT = "experiment"
    NO = "no"
    SHINY = "shiny"
    CHANCE = "chance"


COUNTED_KINDS = (Kind.AHA, Kind.BREAKTHROUGH, Kind.EXPERIMENT)
"""The kinds that figures, pictures and the moments of a recap count. Any other kind is told by its own room."""
FOLLOWED_KINDS = (Kind.AHA, Kind.BREAKTHROUGH)
"""The kinds that are asked about days and weeks later."""


class ChanceKind(StrEnum):
    """What kind of chance it is: any, somebody who came by themselves, or a door that is still closed."""

    ANY = ""
    FOUND_US = "found_us"
    DOOR = "door"


class ParkedDecision(StrEnum):
    """What was decided about a parked thing: it is let go, or becomes a goal."""

    LET_GO = "let_go"
    GOAL = "goal"


class GoalKind(StrEnum):
    """The class of a goal. A team has at most one open big goal."""

    BIG = "big"
    SUPPORTING = "supporting"
    LEARNING = "learning"
    SURVIVAL = "survival"


class FocusList(StrEnum):
    """The lists of a focus check: works, move out, opportunities, and that of the team's own step."""

    WORKS = "works"
    OUT = "out"
    CHANCES = "chances"
    OWN = "own"


class MissionLine(StrEnum):
    """The four lines of a mission. Each is the name of its column."""

    WHO = "who"
    HOW = "how"
    OFFER = "offer"
    WHY = "why"


class MomentState(StrEnum):
    """Whether a moment's text is complete. Only `kept` moments count anywhere."""

    KEPT = "kept"
    FETCHING = "fetching"
    DRAFT = "draft"


class TapKind(StrEnum):
    """The meaning of a tap.

    It is a high-five, "I was there", or the author's confirmation that the first word of their
    message belongs to the text. INVITED is no tap of the person's own: the author would like to read
    their version.
    """

    HIGH_FIVE = "high_five"
    THERE = "there"
    WHOLE = "whole"
    INVITED = "invited"


class AnswerKind(StrEnum):
    """How an answer was given."""

    REPLY = "reply"
    FORM = "form"
    REACTION = "reaction"


class ScheduleKind(StrEnum):
    """What a schedule posts."""

    PROMPT = "prompt"
    RETRO = "retro"
    RECAP = "recap"


class PostingKind(StrEnum):
    """The content of a posting.

    The core composes it from the rows each time it is sent or edited.
    """

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
    OPENING = "opening"
    MISSION = "mission"
    GOAL = "goal"
    FOCUS_CHECK = "focus_check"
    SEASON = "season"
    LOOK_BACK = "look_back"
    BOOK = "book"
    NOTE_KEPT = "note_kept"
    NOTE_DRAFT = "note_draft"
    NOTE_TAKEN_BACK = "note_taken_back"
    NOTE_SOURCE_GONE = "note_source_gone"
    NOTE_REMOVED = "note_removed"
    NOTE_STOPPED = "note_stopped"
    NOTE_UNPOSTED = "note_unposted"
    NOTE_LONG = "note_long"
    NOTE_UNSAVED = "note_unsaved"
    NOTE_CHECKPOINT = "note_checkpoint"
    NOTE_SURVIVAL = "note_survival"
    NOTE_KEY = "note_key"


class PromptForm(StrEnum):
    """How a prompt is answered when it is more than a plain question."""

    GREY_AREA = "grey_area"
    BRINGS = "brings"
    CROSS_PAIR = "cross_pair"
    PARK_IT = "park_it"
    AHA_FIRST = "aha_first"
    FOCUS_PART = "focus_part"


class SequelKind(StrEnum):
    """The kind of a sequel: what a moment makes possible, or what it led to."""

    POSSIBLE = "possible"
    SET_OFF = "set_off"


class FollowUpKind(StrEnum):
    """The follow-up questions about a moment.

    They ask what is next (after 3 days), what it led to (30), and whether it stuck (90).
    """

    NEXT = "next"
    SET_OFF = "set_off"
    STUCK = "stuck"


class LookBackKind(StrEnum):
    """When something is said about a moment again: a month or a year later, or told again by somebody who was there."""

    MONTH = "month"
    YEAR = "year"
    AGAIN = "again"


class AttemptOutcome(StrEnum):
    """The state of an experiment: failed (the most frequent), under way, or went well."""

    FAILED = ""
    UNDER_WAY = "under_way"
    WENT_WELL = "went_well"


class StepOutcome(StrEnum):
    """What became of a next step: done, not yet, or something else instead."""

    DONE = "done"
    NOT_YET = "not_yet"
    ELSE = "else"


class RecallWay(StrEnum):
    """The way in which an older moment came back to one person."""

    YEAR = "year"
    QUIET = "quiet"
    BEFORE = "before"


class RecallWish(StrEnum):
    """What a person said about a moment that came back."""

    NOT_AGAIN = "not_again"
    MORE = "more"


class OwnKind(StrEnum):
    """What a person's own moment is: one of their career, a note to themselves, or kept to themselves."""

    CAREER = "career"
    NOTE = "note"
    KEPT = "kept"


class Stuck(StrEnum):
    """Whether a moment still has an effect after ninety days."""

    HABIT = "habit"
    FADING = "fading"
    GONE = "gone"


class NoteAnswer(StrEnum):
    """What became of a note's question about one moment.

    The moment stays, its author gave its words, the 💡 came back, or a draft was withdrawn with it.
    """

    STAYS = "stays"
    GIVEN = "given"
    BACK = "back"
    WITHDRAWN = "withdrawn"


class PostingState(StrEnum):
    """The delivery state of a posting.

    `sending` is committed before the call. A posting of `unknown` outcome is never posted again.
    """

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    WAITING = "waiting"
    SKIPPED = "skipped"
    FAILED = "failed"
    UNKNOWN = "unknown"
