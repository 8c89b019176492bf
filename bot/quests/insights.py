"""Marking a why as the insight, and removing a why."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.commands import Declaration
from bot.core.context import Context, UserError, locate_card
from bot.core.language.words import _, line
from bot.core.messages import Button, Field, FieldKind, Form, Reply, text_reply
from bot.core.moment import format_moment_ref, moment_place, named_moment, propagate_change
from bot.core.text import parse_number
from bot.quests.attempts import NONE, none_option
from bot.quests.commands import MarkInsight, TakeWhyOut
from bot.quests.whys import (
    NO_WHYS,
    can_take_out,
    find_experiment,
    find_with_whys,
    list_active_whys,
    options_hint,
    why_options,
    whys_from,
)
from bot.quests.whys_order import NumberedWhy
from storage.models import Moment, Why
from storage.quests import whys


def mark_insight(context: Context, command: MarkInsight) -> Reply | Form:
    """Mark one why as the insight, or none.

    An experiment has at most one. If somebody else changed the mark meanwhile, nothing is
    changed and the reply says what they marked.
    """
    moment = find_experiment(context, command.moment)
    numbered = list_active_whys(context.session, moment)
    if not command.why:
        return _insight_form(context, moment, numbered, parse_number(command.first))
    chosen = next((one for one in numbered if one.why.id == parse_number(command.why)), None)
    if chosen is None and command.why != NONE:
        raise UserError(_("That why was removed in the meantime."))
    if not whys.set_insight(
        context.session, moment.id, chosen.why.id if chosen else 0, parse_number(command.was)
    ):
        return _insight_conflict_reply(context, moment, chosen)
    propagate_change(context, moment)
    return _marked_reply(context, moment, chosen, command.was)


def _marked_reply(context: Context, moment: Moment, chosen: NumberedWhy | None, was: str) -> Reply:
    """Return the answer with the way back to the insight that was marked before."""
    marked = str(chosen.why.id) if chosen else ""
    earlier = was if any(str(one.why.id) == was for one in list_active_whys(context.session, moment)) else ""
    back = Button(_("Undo"), MarkInsight(format_moment_ref(moment), marked, earlier or NONE))
    number, place = moment.number, locate_card(moment_place(context, moment.id))
    if chosen is None:
        said = line("#{number} no longer has an insight. {place}", number=number, place=place)
        return text_reply(*said, buttons=(back,) if earlier else ())
    said = line(
        "Why {why} is now the insight of #{number}. {place}", why=chosen.number, number=number, place=place
    )
    return text_reply(*said, buttons=(back,))


def _insight_form(context: Context, moment: Moment, numbered: Sequence[NumberedWhy], first: int) -> Form:
    """Return the form that asks which why is the insight.

    A form opened from a page of whys has no option for none of them, because it would read as
    none of this page. UserError if there are no whys.
    """
    if not numbered:
        raise UserError(NO_WHYS(number=moment.number))
    present = _marked_insight(context, moment)
    options = why_options(numbered, present.id if present else 0, first)
    options = options if whys_from(numbered, first) else (*options, none_option())
    value = str(present.id) if present else ""
    hint = options_hint(numbered, first)
    field = Field("why", _("Which why is the insight?"), FieldKind.CHOICE, value, hint=hint, options=options)
    return Form(_("Mark the insight"), MarkInsight(format_moment_ref(moment), value), (field,), _("Save"))


def _insight_conflict_reply(context: Context, moment: Moment, chosen: NumberedWhy | None) -> Reply:
    present = _marked_insight(context, moment)
    if chosen is not None and present is not None and present.id == chosen.why.id:
        return text_reply(_("Why {why} is already the insight.", why=chosen.number))
    again = Button(_("Mark the insight"), MarkInsight(format_moment_ref(moment)))
    numbered = {one.why.id: one.number for one in list_active_whys(context.session, moment)}
    what = (
        _(
            "Somebody has just marked why {why} as the insight, so I left it. You can still change it.",
            why=numbered[present.id],
        )
        if present
        else _("Somebody has just unmarked the insight, so I left it. You can still change it.")
    )
    return text_reply(what, buttons=(again,))


def _marked_insight(context: Context, moment: Moment) -> Why | None:
    return whys.insights_by_moment(context.session, [moment.id]).get(moment.id)


def take_why_out(context: Context, command: TakeWhyOut) -> Reply | Form:
    """Take out a why of the speaker's own. Whys below it stay.

    An admin may take out anyone's. UserError if it is already gone or not the speaker's.
    """
    moment = find_with_whys(context, command.moment)
    mine = [one for one in list_active_whys(context.session, moment) if can_take_out(context, one.why)]
    if not command.why:
        return _take_out_form(moment, mine, parse_number(command.first))
    one = next((each for each in mine if each.why.id == parse_number(command.why)), None)
    if one is None:
        raise UserError(_("That why is already gone, or it isn't yours."))
    whys.remove_why(context.session, one.why, context.now)
    propagate_change(context, moment)
    return text_reply(_("Removed why {why} from #{number}.", why=one.number, number=moment.number))


def _has_free_why(context: Context, command: TakeWhyOut) -> bool:
    """Tell whether the person may take out any why of the moment of a command."""
    moment = named_moment(context, command.moment)
    numbered = list_active_whys(context.session, moment) if moment else ()
    return any(can_take_out(context, one.why) for one in numbered)


def _take_out_form(moment: Moment, mine: Sequence[NumberedWhy], first: int) -> Form:
    if not mine:
        raise UserError(_("None of the whys of #{number} are yours.", number=moment.number))
    options, hint = why_options(mine, first=first), options_hint(mine, first)
    value = options[0 if whys_from(mine, first) else -1].value
    field = Field("why", _("Which one?"), FieldKind.CHOICE, value, hint=hint, options=options)
    return Form(_("Remove a why"), TakeWhyOut(format_moment_ref(moment)), (field,), _("Remove"))


DECLARATIONS = (
    Declaration("mark-insight", MarkInsight, mark_insight),
    Declaration("take-why-out", TakeWhyOut, take_why_out, works_for=_has_free_why),
)
