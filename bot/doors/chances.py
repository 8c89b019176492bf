"""A chance: what it would accelerate, until when, how much one believes in it, and what came of it.

They may have found us, or it is a door: somebody we'd like to meet, a room we'd like to be in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.core.commands import Declaration
from bot.core.context import Context, FormError, UserError
from bot.core.days.reading import find_day
from bot.core.forms.later import show_all
from bot.core.kinds.declared import KINDS, CardAddition
from bot.core.language.words import Lazy, _, lazy
from bot.core.messages import (
    Block,
    Button,
    Field,
    FieldKind,
    Form,
    More,
    Option,
    Quote,
    Reply,
    Section,
    Small,
    Style,
    Text,
    text_reply,
)
from bot.core.moment import (
    active_moment,
    format_moment_ref,
    is_own_moment,
    moment_name,
    own_moment,
    propagate_change,
    unknown_moment,
)
from bot.core.text import clip_text, one_line, parse_number
from bot.core.times import morning_on_or_after
from bot.doors.capture import confirm_saved, find_saved, save_words
from bot.doors.commands import DescribeChance, DropOutcome, LogChance, OfferKey, TellOutcome
from bot.doors.until import UnusableDayError, day_on_card, read_day, today_of
from bot.moments.card import PART_WORDS
from bot.moments.form import filled_parts, part_fields, text_field
from storage.delivery import refresh
from storage.doors import chances
from storage.models import Chance, ChanceKind, Kind, Moment
from storage.moments import moments, reactions
from storage.quests import links
from storage.teams import teams

KIND_NAMES: Mapping[str, Lazy] = {
    ChanceKind.FOUND_US: lazy("they found us"),
    ChanceKind.DOOR: lazy("a door"),
}
"""What follows the name of a chance in its title."""
ANY = "any"
"""The choice of a chance that is of no kind. A platform submits no empty choice."""
KIND_OPTIONS: Mapping[str, Lazy] = {
    ANY: lazy("Just a chance"),
    ChanceKind.FOUND_US: lazy("They found us"),
    ChanceKind.DOOR: lazy("A door: someone to meet, or somewhere to be"),
}
BELIEFS = (
    lazy("No idea yet"),
    lazy("A long shot"),
    lazy("Unlikely"),
    lazy("Could go either way"),
    lazy("Likely"),
    lazy("I'd bet on it"),
)
"""What each belief from 0 to 5 means. 0 stands for none."""
BREAKTHROUGHS_SHOWN = 24
LABEL = 75
FORM_WORDS_SHOWN = 160
"""Characters of a chance's words above a form about it."""
DETAILS = ("accelerates", "kind", "until", "belief")


def log_chance(context: Context, command: LogChance) -> Reply | Form:
    """Save a chance at once. Without words, return the form.

    FormError for a kind, a day or a belief that can't be taken.
    """
    if known := find_saved(context):
        return _confirm(context, known, command.head)
    form = _chance_form(context, command)
    if not command.text.strip():
        return form
    details = _read_details(context, form, command)
    moment = save_words(context, Kind.CHANCE, command.text, filled_parts(command, Kind.CHANCE))
    chances.add_chance(context.session, Chance(moment_id=moment.id, **details))
    return _confirm(context, moment, command.head)


def _confirm(context: Context, moment: Moment, head: str) -> Reply:
    row = chances.find_chance(context.session, moment.id)
    bare = row is not None and _is_bare(moment, row)
    rest = Button(_("Add details"), DescribeChance(format_moment_ref(moment)), Style.PRIMARY)
    return confirm_saved(context, moment, head, "", (rest,) if bare else ())


def _is_bare(moment: Moment, row: Chance) -> bool:
    """Return whether a chance has nothing beyond its words."""
    return not (moment.parts or row.kind or row.until_on or row.belief)


def _chance_form(context: Context, command: LogChance) -> Form:
    fields = (text_field(Kind.CHANCE, command.text), *_detail_fields(vars(command)))
    asked: dict[str, Any] = {field.name: "" for field in fields}
    return Form(KINDS[Kind.CHANCE].form(), replace(command, **asked), fields, _("Save"), more=More.ANSWER)


