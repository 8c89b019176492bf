"""What goals and the mission add to a recap.

A recap has one line on the goals, and a question about an unused line of the mission.

The question is asked once about each line, in one recap, and again only after the line has new words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from sqlmodel import Session

from bot.core.language.words import _, lazy, line, ngettext
from bot.core.messages import Button, Strong
from bot.core.posts import RecapPick, RecapSource, RecapTelling, ReportLine
from bot.core.text import make_excerpt
from bot.core.times import last_day, local_day, months_back, utc_of
from bot.goals.commands import CheckIn, KeepGoal, KeepLine, WriteMission
from bot.goals.lines import LINES, mission_lines
from bot.goals.pace import STATES, State, checkpoint_state
from storage.goals import checkpoints, goals, missions
from storage.goals.missions import LineUse
from storage.models import Goal, GoalKind, Mission, MissionLine, Posting, Team
from storage.models.span import Span
from storage.recaps import recaps

GOALS_SHOWN = 4
"""The most goals in the line of a recap, so that it stays one line of a phone or two."""
UNUSED_MONTHS = 6
"""Months without anything that served a line, after which a recap asks about it: two quarters."""
LINE_WORDS = 120
CHECK_IN_WAITS = lazy("Check-in due")
LOOK_WAITS = lazy("Still needed?")


def pick_goals(session: Session, span: Span, posting: Posting | None) -> RecapPick | None:
    """Return the states of the goals that were checked in a span, and those that ask. None without any.

    A schedule's recap tells what was checked since the last one that was posted. Where there are too many
    for one line, those that ask come first.
    """
    span = recaps.span_to_tell(session, span, posting)
    zone = session.get_one(Team, span.team_id).zone
    found = [
        _find_state(session, goal, span, zone)
        for goal in goals.list_open_at(session, span.team_id, span.until)
    ]
    told = [each for each in found if each["state"] or each["waits"] or each["looks"]]
    shown = sorted(told, key=lambda each: not (each["waits"] or each["looks"]))[:GOALS_SHOWN]
    figures = {"goals": [each for each in told if each in shown], "more": len(told) - len(shown)}
    return RecapPick(figures=figures) if told else None


def _find_state(session: Session, goal: Goal, span: Span, zone: str) -> dict[str, Any]:
    """Return the state of a goal's last check-in of a span, if any, and what its card asked by then."""
    until = last_day(span.until, zone)
    answered = checkpoints.list_answered(session, [goal.id], span.until)
    latest = answered[-1] if answered else None
    waiting = checkpoints.find_due(session, goal.id, until)
    fresh = latest is not None and latest.answered_at is not None and latest.answered_at >= span.since
    return {
        "goal": goal.id,
        "state": checkpoint_state(goal, latest, zone) if latest is not None and fresh else "",
        "waits": waiting is not None and (latest is None or waiting.due_on > latest.due_on or not fresh),
        "looks": goal.kind == GoalKind.SURVIVAL
        and goal.look_again_on is not None
        and goal.look_again_on <= until,
    }


def tell_goals(session: Session, telling: RecapTelling) -> Sequence[ReportLine]:
    """Return the line on the goals, with a button for the first of each question. Those taken back are left out."""
    found = [(session.get(Goal, each["goal"]), each) for each in telling.figures["goals"]]
    there = [(goal, each) for goal, each in found if goal is not None and goal.withdrawn_at is None]
    if not there:
        return ()
    said = [f"#{goal.number} {_say_state(each)}" for goal, each in there]
    if more := telling.figures["more"]:
        said.append(ngettext("1 more", "{n} more", more))
    waiting = [goal for goal, each in there if each["waits"] and goal.closed_at is None]
    looks = [goal for goal, each in there if each.get("looks") and goal.closed_at is None]
    buttons = (
        *(_check_in_button(goal) for goal in waiting[:1]),
        *(_keep_button(goal) for goal in looks[:1]),
    )
    return (ReportLine((Strong(_("Goals:")), f" {' · '.join(said)}"), buttons),)


