"""A goal's card: its six letters, its steps, where it is on its line, and the small picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session

from bot.charts.goal_chart import GoalCourse, GoalPoint
from bot.charts.plans import plan_goal_chart
from bot.core.messages import (
    CARD_TEXT_LIMIT,
    Block,
    Button,
    Card,
    Inline,
    Post,
    Quote,
    Section,
    Small,
    Strong,
    Style,
    Text,
    Timestamp,
    Title,
)
from bot.core.origin import Capabilities
from bot.core.pictures.drawing import Drawing
from bot.core.posts import ComposedPost
from bot.core.text import clip_text, format_count, list_names
from bot.core.times import format_day, format_day_from, local_day
from bot.goals.commands import (
    AddStep,
    Became,
    CheckIn,
    CloseGoal,
    EditGoal,
    GoOn,
    KeepGoal,
    PlanCheckpoints,
    RemindOwner,
    RemoveGoal,
    ReopenGoal,
    SeeSteps,
    TakeOver,
    TickStep,
)
from bot.goals.find import goal_name, is_to_look_at
from bot.goals.letters import describe_letters, describe_measure, list_open
from bot.goals.lines import LINES
from bot.goals.numbers import format_measured, shorten_measured
from bot.goals.pace import checkpoint_state, find_course, measured_on
from storage.goals import checkpoints, goals, links, steps
from storage.models import Checkpoint, Goal, GoalKind, GoalStep, Kind, Posting, Team

STEPS_SHOWN = 3
"""Steps to do on the card. The others are behind *Steps*."""
PART_WORDS = 200
"""Characters of a letter's words on the card."""
OUTCOMES = {"reached": "reached", "partly": "partly reached", "missed": "not reached", "stopped": "stopped"}
"""What may have come of a closed goal, in the card's words."""


def compose_goal_card(
    session: Session, posting: Posting, now: datetime, _capabilities: Capabilities
) -> ComposedPost | None:
    """Compose a goal's card with its picture.

    After it was removed, it is one sentence, or None if it was never posted.
    """
    goal = goals.find_by_posting(session, posting)
    if goal is None or goal.withdrawn_at is not None:
        gone = Card((Small((f"Goal #{goal.number} was removed." if goal else "This goal was removed.",)),))
        return ComposedPost(Post(gone)) if posting.message else None
    card = build_goal_card(session, goal, now)
    return ComposedPost(Post(card), drawing=plan_goal_picture(session, goal))


def build_goal_card(session: Session, goal: Goal, now: datetime) -> Card:
    """Build the card: words, letters, steps, state, and what one can do next."""
    blocks = tuple(_card_blocks(session, goal, now))
    number, team = str(goal.number), str(goal.team_id)
    remove = Button("Remove it", RemoveGoal(number, team))
    if goal.closed_at is not None:
        return Card(
            blocks, (Button("Reopen", ReopenGoal(number, team)), *_became_buttons(session, goal)), (remove,)
        )
    asks = checkpoints.find_waiting(session, goal.id, _today(session, goal, now)) is not None
    check = Button("Check in", CheckIn(number, team), Style.PRIMARY if asks else Style.PLAIN)
    edit, close = Button("Edit", EditGoal(number, team)), Button("Close", CloseGoal(number, team))
    steps_button = Button("Steps", SeeSteps(number, team))
    menu = (*_open_menu(goal), remove)
    if is_to_look_at(goal):
        look = Button("It's still needed", KeepGoal(number, team), Style.PRIMARY)
        return Card(blocks, (look, close, check, steps_button), (edit, *menu))
    if not list_open(goal):
        return Card(blocks, (check, edit, steps_button, close), menu)
    letters = Button("Go on", GoOn(number, team), Style.PLAIN if asks else Style.PRIMARY)
    first = (check, letters) if asks else (letters, check)
    return Card(blocks, (*first, steps_button, close), (edit, *menu))


def _open_menu(goal: Goal) -> Iterator[Button]:
    """Yield the further things to do with an open goal. Only one whose owner has left can be taken over."""
    number, team = str(goal.number), str(goal.team_id)
    yield Button("Add a step", AddStep(number, team))
    yield Button("Change checkpoints", PlanCheckpoints(number, team))
    if goal.owner_left_at is not None:
        yield Button("Take it over", TakeOver(number, team))
    elif goal.asks_owner:
        yield Button("Stop messaging the owner", RemindOwner(number, team))
    else:
        yield Button("Message me about checkpoints", RemindOwner(number, team, "1"))