def _detail_fields(given: Mapping[str, Any]) -> tuple[Field, ...]:
    """Return the fields for what a chance is beyond its words."""
    kinds = tuple(Option(kind, name()) for kind, name in KIND_OPTIONS.items())
    beliefs = (Option("0", BELIEFS[0]()), *(Option(str(n), f"{n} · {BELIEFS[n]()}") for n in range(1, 6)))
    return (
        *part_fields(Kind.CHANCE, given),
        Field(
            "kind", _("What kind is it?"), FieldKind.CHOICE, given.get("kind") or ANY, required=False,
            options=kinds, later=True, default=ANY,
        ),
        Field("until", _("Until when?"), FieldKind.DATE, given.get("until", ""), required=False,
              hint=_("The day after, I'll ask on its card what came of it."), later=True),
        Field(
            "belief", _("How much do you believe in it?"), FieldKind.CHOICE, given.get("belief") or "0",
            required=False, options=beliefs, later=True, default="0",
        ),
    )  # fmt: skip


def _read_details(
    context: Context, form: Form, command: LogChance | DescribeChance, known: date | None = None
) -> dict[str, Any]:
    """Return the columns of a chance that a form gave. A day that is `known` already may be over.

    FormError for a kind, a day or a belief that can't be taken.
    """
    errors: dict[str, str] = {}
    kind, belief = command.kind or ANY, command.belief.strip() or "0"
    if kind not in KIND_OPTIONS:
        errors["kind"] = _("Please pick one of these.")
    if belief not in {str(n) for n in range(len(BELIEFS))}:
        errors["belief"] = _("Please pick a number from 1 to 5.")
    until: date | None = None
    if command.until.strip():
        today = today_of(context)
        stays = known is not None and find_day(command.until, today) == known
        try:
            until = read_day(command.until, min(known, today) if known and stays else today, today)
        except UnusableDayError as unusable:
            errors["until"] = str(unusable)
    if errors:
        raise FormError(form, errors)
    due = _asks_at(until, context.caller.zone)
    return {"kind": "" if kind == ANY else kind, "until_on": until, "belief": int(belief), "due_at": due}


def _asks_at(until: date | None, zone: str) -> datetime | None:
    """Return the morning after a chance's day, on which its card asks, or None without a day."""
    return morning_on_or_after(until + timedelta(days=1), zone) if until else None


def describe_chance(context: Context, command: DescribeChance) -> Reply | Form:
    """Save what a chance of one's own is beyond its words. Without the form's values, return the form.

    FormError for a kind, a day or a belief that can't be taken.
    """
    moment = own_moment(context, command.moment)
    row = _find_row(context, moment)
    form = _describe_form(moment, row, command)
    if not command.whole:
        return form
    details = _read_details(context, form, command, row.until_on)
    if details["until_on"] == row.until_on or row.outcome:
        del details["due_at"]
    else:
        row.asked_at = None
    for name, value in details.items():
        setattr(row, name, value)
    moment.parts = {**filled_parts(command, Kind.CHANCE)}
    moment.edited_at = context.now
    propagate_change(context, moment)
    again = Button(_("Edit details"), DescribeChance(format_moment_ref(moment)))
    return text_reply(_("#{number} updated.", number=moment.number), buttons=(again,))


def _describe_form(moment: Moment, row: Chance, command: DescribeChance) -> Form:
    stored = {
        **moment.parts,
        "kind": row.kind,
        "until": row.until_on.isoformat() if row.until_on else "",
        "belief": str(row.belief),
    }
    typed = {name: getattr(command, name) for name in DETAILS}
    fields = _detail_fields(typed if command.whole else stored)
    at = DescribeChance(format_moment_ref(moment), whole="1")
    title = _("Add details") if _is_bare(moment, row) else _("Edit details")
    form = Form(title, at, fields, _("Save"), one_line(moment.text, FORM_WORDS_SHOWN))
    return show_all(form)


def _find_row(context: Context, moment: Moment) -> Chance:
    """Return what a chance is beyond its words, locked. UserError for another kind of moment."""
    reactions.lock_moment(context.session, moment.id)
    row = chances.find_chance(context.session, moment.id)
    if moment.kind != Kind.CHANCE or row is None:
        raise UserError(_("{moment} isn't a chance.", moment=moment_name(moment)))
    return row


# What came of it


