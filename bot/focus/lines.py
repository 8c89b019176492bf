"""The lines of a focus check: filled in by its second and third step, added to, edited and taken out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.core.context import Context, FormError, UserError, locate_card
from bot.core.days.reading import plain_day
from bot.core.forms.newer import merge_newer, show_newer
from bot.core.language.words import _, line, ngettext, nline
from bot.core.messages import (
    Button,
    Card,
    Entry,
    Form,
    Reply,
    Style,
    Title,
    text_reply,
)
from bot.core.text import one_line, parse_number
from bot.core.times import local_day
from bot.focus.card import WHERE_IT_WENT, is_complete
from bot.focus.commands import (
    AddToCheck,
    DropLine,
    DropLines,
    EditLine,
    EditWent,
    FillChances,
    FillLists,
    GoOnWithCheck,
    SeeLines,
)
from bot.focus.find import check_place, find_check, find_line
from bot.focus.form import (
    LINE_LENGTH,
    add_form,
    chances_form,
    day_errors,
    line_errors,
    line_form,
    list_name,
    lists_form,
    out_errors,
    present_line,
    read_day,
    split_lines,
    split_out_lines,
)
from bot.focus.own_days import OwnDay, read_own_day
from storage.focus import checks
from storage.models import FocusCheck, FocusItem, FocusList
from storage.teams import teams

UNDO_PERIOD = timedelta(days=1)

WORDS = 160


def fill_lists(context: Context, command: FillLists) -> Reply:
    """Save the second step. FormError for nothing at all, for long lines, and for a missing or past day."""
    check = find_check(context, command.check)
    errors = {
        **dict(_list_errors(context, check, FocusList.WORKS, "works", command.works)),
        **dict(_list_errors(context, check, FocusList.OUT, "out", command.out, command.by_on)),
    }
    if not split_lines(command.works) and not split_lines(command.out):
        errors["works"] = _("Please write at least one thing that works, or one that doesn't.")
    if errors:
        raise FormError(lists_form(context, check, command), errors)
    added = [
        *_add_lines(context, check, FocusList.WORKS, command.works),
        *_add_lines(context, check, FocusList.OUT, command.out, command.by_on),
    ]
    return _added_reply(context, check, added)


def fill_chances(context: Context, command: FillChances) -> Reply:
    """Save the third step and the team's own one. FormError for nothing at all, and for long lines."""
    check = find_check(context, command.check)
    errors = {
        **dict(_list_errors(context, check, FocusList.CHANCES, "chances", command.chances)),
        **dict(_list_errors(context, check, FocusList.OWN, "own", command.own)),
    }
    if not split_lines(command.chances) and not split_lines(command.own):
        errors["chances"] = _("Please write at least one line, or close this and continue later.")
    if errors:
        raise FormError(chances_form(context, check, command), errors)
    added = [
        *_add_lines(context, check, FocusList.CHANCES, command.chances),
        *_add_lines(context, check, FocusList.OWN, command.own),
    ]
    return _added_reply(context, check, added)


def add_to_check(context: Context, command: AddToCheck) -> Reply | Form:
    """Add lines to one of the lists. Without text, return the form."""
    check = find_check(context, command.check)
    if not split_lines(command.text) and command.text.strip():
        raise FormError(add_form(check, command), {"text": _("Please write at least one line.")})
    if not split_lines(command.text):
        return add_form(check, command)
    known = command.name in list(FocusList)
    errors = dict(_list_errors(context, check, command.name, "text", command.text, command.by_on))
    if not known:
        errors["name"] = _("Choose one of these.")
    if errors:
        raise FormError(add_form(check, command), errors)
    return _added_reply(context, check, _add_lines(context, check, command.name, command.text, command.by_on))


def _list_errors(
    context: Context, check: FocusCheck, name: str, field: str, text: str, by_on: str = ""
) -> Mapping[str, str]:
    """Return what is wrong with new lines. A repeated event counts none of its own lines."""
    own = f"{context.origin.event}:"
    there = [
        item
        for item in checks.list_items(context.session, check.id)
        if item.list == name and not (item.event or "").startswith(own)
    ]
    if name == FocusList.OUT:
        return dict(out_errors(context, field, text, by_on, len(there)))
    return dict(line_errors(field, text, len(there)))


def _add_lines(
    context: Context, check: FocusCheck, name: str, text: str, by_on: str = ""
) -> Sequence[FocusItem]:
    """Add lines to a list. Each that a team moves out of has its own day, or else the one they share."""
    today, shared = local_day(context.now, context.caller.zone), read_day(context, by_on)
    lines = (
        [(line.text, line.day or shared) for line in split_out_lines(text, today)]
        if name == FocusList.OUT
        else [(line, None) for line in split_lines(text)]
    )
    return [
        checks.add_item_once(
            context.session,
            check,
            name,
            line,
            context.caller.person_id,
            f"{context.origin.event}:{name}:{place}",
            context.now,
            day,
        )
        for place, (line, day) in enumerate(lines)
    ]


