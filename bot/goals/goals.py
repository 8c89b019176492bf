"""Goals: made in three short steps, listed, edited, handed on and taken back.

The first step makes the goal. What is left open is on its card, with a button that goes on, so that
nothing is lost by a form closed half-way or by a restart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.core.access.offers import offer_working
from bot.core.commands import Declaration
from bot.core.context import (
    Context,
    FormError,
    UserError,
    card_place,
    describe_place,
    waiting_person,
)
from bot.core.days.reading import find_day, plain_day
from bot.core.forms.newer import Merged, merge_newer, show_newer
from bot.core.messages import (
    Button,
    Card,
    Form,
    Line,
    Quote,
    Reply,
    Small,
    Style,
    Text,
    Title,
    text_reply,
)
from bot.core.moment import active_moment, format_moment_ref, is_kept
from bot.core.params import MOMENT_PATTERN
from bot.core.text import clip_text, format_count, list_names, one_line, parse_number, split_into_pages
from bot.core.times import format_day_from
from bot.goals.card import build_goal_card
from bot.goals.checkpoints import plan_proposed
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
    TakeGoalBack,
)
from bot.goals.find import (
    find_goal,
    find_open_goal,
    goal_class,
    goal_name,
    goal_place,
    goal_words,
    team_today,
)
from bot.goals.form import (
    TEXT_LENGTH,
    Measure,
    align_form,
    has_begun,
    is_survival_full,
    measure_form,
    plain_measure,
    present_align,
    present_goal,
    present_measure,
    read_measure,
    shorten_text,
    specific_errors,
    specific_form,
    text_errors,
)
from bot.goals.letters import describe_open, list_open
from bot.goals.lines import KEPT, LINES, NO_LINE, mission_lines
from bot.goals.pace import describe_rhythm, propose_days
from storage.delivery import postings
from storage.goals import goals, links, missions, steps
from storage.models import Goal, GoalKind, Kind, Moment, PostingKind
from storage.teams import teams

UNDO_PERIOD = timedelta(days=1)
CLOSED_SHOWN = 5
"""Closed goals on one private page."""
WORDS = 160
"""Characters of a goal in a list."""
QUOTES = "\"'“”„‘’‚«»‹› "


def open_or_show(context: Context, command: Goals) -> Reply | Form:
    """List the goals, show the one with the typed number, or make one of the typed text."""
    text = command.text.strip()
    if not text:
        return list_goals(context, ListGoals(command.team))
    if text.removeprefix("#").isdecimal():
        return show_goal(context, ShowGoal(text.removeprefix("#"), command.team))
    return make_goal(context, NewGoal(text, command.head, command.team))


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
        raise UserError(f"#{moment.number} waits for its words; after that you can make a goal of it.")
    return moment


def _remember_source(context: Context, goal: Goal, moment: Moment) -> None:
    """Remember that a goal has the words of another person's moment. They go when the moment does."""
    if moment.author_id != context.caller.person_id and _has_words_of(goal.text, moment):
        goal.from_id = moment.id
        context.session.flush()


def _has_words_of(text: str, moment: Moment) -> bool:
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
            raise UserError(f"Up to {TEXT_LENGTH} characters, please, so that it fits the card.")
        raise FormError(specific_form(context, given, tuple(errors)), errors)
    parked = _find_parked(context, given.parked) if known is None else None
    back = _way_back(context, parked)
    goal = _add_goal(context, given, parked)
    if goal.withdrawn_at is not None:
        raise UserError("That goal was made and taken back.")
    return _made_reply(context, goal, command.head, back)


