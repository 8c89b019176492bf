"""The commands that begin a season of one question, show it, take it back and end it.

Anyone in the channel may begin and end one, because everyone there is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bot.core.commands import Declaration
from bot.core.context import (
    Context,
    FormError,
    UserError,
    home_place,
    locate_card,
    name_place,
    waiting_person,
)
from bot.core.days.reading import DayError, find_day, parse_day
from bot.core.language.words import _, line, ngettext, pgettext
from bot.core.messages import (
    CARD_TEXT_LIMIT,
    Button,
    Card,
    Field,
    FieldKind,
    Form,
    Line,
    Option,
    Reply,
    Small,
    Style,
    Text,
    Timestamp,
    Title,
    text_reply,
)
from bot.core.text import one_line, parse_number
from bot.core.times import format_day, local_day, weekday_names
from bot.prompts.bank.edit import explain_length
from bot.prompts.bank.team_bank import find_bank_question
from bot.prompts.seasons.card import TITLE, asked_phrase, season_card
from bot.prompts.seasons.commands import BeginSeason, EndSeason, FirstAndLast, SeeSeason, UndoSeason
from bot.prompts.seasons.end import end_season
from bot.prompts.seasons.pairs import UNKNOWN_SEASON
from bot.prompts.seasons.rests import is_on
from storage.delivery import pending, postings, refresh
from storage.models import Person, PostingKind, Schedule, Season
from storage.prompts import seasons
from storage.prompts.seasons import CARD_KEY
from storage.schedules import schedules

WEEKS = range(4, 9)
"""How many weeks a season may last."""
LONGEST_AHEAD = timedelta(days=92)
"""How far ahead a season may begin."""
QUESTION_LENGTH = 100
"""Characters of another season's question that a refusal repeats."""


def see_season(context: Context, command: SeeSeason) -> Reply:
    """Show the team's newest season. Without one that goes on, offer to begin one."""
    season = seasons.find_latest(context.session, context.caller.team_id)
    team = str(context.caller.team_id)
    begin = Button(_("Start a season"), BeginSeason(team), Style.PRIMARY)
    if season is None:
        what = _("For four to eight weeks, I ask only one question, always in the same words.")
        none = Small((_("There's no season right now."),))
        return Reply(Card((Title(TITLE()), Text((what,)), none), (begin,)))
    card = season_card(context.session, season)
    if season.ended_at is None:
        return Reply(replace(card, blocks=(*card.blocks, Small((asked_phrase(context.session, season),)))))
    return Reply(
        replace(
            card, buttons=(Button(_("My first and last answer"), FirstAndLast(str(season.id), team)), begin)
        )
    )


def begin_season(context: Context, command: BeginSeason) -> Reply | Form:
    """Begin a season with the form's values. Without any, return the form.

    Raise FormError for invalid values, and UserError if the team has a season that has not ended.
    """
    _require_free(context, command)
    if not (command.weeks or command.asked):
        return _season_form(context, _first_values(context, command))
    command = _fill_defaults(context, command)
    if errors := dict(_form_errors(context, command)):
        raise FormError(_season_form(context, command), errors)
    season = seasons.add_once(context.session, _build_season(context, command))
    if season.event != context.origin.event:
        raise _taken_error(context, season, command)
    if season.ended_at is not None:
        raise UserError(_("That season has ended already."))
    _plan_card(context, season, command)
    refresh.refresh_schedule(context.session, season.team_id, context.now)
    return _confirm_season(context, season)


def _require_free(context: Context, command: BeginSeason) -> None:
    """Raise UserError if the team has a season that another request began."""
    season = seasons.find_open(context.session, context.caller.team_id)
    if season is not None and season.event != context.origin.event:
        raise _taken_error(context, season, command)


def _taken_error(context: Context, season: Season, command: BeginSeason) -> UserError:
    """Return the refusal that names the season that is there, and hands the person's text back."""
    author = context.session.get_one(Person, season.author_id)
    asked, day = one_line(season.question, QUESTION_LENGTH), format_day(season.until_on)
    text = command.text.strip()
    said = (
        _("You started a season with “{question}”. It runs until {day}.", question=asked, day=day)
        if author.id == context.caller.person_id
        else _(
            "{name} started a season with “{question}”. It runs until {day}.",
            name=author.name,
            question=asked,
            day=day,
        )
    )
    more = _("There can be only one at a time. End it on its card, or wait.")
    return UserError(f"{said} {more}", (text,) if text else ())