def tell_outcome(context: Context, command: TellOutcome) -> Reply | Form:
    """Save what came of a chance, and link the breakthrough that it became. Without words, return the form.

    UserError if others said it already. FormError for a number that is no breakthrough.
    """
    moment = active_moment(context, command.moment)
    row = _find_row(context, moment)
    _require_writer(context, moment, row)
    at = format_moment_ref(moment)
    if not command.outcome.strip():
        return _outcome_form(context, moment, row)
    teams.lock_team(context.session, moment.team_id)
    became = _find_became(context, moment, row, command)
    edit, undo = Button(_("Edit outcome"), TellOutcome(at)), Button(_("Undo"), DropOutcome(at))
    way_back = edit if row.outcome else undo
    _forget_link(context, moment, row)
    row.outcome, row.outcome_at, row.due_at = command.outcome.strip(), context.now, None
    row.outcome_by_id = context.caller.person_id
    if became is not None:
        links.add_link(context.session, moment.id, became.id, context.caller.person_id, context.now)
        row.became_id = became.id
        refresh.refresh_moment(context.session, became.id, context.now)
    propagate_change(context, moment)
    said = _("Saved what came of #{number}.", number=moment.number)
    if became is not None:
        said = _(
            "Saved what came of #{number}. It's now linked to breakthrough #{other}.",
            number=moment.number,
            other=became.number,
        )
    return text_reply(said, buttons=(way_back,))


def _require_writer(context: Context, moment: Moment, row: Chance) -> None:
    """Raise UserError if somebody else said what came of a chance that isn't the speaker's."""
    if row.outcome and context.caller.person_id not in (row.outcome_by_id, moment.author_id):
        people = moments.people_by_id(context.session, [row.outcome_by_id, moment.author_id])
        names = [people[one].name for one in dict.fromkeys((row.outcome_by_id, moment.author_id)) if one]
        if len(names) == 1:
            raise UserError(
                _(
                    "Only {name} can change what came of #{number}. You can add your version.",
                    name=names[0],
                    number=moment.number,
                )
            )
        raise UserError(
            _(
                "Only {one} and {other} can change what came of #{number}. You can add your version.",
                one=names[0],
                other=names[1],
                number=moment.number,
            )
        )


def _outcome_form(context: Context, moment: Moment, row: Chance, given: TellOutcome | None = None) -> Form:
    became = context.session.get(Moment, row.became_id) if row.became_id else None
    chosen = given.chosen if given else str(became.number) if became else ""
    outcome = Field("outcome", _("What came of it?"), FieldKind.TEXT, given.outcome if given else row.outcome,
                    hint=_("“Nothing” is an answer too. One sentence is plenty."))  # fmt: skip
    other = Field("other", _("Or the breakthrough's number"), value=given.other if given else "", required=False,
                  hint=_("Like #12."), later=True)  # fmt: skip
    recent = links.list_recent(context.session, moment.team_id, Kind.BREAKTHROUGH, BREAKTHROUGHS_SHOWN)
    found = tuple({one.id: one for one in (*((became,) if became else ()), *recent)}.values())
    fields = (outcome, *_breakthrough_field(found, chosen), *((other,) if found else ()))
    title = _("Edit outcome") if row.outcome else _("What came of it?")
    intro = one_line(moment.text, FORM_WORDS_SHOWN)
    return Form(title, TellOutcome(format_moment_ref(moment)), fields, _("Save"), intro)


def _breakthrough_field(found: Sequence[Moment], chosen: str) -> tuple[Field, ...]:
    options = tuple(Option(str(one.number), one_line(f"#{one.number} · {one.text}", LABEL)) for one in found)[
        :BREAKTHROUGHS_SHOWN
    ]
    if not options:
        return ()
    none = Option("0", _("No, or not yet"))
    value = chosen if chosen in {option.value for option in options} else none.value
    label = _("Did it become a breakthrough?")
    offered = (none, *options)
    return (
        Field(
            "chosen", label, FieldKind.CHOICE, value, False, options=offered, later=True, default=none.value
        ),
    )


def _find_became(context: Context, moment: Moment, row: Chance, command: TellOutcome) -> Moment | None:
    """Return the breakthrough that the form names, if it names any. FormError if it is none."""
    given = parse_number(command.other.strip().removeprefix("#")) if command.other.strip() else 0
    number = given or parse_number(command.chosen)
    if not number and not command.other.strip():
        return None
    found = moments.find_by_number(context.session, moment.team_id, number)
    if not number:
        wrong = _("Type a number, like #12.")
    elif found is None:
        wrong = unknown_moment(context, number)
    elif found.deleted_at is not None:
        wrong = _("#{number} was deleted.", number=number)
    elif found.kind != Kind.BREAKTHROUGH:
        wrong = _("{moment} isn't a breakthrough.", moment=moment_name(found))
    else:
        return found
    raise FormError(_outcome_form(context, moment, row, command), {"other": wrong})


