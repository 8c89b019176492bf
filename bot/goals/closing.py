"""Closing a goal with what it taught or keeping it, opening it again, and taking over one whose owner has left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.core.access.admission import has_left
from bot.core.access.watch import Watch, Watched
from bot.core.commands import Declaration
from bot.core.context import Context, FormError, UserError
from bot.core.days.reading import find_day
from bot.core.events import PersonCame, PersonLeft
from bot.core.language.words import Lazy, _, lazy
from bot.core.messages import (
    Button,
    Card,
    Entry,
    Field,
    FieldKind,
    Form,
    Option,
    Reply,
    Text,
    Title,
    text_reply,
)
from bot.core.text import clip_text, parse_number
from bot.core.times import format_day_from, months_back, parse_date, working_day
from bot.goals.card import OUTCOMES
from bot.goals.commands import Became, CloseGoal, KeepGoal, ReopenGoal, ShowGoal, TakeOver, UndoKeep
from bot.goals.find import (
    card_line,
    find_goal,
    find_open_goal,
    goal_name,
    goal_words,
    is_to_look_at,
    say,
    team_today,
)
from bot.goals.wizard.form import LOOK_LABEL, SURVIVAL_GOALS, WHICH_REPLACED, day_error, text_errors
from storage.goals import goals, links, looks
from storage.models import Goal, GoalKind, Kind, Person
from storage.teams import teams

WORDS = 160
REOPEN_SUPPORTING = lazy("Reopen as supporting goal")
MONTHS_KEPT = 3
"""Months until a survival goal that is still needed is looked at again, as its form proposes."""
BATCH = 25
ASK_AGAIN = timedelta(hours=1)
"""How long after a platform didn't say whether an owner is there, it is asked again."""
OUTCOME_LABELS: Mapping[str, Lazy] = {
    "reached": lazy("We reached it"),
    "partly": lazy("We reached part of it"),
    "missed": lazy("We didn't reach it"),
    "stopped": lazy("We stopped: it isn't worth more time"),
}
LESSON_HINT = lazy("One sentence is plenty.")


def close_goal(context: Context, command: CloseGoal) -> Reply | Form:
    """Close a goal with what came of it and what it taught. Without `asked`, return the form.

    What serves it stays linked. FormError without a lesson, UserError if it is closed already.
    """
    if not command.goal:
        found = list(goals.list_open(context.session, context.caller.team_id))
        if len(found) != 1:
            return _choose(context, found, CloseGoal)
        command = replace(command, goal=str(found[0].number))
    goal = find_open_goal(context, command.goal)
    given = CloseGoal(str(goal.number), str(goal.team_id), "1", command.outcome, command.taught)
    if not command.asked:
        return _close_form(replace(given, taught=goal.taught))
    errors = dict(text_errors({"taught": command.taught}))
    if command.outcome not in OUTCOMES:
        errors["outcome"] = _("Please choose one.")
    if not command.taught.strip():
        errors["taught"] = _("What did it teach us? One sentence is plenty.")
    if errors:
        raise FormError(_close_form(given), errors)
    goals.close_goal(
        context.session, goal, command.outcome, command.taught.strip(), context.caller.person_id, context.now
    )
    return _closed_reply(context, goal)


def _close_form(given: CloseGoal) -> Form:
    options = tuple(Option(value, label()) for value, label in OUTCOME_LABELS.items())
    fields = (
        Field("outcome", _("What came of it?"), FieldKind.CHOICE, given.outcome, options=options),
        Field("taught", _("What did it teach us?"), FieldKind.TEXT, given.taught, hint=LESSON_HINT()),
    )
    command = CloseGoal(given.goal, given.team, "1")
    return Form(_("Close goal #{number}", number=given.goal), command, fields, _("Close goal"))


def _closed_reply(context: Context, goal: Goal) -> Reply:
    number, team = str(goal.number), str(goal.team_id)
    served = len(links.list_moments(context.session, goal.id)) + len(
        links.list_quests(context.session, goal.id)
    )
    kept = _("Its moments and quests stay linked.") if served else ""
    buttons = (
        Button(_("Log a breakthrough"), Became(number, Kind.BREAKTHROUGH, team)),
        Button(_("Log an experiment"), Became(number, Kind.EXPERIMENT, team)),
        Button(_("Undo"), ReopenGoal(number, team)),
    )
    said = _("Goal #{number} closed.", number=number)
    return text_reply(*say(said, card_line(context, goal), kept), buttons=buttons)


