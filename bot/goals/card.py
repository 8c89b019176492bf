"""A goal's card: its six letters, its steps, where it is on its line, and the small picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session

from bot.charts.goal_chart import GoalCourse, GoalPoint
from bot.charts.plans import plan_goal_chart
from bot.core.language.words import Lazy, _, lazy, line, ngettext, nline
from bot.core.messages import (
    CARD_TEXT_LIMIT,
    Block,
    Button,
    Card,
    Entry,
    Line,
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
from bot.core.text import clip_text, list_names
from bot.core.times import format_day_from, local_day
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
from bot.goals.letters import LETTERS, Letter, describe_course, describe_letters, list_open, name_open
from bot.goals.lines import LINES, OUR_MISSION
from bot.goals.numbers import format_measured, shorten_measured
from bot.goals.pace import describe_state, find_course, measured_on
from storage.goals import checkpoints, goals, links, steps
from storage.models import Checkpoint, Goal, GoalKind, GoalStep, Kind, Moment, Posting, Team

STEPS_SHOWN = 3
"""Steps to do on the card. The others are behind *Steps*."""
PART_WORDS = 200
"""Characters of a letter's words on the card."""
OUTCOMES: Mapping[str, Lazy] = {
    "reached": lazy("Reached"),
    "partly": lazy("Partly reached"),
    "missed": lazy("Not reached"),
    "stopped": lazy("Stopped"),
}
"""What may have come of a closed goal, in the card's words."""
CLOSED = lazy("Closed")


def compose_goal_card(
    session: Session, posting: Posting, now: datetime, _capabilities: Capabilities
) -> ComposedPost | None:
    """Compose a goal's card with its picture.

    After it was removed, it is one sentence, or None if it was never posted.
    """
    goal = goals.find_by_posting(session, posting)
    if goal is None or goal.withdrawn_at is not None:
        said = _("Goal #{number} was deleted.", number=goal.number) if goal else _("This goal was deleted.")
        gone = Card((Small((said,)),))
        return ComposedPost(Post(gone)) if posting.message else None
    card = build_goal_card(session, goal, now)
    return ComposedPost(Post(card), drawing=plan_goal_picture(session, goal))


def build_goal_card(session: Session, goal: Goal, now: datetime) -> Card:
    """Build the card: words, letters, steps, state, and what one can do next."""
    blocks = tuple(_card_blocks(session, goal, now))
    number, team = str(goal.number), str(goal.team_id)
    remove = Button(_("Delete"), RemoveGoal(number, team))
    if goal.closed_at is not None:
        reopen = Button(_("Reopen"), ReopenGoal(number, team))
        return Card(blocks, (reopen, *became_buttons(session, goal)), (remove,))
    asks = checkpoints.find_waiting(session, goal.id, _today(session, goal, now)) is not None
    check = Button(_("Check in"), CheckIn(number, team), Style.PRIMARY if asks else Style.PLAIN)
    edit, close = (
        Button(_("Edit goal"), EditGoal(number, team)),
        Button(_("Close goal"), CloseGoal(number, team)),
    )
    steps_button = Button(_("Steps"), SeeSteps(number, team))
    menu = (*_open_menu(goal), remove)
    if is_to_look_at(goal):
        look = Button(_("Keep goal"), KeepGoal(number, team), Style.PRIMARY)
        return Card(blocks, (look, close, check, steps_button), (edit, *menu))
    if not list_open(goal):
        return Card(blocks, (check, edit, steps_button, close), menu)
    letters = Button(_("Fill in the rest"), GoOn(number, team), Style.PLAIN if asks else Style.PRIMARY)
    first = (check, letters) if asks else (letters, check)
    return Card(blocks, (*first, steps_button, close), (edit, *menu))


def _open_menu(goal: Goal) -> Iterator[Button]:
    """Yield the further things to do with an open goal. Only one whose owner has left can be taken over."""
    number, team = str(goal.number), str(goal.team_id)
    yield Button(_("Add a step"), AddStep(number, team))
    yield Button(_("Change checkpoints"), PlanCheckpoints(number, team))
    if goal.owner_left_at is not None:
        yield Button(_("Take over"), TakeOver(number, team))
    elif goal.asks_owner:
        yield Button(_("Stop messaging the owner"), RemindOwner(number, team))
    else:
        yield Button(_("Message me at checkpoints"), RemindOwner(number, team, "1"))