def _added_reply(context: Context, check: FocusCheck, added: Sequence[FocusItem]) -> Reply:
    """Return what was added, the way back, and the next step if there is one."""
    at, team = str(check.id), str(check.team_id)
    undo = Button(_("Undo"), DropLines(at, str(added[0].id), str(added[-1].id), team))
    complete = is_complete(check, checks.list_items(context.session, check.id))
    go_on = () if complete else (Button(_("Continue"), GoOnWithCheck(at, team), Style.PRIMARY),)
    said = nline(
        "One line added to the focus check. {place}",
        "{n} lines added to the focus check. {place}",
        len(added),
        place=locate_card(check_place(context, check)),
    )
    return text_reply(*said, buttons=(*go_on, undo))


def drop_lines(context: Context, command: DropLines) -> Reply:
    """Take back the lines that the person has just added. Those of others stay."""
    check = find_check(context, command.check)
    ids = range(parse_number(command.first), parse_number(command.last) + 1)
    own = [
        item
        for item in checks.list_items(context.session, check.id)
        if item.id in ids and item.author_id == context.caller.person_id
    ]
    for item in own:
        checks.change_item(context.session, item, context.now, {"deleted_at": context.now})
    if not own:
        raise UserError(_("Those lines aren't on the focus check any more."))
    return text_reply(ngettext("One line removed.", "{n} lines removed.", len(own)), replaces=True)


def see_lines(context: Context, command: SeeLines) -> Reply:
    """Show all lines of a check in private, each with a button that edits it."""
    check = find_check(context, command.check)
    at, team = str(check.id), str(check.team_id)
    rows = [
        Entry(
            one_line(item.text, WORDS),
            (list_name(check, item.list),),
            Button(_("Edit"), EditLine(at, str(item.id), team)),
        )
        for item in checks.list_items(context.session, check.id)
    ]
    went = Entry(one_line(check.went, WORDS), (WHERE_IT_WENT(),), Button(_("Edit"), EditWent(at, team)))
    add = Button(_("Add lines"), AddToCheck(at, team))
    return Reply(Card((Title(_("Edit the focus check")), went, *rows), (add,)))


def edit_line(context: Context, command: EditLine) -> Reply | Form:
    """Change a line, and its day. Without `asked`, return the form.

    What somebody else has saved meanwhile stays, and comes back with the form if both changed the same.
    """
    if command.asked:
        teams.lock_team(context.session, context.caller.team_id)
    check = find_check(context, command.check)
    item = find_line(context, check, command.item)
    at, team, present = str(check.id), str(check.team_id), present_line(item)
    if not command.asked:
        return line_form(check, item, EditLine(at, str(item.id), team, "", **present))
    command, clashes = merge_newer(command, present, _plain_line(context, item, command))
    if clashes:
        return show_newer(line_form(check, item, command), present, clashes)
    text = " ".join(command.text.split())
    if not text:
        return drop_line(context, DropLine(at, str(item.id), team))
    own = _read_edited(context, item, text)
    errors = {"text": own.error} if own.error else {}
    if len(own.text) > LINE_LENGTH:
        errors["text"] = _("Up to {limit} characters, please, so it fits the card.", limit=LINE_LENGTH)
    moved = item.list == FocusList.OUT and own.day is None and command.by_on != str(item.by_on)
    if moved:
        errors.update(day_errors(context, "by_on", command.by_on))
    if errors:
        raise FormError(line_form(check, item, command), errors)
    day = {"by_on": own.day or read_day(context, command.by_on)} if moved or own.day else {}
    checks.change_item(context.session, item, context.now, {"text": own.text, **day})
    remove = Button(_("Remove"), DropLine(at, str(item.id), team))
    said = line("Line updated. {place}", place=locate_card(check_place(context, check)))
    return text_reply(*said, buttons=(remove,))


def _plain_line(context: Context, item: FocusItem, command: EditLine) -> dict[str, str]:
    """Return a line's new words and day, as the line itself would have them."""
    own = _read_edited(context, item, " ".join(command.text.split()))
    shared = plain_day(command.by_on, local_day(context.now, context.caller.zone))
    return {"text": own.text, "by_on": str(own.day) if own.day else shared}


def _read_edited(context: Context, item: FocusItem, text: str) -> OwnDay:
    """Return a line's new words and the day at their end. Words that had one already keep it."""
    if item.list != FocusList.OUT or text == item.text:
        return OwnDay(text)
    return read_own_day(text, local_day(context.now, context.caller.zone))


def drop_line(context: Context, command: DropLine) -> Reply:
    """Remove a line, or with `back` bring it back. UserError for one that was removed more than a day ago."""
    check = find_check(context, command.check)
    item = find_line(context, check, command.item, removed=True)
    if command.back and item.deleted_at is not None:
        if item.deleted_at + UNDO_PERIOD <= context.now:
            raise UserError(_("That line was removed more than a day ago, so it's gone for good."))
        checks.change_item(context.session, item, context.now, {"deleted_at": None})
    elif not command.back and item.deleted_at is None:
        checks.change_item(context.session, item, context.now, {"deleted_at": context.now})
    if command.back:
        return text_reply(_("The line is back."), replaces=True)
    undo = Button(_("Undo"), replace(command, back="1"))
    return text_reply(_("Line removed. You can bring it back until tomorrow."), buttons=(undo,))
