"""The commands that show, start and resume what the bot posts on a schedule.

A team has one schedule of each kind, and anyone in the channel may change them.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.commands import Declaration
from bot.core.context import Context, UserError
from bot.core.language.words import _, lazy, line, pgettext
from bot.core.messages import (
    Button,
    Card,
    Entry,
    Inline,
    Line,
    Reply,
    Small,
    Strong,
    Style,
    Title,
    text_reply,
)
from bot.prompts.bank.browse import Packs
from bot.prompts.bank.hosts import hosting_button, hosts_line
from bot.prompts.seasons.commands import SeeSeason
from bot.schedules.form import ChangeSchedule, next_post_words, schedule_in_words
from bot.schedules.planner import activate_schedule
from bot.schedules.zone import where_button
from storage.models import Schedule, ScheduleKind
from storage.prompts import seasons
from storage.schedules import schedules


@dataclass(frozen=True)
class Plan:
    """A command that shows the schedules and the time of the next posts."""

    team: str = ""


@dataclass(frozen=True)
class Start:
    """A command that starts the questions and retrospectives."""

    team: str = ""


@dataclass(frozen=True)
class Resume:
    """A command that resumes one kind of question after a pause."""

    kind: str = ScheduleKind.PROMPT
    team: str = ""


def create_default_schedules(context: Context, team_id: int, zone: str, begins: bool = True) -> None:
    """Create a new team's schedules in a zone, each on or off as its planner says, or all off."""
    for kind, planner in context.planners.items():
        schedule = Schedule(
            team_id=team_id, kind=kind, weekdays=str(planner.weekday), at=planner.at, every=planner.every,
            active=False, zone=zone, anchor=context.now.date(),
            set_by_id=context.caller.person_id or None,
        )  # fmt: skip
        schedules.add_schedule(context.session, schedule)
        stored = _find_schedule(context, kind, team_id)
        if begins and planner.from_start and stored.next_at is None:
            activate_schedule(context.session, stored, context.now)


def _find_schedule(context: Context, kind: str, team_id: int) -> Schedule:
    """Return the team's schedule of a kind. Raise UserError if there is none."""
    schedule = schedules.find_schedule(context.session, team_id, kind)
    if schedule is None:
        raise UserError(_("There's no such schedule here."))
    return schedule


def show_schedules(context: Context, command: Plan) -> Reply:
    """Return the team's schedules, with a button to change each of them."""
    team = str(context.caller.team_id)
    found = schedules.list_schedules(context.session, context.caller.team_id)
    lines = (_schedule_entry(context, schedule) for schedule in found)
    idle = {schedule.kind for schedule in found if not schedule.active}
    start = (
        (Button(_("Turn on questions"), Start(team), Style.PRIMARY),)
        if idle >= {*_question_kinds(context)}
        else ()
    )
    change = (Button(context.planners[one.kind].title(), ChangeSchedule(one.kind, team)) for one in found)
    switch = hosting_button(context.session, context.caller.team_id, context.caller.person_id)
    season = (
        (Button(_("Our season"), SeeSeason(team)),)
        if seasons.find_open(context.session, context.caller.team_id)
        else ()
    )
    menu = (Button(_("Question packs"), Packs(team=team)), switch, *season)
    names = hosts_line(context.session, context.caller.team_id)
    hosting = (Small((_("They take turns picking the question: {names}", names=names),)),) if names else ()
    where = where_button(context.caller.team_id, context.caller.zone)
    return Reply(Card((Title(_("What I post, and when")), *lines, *hosting), (*start, *where, *change), menu))


def _question_kinds(context: Context) -> list[str]:
    return [kind for kind, planner in context.planners.items() if planner.asks]


def _schedule_entry(context: Context, schedule: Schedule) -> Entry:
    said = (Strong(context.planners[schedule.kind].name()), f" · {schedule_in_words(schedule)}")
    return Entry(said, _next_line(context, schedule))


def _next_line(context: Context, schedule: Schedule) -> Line:
    if not schedule.active or schedule.next_at is None:
        return (pgettext("state", "Off"),)
    return line("Next: {time}", time=next_post_words(context.session, schedule))


def start_questions(context: Context, _command: Start) -> Reply:
    """Turn everything that asks on. If it is on already, only say when it comes."""
    said: list[Inline] = [_("Questions are on.")]
    for kind in _question_kinds(context):
        schedule = _begin_schedule(context, _find_schedule(context, kind, context.caller.team_id))
        said += [" ", *say_next(context, schedule)]
    return _reply_with_button(context, *said)


def say_next(context: Context, schedule: Schedule) -> Line:
    """Return the sentence that says when a schedule posts next: `Question: Tuesday, 10 March at 10:00.`"""
    name = context.planners[schedule.kind].name()
    return line("{name}: {time}.", name=name, time=next_post_words(context.session, schedule))


def resume_questions(context: Context, command: Resume) -> Reply:
    """Turn one kind of question on again."""
    schedule = _begin_schedule(context, _find_schedule(context, command.kind, context.caller.team_id))
    coming = next_post_words(context.session, schedule)
    return _reply_with_button(context, *line("I'll ask again. Next: {time}.", time=coming))


def _begin_schedule(context: Context, schedule: Schedule) -> Schedule:
    if not schedule.active:
        schedule.paused_until, schedule.set_by_id = None, context.caller.person_id
        activate_schedule(context.session, schedule, context.now)
    return schedule


def _reply_with_button(context: Context, *said: Inline) -> Reply:
    return text_reply(*said, buttons=(Button(_("Change schedule"), Plan(str(context.caller.team_id))),))


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(
        "plan",
        Plan,
        show_schedules,
        "schedule",
        lazy("See, change, pause or turn off what I post on a schedule"),
        read_only=True,
        said_as=(
            "schedules, plan, plans, timetable, calendar, when, when do you post, when do you ask, when is next, "
            "when is the next one, next post, time, times, frequency, how often, cron, reschedule, hosts, host, "
            "interval, change time, change the time, change schedule, change day, what time"
        ),
    ),
    Declaration("start", Start, start_questions),
    Declaration("resume", Resume, resume_questions),
)