def _became_buttons(session: Session, goal: Goal) -> tuple[Button, ...]:
    if goals.find_became(session, goal) is not None:
        return ()
    number, team = str(goal.number), str(goal.team_id)
    return (
        Button("It became a breakthrough", Became(number, Kind.BREAKTHROUGH, team)),
        Button("It was an experiment", Became(number, Kind.EXPERIMENT, team)),
    )


def _card_blocks(session: Session, goal: Goal, now: datetime) -> Iterator[Block]:
    ended = f" · {OUTCOMES.get(goal.outcome, 'closed')}" if goal.closed_at else ""
    yield Title(f"{goal_name(goal)}{ended}")
    yield _words_block(session, goal)
    yield Small(tuple(_owner_line(session, goal)))
    parked = links.find_parked_of_goal(session, goal.id)
    if parked is not None:
        yield Small((f"It began as shiny thing #{parked.number}",))
    today = _today(session, goal, now)
    yield from _letter_blocks(goal, today)
    if goal.closed_at is not None:
        yield from _ending_blocks(session, goal, today)
        return
    yield from _step_blocks(session, goal)
    yield from _state_blocks(session, goal, today)
    yield from _serving_blocks(session, goal)


def _words_block(session: Session, goal: Goal) -> Block:
    """Return a goal's words, or the question for new ones where another person's were taken back."""
    if goal.text:
        return Quote(clip_text(goal.text, CARD_TEXT_LIMIT))
    gone = "The person who wrote its words has taken them back."
    if goal.closed_at is not None:
        return Text((gone,))
    owner = goals.names_by_id(session, [goal.owner_id])[goal.owner_id]
    return Text((f"{gone} {owner}, how would you say it in your own words?",))


def _owner_line(session: Session, goal: Goal) -> Iterator[Inline]:
    owner = goals.names_by_id(session, [goal.owner_id])[goal.owner_id]
    if goal.owner_left_at is not None:
        yield f"{owner} owned it and has left. Anyone can take it over."
        return
    team = session.get(Team, goal.team_id)
    yield f"{owner} owns it · since "
    yield Timestamp(goal.created_at, team.zone if team else "UTC")


def _letter_blocks(goal: Goal, today: date) -> Iterator[Block]:
    yield Text((Strong(describe_letters(goal)),))
    measure = describe_measure(goal)
    until = f"until {format_day(goal.due_on)} {goal.due_on.year}" if goal.due_on else ""
    if said := " ".join(filter(None, (measure, until))):
        yield Text((said[0].upper() + said[1:] + ".",))
    if goal.quote:
        yield Quote(clip_text(goal.quote, PART_WORDS), f"Our mission · {LINES[goal.line].label}")
    if goal.attainable:
        yield Small((Strong("Attainable: "), clip_text(goal.attainable, PART_WORDS)))
    if goal.relevant:
        yield Small((Strong("Relevant: "), clip_text(goal.relevant, PART_WORDS)))
    if goal.kind == GoalKind.SURVIVAL and goal.funds:
        ahead = goal.look_again_on if not is_to_look_at(goal) else None
        again = f" · looked at again on {format_day_from(ahead, today)}" if ahead else ""
        yield Small((Strong("For: "), clip_text(goal.funds, PART_WORDS), again))
    if names := list_open(goal):
        yield Small((f"Still open: {', '.join(names)}.",))


def _step_blocks(session: Session, goal: Goal) -> Iterator[Block]:
    found = steps.list_steps(session, goal.id)
    to_do = [step for step in found if step.done_at is None]
    if to_do:
        yield Section("Next steps" if len(to_do) > 1 else "Next step")
    numbers = steps.number_steps(session, goal.id)
    for step in to_do[:STEPS_SHOWN]:
        yield _step_quote(goal, step, str(numbers[step.id]) if len(numbers) > 1 else "")
    done, more = len(found) - len(to_do), len(to_do) - STEPS_SHOWN
    rest = (f"{more} more" if more > 0 else "", f"{format_count(done, 'step')} done" if done else "")
    if said := " · ".join(filter(None, rest)):
        yield Small((said,))


def _step_quote(goal: Goal, step: GoalStep, number: str) -> Quote:
    tick = Button("Done", TickStep(str(goal.number), str(step.id), str(goal.team_id)))
    return Quote(clip_text(step.text, PART_WORDS), number, tick)


