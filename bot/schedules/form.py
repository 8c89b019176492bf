"""Changing one schedule with a form: days, time, weeks, zone, packs, a pause, on or off.

Everything typed is read before anything is changed; what cannot be read comes back with a sentence beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.core import times
from bot.core.commands import Declaration
from bot.core.context import FieldErrors, Refusal, Turn
from bot.core.messages import Field, FieldKind, Form, Option, Reply, When, reply
from bot.prompts.bank import team_bank
from bot.schedules import planner as planning
from storage.models import Schedule, ScheduleKind
from storage.prompts import bank as questions
from storage.schedules import schedules

NAMES: Mapping[str, str] = {
    ScheduleKind.PROMPT: "Question",
    ScheduleKind.RETRO: "Look back",
    ScheduleKind.RECAP: "Recap",
}
LONGEST_PAUSE = timedelta(days=366)
"""A pause ends by itself; whoever wants none of it for longer turns it off, which everyone can see."""

UNTOLD = "UTC"
"""The zone of a team where the platform tells none."""

ON, OFF, NAMED, NAMELESS = "on", "off", "named", "nameless"
DAYS = tuple(Option(str(number), name) for number, name in enumerate(times.WEEKDAYS, 1))
WEEKS = (Option("1", "Every week"), Option("2", "Every second week"))
STATES = (Option(ON, "On"), Option(OFF, "Off"))
SIGNED = (Option(NAMED, "With names"), Option(NAMELESS, "Without names, shown shuffled from four on"))


@dataclass(frozen=True)
class ChangeSchedule:
    """The form for one schedule, and what was given in it."""

    kind: str = ScheduleKind.PROMPT
    team: str = ""
    days: str = ""
    at: str = ""
    every: str = ""
    zone: str = ""
    state: str = ""
    packs: str = ""
    until: str = ""
    names: str = ""


TITLES: dict[str, str] = {
    ScheduleKind.PROMPT: "When I ask",
    ScheduleKind.RETRO: "When I look back",
    ScheduleKind.RECAP: "When the recap comes",
}


def change(turn: Turn, command: ChangeSchedule) -> Reply | Form:
    """Change a schedule as the form says; without values, the form with what holds now."""
    schedule = schedules.one(turn.session, turn.seat.team_id, command.kind)
    if schedule is None:
        raise Refusal("There is no such schedule here.")
    if not command.state:
        return _form(turn, _present(turn, schedule))
    if errors := dict(_errors(turn, command)):
        raise FieldErrors(_form(turn, command), errors)
    _take_over(turn, schedule, command)
    return _what_comes(schedule)


def _present(turn: Turn, schedule: Schedule) -> ChangeSchedule:
    """What holds now, as if it had been typed."""
    until = schedule.paused_until
    is_paused = until is not None and until > times.local_day(turn.now, schedule.zone)
    packs = team_bank.packs(turn.session, turn.seat.team_id, schedule.kind)
    return ChangeSchedule(
        schedule.kind, str(turn.seat.team_id), "\n".join(schedule.weekdays), schedule.at, str(schedule.every),
        schedule.zone, ON if schedule.active else OFF, "\n".join(pack.key for pack in packs if pack.active),
        until.isoformat() if until and is_paused else "", NAMELESS if schedule.anonymous else NAMED,
    )  # fmt: skip


def _form(turn: Turn, given: ChangeSchedule) -> Form:
    """In this order, because where a page holds five fields these five belong together."""
    shown = [
        Field("days", "Days", FieldKind.CHOICES, options=DAYS),
        Field("at", "Time", FieldKind.TIME),
        Field("every", "How often", FieldKind.CHOICE, options=WEEKS),
        Field("zone", "Zone", hint="A city, like Lisbon."),
        Field("state", "On or off", FieldKind.CHOICE, options=STATES),
    ]
    if given.kind != ScheduleKind.RECAP:
        packs = team_bank.packs(turn.session, turn.seat.team_id, given.kind)
        options = tuple(Option(pack.key, pack.name) for pack in packs)
        shown.append(Field("packs", "Packs it draws from", FieldKind.CHOICES, options=options))
    pause = "Nothing comes before that day."
    shown.append(Field("until", "Pause until", FieldKind.DATE, required=False, hint=pause))
    if given.kind == ScheduleKind.RETRO:
        shown.append(Field("names", "Answers", FieldKind.CHOICE, options=SIGNED))
    typed = tuple(replace(field, value=getattr(given, field.name)) for field in shown)
    return Form(TITLES[given.kind], ChangeSchedule(given.kind, given.team), typed, submit="Save")


def _errors(turn: Turn, given: ChangeSchedule) -> Iterator[tuple[str, str]]:
    if not _days(given):
        yield "days", "Choose at least one day."
    if times.parse_time(given.at) is None:
        yield "at", times.UNKNOWN_TIME
    if times.zone_named(given.zone) is None:
        yield "zone", times.UNKNOWN_ZONE
    if given.kind != ScheduleKind.RECAP and not _packs(turn, given):
        yield "packs", "Choose at least one pack."
    if given.until.strip() and (wrong := _wrong_pause(turn, times.parse_date(given.until))):
        yield "until", wrong


def _days(given: ChangeSchedule) -> str:
    return "".join(option.value for option in DAYS if option.value in given.days.split("\n"))


def _packs(turn: Turn, given: ChangeSchedule) -> set[str]:
    known = {pack.key for pack in team_bank.packs(turn.session, turn.seat.team_id, given.kind)}
    return known & set(given.packs.split("\n"))


def _wrong_pause(turn: Turn, until: date | None) -> str:
    if until is None:
        return times.UNKNOWN_DATE
    today = times.local_day(turn.now, turn.seat.zone)
    if until <= today:
        return "A pause ends on a day that is still to come."
    if until - today > LONGEST_PAUSE:
        return "A pause lasts a year at the most. You can turn it off instead."
    return ""


def _take_over(turn: Turn, schedule: Schedule, given: ChangeSchedule) -> None:
    """The values of a form without errors."""
    at, zone = times.parse_time(given.at), times.zone_named(given.zone)
    assert at is not None
    assert zone is not None
    before = (schedule.weekdays, schedule.every, schedule.active)
    schedule.weekdays, schedule.at = _days(given), f"{at:%H:%M}"
    schedule.every = 2 if given.every == "2" else 1
    schedule.active, schedule.anonymous = given.state == ON, given.names == NAMELESS
    schedule.paused_until, schedule.set_by_id = times.parse_date(given.until), turn.seat.person_id
    if given.kind != ScheduleKind.RECAP:
        _take_over_packs(turn, given)
    _take_over_zone(turn, schedule, zone.key)
    turn.session.flush()
    _reckon(turn, schedule, before != (schedule.weekdays, schedule.every, True))


def _take_over_packs(turn: Turn, given: ChangeSchedule) -> None:
    team_id = turn.seat.team_id
    keys = [pack.key for pack in team_bank.packs(turn.session, team_id, given.kind)]
    questions.set_packs(turn.session, team_id, given.kind, keys, _packs(turn, given))


def _take_over_zone(turn: Turn, schedule: Schedule, zone: str) -> None:
    """A team whose zone nobody told gets it with the first that is given, and so do its other schedules."""
    schedule.zone = zone
    if turn.seat.zone == UNTOLD != zone:
        for other in schedules.give_zone(turn.session, turn.seat.team_id, UNTOLD, zone):
            _reckon(turn, other, anew=False)


def _reckon(turn: Turn, schedule: Schedule, anew: bool) -> None:
    """When it comes next; counted anew where it was off, or its days or weeks are others."""
    if not schedule.active:
        schedule.next_at = None
    elif anew:
        planning.begin(turn.session, schedule, turn.now)
    else:
        schedule.next_at = planning.coming(turn.session, schedule, turn.now).at


def _what_comes(schedule: Schedule) -> Reply:
    name = NAMES[schedule.kind]
    if not schedule.active:
        return reply(f"{name}: off. Nothing comes until someone turns it on again.")
    return reply(f"{name}: {how_often(schedule)}. Next: ", next_time(schedule))


def how_often(schedule: Schedule) -> str:
    """Days, time, weeks and zone in words."""
    weeks = "every week" if schedule.every == 1 else "every second week"
    zone = times.zone_in_words(schedule.zone)
    return f"{times.weekday_names(schedule.weekdays)} at {schedule.at}, {weeks}, {zone}"


def next_time(schedule: Schedule) -> When:
    """When an active schedule comes next."""
    assert schedule.next_at is not None
    return When(schedule.next_at, schedule.zone, clock=True)


DECLARATIONS: tuple[Declaration, ...] = (Declaration("change-schedule", ChangeSchedule, change),)