def _forget_link(context: Context, moment: Moment, row: Chance) -> None:
    """Remove the link to the breakthrough that a chance was said to have become."""
    if row.became_id is None:
        return
    before = row.became_id
    links.remove_link(context.session, moment.id, before)
    row.became_id = None
    refresh.refresh_moment(context.session, before, context.now)


def drop_outcome(context: Context, command: DropOutcome) -> Reply:
    """Take out what came of a chance, and the link that it made.

    UserError if there is nothing, or somebody else said it.
    """
    moment = active_moment(context, command.moment)
    row = _find_row(context, moment)
    if not row.outcome:
        raise UserError(_("Nobody has said yet what came of #{number}.", number=moment.number))
    _require_writer(context, moment, row)
    _forget_link(context, moment, row)
    row.outcome, row.outcome_at, row.outcome_by_id = "", None, None
    if row.asked_at is None:
        row.due_at = _asks_at(row.until_on, context.caller.zone)
    propagate_change(context, moment)
    return text_reply(_("Removed what came of #{number}.", number=moment.number), replaces=True)


def describe_card(session: Session, moment: Moment, now: datetime) -> CardAddition:
    """Return what a chance's card says beyond its words, and its buttons."""
    row = chances.find_chance(session, moment.id)
    if row is None:
        return CardAddition()
    at = format_moment_ref(moment)
    suffix = f" · {KIND_NAMES[row.kind]()}" if row.kind in KIND_NAMES else ""
    is_open_door = row.kind == ChanceKind.DOOR and not row.outcome
    key = (Button(_("I might be able to help"), OfferKey(at)),) if is_open_door else ()
    came = Button(_("What came of it?"), TellOutcome(at), Style.PRIMARY if _asks(row) else Style.PLAIN)
    more = Button(_("Add details") if _is_bare(moment, row) else _("Edit details"), DescribeChance(at))
    if row.outcome:
        menu = (Button(_("Edit outcome"), TellOutcome(at)), more)
        return CardAddition(suffix, tuple(_chance_blocks(session, moment, row, now)), menu=menu)
    return CardAddition(suffix, tuple(_chance_blocks(session, moment, row, now)), (*key, came), (more,))


def _asks(row: Chance) -> bool:
    return row.asked_at is not None and not row.outcome


def _chance_blocks(session: Session, moment: Moment, row: Chance, now: datetime) -> Iterator[Block]:
    day = day_on_card(session, moment.team_id, row.until_on, now) if row.until_on else ""
    until = _("Until {day}", day=day) if day and not _asks(row) else ""
    belief = _("Belief: {belief} of 5", belief=row.belief) if row.belief else ""
    if known := " · ".join(filter(None, (until, belief))):
        yield Small((known,))
    if _asks(row) and day:
        yield Text((_("This was open until {day}. What came of it?", day=day),))
    if row.outcome:
        yield Section(_("What came of it"))
        people = moments.people_by_id(session, [row.outcome_by_id])
        by = next((person.name for person in people.values()), "")
        yield Quote(clip_text(row.outcome, PART_WORDS), by=by)


DECLARATIONS = (
    Declaration(
        "chance",
        LogChance,
        log_chance,
        "chance",
        lazy("Save a chance: something came up, or there's a door you'd like to open"),
        example=lazy("A shipyard wrote to us"),
        shown=True,
        button=lazy("Log a chance"),
        said_as=(
            "chances, new chance, add chance, log chance, save chance, a chance, opportunity, opportunities, "
            "new opportunity, add opportunity, door, doors, new door, add door, open door, open doors, a door, "
            "they found us, introduction, intro, lead, leads"
        ),
    ),
    Declaration(
        "describe-chance", DescribeChance, describe_chance, shown=True, works_for=is_own_moment, once=True
    ),
    Declaration("tell-outcome", TellOutcome, tell_outcome, shown=True, once=True),
    Declaration("drop-outcome", DropOutcome, drop_outcome, once=True),
)
