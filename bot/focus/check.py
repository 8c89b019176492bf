"""The focus check: begun in three short steps, gone on with, ticked, edited and taken back.

The first step makes the check and its card. What is left open can be filled later, so that nothing is lost
by a form closed half-way or by a restart.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.core.commands import Declaration
from bot.core.context import Context, FormError, UserError, card_place, locate_card, waiting_person
from bot.core.forms.newer import mark_values, merge_newer, show_newer
from bot.core.language.words import _, lazy, line
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
from bot.core.times import format_day, format_full_day, local_day
from bot.focus.card import build_check_card, is_complete
from bot.focus.commands import (
    AddToCheck,
    DropLine,
    DropLines,
    EarlierChecks,
    EditLine,
    EditWent,
    FillChances,
    FillLists,
    GoOnWithCheck,
    NameStep,
    RemoveCheck,
    SeeCheck,
    SeeLines,
    StartCheck,
)
from bot.focus.find import check_place, find_check, find_open_big_goal
from bot.focus.form import (
    STEP_LENGTH,
    chances_form,
    edit_went_form,
    lists_form,
    step_form,
    went_errors,
    went_form,
)
from bot.focus.lines import (
    add_to_check,
    drop_line,
    drop_lines,
    edit_line,
    fill_chances,
    fill_lists,
    see_lines,
)
from storage.delivery import postings
from storage.focus import checks
from storage.models import FocusCheck, FocusList, PostingKind
from storage.teams import teams

UNDO_PERIOD = timedelta(days=1)
UNFINISHED_FOR = timedelta(days=14)
"""How long a check that was closed half-way is offered to go on with."""
CHECKS_SHOWN = 5
"""Earlier checks on one private page."""
WORDS = 160


def start_check(context: Context, command: StartCheck) -> Reply | Form:
    """Save the first step of a check, or return its form. One that was left half-way is offered first.

    FormError for a missing or too long text. A repeated event returns the check that it made.
    """
    team = str(context.caller.team_id) if context.caller.team_id else command.team
    given = replace(command, team=team)
    if not command.asked:
        unfinished = None if command.fresh else _find_unfinished(context)
        return went_form(context, given) if unfinished is None else _offer_to_go_on(context, unfinished)
    known = checks.find_by_event(context.session, context.caller.team_id, context.origin.event)
    if known is None and (errors := dict(went_errors(command.went))):
        raise FormError(went_form(context, given), errors)
    check = _add_check(context, command.went.strip())
    if check.withdrawn_at is not None:
        raise UserError(_("You started that focus check and then undid it."))
    at, place = str(check.id), check_place(context, check)
    buttons = (
        Button(_("Continue"), GoOnWithCheck(at, team), Style.PRIMARY),
        Button(_("Undo"), RemoveCheck(at, team)),
    )
    said = line(
        "Focus check started. {place} Next: what works and what doesn't. You can continue now or later.",
        place=locate_card(place),
    )
    return text_reply(*said, buttons=buttons)


def _find_unfinished(context: Context) -> FocusCheck | None:
    latest = checks.find_latest(context.session, context.caller.team_id)
    if latest is None or latest.created_at + UNFINISHED_FOR <= context.now:
        return None
    return None if is_complete(latest, checks.list_items(context.session, latest.id)) else latest


def _offer_to_go_on(context: Context, check: FocusCheck) -> Reply:
    buttons = (
        Button(_("Continue"), GoOnWithCheck(str(check.id), str(check.team_id)), Style.PRIMARY),
        Button(_("Start a new one"), StartCheck(str(check.team_id), fresh="1")),
    )
    begun = format_day(local_day(check.created_at, context.caller.zone))
    return text_reply(_("The focus check from {date} isn't finished yet.", date=begun), buttons=buttons)


def _add_check(context: Context, went: str) -> FocusCheck:
    """Add the check and plan its card."""
    goal = find_open_big_goal(context.session, context.caller.team_id, context.now)
    check, new = checks.add_once(
        context.session, context.caller.team_id, context.caller.person_id, context.origin.event, context.now,
        went=went, goal_id=goal.id if goal else None,
        step=checks.find_step(context.session, context.caller.team_id),
    )  # fmt: skip
    place = card_place(context)
    if new and place.takes_cards:
        postings.plan_posting(
            context.session, f"{checks.CHECK_KEY_PREFIX}{check.id}", PostingKind.FOCUS_CHECK,
            context.caller.workspace_id, context.now, team_id=check.team_id, channel=place.channel,
            thread=place.thread, waits_for_id=waiting_person(context, place), goal_id=check.goal_id,
        )  # fmt: skip
    return check


def go_on_with_check(context: Context, command: GoOnWithCheck) -> Reply | Form:
    """Return the next step with an empty list, or say that all have something."""
    check = find_check(context, command.check)
    there = {item.list for item in checks.list_items(context.session, check.id)}
    if not there & {FocusList.WORKS, FocusList.OUT}:
        return lists_form(context, check, FillLists())
    if FocusList.CHANCES not in there:
        return chances_form(context, check, FillChances())
    more = Button(_("Add lines"), AddToCheck(str(check.id), str(check.team_id)))
    return text_reply(_("This focus check is complete: every step has something in it."), buttons=(more,))


def see_check(context: Context, command: SeeCheck) -> Reply:
    """Show a check in private, as its card has it."""
    return Reply(build_check_card(context.session, find_check(context, command.check), context.now))


def list_earlier(context: Context, command: EarlierChecks) -> Reply:
    """List earlier checks, newest first, each with a button that shows it."""
    before = parse_number(command.before) or None
    found = checks.list_checks(context.session, context.caller.team_id, CHECKS_SHOWN + 1, before)
    if not found:
        return text_reply(_("There are no earlier focus checks."))
    team = str(context.caller.team_id)
    rows = (
        Entry(
            one_line(check.went, WORDS),
            (_day_of(context, check),),
            Button(_("Show"), SeeCheck(str(check.id), team)),
        )
        for check in found[:CHECKS_SHOWN]
    )
    last = found[:CHECKS_SHOWN][-1]
    more = (Button(_("More"), EarlierChecks(team, str(last.id))),) if len(found) > CHECKS_SHOWN else ()
    return Reply(Card((Title(_("Earlier focus checks")), *rows), more))


def _day_of(context: Context, check: FocusCheck) -> str:
    return format_full_day(local_day(check.created_at, context.caller.zone))


def edit_went(context: Context, command: EditWent) -> Reply | Form:
    """Change where the time went. Without `asked`, return the form.

    If somebody else has changed it meanwhile, return the form again, with their words above.
    """
    if command.asked:
        teams.lock_team(context.session, context.caller.team_id)
    check = find_check(context, command.check)
    if not command.asked:
        return edit_went_form(check, check.went)
    present = {"went": check.went}
    command, clashes = merge_newer(command, present)
    if clashes:
        return show_newer(edit_went_form(check, command.went), present, clashes)
    if errors := dict(went_errors(command.went)):
        raise FormError(edit_went_form(check, command.went), errors)
    checks.change_check(context.session, check, context.now, went=command.went.strip())
    return text_reply(*line("Focus check updated. {place}", place=locate_card(check_place(context, check))))


def remove_check(context: Context, command: RemoveCheck) -> Reply:
    """Take a check back, or bring it back within a day. Only the person who began it takes it back."""
    check = find_check(context, command.check, removed=True)
    if not command.back and check.author_id != context.caller.person_id:
        raise UserError(
            _("Only the person who started this focus check can delete it. You can still edit its lines.")
        )
    if command.back and check.withdrawn_at is not None:
        if check.withdrawn_at + UNDO_PERIOD <= context.now:
            raise UserError(_("That focus check was deleted more than a day ago, so it's gone for good."))
        checks.bring_back(context.session, check, context.now)
    elif not command.back and check.withdrawn_at is None:
        checks.withdraw(context.session, check, context.now)
    if command.back:
        return text_reply(_("The focus check is back."), replaces=True)
    undo = Button(_("Undo"), replace(command, back="1"))
    return text_reply(_("Focus check deleted. You can bring it back until tomorrow."), buttons=(undo,))


def name_step(context: Context, command: NameStep) -> Reply | Form:
    """Set the title of the team's own fourth step, from the next check on. Without `asked`, return the form.

    A check without any line on its own step gets it at once. If somebody else has changed it meanwhile, return
    the form again, with their words above.
    """
    if command.asked:
        teams.lock_team(context.session, context.caller.team_id)
    given = replace(command, team=str(context.caller.team_id))
    if not command.asked:
        return step_form(context, given)
    before = checks.find_step(context.session, context.caller.team_id)
    given, clashes = merge_newer(given, {"title": before})
    if clashes:
        return show_newer(step_form(context, given), {"title": before}, clashes)
    title = " ".join(given.title.split())
    if len(title) > STEP_LENGTH:
        error = _("Up to {limit} characters, please, so it fits the form.", limit=STEP_LENGTH)
        raise FormError(step_form(context, given), {"title": error})
    checks.set_step(context.session, context.caller.team_id, title, context.caller.person_id)
    _give_step(context, command.check, title)
    undo = NameStep(given.team, command.check, "1", before, mark_values([title]))
    buttons = (Button(_("Undo"), context.store_if_long(undo)),)
    if not title:
        return text_reply(_("There's no fourth step any more."), buttons=buttons)
    return text_reply(
        _("“{title}” is now the fourth step of our focus checks.", title=title), buttons=buttons
    )


def _give_step(context: Context, given: str, title: str) -> None:
    """Give the check from whose card the step was named the title, unless its step has lines already."""
    check = checks.find_in_team(context.session, context.caller.team_id, parse_number(given))
    if check is None or check.withdrawn_at is not None:
        return
    lines = checks.list_items(context.session, check.id)
    if all(item.list != FocusList.OWN for item in lines):
        checks.change_check(context.session, check, context.now, step=title)


DECLARATIONS = (
    Declaration(
        "focus-check",
        StartCheck,
        start_check,
        "focus check",
        lazy("Where our time goes, what works and what to stop, in three short steps"),
        shown=True,
        button=lazy("Focus check"),
        said_as="check focus, focus checks, new focus check",
    ),
    Declaration("focus-go-on", GoOnWithCheck, go_on_with_check, opens_form=True),
    Declaration("focus-lists", FillLists, fill_lists, shown=True),
    Declaration("focus-chances", FillChances, fill_chances, shown=True),
    Declaration("focus-add", AddToCheck, add_to_check, shown=True),
    Declaration("focus-drop-lines", DropLines, drop_lines, once=True),
    Declaration("focus-see", SeeCheck, see_check, read_only=True),
    Declaration("focus-earlier", EarlierChecks, list_earlier, read_only=True),
    Declaration("focus-edit", SeeLines, see_lines, read_only=True),
    Declaration("focus-edit-line", EditLine, edit_line, shown=True, once=True),
    Declaration("focus-drop-line", DropLine, drop_line, once=True),
    Declaration("focus-went", EditWent, edit_went, shown=True, once=True),
    Declaration("focus-remove", RemoveCheck, remove_check, once=True),
    Declaration("focus-step", NameStep, name_step, shown=True, once=True),
)
