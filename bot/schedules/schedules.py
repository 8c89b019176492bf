"""What the bot posts unasked, and when: shown, started, taken up again.

Three things and no more; anyone in the channel may change them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.core import times
from bot.core.commands import Declaration
from bot.core.context import Refusal, Turn
from bot.core.messages import (
    Block,
    Button,
    Card,
    Inline,
    Line,
    Reply,
    Small,
    Strong,
    Style,
    Text,
    Title,
    reply,
)
from bot.prompts.bank import hosts
from bot.prompts.bank.browse import Packs
from bot.schedules import form as schedule_form
from bot.schedules import planner as planning
from bot.schedules.form import NAMES, UNTOLD, ChangeSchedule, how_often, next_time
from storage.models import Schedule, ScheduleKind
from storage.schedules import schedules

DEFAULTS: Mapping[ScheduleKind, tuple[str, str, int]] = {
    ScheduleKind.PROMPT: ("2", "10:00", 1),
    ScheduleKind.RETRO: ("4", "15:00", 2),
    ScheduleKind.RECAP: ("5", "16:00", 1),
}
"""A new team's schedule (design, section 6): weekday, local time, every so many weeks."""


@dataclass(frozen=True)
class Plan:
    """What is posted, and when next."""

    team: str = ""


@dataclass(frozen=True)
class Start:
    """Begin with questions and retrospectives."""

    team: str = ""


@dataclass(frozen=True)
class Resume:
    """Take up one kind of question again."""

    kind: str = ScheduleKind.PROMPT
    team: str = ""


def create_defaults(turn: Turn, team_id: int, zone: str) -> None:
    """A new team's schedules: the recap is on, the questions wait for *Start*."""
    known = times.zone_named(zone)
    for kind, (weekdays, at, every) in DEFAULTS.items():
        schedule = Schedule(
            team_id=team_id, kind=kind, weekdays=weekdays, at=at, every=every, active=False,
            zone=known.key if known else UNTOLD, anchor=turn.now.date(),
            set_by_id=turn.seat.person_id or None,
        )  # fmt: skip
        schedules.add(turn.session, schedule)
    recap = _one(turn, ScheduleKind.RECAP, team_id)
    if recap.next_at is None:
        planning.begin(turn.session, recap, turn.now)


def _one(turn: Turn, kind: str, team_id: int) -> Schedule:
    """A team's schedule. Refusal for a kind that there is not."""
    schedule = schedules.one(turn.session, team_id, kind)
    if schedule is None:
        raise Refusal("There is no such schedule here.")
    return schedule


def plan(turn: Turn, command: Plan) -> Reply:
    """The team's schedule, with a button to change each part of it."""
    team = str(turn.seat.team_id)
    found = schedules.of(turn.session, turn.seat.team_id)
    lines = (block for schedule in found for block in _lines(turn, schedule))
    idle = {schedule.kind for schedule in found if not schedule.active}
    start = (Button("Start the questions", Start(team), Style.PRIMARY),) if idle >= {*QUESTIONS} else ()
    change = (
        Button(f"Change the {NAMES[one.kind].lower()}", ChangeSchedule(one.kind, team)) for one in found
    )
    switch = hosts.switch(turn.session, turn.seat.team_id, turn.seat.person_id)
    menu = (Button("Packs of questions", Packs(team=team)), switch)
    names = hosts.line(turn.session, turn.seat.team_id)
    hosting = (Small((f"The question is picked in turn by {names}",)),) if names else ()
    return Reply(Card((Title("What I post, and when"), *lines, *hosting), (*start, *change), menu))


QUESTIONS = (ScheduleKind.PROMPT, ScheduleKind.RETRO)


def _lines(turn: Turn, schedule: Schedule) -> Iterator[Block]:
    yield Text((Strong(NAMES[schedule.kind]), f" · {how_often(schedule)}"))
    yield Small(_next(schedule))


def _next(schedule: Schedule) -> Line:
    if not schedule.active or schedule.next_at is None:
        return ("Off",)
    return ("Next: ", next_time(schedule))


def start(turn: Turn, _command: Start) -> Reply:
    """Questions and retrospectives begin; pressed again, it says when they come."""
    found = [_begun(turn, _one(turn, kind, turn.seat.team_id)) for kind in QUESTIONS]
    prompt, retro = (next_time(schedule) for schedule in found)
    return _says(turn, "The next question comes ", prompt, ", the next look back ", retro, ".")


def resume(turn: Turn, command: Resume) -> Reply:
    """One kind of question begins again."""
    schedule = _begun(turn, _one(turn, command.kind, turn.seat.team_id))
    return _says(turn, "The next one comes ", next_time(schedule), ".")


def _begun(turn: Turn, schedule: Schedule) -> Schedule:
    if not schedule.active:
        schedule.paused_until, schedule.set_by_id = None, turn.seat.person_id
        planning.begin(turn.session, schedule, turn.now)
    return schedule


def _says(turn: Turn, *line: Inline) -> Reply:
    return reply(*line, buttons=(Button("Change when", Plan(str(turn.seat.team_id))),))


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(
        "plan", Plan, plan, "schedule", "What I post and when; change it, pause it, turn it off", reads=True
    ),
    Declaration("start", Start, start),
    Declaration("resume", Resume, resume),
    *schedule_form.DECLARATIONS,
)
