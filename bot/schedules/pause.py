"""Pausing everything a team's channel gets on a schedule, for a week, and ending that pause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.commands import Declaration
from bot.core.context import Context, UserError
from bot.core.language.words import _
from bot.core.messages import Button, Inline, Reply, text_reply
from bot.core.text import list_names
from bot.core.times import format_day, local_day, parse_date
from bot.schedules.planner import coming_occurrence
from bot.schedules.schedules import Plan, say_next
from storage.models import Schedule
from storage.schedules import schedules

PAUSE = timedelta(days=7)


@dataclass(frozen=True)
class PausePosts:
    """Pause everything that is posted on a schedule, for a week."""

    team: str = ""


@dataclass(frozen=True)
class ResumePosts:
    """End the pauses of what is posted on a schedule, or only those until the day `until`."""

    team: str = ""
    until: str = ""


def pause_posts(context: Context, _command: PausePosts) -> Reply:
    """Pause the active schedules for a week. UserError if there are none.

    A schedule that is paused for longer stays as it is.
    """
    active = [one for one in _list_schedules(context) if one.active]
    if not active:
        raise UserError(_("I don't post anything here on a schedule right now."))
    until = local_day(context.now, context.caller.zone) + PAUSE
    for schedule in active:
        if schedule.paused_until is None or schedule.paused_until < until:
            _set_pause(context, schedule, until)
    team = str(context.caller.team_id)
    undo = Button(_("Undo"), ResumePosts(team, until.isoformat()))
    names = list_names([context.planners[one.kind].name() for one in active])
    said = _("Paused for everyone here until {day}: {names}.", day=format_day(until), names=names)
    return text_reply(said, buttons=(undo, Button(_("Change schedule"), Plan(team))))


def pause_for_week(context: Context, schedule: Schedule) -> None:
    """Pause one schedule for a week from today. One that is paused for longer stays as it is."""
    until = local_day(context.now, schedule.zone) + PAUSE
    if schedule.paused_until is None or schedule.paused_until < until:
        _set_pause(context, schedule, until)


def end_pause(context: Context, schedule: Schedule) -> None:
    """End the pause of one schedule."""
    _set_pause(context, schedule, None)


def resume_posts(context: Context, command: ResumePosts) -> Reply:
    """End the pauses, and say what comes next. UserError if nothing is paused."""
    only = parse_date(command.until) if command.until else None
    paused = [one for one in list_paused(context) if only in (None, one.paused_until)]
    if not paused:
        raise UserError(_("Nothing is paused here."))
    said: list[Inline] = [_("Back on.")]
    for schedule in paused:
        _set_pause(context, schedule, None)
        said += [" ", *say_next(context, schedule)]
    return text_reply(*said, buttons=(Button(_("Change schedule"), Plan(str(context.caller.team_id))),))


def list_paused(context: Context) -> Sequence[Schedule]:
    """Return the team's active schedules that are paused now."""
    return [one for one in _list_schedules(context) if one.active and is_paused(context, one)]


def list_running(context: Context) -> Sequence[Schedule]:
    """Return the team's active schedules that are not paused."""
    return [one for one in _list_schedules(context) if one.active and not is_paused(context, one)]


def is_paused(context: Context, schedule: Schedule) -> bool:
    """Return whether a schedule is paused now."""
    until = schedule.paused_until
    return until is not None and until > local_day(context.now, schedule.zone)


def _list_schedules(context: Context) -> Sequence[Schedule]:
    return schedules.list_schedules(context.session, context.caller.team_id)


def _set_pause(context: Context, schedule: Schedule, until: date | None) -> None:
    schedule.paused_until = until
    context.session.flush()
    schedule.next_at = coming_occurrence(context.session, schedule, context.now).at
    context.session.flush()


DECLARATIONS = (
    Declaration("pause-posts", PausePosts, pause_posts),
    Declaration("resume-posts", ResumePosts, resume_posts),
)