def became_buttons(session: Session, goal: Goal) -> tuple[Button, ...]:
    """Return the buttons that turn a closed goal into a moment. None once one has."""
    if goals.find_became(session, goal) is not None:
        return ()
    number, team = str(goal.number), str(goal.team_id)
    return (
        Button(_("Log a breakthrough"), Became(number, Kind.BREAKTHROUGH, team)),
        Button(_("Log an experiment"), Became(number, Kind.EXPERIMENT, team)),
    )


def _card_blocks(session: Session, goal: Goal, now: datetime) -> Iterator[Block]:
    ended = [OUTCOMES.get(goal.outcome, CLOSED)()] if goal.closed_at else []
    yield Title(" · ".join((goal_name(goal), *ended)))
    yield _words_block(session, goal)
    yield Small(_owner_line(session, goal))
    parked = links.find_parked_of_goal(session, goal.id)
    if parked is not None:
        yield Small(line("It started as shiny idea #{number}", number=parked.number))
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
    if goal.closed_at is not None:
        return Text(line("The person who wrote this has removed it."))
    owner = goals.names_by_id(session, [goal.owner_id])[goal.owner_id]
    said = line(
        "The person who wrote this has removed it. {owner}, how would you put it in your own words?",
        owner=owner,
    )
    return Text(said)


def _owner_line(session: Session, goal: Goal) -> Line:
    owner = goals.names_by_id(session, [goal.owner_id])[goal.owner_id]
    if goal.owner_left_at is not None:
        return line("{owner} owned this goal and has left. Anyone can take it over.", owner=owner)
    team = session.get(Team, goal.team_id)
    day = Timestamp(goal.created_at, team.zone if team else "UTC")
    return line("Owner: {owner}, since {day}", owner=owner, day=day)


def _letter_blocks(goal: Goal, today: date) -> Iterator[Block]:
    yield Text((Strong(describe_letters(goal)),))
    if said := describe_course(goal):
        yield Text((said,))
    if goal.quote:
        yield Quote(clip_text(goal.quote, PART_WORDS), f"{OUR_MISSION()} · {LINES[goal.line].label()}")
    if goal.attainable:
        yield _labelled(LETTERS[Letter.ATTAINABLE](), goal.attainable)
    if goal.relevant:
        yield _labelled(LETTERS[Letter.RELEVANT](), goal.relevant)
    if goal.kind == GoalKind.SURVIVAL and goal.funds:
        yield _labelled(_("What it gives us"), goal.funds)
        if goal.look_again_on and not is_to_look_at(goal):
            day = format_day_from(goal.look_again_on, today)
            yield Small(line("I'll ask on {day} if you still need it.", day=day))
    if names := name_open(goal):
        yield Small(line("Still open: {names}.", names=names))


def _labelled(label: str, words: str) -> Small:
    return Small((Strong(f"{label}: "), clip_text(words, PART_WORDS)))


def _step_blocks(session: Session, goal: Goal) -> Iterator[Block]:
    found = steps.list_steps(session, goal.id)
    to_do = [step for step in found if step.done_at is None]
    if to_do:
        yield Section(ngettext("Next step", "Next steps", len(to_do)))
    numbers = steps.number_steps(session, goal.id)
    for step in to_do[:STEPS_SHOWN]:
        yield _step_entry(goal, step, str(numbers[step.id]) if len(numbers) > 1 else "")
    done, more = len(found) - len(to_do), len(to_do) - STEPS_SHOWN
    rest = (
        ngettext("1 more step", "{n} more steps", more) if more > 0 else "",
        ngettext("1 step done", "{n} steps done", done) if done else "",
    )
    if said := " · ".join(filter(None, rest)):
        yield Small((said,))


def _step_entry(goal: Goal, step: GoalStep, number: str) -> Entry:
    tick = Button(_("Done"), TickStep(str(goal.number), str(step.id), str(goal.team_id)))
    return Entry(clip_text(step.text, PART_WORDS), (number,), tick)


