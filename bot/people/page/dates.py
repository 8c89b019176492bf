"""The next posts of a person's teams, each with a button that pauses it for a week or ends its pause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.core.context import Context, UserError
from bot.core.language.words import _
from bot.core.messages import Block, Button, ChannelMention, Entry, Inline, Section, Small, Strong, Timestamp
from bot.core.posts import Viewer
from bot.core.times import format_day
from bot.people.page.commands import PauseDate
from bot.prompts.seasons.rests import rests_until
from bot.schedules.pause import end_pause, is_paused, pause_for_week
from storage.models import Channel, Schedule
from storage.people import people
from storage.schedules import schedules

DATE_LIMIT = 6


def date_blocks(context: Context, viewer: Viewer, page: str) -> Iterator[Block]:
    """Yield the next posts, the soonest first. Nothing, and no title, without any."""
    found = people.list_coming_schedules(context.session, viewer.teams, DATE_LIMIT + 1)
    if found:
        yield Section(_("Coming up"))
    for schedule, home in found[:DATE_LIMIT]:
        said = tuple(_tell_date(context, viewer, schedule, home))
        yield Entry(said, button=_pause_button(context, schedule, page))
    if len(found) > DATE_LIMIT:
        yield Small((_("More dates: type {command} schedule in the channel.", command=_command(context)),))


def _tell_date(context: Context, viewer: Viewer, schedule: Schedule, home: Channel) -> Iterator[Inline]:
    assert schedule.next_at is not None
    yield from (Strong(context.planners[schedule.kind].name()), " · ")
    yield from (ChannelMention(home.external_id, home.name), " · ")
    if until := rests_until(context.session, schedule, schedule.next_at):
        yield _("from {day} on, after the season of one question", day=format_day(until))
    else:
        yield Timestamp(schedule.next_at, viewer.zone or schedule.zone, clock=True)
    if schedule.paused_until is not None and is_paused(context, schedule):
        yield " · " + _("paused until {day}", day=format_day(schedule.paused_until))


def _pause_button(context: Context, schedule: Schedule, page: str) -> Button:
    paused = is_paused(context, schedule)
    command = PauseDate(schedule.kind, str(schedule.team_id), "1" if paused else "", page)
    return Button(_("Resume") if paused else _("Pause a week"), command)


def _command(context: Context) -> str:
    return context.capabilities.command


def switch_pause(context: Context, command: PauseDate) -> Schedule:
    """Pause the schedule for a week or end its pause, and return it. UserError if it is off by now."""
    found: Sequence[Schedule] = schedules.list_schedules(context.session, context.caller.team_id)
    schedule = next((each for each in found if each.kind == command.kind and each.active), None)
    if schedule is None:
        raise UserError(_("That's turned off by now, so there's nothing to pause."))
    if command.off:
        end_pause(context, schedule)
    else:
        pause_for_week(context, schedule)
    return schedule