def keep_goal(context: Context, command: KeepGoal) -> Reply | Form:
    """Keep a survival goal until it is looked at again on another day. Without `asked`, return the form.

    FormError for a day that can't be read or isn't ahead, UserError for a goal of another class.
    """
    goal = _find_survival(context, command.goal)
    proposed = working_day(months_back(team_today(context), -MONTHS_KEPT)).isoformat()
    if not command.asked:
        return _keep_form(goal, proposed)
    day = find_day(command.until, team_today(context))
    wrong = day_error(context, command.until)
    if day is None or wrong:
        raise FormError(_keep_form(goal, command.until), {"until": wrong})
    was = goal.look_again_on.isoformat() if goal.look_again_on else ""
    undo = UndoKeep(
        str(goal.number), str(goal.team_id), day.isoformat(), was, "1" if is_to_look_at(goal) else ""
    )
    looks.record_look(context.session, goal, day, None, context.now)
    said = _(
        "Goal #{number} stays open. I'll ask again on {day}.",
        number=goal.number,
        day=format_day_from(day, team_today(context)),
    )
    return text_reply(*say(said, card_line(context, goal)), buttons=(Button(_("Undo"), undo),))


def _find_survival(context: Context, given: str) -> Goal:
    goal = find_open_goal(context, given)
    if goal.kind != GoalKind.SURVIVAL:
        raise UserError(
            _(
                "Goal #{number} isn't a survival goal, so I don't ask if you still need it.",
                number=goal.number,
            )
        )
    return goal


def _keep_form(goal: Goal, until: str) -> Form:
    fields = (Field("until", LOOK_LABEL(), FieldKind.DATE, until),)
    command = KeepGoal(str(goal.number), str(goal.team_id), "1")
    return Form(_("Keep goal #{number}", number=goal.number), command, fields, _("Keep goal"))


def undo_keep(context: Context, command: UndoKeep) -> Reply:
    """Take back until when a survival goal is kept. UserError if somebody has chosen another day since."""
    goal = _find_survival(context, command.goal)
    was = parse_date(command.was)
    if was is None or goal.look_again_on != parse_date(command.until) or is_to_look_at(goal):
        raise UserError(
            _(
                "Someone has changed the day of goal #{number} since then. You can change it again.",
                number=goal.number,
            )
        )
    looks.record_look(context.session, goal, was, context.now if command.waits else None, context.now)
    day = format_day_from(was, team_today(context))
    said = (
        _("Undone. Goal #{number} asks again if you still need it.", number=goal.number)
        if command.waits
        else _("Undone. I'll ask about goal #{number} on {day}.", number=goal.number, day=day)
    )
    return text_reply(said, replaces=True)


def reopen_goal(context: Context, command: ReopenGoal) -> Reply:
    """Open a closed goal again. Where another goal is the big one now, offer it as a supporting one.

    Where two survival goals are open, a third one asks which it replaces. UserError if it is open.
    """
    if not command.goal:
        found = list(goals.list_closed(context.session, context.caller.team_id, 10))
        return _choose(context, found, ReopenGoal)
    teams.lock_team(context.session, context.caller.team_id)
    goal = find_goal(context, command.goal)
    if goal.closed_at is None:
        raise UserError(_("Goal #{number} is already open.", number=goal.number))
    big = goals.find_big(context.session, goal.team_id)
    kind = command.kind if command.kind in list(GoalKind) else goal.kind
    if kind == GoalKind.BIG and big is not None:
        return _offer_supporting(goal, big)
    others = goals.list_open(context.session, goal.team_id, GoalKind.SURVIVAL)
    if kind == GoalKind.SURVIVAL and len(others) >= SURVIVAL_GOALS:
        replaced = next((each for each in others if str(each.number) == command.replaces), None)
        if replaced is None:
            return _offer_replacing(goal, others)
        goals.replace_goal(context.session, goal, replaced, context.caller.person_id, context.now)
    goals.reopen_goal(context.session, goal, context.now, kind)
    see = Button(_("Show"), ShowGoal(str(goal.number), str(goal.team_id)))
    said = say(_("Goal #{number} reopened.", number=goal.number), card_line(context, goal))
    return text_reply(*said, buttons=(see,), replaces=True)


def _offer_supporting(goal: Goal, big: Goal) -> Reply:
    said = _(
        "“{words}” (#{big}) is the big goal now. You can reopen #{number} as a supporting goal.",
        words=clip_text(goal_words(big), WORDS),
        big=big.number,
        number=goal.number,
    )
    command = ReopenGoal(str(goal.number), str(goal.team_id), GoalKind.SUPPORTING)
    return text_reply(said, buttons=(Button(REOPEN_SUPPORTING(), command),))


def _offer_replacing(goal: Goal, others: Sequence[Goal]) -> Reply:
    """Return the open survival goals to choose from, of which a goal that is opened again replaces one."""
    number, team = str(goal.number), str(goal.team_id)
    rows = tuple(
        Entry(
            clip_text(other.text, WORDS),
            (goal_name(other),),
            Button(
                _("Replace #{number}", number=other.number),
                ReopenGoal(number, team, replaces=str(other.number)),
            ),
        )
        for other in others
    )
    support = Button(REOPEN_SUPPORTING(), ReopenGoal(number, team, GoalKind.SUPPORTING))
    return Reply(Card((Text((WHICH_REPLACED(),)), *rows), (support,)))