def _find_parked(context: Context, given: str) -> Moment | None:
    """Return the parked moment that becomes a goal. UserError if it is one already."""
    if not given:
        return None
    moment = active_moment(context, given)
    if moment.kind != Kind.SHINY:
        raise UserError(f"#{moment.number} isn't parked: only a shiny thing is.")
    became = links.find_goal_of_parked(context.session, moment.id)
    if became is not None:
        raise UserError(f"#{moment.number} is goal #{became.number} already.")
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

    A shiny thing that it was made of rests as before, or is let go again.
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
    more: dict[str, Any] = _survival_values(context, given)
    goal, new = goals.add_once(
        context.session, context.caller.team_id, context.caller.person_id, given.text, team_today(context),
        context.origin.event, context.now, given.kind, **more,
    )  # fmt: skip
    place = card_place(context)
    if new:
        _take_place(context, goal, given)
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


def _survival_values(context: Context, given: NewGoal | EditGoal) -> dict[str, Any]:
    if given.kind != GoalKind.SURVIVAL:
        return {}
    return {
        "funds": given.funds.strip(),
        "look_again_on": find_day(given.look_again_on, team_today(context)),
    }


def _new_look(context: Context, goal: Goal, given: EditGoal) -> dict[str, Any]:
    """Return that the card has another day to ask about, if a form changes the day."""
    return (
        {}
        if _keeps_look(context, goal, given) or given.kind != GoalKind.SURVIVAL
        else {"look_asked_at": None}
    )


def _take_place(context: Context, goal: Goal, given: NewGoal | EditGoal) -> None:
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
        return (
            f" Goal #{replaced.number}, whose place it took, stays closed: "
            "two survival goals are open already."
        )
    goals.reopen_goal(context.session, replaced, context.now)
    return ""


def _made_reply(context: Context, goal: Goal, head: str, back: TakeGoalBack) -> Reply:
    number, team = str(goal.number), str(goal.team_id)
    buttons = [
        Button("Go on", GoOn(number, team), Style.PRIMARY),
        Button("Undo", replace(back, goal=number, team=team)),
    ]
    if goals.find_big(context.session, goal.team_id) is None:
        buttons.append(Button("Make it the big goal", MakeBig(number, team)))
    if head:
        again = context.store_if_long(TakeGoalBack(number, head, team))
        buttons.append(Button("It was an aha", again))
    said = f"{goal_name(goal)} is open "
    place = describe_place(goal_place(context, goal))
    return text_reply(said, *place, f". {describe_open(goal)}", buttons=tuple(buttons))


def go_on(context: Context, command: GoOn) -> Reply | Form:
    """Return the next form that asks for an open letter of a goal, or the first one if all are filled."""
    goal = find_open_goal(context, command.goal)
    left = set(list_open(goal))
    if "Specific" in left:
        return edit_goal(context, EditGoal(str(goal.number), str(goal.team_id)))
    if left & {"Measurable", "Time-bound"}:
        return _open_measure(context, goal)
    if left:
        return _open_align(context, goal)
    return edit_goal(context, EditGoal(str(goal.number), str(goal.team_id)))


def _open_measure(context: Context, goal: Goal) -> Form:
    given = MeasureGoal(str(goal.number), str(goal.team_id), **present_measure(goal))
    return measure_form(context, given, goal)


def _open_align(context: Context, goal: Goal) -> Form:
    present = {**present_align(goal), "line": KEPT if goal.quote else ""}
    return align_form(context, AlignGoal(str(goal.number), str(goal.team_id), **present), goal)


def find_goal_to_change(context: Context, given: str, asked: str) -> Goal:
    """Return the open goal that a form is about, with its team locked where the form is sent."""
    if asked:
        teams.lock_team(context.session, context.caller.team_id)
    return find_open_goal(context, given)