def _state_blocks(session: Session, goal: Goal, today: date) -> Iterator[Block]:
    latest = latest_answer(session, goal)
    if latest is not None:
        yield Text(_latest_line(session, goal, latest, today))
    if is_to_look_at(goal):
        yield Text(line("It's time to take another look: do we still need this goal?"))
    waiting = checkpoints.find_waiting(session, goal.id, today)
    if waiting is not None:
        yield Text(line("Time to check in: how far are we, and are these the people we wanted to serve?"))
        return
    following = checkpoints.find_next(session, goal.id, today)
    if following is not None:
        yield Small(line("Next checkpoint: {day}", day=format_day_from(following.due_on, today)))


def latest_answer(session: Session, goal: Goal) -> Checkpoint | None:
    """Return the answered checkpoint of a goal with the latest day, or None."""
    answered = [one for one in checkpoints.list_checkpoints(session, goal.id) if one.answered_at]
    return answered[-1] if answered else None


def _latest_line(session: Session, goal: Goal, checkpoint: Checkpoint, today: date) -> Line:
    """Return the state of an answered checkpoint, its progress if it has any, and its day."""
    zone = session.get_one(Team, goal.team_id).zone
    state = Strong(describe_state(goal, checkpoint, zone))
    day = format_day_from(measured_on(checkpoint, zone), today)
    if not checkpoint.progress:
        return line("{state} ({day})", state=state, day=day)
    progress = format_measured(Decimal(checkpoint.progress), goal.unit)
    return line("{state}: {progress} ({day})", state=state, progress=progress, day=day)


def _serving_blocks(session: Session, goal: Goal) -> Iterator[Block]:
    moments, quests = links.list_moments(session, goal.id), links.list_quests(session, goal.id)
    numbers = list_names([f"#{moment.number}" for moment in moments])
    if moments and quests:
        yield Small(
            nline(
                "Served by {moments} and 1 quest",
                "Served by {moments} and {n} quests",
                len(quests),
                moments=numbers,
            )
        )
    elif moments:
        yield Small(line("Served by {moments}", moments=numbers))
    elif quests:
        yield Small(nline("Served by 1 quest", "Served by {n} quests", len(quests)))


def _ending_blocks(session: Session, goal: Goal, today: date) -> Iterator[Block]:
    if goal.taught:
        yield Section(_("What it taught us"))
        yield Quote(clip_text(goal.taught, CARD_TEXT_LIMIT))
    replacing = goals.find_replacing(session, goal)
    if replacing is not None:
        yield Small(line("Replaced by goal #{number}.", number=replacing.number))
    latest = latest_answer(session, goal)
    if latest is not None:
        yield Small(line("Last check-in: {state}", state=_latest_line(session, goal, latest, today)))
    became = goals.find_became(session, goal)
    if became is not None:
        yield Small(_became_line(became))
    yield from _serving_blocks(session, goal)


def _became_line(became: Moment) -> Line:
    if became.kind == Kind.BREAKTHROUGH:
        return line("Saved as breakthrough #{number}.", number=became.number)
    if became.kind == Kind.EXPERIMENT:
        return line("Saved as experiment #{number}.", number=became.number)
    return line("Saved as #{number}.", number=became.number)


def plan_goal_picture(session: Session, goal: Goal) -> Drawing | None:
    """Return the drawing of the goal's line and its checkpoints, or None while it has no line."""
    course = find_course(goal)
    if course is None:
        return None
    found = checkpoints.list_checkpoints(session, goal.id)
    return plan_goal_chart(
        GoalCourse(
            title=_("Goal #{number}", number=goal.number),
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
            format_measured(Decimal(one.progress), goal.unit), describe_state(goal, one, zone),
            shorten_measured(Decimal(one.progress), goal.unit),
        )
        for one in found
        if one.answered_at and one.progress
    )  # fmt: skip


def _today(session: Session, goal: Goal, now: datetime) -> date:
    return local_day(now, session.get_one(Team, goal.team_id).zone)