def _check_in_button(goal: Goal) -> Button:
    return Button(
        _("Check in on #{number}", number=goal.number), CheckIn(str(goal.number), str(goal.team_id))
    )


def _keep_button(goal: Goal) -> Button:
    return Button(_("Keep goal #{number}", number=goal.number), KeepGoal(str(goal.number), str(goal.team_id)))


def _say_state(told: Mapping[str, Any]) -> str:
    """Return a goal's state and what it asks. Figures of earlier recaps have no `looks`."""
    state = STATES[State(told["state"])]() if told["state"] else ""
    said = (state, CHECK_IN_WAITS() if told["waits"] else "", LOOK_WAITS() if told.get("looks") else "")
    return ", ".join(filter(None, said))


def ask_about_unused_line(session: Session, posting: Posting, now: datetime) -> None:
    """Let a recap ask about the first line of the mission that nothing has served for two quarters."""
    mission = missions.find_current(session, posting.team_id or 0)
    line = find_unused_line(session, mission, now) if mission else ""
    if mission is not None and line:
        missions.record_ask(session, mission, line, posting.id, now)


def find_unused_line(session: Session, mission: Mission, now: datetime) -> str:
    """Return the first line that a recap should ask about, or an empty string.

    It has had its words for two quarters, nothing served it in that time, and it was not asked about yet.
    """
    zone = session.get_one(Team, mission.team_id).zone
    since = utc_of(months_back(local_day(now, zone), UNUSED_MONTHS), time(), zone)
    uses = missions.count_uses(session, mission.team_id, since, now)
    for name, words in mission_lines(mission).items():
        written = missions.line_written_at(session, mission.team_id, name)
        unused = uses.get(name, LineUse()).is_unused and written is not None and written <= since
        if words and unused and not _was_asked(session, mission, name, words):
            return name
    return ""


def _was_asked(session: Session, mission: Mission, name: str, words: str) -> bool:
    """Return whether a recap has asked about a line while it had these words.

    A recap that could not be posted has asked nothing.
    """
    asked = missions.find_ask(session, mission.team_id, name)
    if asked is not None and not missions.was_asked_aloud(session, asked):
        return False
    version = missions.find_version(session, mission.team_id, asked.mission_id) if asked else None
    return version is not None and mission_lines(version)[name] == words


def pick_question(session: Session, _span: Span, posting: Posting | None) -> RecapPick | None:
    """Return an empty pick if this recap asks about a line of the mission. Its row holds the line."""
    asks = posting is not None and missions.find_ask_of_recap(session, posting.id) is not None
    return RecapPick() if asks else None


def tell_question(session: Session, telling: RecapTelling) -> Sequence[ReportLine]:
    """Return the question about a line of the mission that this recap asks. Nothing once it has new words."""
    posting = telling.posting
    asked = missions.find_ask_of_recap(session, posting.id) if posting else None
    current = missions.find_current(session, telling.span.team_id)
    if asked is None or current is None or asked.line not in list(MissionLine):
        return ()
    words = mission_lines(current)[asked.line]
    if not words or not _was_asked(session, current, asked.line, words):
        return ()
    label, excerpt = LINES[asked.line].label(), make_excerpt(words, LINE_WORDS)
    if asked.kept_at is not None:
        said = line(
            "{head} {line}: “{words}”", head=Strong(_("We still mean it:")), line=label, words=excerpt
        )
        return (ReportLine(said),)
    team = str(current.team_id)
    buttons = (
        Button(_("Yes, keep it"), KeepLine(asked.line, team)),
        Button(_("Edit mission"), WriteMission(team)),
    )
    said = line(
        "{head} {line}: “{words}” Nothing has served it for six months.",
        head=Strong(_("Do we still mean this?")),
        line=label,
        words=excerpt,
    )
    return (ReportLine(said, buttons),)


RECAP_SOURCES = (
    RecapSource("goals", pick_goals, tell_goals),
    RecapSource("mission", pick_question, tell_question, ask_about_unused_line),
)