def measure_goal(context: Context, command: MeasureGoal) -> Reply | Form:
    """Save the numbers and the day of a goal, and propose its checkpoints. Without `asked`, return the form.

    What somebody else has saved meanwhile stays, and comes back with the form if both changed the same.
    FormError for what is no number, a target that is the start, and a day that is over.
    """
    goal = find_goal_to_change(context, command.goal, command.asked)
    if not command.asked:
        return _open_measure(context, goal)
    present = present_measure(goal)
    command, clashes = merge_newer(command, present, plain_measure(context, command))
    if clashes:
        return show_newer(measure_form(context, command, goal), present, clashes)
    measure, errors = read_measure(context, command, goal)
    if errors:
        raise FormError(measure_form(context, command, goal), errors)
    before, started_on = goal.due_on, goal.starts_on
    goals.change_goal(
        context.session, goal, context.now,
        {"start": measure.start, "target": measure.target, "unit": measure.unit, "due_on": measure.due_on,
         "starts_on": _find_first_day(context, goal, measure)},
    )  # fmt: skip
    more = ""
    if goal.due_on != before:
        days, dropped = plan_proposed(context, goal, before, started_on)
        today = team_today(context)
        more = f" I'll ask how it's going {_describe_days(goal, days, today)}." if days else ""
        more += _describe_dropped(dropped, today)
    return _saved_reply(context, goal, more, AlignGoal(str(goal.number), str(goal.team_id)))


def _find_first_day(context: Context, goal: Goal, measure: Measure) -> date:
    """Return the first day of a goal's line: the one on which its start was given.

    Another start begins the line anew until somebody has checked in.
    """
    today = team_today(context)
    given_now = bool(measure.start) and measure.start != goal.start
    is_over = measure.due_on is not None and measure.due_on <= today
    return today if given_now and not is_over and not has_begun(context, goal) else goal.starts_on


def _describe_days(goal: Goal, days: tuple[date, ...], today: date) -> str:
    assert goal.due_on is not None
    first = format_day_from(days[0], today)
    if len(days) == 1:
        return f"on {first}"
    is_proposed = set(days) <= set(propose_days(goal.starts_on, goal.due_on))
    often = describe_rhythm(goal.starts_on, goal.due_on) if is_proposed else f"on {len(days)} days"
    return f"{often}, first on {first}"


def _describe_dropped(days: tuple[date, ...], today: date) -> str:
    """Return that checkpoints which people chose came off, or an empty string."""
    if not days:
        return ""
    are = "is" if len(days) == 1 else "are"
    named = list_names([format_day_from(day, today) for day in days])
    return f" {format_count(len(days), 'checkpoint').capitalize()} {are} off, after the new day: {named}."


def align_goal(context: Context, command: AlignGoal) -> Reply | Form:
    """Save the line of the mission, why the goal is believed in and why now. Without `asked`, return the form.

    What somebody else has saved meanwhile stays, and comes back with the form if both changed the same.
    """
    goal = find_goal_to_change(context, command.goal, command.asked)
    if not command.asked:
        return _open_align(context, goal)
    command, clashes = _merge_align(context, goal, command)
    if clashes:
        now = {**present_align(goal), "line": KEPT if goal.quote else NO_LINE.value}
        return show_newer(align_form(context, command, goal), now, clashes)
    texts = {"attainable": command.attainable, "relevant": command.relevant, "step": command.step}
    if errors := dict(text_errors(texts)):
        raise FormError(align_form(context, command, goal), errors)
    line, quote, more = _quote_line(context, goal, command)
    values = {
        "line": line, "quote": quote, "attainable": command.attainable.strip(), "relevant": command.relevant.strip(),
    }  # fmt: skip
    goals.change_goal(context.session, goal, context.now, values)
    if command.step.strip():
        steps.add_once(
            context.session,
            goal.id,
            context.caller.person_id,
            command.step.strip(),
            context.origin.event,
            context.now,
        )
    return _saved_reply(context, goal, more, None)


def _merge_align(context: Context, goal: Goal, command: AlignGoal) -> Merged[AlignGoal]:
    """Return the third step with what others have saved since. Its line is KEPT where that stays as it is."""
    present, line = present_align(goal), ""
    if command.line == KEPT:
        line = present["line"]
    elif command.line in LINES:
        mission = missions.find_current(context.session, goal.team_id)
        line = f"{command.line} {mission_lines(mission)[command.line]}"
    merged, clashes = merge_newer(command, present, {"line": line})
    stays = bool(goal.quote) and merged.line in (KEPT, present["line"])
    return Merged(replace(merged, line=KEPT) if stays else merged, clashes)


