"""The first step of a goal: made of a form, a resolution, a moment or a parked thing, and taken back.

This step makes the goal, so that nothing is lost by a form closed half-way or by a restart.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.core.context import Context, FormError, UserError, card_place, waiting_person
from bot.core.days.reading import find_day
from bot.core.language.words import _
from bot.core.messages import Button, Form, Reply, Style, text_reply
from bot.core.moment import active_moment, format_moment_ref, is_kept
from bot.core.params import MOMENT_PATTERN
from bot.core.text import parse_number
from bot.goals.commands import EditGoal, GoalFrom, GoOn, MakeBig, NewGoal, TakeGoalBack
from bot.goals.find import card_line, describe_too_long, find_open_goal, goal_name, say, team_today
from bot.goals.letters import describe_open
from bot.goals.wizard.form import TEXT_LENGTH, is_survival_full, shorten_text, specific_errors, specific_form
from storage.delivery import postings
from storage.goals import goals, links
from storage.models import Goal, GoalKind, Kind, Moment, PostingKind
from storage.teams import teams

UNDO_PERIOD = timedelta(days=1)
QUOTES = "\"'“”„‘’‚«»‹› "


def make_from_resolution(context: Context, command: GoalFrom) -> Reply | Form:
    """Make a goal of a resolution, without the quotes around it, or of a moment's words, and link the two.

    UserError for the number of no moment, or of one that was removed.
    """
    words = command.text.strip().strip(QUOTES)
    if not MOMENT_PATTERN.fullmatch(words):
        return make_goal(context, NewGoal(words, command.head, command.team))
    moment = _find_source(context, words)
    return make_goal(context, NewGoal(moment.text, team=command.team, source=format_moment_ref(moment)))


def _find_source(context: Context, given: str) -> Moment:
    """Return the moment of whose words a goal is made. UserError for one that waits for its words."""
    moment = active_moment(context, given)
    if not is_kept(moment):
        raise UserError(
            _("#{number} has no text yet. Once it does, you can turn it into a goal.", number=moment.number)
        )
    return moment


def _remember_source(context: Context, goal: Goal, moment: Moment) -> None:
    """Remember that a goal has the words of another person's moment. They go when the moment does."""
    if moment.author_id != context.caller.person_id and has_words_of(goal.text, moment):
        goal.from_id = moment.id
        context.session.flush()


def has_words_of(text: str, moment: Moment) -> bool:
    """Return whether a goal's text is a moment's, or a part of it."""
    words = " ".join(text.split()).removesuffix("…").rstrip()
    return bool(words) and words in " ".join(moment.text.split())


def make_goal(context: Context, command: NewGoal) -> Reply | Form:
    """Make a goal of the typed text at once, or of the form's first step. Without text, return that form.

    FormError for an invalid class or day. A repeated event returns the goal that it made.
    """
    team = str(context.caller.team_id) if context.caller.team_id else command.team
    given = NewGoal(
        command.text.strip(), command.head, team, command.kind or GoalKind.SUPPORTING, command.funds.strip(),
        command.look_again_on, command.replaces, command.parked, command.source,
    )  # fmt: skip
    of_moment = bool(given.parked or given.source)  # which keeps all of its words
    if not command.kind and (not given.text or (of_moment and len(given.text) > TEXT_LENGTH)):
        return specific_form(context, replace(given, text=shorten_text(given.text)))
    if given.kind in (GoalKind.BIG, GoalKind.SURVIVAL):  # how many are open decides
        teams.lock_team(context.session, context.caller.team_id)
    known = goals.find_by_event(context.session, context.caller.team_id, context.origin.event)
    if known is None and (errors := dict(specific_errors(context, given))):
        if not command.kind:
            raise UserError(describe_too_long(len(given.text), TEXT_LENGTH))
        raise FormError(specific_form(context, given, tuple(errors)), errors)
    parked = _find_parked(context, given.parked) if known is None else None
    back = _way_back(context, parked)
    goal = _add_goal(context, given, parked)
    if goal.withdrawn_at is not None:
        raise UserError(_("You've already undone that."))
    return _made_reply(context, goal, command.head, back)


def _find_parked(context: Context, given: str) -> Moment | None:
    """Return the parked moment that becomes a goal. UserError if it is one already."""
    if not given:
        return None
    moment = active_moment(context, given)
    if moment.kind != Kind.SHINY:
        raise UserError(_("#{number} isn't a parked idea.", number=moment.number))
    became = links.find_goal_of_parked(context.session, moment.id)
    if became is not None:
        raise UserError(_("#{number} is already goal #{goal}.", number=moment.number, goal=became.number))
    return moment