def _choose(context: Context, found: list[Goal], command: type[CloseGoal | ReopenGoal]) -> Reply:
    """Return the goals to choose from, each with the button that closes or opens it."""
    closes = command is CloseGoal
    label = _("Close goal") if closes else _("Reopen")
    rows = tuple(
        Entry(
            clip_text(goal_words(goal), WORDS),
            (goal_name(goal),),
            Button(label, command(str(goal.number), str(goal.team_id))),
        )
        for goal in found
    )
    if not rows:
        return text_reply(_("No open goals.") if closes else _("No closed goals yet."))
    return Reply(Card((Title(_("Which goal?")), *rows)))


def take_over(context: Context, command: TakeOver) -> Reply:
    """Own a goal whose owner has left the team's channels. With `back`, give it back to undo that.

    UserError if its owner is still there. AccessUnknownError if the platform has to be asked first.
    """
    goal = find_open_goal(context, command.goal)
    me = context.caller.person_id
    if command.back and goal.owner_id == me:
        goals.record_owner(context.session, goal, context.now, owner_id=parse_number(command.back), left=True)
        return text_reply(
            _("Undone. Goal #{number} needs an owner again.", number=goal.number), replaces=True
        )
    if goal.owner_id == me:
        return _welcome_owner(context, goal)
    if not _has_left(context, goal):
        owner = goals.names_by_id(context.session, [goal.owner_id])[goal.owner_id]
        raise UserError(
            _(
                "{owner} owns goal #{number} and is still here. Anyone can check in on it or edit it.",
                owner=owner,
                number=goal.number,
            )
        )
    before = goal.owner_id
    goals.record_owner(context.session, goal, context.now, owner_id=me)
    goals.change_goal(context.session, goal, context.now, {"asks_owner": False})
    undo = Button(_("Undo"), TakeOver(str(goal.number), str(goal.team_id), str(before)))
    said = _("You own goal #{number} now.", number=goal.number)
    return text_reply(*say(said, card_line(context, goal)), buttons=(undo,))


def _welcome_owner(context: Context, goal: Goal) -> Reply:
    """Tell a goal's owner that it is theirs, and let its card say so if they have come back."""
    if goal.owner_left_at is None:
        raise UserError(_("You already own goal #{number}.", number=goal.number))
    goals.record_owner(context.session, goal, context.now, owner_id=goal.owner_id)
    said = _("Welcome back. Goal #{number} is still yours.", number=goal.number)
    return text_reply(*say(said, card_line(context, goal)))


def _has_left(context: Context, goal: Goal) -> bool:
    """Return whether the owner of a goal has left all the team's channels, as far as the platform says."""
    if goal.owner_left_at is not None:
        return True
    return has_left(context, context.session.get_one(Person, goal.owner_id))


def handle_owner_moved(context: Context, _event: PersonCame | PersonLeft) -> None:
    """Let the platform be asked at once whether the owner of goals is still in the team's channels."""
    if context.caller.team_id and context.caller.person_id:
        goals.plan_owner_checks(
            context.session, context.caller.team_id, context.caller.person_id, context.now
        )


def list_due_owners(session: Session, now: datetime) -> Sequence[Watched]:
    """Return the owners of open goals of whom their platform is to be asked now."""
    return [Watched(*each) for each in goals.list_owner_checks(session, now, BATCH)]


def record_owner(session: Session, watched: Watched, left: bool | None, now: datetime) -> None:
    """Record on a goal whether its owner has left. Its card says so."""
    again_at = now + (ASK_AGAIN if left is None else goals.OWNER_CHECKS)
    goals.record_owner_check(session, watched.about, watched.person_id, left, now, again_at)


GOAL_OWNERS = Watch(list_due_owners, record_owner)

DECLARATIONS = (
    Declaration(
        "goal-close",
        CloseGoal,
        close_goal,
        "goal close",
        lazy("Close a goal with what it taught us"),
        example=lazy("3"),
        shown=True,
        button=lazy("Close goal"),
        verbs="done finish finished complete completed end ended stop archive achieve achieved reached abandon",
        once=True,
    ),
    Declaration("goal-keep", KeepGoal, keep_goal, once=True, opens_form=True),
    Declaration("undo-goal-keep", UndoKeep, undo_keep, once=True),
    Declaration(
        "goal-reopen",
        ReopenGoal,
        reopen_goal,
        "goal reopen",
        lazy("Reopen a closed goal"),
        verbs="open resume restart unclose",
        once=True,
    ),
    Declaration("take-over", TakeOver, take_over, once=True),
)