def _quote_line(context: Context, goal: Goal, command: AlignGoal) -> tuple[str, str, str]:
    """Return the chosen line, its words today, and a sentence if these changed while the form was open."""
    if command.line == KEPT:
        return goal.line, goal.quote, ""
    if command.line not in LINES:
        return "", "", ""
    current = missions.find_current(context.session, goal.team_id)
    words = mission_lines(current)[command.line]
    if not words:
        stays = "stays as it is" if goal.quote else "stays open"
        said = f" That line of the mission was emptied meanwhile, so the letter {stays}."
        return goal.line, goal.quote, said
    shown = missions.find_version(context.session, goal.team_id, parse_number(command.seen))
    changed = shown is not None and mission_lines(shown)[command.line] != words
    more = (
        f" The mission changed meanwhile: that line now says “{one_line(words, WORDS)}”." if changed else ""
    )
    return command.line, words, more


def _saved_reply(context: Context, goal: Goal, more: str, following: AlignGoal | None) -> Reply:
    number, team = str(goal.number), str(goal.team_id)
    buttons = [Button("Edit", EditGoal(number, team))]
    if list_open(goal):
        step = (
            following
            if following and set(list_open(goal)) - {"Measurable", "Time-bound"}
            else GoOn(number, team)
        )
        buttons.insert(0, Button("Go on", step, Style.PRIMARY))
    place = describe_place(goal_place(context, goal))
    said = f"Goal #{goal.number} is saved "
    return text_reply(said, *place, f". {describe_open(goal)}{more}", buttons=tuple(buttons))


def edit_goal(context: Context, command: EditGoal) -> Reply | Form:
    """Change what a goal says and its class. Without `asked`, return the form.

    What somebody else has saved meanwhile stays, and comes back with the form if both changed the same.
    FormError where another goal is the big one, and for a survival goal without its two details.
    """
    goal = find_goal_to_change(context, command.goal, command.asked)
    present = present_goal(goal)
    if not command.asked:
        shown = EditGoal(str(goal.number), str(goal.team_id), **present)
        return specific_form(context, shown, present=present)
    look = plain_day(command.look_again_on, team_today(context))
    command, clashes = merge_newer(command, present, {"look_again_on": look})
    if clashes:
        return show_newer(specific_form(context, command, clashes, present), present, clashes)
    errors = dict(specific_errors(context, command, goal))
    if _keeps_look(context, goal, command):
        errors.pop("look_again_on", None)
    if errors:
        raise FormError(specific_form(context, command, tuple(errors), present), errors)
    values = {
        "text": command.text.strip(), "kind": command.kind, **_survival_values(context, command),
        **_new_look(context, goal, command), **_new_source(context, goal, command),
    }  # fmt: skip
    goals.change_goal(context.session, goal, context.now, values)
    _take_place(context, goal, command)
    more = (
        Button("Numbers and day", MeasureGoal(str(goal.number), str(goal.team_id))),
        Button("What it's for", AlignGoal(str(goal.number), str(goal.team_id))),
    )
    place = describe_place(goal_place(context, goal))
    return text_reply(f"Goal #{goal.number} has your new words ", *place, ".", buttons=more)


def _new_source(context: Context, goal: Goal, given: EditGoal) -> dict[str, Any]:
    """Return that a goal's words are its owner's now, if a form says more than the moment that they came from."""
    source = context.session.get(Moment, goal.from_id) if goal.from_id is not None else None
    text = given.text.strip()
    stays = source is None or text == goal.text or _has_words_of(text, source)
    return {} if stays else {"from_id": None}