def _way_back(context: Context, parked: Moment | None) -> TakeGoalBack:
    """Return the command that takes a goal back, with who had let the parked moment go that it is made of."""
    let_go = links.find_let_go(context.session, parked.id) if parked is not None else None
    if let_go is None:
        return TakeGoalBack()
    person_id, at = let_go
    return TakeGoalBack(let_go_by=str(person_id), let_go_at=str(int(at.timestamp()) // 60))


def take_back(context: Context, command: TakeGoalBack, goal: Goal) -> str:
    """Take a goal back, and return a sentence about a goal whose place it had taken, if that stays closed.

    If it was a shiny thing, that is parked or let go again, as it was before.
    """
    parked = links.find_parked_of_goal(context.session, goal.id)
    goals.withdraw_goal(context.session, goal, context.now)
    person_id = parse_number(command.let_go_by)
    if parked is not None and person_id and goals.names_by_id(context.session, [person_id]):
        minutes = timedelta(minutes=parse_number(command.let_go_at))
        at = datetime.fromtimestamp(0, UTC) + minutes
        links.let_go_again(context.session, parked.id, person_id, at, context.now)
    return _reopen_replaced(context, goal)


def _add_goal(context: Context, given: NewGoal, parked: Moment | None) -> Goal:
    """Add the goal and plan its card. It takes the place of the survival goal that it replaces."""
    more: dict[str, Any] = survival_values(context, given)
    goal, new = goals.add_once(
        context.session, context.caller.team_id, context.caller.person_id, given.text, team_today(context),
        context.origin.event, context.now, given.kind, **more,
    )  # fmt: skip
    place = card_place(context)
    if new:
        take_place(context, goal, given)
    if new and given.source:
        source = _find_source(context, given.source)
        links.link_moment(context.session, goal.id, source.id, context.caller.person_id, context.now)
        _remember_source(context, goal, source)
    if new and parked is not None:
        links.link_parked(context.session, parked.id, goal, context.caller.person_id, context.now)
        _remember_source(context, goal, parked)
    if new and place.takes_cards:
        postings.plan_posting(
            context.session, f"{goals.GOAL_KEY_PREFIX}{goal.id}", PostingKind.GOAL, context.caller.workspace_id,
            context.now, team_id=goal.team_id, channel=place.channel, thread=place.thread,
            waits_for_id=waiting_person(context, place),
        )  # fmt: skip
    return goal


def survival_values(context: Context, given: NewGoal | EditGoal) -> dict[str, Any]:
    """Return the columns of a survival goal that a form fills in. Nothing for another class."""
    if given.kind != GoalKind.SURVIVAL:
        return {}
    return {
        "funds": given.funds.strip(),
        "look_again_on": find_day(given.look_again_on, team_today(context)),
    }


def new_look(context: Context, goal: Goal, given: EditGoal) -> dict[str, Any]:
    """Return that the card has another day to ask about, if a form changes the day."""
    return (
        {} if keeps_look(context, goal, given) or given.kind != GoalKind.SURVIVAL else {"look_asked_at": None}
    )


def take_place(context: Context, goal: Goal, given: NewGoal | EditGoal) -> None:
    """Close the other open survival goal whose place a form gives to a survival goal, if it names one."""
    if given.kind != GoalKind.SURVIVAL:
        return
    for other in goals.list_open(context.session, goal.team_id, GoalKind.SURVIVAL):
        if other.id != goal.id and str(other.number) == given.replaces:
            goals.replace_goal(context.session, goal, other, context.caller.person_id, context.now)


def _reopen_replaced(context: Context, goal: Goal) -> str:
    """Open the goal again that a goal taken back had closed by taking its place.

    Return a sentence if it stays closed, because two others are open by now.
    """
    teams.lock_team(context.session, goal.team_id)
    replaced = goals.find_in_team(context.session, goal.team_id, goal.replaces_id or 0)
    if replaced is None or replaced.closed_at != goal.created_at:
        return ""
    if replaced.kind == GoalKind.SURVIVAL and is_survival_full(context, replaced):
        return _(
            "Goal #{number} stays closed, because two survival goals are already open.",
            number=replaced.number,
        )
    goals.reopen_goal(context.session, replaced, context.now)
    return ""


def _made_reply(context: Context, goal: Goal, head: str, back: TakeGoalBack) -> Reply:
    number, team = str(goal.number), str(goal.team_id)
    buttons = [
        Button(_("Fill in the rest"), GoOn(number, team), Style.PRIMARY),
        Button(_("Undo"), replace(back, goal=number, team=team)),
    ]
    if goals.find_big(context.session, goal.team_id) is None:
        buttons.append(Button(_("Make it the big goal"), MakeBig(number, team)))
    if head:
        again = context.store_if_long(TakeGoalBack(number, head, team))
        buttons.append(Button(_("It was an aha"), again))
    said = say(_("{goal} added.", goal=goal_name(goal)), card_line(context, goal), describe_open(goal))
    return text_reply(*said, buttons=tuple(buttons))


def find_own_new_goal(context: Context, given: str) -> Goal:
    """Return the goal that the person made within a day. UserError for any other."""
    goal = find_open_goal(context, given)
    if goal.author_id != context.caller.person_id:
        raise UserError(_("Only the person who added a goal can undo that. Anyone can close it."))
    if goal.created_at + UNDO_PERIOD <= context.now:
        raise UserError(
            _(
                "You added goal #{number} more than a day ago. You can close it, or delete it on its card.",
                number=goal.number,
            )
        )
    return goal


def keeps_look(context: Context, goal: Goal, command: EditGoal) -> bool:
    """Return whether a form leaves the day on which a goal is looked at again, which may be over by now."""
    given = find_day(command.look_again_on, team_today(context))
    return goal.look_again_on is not None and given == goal.look_again_on
