"""The form that changes one schedule: days, time, weeks, zone, packs, a pause, on or off.

Every field is checked before anything changes. An invalid field comes back with its error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlmodel import Session

from bot.core.commands import Declaration
from bot.core.context import Context, FormError, UserError
from bot.core.days.reading import DayError, find_day, parse_day
from bot.core.language.words import Lazy, _, lazy, lazy_pgettext, line
from bot.core.messages import (
    Button,
    Field,
    FieldKind,
    Form,
    More,
    Option,
    Reply,
    Timestamp,
    text_reply,
)
from bot.core.times import (
    UNKNOWN_TIME,
    format_day,
    local_day,
    parse_time,
    weekday_names,
)
from bot.core.zones.names import UNASKED, describe_zone, explain_zone, read_zone, zone_value
from bot.prompts.bank.team_bank import list_team_packs
from bot.prompts.seasons.commands import EndSeason
from bot.prompts.seasons.rests import rests_until
from bot.schedules.planner import activate_schedule, coming_occurrence
from bot.schedules.zone import settle_zone
from storage.delivery import refresh
from storage.models import Schedule, ScheduleKind
from storage.prompts import bank, seasons
from storage.schedules import schedules

LONGEST_PAUSE = timedelta(days=366)
"""The longest pause.

A pause ends by itself; a schedule can be turned off for longer, which everyone can see.
"""

ON, OFF, NAMED, ANONYMOUS = "on", "off", "named", "nameless"
DAYS = "1234567"
"""The days of a week, from 1 for Monday."""
WEEKS: Mapping[str, Lazy] = {"1": lazy("Every week"), "2": lazy("Every other week")}
STATES: Mapping[str, Lazy] = {**WEEKS, OFF: lazy_pgettext("state", "Off")}
NAME_OPTIONS: Mapping[str, Lazy] = {
    NAMED: lazy("With names"),
    ANONYMOUS: lazy("Anonymous, shown shuffled after a day"),
}


@dataclass(frozen=True)
class ChangeSchedule:
    """A command that carries the form for one schedule and its input.

    `state` is one of STATES. An older form gives ON there, and in `every` how often it posts.
    """

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


def change_schedule(context: Context, command: ChangeSchedule) -> Reply | Form:
    """Change a schedule to the form's values.

    Without values, return the form with the current ones. Raise FormError for invalid values
    and UserError if there is no such schedule.
    """
    schedule = schedules.find_schedule(context.session, context.caller.team_id, command.kind)
    if schedule is None:
        raise UserError(_("There's no such schedule here."))
    present = _current_values(context, schedule)
    if not command.state:
        return _schedule_form(context, present, present)
    command = _read_form(command, present)
    if errors := dict(_form_errors(context, schedule, command)):
        raise FormError(_schedule_form(context, command, present), errors)
    _apply_form(context, schedule, command)
    return _confirm_change(context, schedule)


def _read_form(given: ChangeSchedule, present: ChangeSchedule) -> ChangeSchedule:
    """Return the values of a form of any age. A choice that it left open stays as it is."""
    state = given.every if given.state == ON else given.state
    return replace(given, state=state, zone=given.zone or present.zone, names=given.names or present.names)


def _current_values(context: Context, schedule: Schedule) -> ChangeSchedule:
    """Return the schedule's current values as if they had been typed into the form."""
    until = schedule.paused_until
    is_paused = until is not None and until > local_day(context.now, schedule.zone)
    packs = list_team_packs(context.session, context.caller.team_id, schedule.kind)
    return ChangeSchedule(
        schedule.kind, str(context.caller.team_id), "\n".join(schedule.weekdays), schedule.at, "",
        zone_value(schedule.zone), str(schedule.every) if schedule.active else OFF,
        "\n".join(pack.key for pack in packs if pack.active),
        until.isoformat() if until and is_paused else "", ANONYMOUS if schedule.anonymous else NAMED,
    )  # fmt: skip


def _schedule_form(context: Context, given: ChangeSchedule, present: ChangeSchedule) -> Form:
    """Return the form, its fields in a fixed order. The first five belong together, as some platforms show them.

    What has its `present` value and is seldom changed comes after the days, the time and how often.
    """
    days = tuple(Option(day, weekday_names(day)) for day in DAYS)
    shown = [
        Field("days", _("Days"), FieldKind.CHOICES, options=days),
        Field("at", _("Time"), FieldKind.TIME),
        Field("state", _("How often"), FieldKind.CHOICE, options=_options(STATES)),
        _later("zone", _("Time zone"), FieldKind.ZONE, _("A city, like Lisbon.")),
        _later("until", _("Pause until"), FieldKind.DATE, _("I won't post before then.")),
    ]
    planner = context.planners[given.kind]
    if planner.asks:
        packs = list_team_packs(context.session, context.caller.team_id, given.kind)
        options = tuple(Option(pack.key, pack.name) for pack in packs)
        shown.append(_later("packs", _("Pick from"), FieldKind.CHOICES, options=options))
    if planner.anonymous:
        shown.append(_later("names", _("Answers"), FieldKind.CHOICE, options=_options(NAME_OPTIONS)))
    typed = tuple(_fill_field(field, given, present) for field in shown)
    command = ChangeSchedule(given.kind, given.team)
    return Form(planner.title(), command, typed, submit=_("Save"), more=More.AGAIN)


def _later(name: str, label: str, kind: FieldKind, hint: str = "", options: tuple[Option, ...] = ()) -> Field:
    return Field(name, label, kind, required=False, hint=hint, options=options, later=True)