def _keeps_look(context: Context, goal: Goal, command: EditGoal) -> bool:
    """Return whether a form leaves the day on which a goal is looked at again, which may be over by now."""
    given = find_day(command.look_again_on, team_today(context))
    return goal.look_again_on is not None and given == goal.look_again_on


def make_big(context: Context, command: MakeBig) -> Reply:
    """Make a goal the big one, or with `was` what it was before. UserError where another one is big."""
    goal = find_open_goal(context, command.goal)
    teams.lock_team(context.session, goal.team_id)
    big = goals.find_big(context.session, goal.team_id)
    place = goal_place_words(context, goal)
    if command.was in list(GoalKind) and command.was != GoalKind.BIG:
        return _give_class_back(context, goal, command.was)
    if big is not None and big.id != goal.id:
        raise UserError(
            f"“{one_line(goal_words(big), WORDS)}” (#{big.number}) is the big goal already. Close that one first."
        )
    before = goal.kind
    goals.change_goal(context.session, goal, context.now, {"kind": GoalKind.BIG})
    undo = Button("Undo", MakeBig(str(goal.number), str(goal.team_id), before))
    said = f"#{goal.number} is the big goal now, the one that gets most of our time. It's "
    return text_reply(said, *place, ".", buttons=(undo,))


def _give_class_back(context: Context, goal: Goal, kind: str) -> Reply:
    """Give a goal the class it had before it was the big one, unless it would be a third survival goal.

    UserError if it has another class by now.
    """
    if goal.kind not in (GoalKind.BIG, kind):
        raise UserError(f"#{goal.number} isn't the big goal any more, so there's nothing to undo.")
    if kind == GoalKind.SURVIVAL and is_survival_full(context, goal):
        edit = Button("Edit", EditGoal(str(goal.number), str(goal.team_id)))
        said = f"Two survival goals are open already, so #{goal.number} stays as it is. "
        return text_reply(f"{said}Edit it to choose which one it replaces.", buttons=(edit,))
    goals.change_goal(context.session, goal, context.now, {"kind": kind})
    place = goal_place_words(context, goal)
    said = f"#{goal.number} isn't the big goal any more. It's a {goal_class(goal)} again "
    return text_reply(said, *place, ".", replaces=True)


def list_goals(context: Context, command: ListGoals) -> Reply:
    """List the open goals in private, the big one first, or a page of the closed ones."""
    team = str(context.caller.team_id) if context.caller.team_id else command.team
    new = Button("New goal", NewGoal(team=team), Style.PRIMARY)
    if command.before:
        return _list_closed(context, parse_number(command.before), new)
    found = goals.list_open(context.session, context.caller.team_id)
    newest = goals.latest_number(context.session, context.caller.team_id)
    closed = goals.list_closed(context.session, context.caller.team_id, 1)
    more = (Button("Closed goals", ListGoals(team, str(newest + 1))),) if closed else ()
    if not found:
        return text_reply("No goal is open. What would you love to reach?", buttons=(new, *more))
    rows = (_goal_row(goal, line) for goal, line in _with_owner(context, found))
    return Reply(Card((Title("Our goals"), *rows), (new, *more)))


def _list_closed(context: Context, before: int, new: Button) -> Reply:
    found = goals.list_closed(context.session, context.caller.team_id, CLOSED_SHOWN + 1, before)
    if not found:
        return text_reply("That was the oldest one.", buttons=(new,), replaces=True)
    shown = found[:CLOSED_SHOWN]
    rows = (_goal_row(goal, line) for goal, line in _with_owner(context, shown))
    older = ListGoals(str(context.caller.team_id), str(shown[-1].number))
    buttons = (Button("Older", older),) if len(found) > len(shown) else ()
    return Reply(Card((Title("Closed goals"), *rows), (new, *buttons)), replaces=True)


def _with_owner(context: Context, found: Any) -> Iterator[tuple[Goal, str]]:
    names = goals.names_by_id(context.session, [goal.owner_id for goal in found])
    for goal in found:
        yield goal, f"{goal_name(goal)} · {names[goal.owner_id]}"


