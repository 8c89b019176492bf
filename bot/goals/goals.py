"""Goals listed, shown and removed, and all that can be asked of one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.core.access.offers import offer_working
from bot.core.commands import ANY_VERB, Declaration
from bot.core.context import Context, UserError
from bot.core.language.words import _, lazy, line
from bot.core.messages import (
    Button,
    Card,
    Entry,
    Form,
    Quote,
    Reply,
    Small,
    Style,
    Text,
    Title,
    text_reply,
)
from bot.core.text import clip_text, parse_number, split_into_pages
from bot.goals.card import build_goal_card
from bot.goals.commands import (
    AlignGoal,
    EditGoal,
    GoalFrom,
    Goals,
    GoOn,
    ListGoals,
    MakeBig,
    MeasureGoal,
    NewGoal,
    RemoveGoal,
    ShowGoal,
)
from bot.goals.find import find_goal, goal_name, goal_words
from bot.goals.letters import LETTERS, Letter
from bot.goals.wizard.editing import edit_goal, make_big
from bot.goals.wizard.filling import align_goal, go_on, measure_goal
from bot.goals.wizard.making import make_from_resolution, make_goal
from storage.goals import goals
from storage.models import Goal

CLOSED_SHOWN = 5
"""Closed goals on one private page."""
WORDS = 160
"""Characters of a goal in a list."""


def open_or_show(context: Context, command: Goals) -> Reply | Form:
    """List the goals, show the one with the typed number, or make one of the typed text."""
    text = command.text.strip()
    if not text:
        return list_goals(context, ListGoals(command.team))
    if text.removeprefix("#").isdecimal():
        return show_goal(context, ShowGoal(text.removeprefix("#"), command.team))
    return make_goal(context, NewGoal(text, command.head, command.team))


def list_goals(context: Context, command: ListGoals) -> Reply:
    """List the open goals in private, the big one first, or a page of the closed ones."""
    team = str(context.caller.team_id) if context.caller.team_id else command.team
    new = Button(_("New goal"), NewGoal(team=team), Style.PRIMARY)
    if command.before:
        return _list_closed(context, parse_number(command.before), new)
    found = goals.list_open(context.session, context.caller.team_id)
    newest = goals.latest_number(context.session, context.caller.team_id)
    closed = goals.list_closed(context.session, context.caller.team_id, 1)
    more = (Button(_("Closed goals"), ListGoals(team, str(newest + 1))),) if closed else ()
    if not found:
        return text_reply(_("No open goals. What would you love to achieve?"), buttons=(new, *more))
    rows = (_goal_row(goal, by) for goal, by in _with_owner(context, found))
    return Reply(Card((Title(_("Our goals")), *rows), (new, *more)))


def _list_closed(context: Context, before: int, new: Button) -> Reply:
    found = goals.list_closed(context.session, context.caller.team_id, CLOSED_SHOWN + 1, before)
    if not found:
        return text_reply(_("That was the oldest one."), buttons=(new,), replaces=True)
    shown = found[:CLOSED_SHOWN]
    rows = (_goal_row(goal, by) for goal, by in _with_owner(context, shown))
    older = ListGoals(str(context.caller.team_id), str(shown[-1].number))
    buttons = (Button(_("Older"), older),) if len(found) > len(shown) else ()
    return Reply(Card((Title(_("Closed goals")), *rows), (new, *buttons)), replaces=True)


def _with_owner(context: Context, found: Any) -> Iterator[tuple[Goal, str]]:
    names = goals.names_by_id(context.session, [goal.owner_id for goal in found])
    for goal in found:
        yield goal, f"{goal_name(goal)} · {names[goal.owner_id]}"


def _goal_row(goal: Goal, by: str) -> Entry:
    return Entry(
        clip_text(goal_words(goal), WORDS),
        (by,),
        Button(_("Show"), ShowGoal(str(goal.number), str(goal.team_id))),
    )


def show_goal(context: Context, command: ShowGoal) -> Reply:
    """Show a goal's card in private. Without a number, the only open one or the list."""
    goal = find_goal(context, command.goal) if command.goal else only_open_goal(context)
    if goal is None:
        return list_goals(context, ListGoals(command.team))
    if not command.page:
        return Reply(offer_working(context, build_goal_card(context.session, goal, context.now)))
    said = [
        (words, name)
        for words, name in (
            (goal_words(goal), LETTERS[Letter.SPECIFIC]()), (goal.quote, LETTERS[Letter.MISSION]()),
            (goal.attainable, LETTERS[Letter.ATTAINABLE]()), (goal.relevant, LETTERS[Letter.RELEVANT]()),
            (goal.funds, _("What it gives us")), (goal.taught, _("What it taught us")),
        )
        if words
    ]  # fmt: skip
    pages = split_into_pages(said)
    here = min(max(parse_number(command.page), 1), len(pages))
    on = Button(_("Read more"), ShowGoal(str(goal.number), str(goal.team_id), str(here + 1)))
    where = Small(line("{goal} · page {page} of {pages}", goal=goal_name(goal), page=here, pages=len(pages)))
    return Reply(Card((*pages[here - 1], where), (on,) if here < len(pages) else ()), replaces=here > 1)


