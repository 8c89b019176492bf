"""A shiny thing: parked until a day, then asked about once, on its card and in one line of the recap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.core.commands import Declaration
from bot.core.context import Context, FormError, UserError
from bot.core.kinds.declared import KINDS, CardAddition
from bot.core.language.words import _, lazy
from bot.core.messages import (
    Block,
    Button,
    Form,
    More,
    Reply,
    Small,
    Style,
    Text,
    text_reply,
)
from bot.core.moment import active_moment, format_moment_ref, moment_name, named_moment
from bot.core.text import one_line, parse_number
from bot.core.times import format_day, format_day_from, local_day, morning_on_or_after, parse_date
from bot.doors.capture import confirm_saved, find_saved, save_words
from bot.doors.commands import KeepParked, LetShinyGo, MakeGoal, ParkShiny, UndoParked
from bot.doors.until import UnusableDayError, day_on_card, read_rest, rest_fields, today_of
from bot.goals.commands import NewGoal
from bot.goals.wizard.making import make_goal as make_new_goal
from bot.moments.form import text_field
from storage.delivery import refresh
from storage.doors import parked as parked_rows
from storage.goals import links
from storage.models import Kind, Moment, Parked, ParkedDecision, Team
from storage.moments import moments, reactions

UNDO_PERIOD = timedelta(days=1)
"""How long a decision can be taken back."""
FORM_WORDS_SHOWN = 160
"""Characters of a shiny thing's words above a form about it."""


def park_shiny(context: Context, command: ParkShiny) -> Reply | Form:
    """Park something at once, for four weeks if nothing else is said. Without words, return the form.

    FormError for a day that can't be read or is over.
    """
    if known := find_saved(context):
        return _confirm(context, known, command.head)
    if not command.text.strip():
        return _shiny_form(context, command)
    try:
        until = read_rest(context, command.rest, command.until)
    except UnusableDayError as unusable:
        raise FormError(_shiny_form(context, command), {"until": str(unusable)}) from None
    moment = save_words(context, Kind.SHINY, command.text, {})
    due_at = asks_at(until, context.caller.zone)
    row = Parked(moment_id=moment.id, team_id=moment.team_id, until_on=until, due_at=due_at)
    parked_rows.add_parked(context.session, row)
    return _confirm(context, moment, command.head)


def asks_at(until: date, zone: str) -> datetime:
    """Return when a card asks about something parked until a day: that morning, or on Monday for a weekend."""
    return morning_on_or_after(until, zone)


def _confirm(context: Context, moment: Moment, head: str) -> Reply:
    row = parked_rows.find_parked(context.session, moment.id)
    until = ""
    if row is not None:
        day = format_day_from(row.until_on, today_of(context))
        until = _("It's parked until {day}. Then I'll ask about it once.", day=day)
    another = Button(_("Change the date"), KeepParked(format_moment_ref(moment)))
    return confirm_saved(context, moment, head, until, (another,))


def _shiny_form(context: Context, command: ParkShiny) -> Form:
    fields = (
        text_field(Kind.SHINY, command.text),
        *(
            replace(field, later=True, required=False)
            for field in rest_fields(today_of(context), command.rest, command.until)
        ),
    )
    asked: dict[str, Any] = {field.name: "" for field in fields}
    return Form(KINDS[Kind.SHINY].form(), replace(command, **asked), fields, _("Park"), more=More.ANSWER)


def keep_parked(context: Context, command: KeepParked) -> Reply | Form:
    """Park a shiny thing until another day, also one that was dropped. Without a day, return the form.

    FormError for a day that can't be read or is over.
    """
    moment, row = _find_shiny(context, command.moment)
    form = _until_form(context, moment, row, command)
    if not (command.rest or command.until.strip()):
        return form
    try:
        until = read_rest(context, command.rest, command.until)
    except UnusableDayError as unusable:
        raise FormError(form, {"until": str(unusable)}) from None
    before = _way_back(moment, row)
    row.until_on, row.due_at, row.asked_at = until, asks_at(until, context.caller.zone), None
    links.unlink_parked(context.session, row, context.now)
    _record_decision(context, moment, row, "")
    undo = Button(_("Undo"), context.store_if_long(replace(before, made=_describe_made(row))))
    return text_reply(_say_parked(context, moment, row), buttons=(undo,), replaces=True)


def _say_parked(context: Context, moment: Moment, row: Parked) -> str:
    """Return until when something is parked now."""
    day = format_day_from(row.until_on, today_of(context))
    return _("#{number} is parked until {day}.", number=moment.number, day=day)