def _first_values(context: Context, command: BeginSeason) -> BeginSeason:
    """Return the values that a new form begins with: the bank's question, and the first schedule that is on."""
    question = find_bank_question(context.session, context.caller.team_id, command.question)
    found = _question_schedules(context)
    chosen = next((one.kind for one in found if one.active), found[0].kind if found else "")
    if question is not None and question.kind in [one.kind for one in found if one.active]:
        chosen = question.kind
    return replace(
        command,
        text=command.text or (question.text if question else ""),
        schedule=chosen,
        weeks=str(WEEKS[0]),
        since=local_day(context.now, context.caller.zone).isoformat(),
    )


def _fill_defaults(context: Context, given: BeginSeason) -> BeginSeason:
    """Return a form's values, each choice that it left open as the form proposed it."""
    first = _first_values(context, given)
    return replace(
        given,
        schedule=given.schedule or first.schedule,
        weeks=given.weeks or first.weeks,
        since=given.since or first.since,
    )


def _question_schedules(context: Context) -> list[Schedule]:
    found = schedules.list_schedules(context.session, context.caller.team_id)
    return [one for one in found if context.planners[one.kind].asks]


def _season_form(context: Context, given: BeginSeason) -> Form:
    found = _question_schedules(context)
    options = tuple(Option(one.kind, _schedule_label(context, one)) for one in found)
    is_off = any(not one.active for one in found)
    how = (
        _("To turn on one that's off, type {command} schedule.", command=context.capabilities.command)
        if is_off
        else ""
    )
    weeks = tuple(Option(str(number), ngettext("1 week", "{n} weeks", number)) for number in WEEKS)
    same, first = _("I'll ask it in these words each time."), _first_values(context, given)
    fields = (
        Field("text", _("The question"), FieldKind.TEXT, given.text, hint=same),
        Field(
            "schedule",
            _("When should I ask it?"),
            FieldKind.CHOICE,
            given.schedule,
            required=False,
            hint=how,
            options=options,
            later=True,
            default=first.schedule,
        ),
        Field(
            "weeks",
            _("For how long?"),
            FieldKind.CHOICE,
            given.weeks,
            required=False,
            options=weeks,
            later=True,
            default=first.weeks,
        ),
        Field(
            "since",
            _("Starting on"),
            FieldKind.DATE,
            given.since,
            required=False,
            later=True,
            default=first.since,
        ),
    )
    intro = _("Until the season ends, I ask only this question. Then your other questions come back.")
    return Form(
        _("Start a season"), BeginSeason(given.team, given.question, asked="1"), fields, _("Start"), intro
    )


def _schedule_label(context: Context, schedule: Schedule) -> str:
    name, days = context.planners[schedule.kind].name(), weekday_names(schedule.weekdays)
    when = (
        _("{days} at {time}, every other week", days=days, time=schedule.at)
        if schedule.every > 1
        else _("{days} at {time}", days=days, time=schedule.at)
    )
    return " · ".join((name, when, *(() if schedule.active else (pgettext("state", "off"),))))


def _form_errors(context: Context, given: BeginSeason) -> Iterator[tuple[str, str]]:
    text = given.text.strip()
    if not text:
        yield "text", _("Please write the question.")
    elif len(text) > CARD_TEXT_LIMIT:
        yield "text", explain_length(len(text))
    chosen = next((one for one in _question_schedules(context) if one.kind == given.schedule), None)
    if chosen is None:
        yield "schedule", _("Choose one of these.")
    elif not chosen.active:
        yield (
            "schedule",
            _(
                "This one is off. To turn it on, type {command} schedule. Or choose another one.",
                command=context.capabilities.command,
            ),
        )
    if given.weeks not in map(str, WEEKS):
        yield "weeks", _("A season lasts four to eight weeks.")
    if wrong := _since_error(context, given.since):
        yield "since", wrong


def _since_error(context: Context, given: str) -> str:
    today = local_day(context.now, context.caller.zone)
    try:
        since = parse_day(given, today)
    except DayError as unread:
        return str(unread)
    if since < today:
        return _("That day is over. A season starts today or later.")
    if since - today > LONGEST_AHEAD:
        return _("Choose a day within the next three months.")
    return ""