def _fill_field(field: Field, given: ChangeSchedule, present: ChangeSchedule) -> Field:
    """Return a field with its value. The zone is asked at once where none is known."""
    value, now = getattr(given, field.name), getattr(present, field.name)
    unknown = field.name == "zone" and not now
    return replace(
        field, value=value, default=now, later=field.later and not unknown, required=field.required or unknown
    )


def _options(words: Mapping[str, Lazy]) -> tuple[Option, ...]:
    return tuple(Option(value, label()) for value, label in words.items())


def _form_errors(context: Context, schedule: Schedule, given: ChangeSchedule) -> Iterator[tuple[str, str]]:
    if not _chosen_days(given):
        yield "days", _("Choose at least one day.")
    if parse_time(given.at) is None:
        yield "at", UNKNOWN_TIME()
    if not read_zone(given.zone, schedule.zone):
        yield "zone", explain_zone(given.zone)
    if context.planners[given.kind].asks and not _chosen_packs(context, given):
        yield "packs", _("Choose at least one pack.")
    if given.state not in STATES:
        yield "state", _("Choose one of these.")
    if given.until and (wrong := _pause_error(context, given.until)):
        yield "until", wrong


def _chosen_days(given: ChangeSchedule) -> str:
    return "".join(day for day in DAYS if day in given.days.split("\n"))


def _chosen_packs(context: Context, given: ChangeSchedule) -> set[str]:
    known = {pack.key for pack in list_team_packs(context.session, context.caller.team_id, given.kind)}
    return known & set(given.packs.split("\n"))


def _pause_error(context: Context, given: str) -> str:
    today = local_day(context.now, context.caller.zone)
    try:
        until = parse_day(given, today)
    except DayError as unread:
        return str(unread)
    if until <= today:
        return _("Choose a day in the future.")
    if until - today > LONGEST_PAUSE:
        return _("A pause can last up to a year. For longer, turn it off.")
    return ""


def _apply_form(context: Context, schedule: Schedule, given: ChangeSchedule) -> None:
    """Copy the values of a valid form to the schedule."""
    at, zone = parse_time(given.at), read_zone(given.zone, schedule.zone)
    assert at is not None
    assert zone
    before = (schedule.weekdays, schedule.every, schedule.active)
    schedule.weekdays, schedule.at = _chosen_days(given), f"{at:%H:%M}"
    schedule.active, schedule.anonymous = given.state != OFF, given.names == ANONYMOUS
    if schedule.active:
        schedule.every = int(given.state)
    schedule.paused_until = find_day(given.until, local_day(context.now, context.caller.zone))
    schedule.set_by_id = context.caller.person_id
    if context.planners[given.kind].asks:
        _apply_packs(context, given)
    _apply_zone(context, schedule, zone)
    context.session.flush()
    _update_next_time(context, schedule, before != (schedule.weekdays, schedule.every, True))
    refresh.refresh_schedule(context.session, schedule.team_id, context.now)


def _apply_packs(context: Context, given: ChangeSchedule) -> None:
    team_id = context.caller.team_id
    keys = [pack.key for pack in list_team_packs(context.session, team_id, given.kind)]
    bank.save_pack_settings(context.session, team_id, given.kind, keys, _chosen_packs(context, given))


def _apply_zone(context: Context, schedule: Schedule, zone: str) -> None:
    """Set the schedule's zone.

    If the team's zone is unknown so far, set it for the team and its other schedules too.
    """
    schedule.zone = zone
    if context.caller.zone == UNASKED != zone:
        settle_zone(context, zone)


def _update_next_time(context: Context, schedule: Schedule, anew: bool) -> None:
    """Set the time of the next post.

    With `anew`, count the weeks from now: the schedule was off, or its days or weeks changed.
    """
    if not schedule.active:
        schedule.next_at = None
    elif anew:
        activate_schedule(context.session, schedule, context.now)
    else:
        schedule.next_at = coming_occurrence(context.session, schedule, context.now).at


def _confirm_change(context: Context, schedule: Schedule) -> Reply:
    name = context.planners[schedule.kind].name()
    if not schedule.active:
        said = _("{name}: off. I won't post it until someone turns it on again.", name=name)
        return _confirm_off(context, schedule, said)
    coming = next_post_words(context.session, schedule)
    said_when = line(
        "{name}: {schedule}. Next: {time}", name=name, schedule=schedule_in_words(schedule), time=coming
    )
    return text_reply(*said_when)


def _confirm_off(context: Context, schedule: Schedule, said: str) -> Reply:
    """Confirm that a schedule is off. If it has a season of one question, say what that means."""
    season = seasons.find_open(context.session, schedule.team_id)
    if season is None or season.schedule_id != schedule.id:
        return text_reply(said)
    more = _(
        "Its season of one question goes on, so I won't ask other questions until {day}.",
        day=format_day(season.until_on),
    )
    end = Button(_("End season"), EndSeason(str(season.id), str(season.team_id)))
    return text_reply(f"{said} {more}", buttons=(end,))


def schedule_in_words(schedule: Schedule) -> str:
    """Return a schedule's days, time, weeks and zone in words."""
    days, at, zone = weekday_names(schedule.weekdays), schedule.at, describe_zone(schedule.zone)
    if schedule.every == 1:
        return _("{days} at {time}, every week, {zone}", days=days, time=at, zone=zone)
    return _("{days} at {time}, every other week, {zone}", days=days, time=at, zone=zone)


def next_post_words(session: Session, schedule: Schedule) -> Timestamp | str:
    """Return the time of an active schedule's next post, or from when it comes if it rests till then."""
    assert schedule.next_at is not None
    if until := rests_until(session, schedule, schedule.next_at):
        return _("from {day} on, after the season of one question", day=format_day(until))
    return Timestamp(schedule.next_at, schedule.zone, clock=True)


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration("change-schedule", ChangeSchedule, change_schedule, opens_form=True),
)