def _way_back(moment: Moment, row: Parked) -> UndoParked:
    """Return the command that restores a shiny thing's day, and what was decided about it."""
    back = UndoParked(format_moment_ref(moment), row.until_on.isoformat(), "1" if row.asked_at else "")
    if not row.decision or row.decided_at is None:
        return back
    at = str(int(row.decided_at.timestamp()))
    return replace(back, decision=row.decision, by=str(row.decided_by_id), at=at)


def _describe_made(row: Parked) -> str:
    """Return what a decision made of a shiny thing, by which its Undo knows it."""
    return f"{row.until_on.isoformat()} {row.decision}".rstrip()


def _until_form(context: Context, moment: Moment, row: Parked, command: KeepParked) -> Form:
    fields = rest_fields(today_of(context), command.rest, command.until)
    intro = one_line(moment.text, FORM_WORDS_SHOWN)
    return Form(_name_parking(row), KeepParked(format_moment_ref(moment)), fields, _("Park"), intro)


def _name_parking(row: Parked) -> str:
    """Return the label of the button, and the title of the form, that park something until another day."""
    if row.decision:
        return _("Park it again")
    return _("Keep it parked") if row.asked_at else _("Change the date")


def let_go(context: Context, command: LetShinyGo) -> Reply:
    """Drop a shiny thing. UserError if that was decided already."""
    moment, row = _find_shiny(context, command.moment)
    if row.decision == ParkedDecision.LET_GO:
        raise UserError(_("#{number} is already dropped. You can still park it again.", number=moment.number))
    row.due_at = None
    links.unlink_parked(context.session, row, context.now)
    _record_decision(context, moment, row, ParkedDecision.LET_GO)
    undo = Button(_("Undo"), UndoParked(format_moment_ref(moment), made=_describe_made(row)))
    return text_reply(_("Dropped #{number}.", number=moment.number), buttons=(undo,), replaces=True)


def make_goal(context: Context, command: MakeGoal) -> Reply | Form | None:
    """Make a goal of the words of a shiny thing, and say so on both cards.

    For words that a goal is too short for, return its first step with the beginning of them. UserError if
    it is a goal already.
    """
    moment, _row = _find_shiny(context, command.moment)
    return make_new_goal(context, NewGoal(moment.text, parked=format_moment_ref(moment)))


def undo_decision(context: Context, command: UndoParked) -> Reply:
    """Take back what one decided about a shiny thing, within a day.

    UserError for another person's decision, for one that is older, and where there is none.
    """
    moment, row = _find_shiny(context, command.moment)
    if row.decided_at is None:
        raise UserError(_("There's nothing to undo on #{number}.", number=moment.number))
    if row.decided_by_id != context.caller.person_id:
        raise UserError(
            _("{name} decided that, so only they can undo it.", name=_decider(context.session, row))
        )
    if command.made and command.made != _describe_made(row):
        raise UserError(_("You've decided about #{number} again since, so that stays.", number=moment.number))
    if row.decided_at + UNDO_PERIOD <= context.now:
        raise UserError(
            _(
                "You decided that more than a day ago, so it's too late to undo. You can still park #{number} again.",
                number=moment.number,
            )
        )
    if (day := parse_date(command.until)) is not None:
        row.until_on, row.asked_at = day, context.now if command.asked else None
    row.decision, row.decided_at, row.decided_by_id = command.decision, None, None
    if command.decision:
        row.decided_by_id = parse_number(command.by)
        row.decided_at = datetime.fromtimestamp(int(command.at), UTC)
    asks = not (row.asked_at or row.decision)
    row.due_at = asks_at(row.until_on, context.caller.zone) if asks else None
    links.unlink_parked(context.session, row, context.now)
    _refresh(context, moment)
    return text_reply(_say_state(context, moment, row), replaces=True)


def _say_state(context: Context, moment: Moment, row: Parked) -> str:
    """Return how a shiny thing is after a decision was taken back."""
    if row.decision == ParkedDecision.LET_GO:
        return _("#{number} is dropped again.", number=moment.number)
    if row.decision == ParkedDecision.GOAL:
        return _("#{number} is a goal again.", number=moment.number)
    if row.asked_at:
        return _("Undone. I'm asking about #{number} again.", number=moment.number)
    return _say_parked(context, moment, row)