def _state_blocks(session: Session, goal: Goal, today: date) -> Iterator[Block]:
    latest = latest_answer(session, goal)
    if latest is not None:
        zone = session.get_one(Team, goal.team_id).zone
        state = checkpoint_state(goal, latest, zone)
        yield Text((Strong(state[0].upper() + state[1:]), _progress_words(goal, latest, zone, today)))
    if is_to_look_at(goal):
        yield Text(("Time to look at it again: is it still needed?",))
    waiting = checkpoints.find_waiting(session, goal.id, today)
    if waiting is not None:
        yield Text(("Time to check in: how far is it, and are these the people we wanted to serve?",))
        return
    following = checkpoints.find_next(session, goal.id, today)
    if following is not None:
        yield Small((f"Next checkpoint on {format_day_from(following.due_on, today)}",))


def latest_answer(session: Session, goal: Goal) -> Checkpoint | None:
    """Return the answered checkpoint of a goal with the latest day, or None."""
    answered = [one for one in checkpoints.list_checkpoints(session, goal.id) if one.answered_at]
    return answered[-1] if answered else None


def _progress_words(goal: Goal, checkpoint: Checkpoint, zone: str, today: date) -> str:
    far = f": {format_measured(Decimal(checkpoint.progress), goal.unit)}" if checkpoint.progress else ""
    return f"{far} on {format_day_from(measured_on(checkpoint, zone), today)}"


def _serving_blocks(session: Session, goal: Goal) -> Iterator[Block]:
    moments, quests = links.list_moments(session, goal.id), links.list_quests(session, goal.id)
    said = (
        list_names([f"#{moment.number}" for moment in moments]) if moments else "",
        format_count(len(quests), "quest") if quests else "",
    )
    if any(said):
        yield Small((f"Served by {' and '.join(filter(None, said))}",))


def _ending_blocks(session: Session, goal: Goal, today: date) -> Iterator[Block]:
    if goal.taught:
        yield Section("What it taught")
        yield Quote(clip_text(goal.taught, CARD_TEXT_LIMIT))
    replacing = goals.find_replacing(session, goal)
    if replacing is not None:
        yield Small((f"Goal #{replacing.number} took its place.",))
    yield from _state_of_closed(session, goal, today)
    became = goals.find_became(session, goal)
    if became is not None:
        yield Small((f"It became {became.kind} #{became.number}.",))
    yield from _serving_blocks(session, goal)


def _state_of_closed(session: Session, goal: Goal, today: date) -> Iterator[Block]:
    latest = latest_answer(session, goal)
    if latest is not None:
        zone = session.get_one(Team, goal.team_id).zone
        state = checkpoint_state(goal, latest, zone)
        yield Small((f"At the end: {state}{_progress_words(goal, latest, zone, today)}",))


def plan_goal_picture(session: Session, goal: Goal) -> Drawing | None:
    """Return the drawing of the goal's line and its checkpoints, or None while it has no line."""
    course = find_course(goal)
    if course is None:
        return None
    found = checkpoints.list_checkpoints(session, goal.id)
    return plan_goal_chart(
        GoalCourse(
            title=f"Goal #{goal.number}",
            start=float(course.start),
            target=float(course.target),
            start_label=format_measured(course.start, goal.unit),
            target_label=format_measured(course.target, goal.unit),
            start_shown=shorten_measured(course.start, goal.unit),
            target_shown=shorten_measured(course.target, goal.unit),
            starts_on=course.starts_on,
            due_on=course.due_on,
            points=_points_of(goal, found, session.get_one(Team, goal.team_id).zone),
            planned=tuple(one.due_on for one in found if not one.answered_at),
        )
    )


def _points_of(goal: Goal, found: Sequence[Checkpoint], zone: str) -> tuple[GoalPoint, ...]:
    return tuple(
        GoalPoint(
            measured_on(one, zone), float(one.progress), one.fit,
            format_measured(Decimal(one.progress), goal.unit), checkpoint_state(goal, one, zone),
            shorten_measured(Decimal(one.progress), goal.unit),
        )
        for one in found
        if one.answered_at and one.progress
    )  # fmt: skip


def _today(session: Session, goal: Goal, now: datetime) -> date:
    return local_day(now, session.get_one(Team, goal.team_id).zone)
