"""What kinds there are of each thing, as the rows name them."""

from __future__ import annotations

from enum import StrEnum


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