def _find_shiny(context: Context, given: str) -> tuple[Moment, Parked]:
    """Return a shiny thing and until when it rests, locked. UserError for another kind of moment."""
    moment = active_moment(context, given)
    reactions.lock_moment(context.session, moment.id)
    row = parked_rows.find_parked(context.session, moment.id)
    if moment.kind != Kind.SHINY or row is None:
        raise UserError(_("{moment} isn't a shiny idea, so you can't park it.", moment=moment_name(moment)))
    return moment, row


def _record_decision(context: Context, moment: Moment, row: Parked, decision: str) -> None:
    row.decision, row.decided_at, row.decided_by_id = decision, context.now, context.caller.person_id
    _refresh(context, moment)


def _refresh(context: Context, moment: Moment) -> None:
    context.session.flush()
    refresh.refresh_moment(context.session, moment.id, context.now)


def decided_it(context: Context, command: UndoParked) -> bool:
    """Tell whether the person decided about a shiny thing within the last day."""
    moment = named_moment(context, command.moment)
    row = parked_rows.find_parked(context.session, moment.id) if moment else None
    if row is None or row.decided_at is None:
        return False
    return row.decided_by_id == context.caller.person_id and context.now < row.decided_at + UNDO_PERIOD


def describe_shiny(session: Session, moment: Moment, now: datetime) -> CardAddition:
    """Return what a shiny thing's card says: until when it rests, what is asked, or what was decided."""
    row = parked_rows.find_parked(session, moment.id)
    if row is None:
        return CardAddition()
    blocks = tuple(_shiny_blocks(session, moment, row, now))
    decisions = tuple(_decision_buttons(moment, row))
    undo = (Button(_("Undo decision"), UndoParked(format_moment_ref(moment))),) if row.decision else ()
    if row.asked_at is not None and not row.decision:
        return CardAddition(blocks=blocks, buttons=decisions)
    return CardAddition(blocks=blocks, menu=(*decisions, *undo))


def _shiny_blocks(session: Session, moment: Moment, row: Parked, now: datetime) -> Iterator[Block]:
    until = day_on_card(session, moment.team_id, row.until_on, now)
    if row.decision:
        yield Small((_decided_sentence(session, moment, row),))
    elif row.asked_at is not None:
        yield Text((_("Parked until {day}. Still tempting?", day=until),))
    else:
        yield Small((_("Parked until {day}", day=until),))


def _decided_sentence(session: Session, moment: Moment, row: Parked) -> str:
    by = _decider(session, row)
    zone = session.get_one(Team, moment.team_id).zone
    on = format_day(local_day(row.decided_at, zone)) if row.decided_at else ""
    if row.decision != ParkedDecision.GOAL:
        return _("{name} dropped it on {day}", name=by, day=on)
    goal = links.find_goal_of_parked(session, moment.id)
    if goal is None:
        return _("{name} made it a goal on {day}", name=by, day=on)
    return _("{name} made it goal #{number} on {day}", name=by, number=goal.number, day=on)


def _decider(session: Session, row: Parked) -> str:
    people = moments.people_by_id(session, [row.decided_by_id])
    return next((person.name for person in people.values()), _("Someone"))


def _decision_buttons(moment: Moment, row: Parked) -> Iterator[Button]:
    at = format_moment_ref(moment)
    style = Style.PRIMARY if row.asked_at is not None and not row.decision else Style.PLAIN
    yield Button(_name_parking(row), KeepParked(at), style)
    if row.decision != ParkedDecision.GOAL:
        yield Button(_("Make it a goal"), MakeGoal(at))
    if row.decision != ParkedDecision.LET_GO:
        yield Button(_("Drop it"), LetShinyGo(at))


DECLARATIONS = (
    Declaration(
        "shiny",
        ParkShiny,
        park_shiny,
        "shiny",
        lazy("Park a tempting idea for now; I'll ask about it once, later"),
        example=lazy("An app for watches"),
        shown=True,
        button=lazy("Park a shiny idea"),
        said_as=(
            "shinies, shiny thing, shiny things, shiny object, new shiny, add shiny, log shiny, save shiny, park, "
            "park it, park this, park that, parking lot, later list, not now, someday, maybe later"
        ),
    ),
    Declaration("keep-parked", KeepParked, keep_parked, once=True, opens_form=True),
    Declaration("let-shiny-go", LetShinyGo, let_go, once=True),
    Declaration("make-goal", MakeGoal, make_goal, opens_form=True),
    Declaration("undo-parked", UndoParked, undo_decision, works_for=decided_it, once=True),
)