def _build_season(context: Context, given: BeginSeason) -> Season:
    since = find_day(given.since, local_day(context.now, context.caller.zone))
    schedule = schedules.find_schedule(context.session, context.caller.team_id, given.schedule)
    assert since is not None
    assert schedule is not None
    return Season(
        team_id=context.caller.team_id, author_id=context.caller.person_id, question=given.text.strip(),
        schedule_id=schedule.id, from_on=since, until_on=since + timedelta(weeks=int(given.weeks)),
        event=context.origin.event, created_at=context.now,
    )  # fmt: skip


def _plan_card(context: Context, season: Season, command: BeginSeason) -> None:
    """Plan the season's card in the home channel, where its questions come. A forum gets none.

    It keeps the key of the bank's question if that is asked in its own words.
    """
    place = home_place(context, season.team_id)
    question = find_bank_question(context.session, season.team_id, command.question)
    key = question.key if question and question.text == season.question else ""
    if place.takes_cards:
        postings.plan_once(
            context.session, f"{CARD_KEY}{season.id}", PostingKind.SEASON, context.caller.workspace_id, context.now,
            team_id=season.team_id, channel=place.channel, question=key, waits_for_id=waiting_person(context, place),
        )  # fmt: skip


def _confirm_season(context: Context, season: Season) -> Reply:
    said = line(
        "Your season runs from {since} to {until}. I won't ask any other questions then.",
        since=format_day(season.from_on),
        until=format_day(season.until_on),
    )
    undo = Button(_("Undo"), UndoSeason(str(season.id), str(season.team_id)))
    card = locate_card(home_place(context, season.team_id))
    return text_reply(*said, *_say_first_time(context, season), " ", *card, buttons=(undo,))


def _say_first_time(context: Context, season: Season) -> Line:
    """Return the sentence that says when the question is asked first, if its next time is in the season."""
    schedule = context.session.get_one(Schedule, season.schedule_id)
    at = schedule.next_at
    if at is None or not is_on(season, local_day(at, context.caller.zone)):
        return ()
    return (" ", *line("First time: {time}.", time=Timestamp(at, schedule.zone, clock=True)))


def undo_season(context: Context, command: UndoSeason) -> Reply:
    """Take the caller's own season back. UserError if it asked something already, or has ended."""
    season = _find_running(context, command.season)
    if season.author_id != context.caller.person_id:
        raise UserError(
            _("Only the person who started the season can undo that. Anyone can end it, on its card.")
        )
    if seasons.list_asked(context.session, season):
        raise UserError(
            _("I've already asked it, so you can't undo that. You can end the season on its card.")
        )
    seasons.take_back(context.session, season, context.caller.person_id, context.now)
    refresh.refresh_note(context.session, f"{CARD_KEY}{season.id}", context.now)
    refresh.refresh_schedule(context.session, season.team_id, context.now)
    pending.delete_by_event(context.session, season.event or "")
    return text_reply(_("Season taken back. Your other questions come as before."), replaces=True)


def _find_running(context: Context, given: str) -> Season:
    """Return the season that a button names. UserError if it has ended or is gone."""
    season = seasons.find_season(context.session, context.caller.team_id, parse_number(given))
    if season is None:
        raise UserError(UNKNOWN_SEASON())
    if season.ended_at is not None:
        raise UserError(_("This season has ended already."))
    return season


def end_season_now(context: Context, command: EndSeason) -> Reply:
    """End a season for everyone, after asking once."""
    season = _find_running(context, command.season)
    if not command.sure:
        sure = Button(_("End season"), replace(command, sure="1"), Style.DANGER)
        asked = _(
            "End the season for everyone here? Otherwise it runs until {day}.",
            day=format_day(season.until_on),
        )
        return text_reply(asked, buttons=(sure,))
    end_season(context.session, season, context.now, context.caller.person_id)
    place = name_place(home_place(context, season.team_id))
    return text_reply(
        *line("The season is over. The other questions in {place} are back.", place=place), replaces=True
    )


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(
        "see-season",
        SeeSeason,
        see_season,
        read_only=True,
        at_once=True,
        said_as=(
            "season, seasons, a season, new season, begin season, start season, season of one question, "
            "a season of one question, one question, one question season, end season, end the season"
        ),
    ),
    Declaration("begin-season", BeginSeason, begin_season, shown=True),
    Declaration("undo-season", UndoSeason, undo_season, once=True),
    Declaration("end-season", EndSeason, end_season_now, once=True),
)