def _goal_row(goal: Goal, line: str) -> Quote:
    return Quote(
        clip_text(goal_words(goal), WORDS),
        line,
        Button("See it", ShowGoal(str(goal.number), str(goal.team_id))),
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
            (goal_words(goal), "Specific"), (goal.quote, "Mission-based"), (goal.attainable, "Attainable"),
            (goal.relevant, "Relevant"), (goal.funds, "It pays for"), (goal.taught, "What it taught"),
        )
        if words
    ]  # fmt: skip
    pages = split_into_pages(said)
    here = min(max(parse_number(command.page), 1), len(pages))
    on = Button("Read on", ShowGoal(str(goal.number), str(goal.team_id), str(here + 1)))
    where = Small((f"{goal_name(goal)} · page {here} of {len(pages)}",))
    return Reply(Card((*pages[here - 1], where), (on,) if here < len(pages) else ()), replaces=here > 1)


def only_open_goal(context: Context) -> Goal | None:
    """Return the open goal of the team if it has exactly one, else None."""
    found = goals.list_open(context.session, context.caller.team_id)
    return found[0] if len(found) == 1 else None


def goal_place_words(context: Context, goal: Goal) -> Line:
    """Return the words that say where a goal's card is."""
    return describe_place(goal_place(context, goal))


def find_own_new_goal(context: Context, given: str) -> Goal:
    """Return the goal that the person made within a day. UserError for any other."""
    goal = find_open_goal(context, given)
    if goal.author_id != context.caller.person_id:
        raise UserError("Only the person who made a goal can take it back. Anyone can close it.")
    if goal.created_at + UNDO_PERIOD <= context.now:
        raise UserError(
            f"You made goal #{goal.number} more than a day ago. You can close it, or remove it on its card."
        )
    return goal


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
            "Only the person who made or owns a goal, or an admin, can remove it. Anyone can close it."
        )
    if not command.sure:
        sure = Button(
            "Remove it for good", RemoveGoal(str(goal.number), str(goal.team_id), "1"), Style.DANGER
        )
        said = (
            "Its words, steps and checkpoints will be gone for good. What served it stays. "
            "If you close it instead, nothing is lost."
        )
        return Reply(Card((Text((said,)), Quote(clip_text(goal_words(goal), WORDS))), (sure,)))
    goals.withdraw_goal(context.session, goal, context.now)
    return text_reply(f"Goal #{goal.number} is removed.", replaces=True)


DECLARATIONS = (
    Declaration(
        "goal",
        Goals,
        open_or_show,
        "goal",
        "All goals, or a new one in your words",
        typed_only=True,
        instead="goal list and goal new",
        names_goal=True,
        shown=True,
        button="Goals",
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
        "A SMMART goal, in three short steps",
        example="Ten evening schools teach with us",
        shown=True,
        button="New goal",
        said_as="new goal, add goal, set goal, set goals, goal add, goals new, create goal, make goal, goal create",
    ),
    Declaration(
        "goal-from",
        GoalFrom,
        make_from_resolution,
        "goal from",
        "Make a goal of a resolution, or of a moment",
        example="#12",
        names_moment=True,
        shown=True,
        button="From a resolution",
    ),
    Declaration(
        "goal-list",
        ListGoals,
        list_goals,
        "goal list",
        "Every open goal, and the closed ones",
        read_only=True,
    ),
    Declaration(
        "goal-show", ShowGoal, show_goal, "goal show", "One goal, with its steps and pace", read_only=True
    ),
    Declaration("goal-go-on", GoOn, go_on, read_only=True),
    Declaration("goal-big", MakeBig, make_big, once=True),
    Declaration(
        "goal-edit",
        EditGoal,
        edit_goal,
        shown=True,
        button="Edit the goal",
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
        button="Remove the goal",
        verbs="delete remove erase drop del rm",
        once=True,
    ),
)