def only_open_goal(context: Context) -> Goal | None:
    """Return the open goal of the team if it has exactly one, else None."""
    found = goals.list_open(context.session, context.caller.team_id)
    return found[0] if len(found) == 1 else None


def may_remove(context: Context, command: RemoveGoal) -> bool:
    """Tell whether the person may remove the goal of a command."""
    goal = goals.find_by_number(context.session, parse_number(command.team), parse_number(command.goal))
    return goal is not None and _is_remover(context, goal)


def _is_remover(context: Context, goal: Goal) -> bool:
    return context.caller.person_id in (goal.author_id, goal.owner_id) or context.origin.admin


def remove_goal(context: Context, command: RemoveGoal) -> Reply:
    """Erase a goal's words for good, after a confirmation. What served it stays.

    UserError if the person neither made nor owns it and is no admin.
    """
    goal = find_goal(context, command.goal)
    if not _is_remover(context, goal):
        raise UserError(
            _("Only the person who made or owns a goal, or an admin, can delete it. Anyone can close it.")
        )
    if not command.sure:
        sure = Button(
            _("Delete for good"), RemoveGoal(str(goal.number), str(goal.team_id), "1"), Style.DANGER
        )
        said = (
            _("This deletes the goal with its steps and checkpoints for good. Moments and quests stay.")
            + " "
            + _("To keep it all, close the goal instead.")
        )
        return Reply(Card((Text((said,)), Quote(clip_text(goal_words(goal), WORDS))), (sure,)))
    goals.withdraw_goal(context.session, goal, context.now)
    return text_reply(_("Goal #{number} deleted.", number=goal.number), replaces=True)


DECLARATIONS = (
    Declaration(
        "goal",
        Goals,
        open_or_show,
        "goal",
        lazy("See your goals, or add one in your own words"),
        typed_only=True,
        instead=lazy("goal list and goal new"),
        names_goal=True,
        shown=True,
        button=lazy("Goals"),
        said_as=(
            "goals, our goals, list goals, show goals, goals list, all goals, okr, okrs, smart goal, smart goals, "
            "smmart, big goal, our big goal, what is our goal, objectives, targets, target, goal 1"
        ),
    ),
    Declaration(
        "goal-new",
        NewGoal,
        make_goal,
        "goal new",
        lazy("Add a SMMART goal, in three short steps"),
        example=lazy("Ten evening schools teach with us"),
        shown=True,
        button=lazy("New goal"),
        said_as="new goal, add goal, set goal, set goals, goal add, goals new, create goal, make goal, goal create",
    ),
    Declaration(
        "goal-from",
        GoalFrom,
        make_from_resolution,
        "goal from",
        lazy("Turn a resolution or a moment into a goal"),
        example=lazy("#12"),
        names_moment=True,
        shown=True,
        button=lazy("Make a goal of it"),
    ),
    Declaration(
        "goal-list",
        ListGoals,
        list_goals,
        "goal list",
        lazy("See open and closed goals"),
        read_only=True,
    ),
    Declaration(
        "goal-show",
        ShowGoal,
        show_goal,
        "goal show",
        lazy("See a goal with its steps and pace"),
        read_only=True,
        verbs=ANY_VERB,
    ),
    Declaration("goal-go-on", GoOn, go_on, read_only=True),
    Declaration("goal-big", MakeBig, make_big, once=True),
    Declaration(
        "goal-edit",
        EditGoal,
        edit_goal,
        shown=True,
        button=lazy("Edit goal"),
        verbs="edit change rename reword rewrite update modify fix",
        once=True,
    ),
    Declaration("goal-measure", MeasureGoal, measure_goal, shown=True, once=True),
    Declaration("goal-align", AlignGoal, align_goal, shown=True, once=True),
    Declaration(
        "remove-goal",
        RemoveGoal,
        remove_goal,
        works_for=may_remove,
        button=lazy("Delete goal"),
        verbs="delete remove erase drop del rm",
        once=True,
    ),
)
