"""Where an experiment belongs: its quest, and the attempt that it follows.

A form offers the existing quests and experiments. It leaves a field out when there is
nothing to choose from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlmodel import Session

from bot.core.context import Context
from bot.core.messages import Field, FieldKind, Option
from bot.core.text import label_words, one_line, parse_number
from storage.models import Attempt, Kind, Moment, MomentState, Quest
from storage.moments import moments
from storage.quests import attempts, quests
from storage.teams import teams

QUEST_WORDS = 120
"""Characters of its quest that the card of an experiment or breakthrough shows."""


NONE = Option("none", "None of these")
SHOWN = 24
"""Quests or ideas to choose from, beside *None of these* (Discord's limit is 25)."""
LABEL = 70
"""Characters of an option (Slack's limit is 75)."""
QUEST, PREVIOUS = "quest", "previous"
LOOP_MESSAGE = "That attempt comes after #{0} itself, so #{0} cannot be its next one."


@dataclass(frozen=True)
class AttemptChoice:
    """The values of a form's quest and previous-attempt fields.

    A value is a quest's id or a moment's number, `none`, or an empty string if the form did
    not ask.
    """

    quest: str = ""
    previous: str = ""


def build_attempt_fields(
    session: Session, team_id: int, moment: Moment | None = None, chosen: AttemptChoice | None = None
) -> tuple[Field, ...]:
    """Return the form fields for an experiment's quest and previous attempt.

    `moment` is the existing experiment, if there is one.
    """
    now = chosen or (_find_current_choice(session, moment) if moment else AttemptChoice())
    quest = now.quest or _only_open_quest(session, team_id, moment)
    return tuple(
        field
        for field in (
            quest_field(session, team_id, quest),
            _previous_field(session, team_id, moment, now.previous),
        )
        if field is not None
    )


def _only_open_quest(session: Session, team_id: int, moment: Moment | None) -> str:
    """Return the id of the only open quest, to preselect it, or an empty string.

    For an existing experiment, it is preselected only at the first edit and only if the quest
    was open when the experiment was saved. Otherwise fixing a typo weeks later would put the
    experiment in a newer quest.
    """
    found = quests.list_open(session, team_id, 2)
    if len(found) != 1:
        return ""
    (only,) = found
    fits = moment is None or (moment.edited_at is None and only.created_at <= moment.created_at)
    return str(only.id) if fits else ""


def quest_field(
    session: Session, team_id: int, chosen: str = "", label: str = "Which quest?"
) -> Field | None:
    """Return a choice field of the open quests and the quest chosen already.

    Returns None if there are none.
    """
    found = list(quests.list_open(session, team_id, SHOWN))
    present = quests.find_in_team(session, team_id, parse_number(chosen))
    if present is not None and all(quest.id != present.id for quest in found):
        found = [present, *found[: SHOWN - 1]]
    if not found:
        return None
    value = str(present.id) if present else NONE.value
    options = (*(Option(str(quest.id), one_line(quest.text, LABEL)) for quest in found), NONE)
    return Field(QUEST, label, FieldKind.CHOICE, value, required=False, options=options)


def _previous_field(session: Session, team_id: int, moment: Moment | None, chosen: str) -> Field | None:
    but = moment.id if moment else 0
    found = list(attempts.latest_ideas(session, team_id, SHOWN, but))
    present = moments.find_by_number(session, team_id, parse_number(chosen)) if parse_number(chosen) else None
    if present is not None and all(idea.id != present.id for idea in found):
        found = [present, *found[: SHOWN - 1]]
    if not found:
        return None
    value = str(present.number) if present else NONE.value
    versions = attempts.version_numbers(session, [idea.id for idea in found])
    options = (
        *(Option(str(idea.number), _idea_label(idea, versions.get(idea.id, 0))) for idea in found),
        NONE,
    )
    return Field(PREVIOUS, "Another attempt of", FieldKind.CHOICE, value, required=False, options=options)


def _idea_label(moment: Moment, version: int) -> str:
    which = f"#{moment.number} · v{version}" if version else f"#{moment.number}"
    words = moment.text if moment.deleted_at is None else "removed"
    return label_words(which, words, LABEL)


def _find_current_choice(session: Session, moment: Moment) -> AttemptChoice:
    attempt = attempts.find_attempt(session, moment.id)
    if attempt is None:
        return AttemptChoice()
    previous = session.get(Moment, attempt.previous_id) if attempt.previous_id else None
    return AttemptChoice(
        str(attempt.quest_id or NONE.value), str(previous.number) if previous else NONE.value
    )


def save_attempt_place(context: Context, moment_id: int, chosen: AttemptChoice) -> str:
    """Store an experiment's quest and previous attempt as its form chose them.

    Returns sentences about a quest that closed meanwhile, or an empty string. A quest or
    experiment that no longer exists is left out, and so is a quest that closed before the
    experiment was saved: saving the text matters more. A new attempt without a quest of its
    own joins the quest of the attempt before it. A moment that is no experiment belongs nowhere.
    Raises ValueError if the experiment would follow itself.
    """
    if not (chosen.quest or chosen.previous):
        return ""
    # Lock the team before any read, so that two concurrent requests cannot create a loop.
    teams.lock_team(context.session, context.caller.team_id)
    moment = context.session.get_one(Moment, moment_id)
    if moment.kind != Kind.EXPERIMENT:
        return ""
    before = attempts.find_attempt(context.session, moment_id)
    known = before or Attempt(moment_id=moment_id)
    idea = _find_chosen_experiment(context, chosen.previous)
    if before is None and idea is not None and not parse_number(chosen.quest):
        chosen = replace(chosen, quest=_inherited_quest_id(context.session, idea))
    quest = _find_chosen_quest(context, chosen.quest)
    counts = quest is not None and (quest.id == known.quest_id or _was_open_for(quest, moment))
    quest_id = (quest.id if quest and counts else None) if chosen.quest else known.quest_id
    previous_id = (idea.id if idea else None) if chosen.previous else known.previous_id
    told = _describe_closed_quest(context, quest, moment) if quest and quest.id != known.quest_id else ""
    attempts.place_attempt(context.session, moment_id, quest_id, previous_id, context.now)
    return told


def _inherited_quest_id(session: Session, idea: Moment) -> str:
    """Return the quest id of an earlier attempt while that quest is open, else `none`."""
    quest = quests.find_by_moment(session, idea.id)
    return str(quest.id) if quest is not None and quest.closed_at is None else NONE.value


def _was_open_for(quest: Quest, moment: Moment) -> bool:
    """Return whether the quest was still open when the moment was saved."""
    return quest.closed_at is None or moment.created_at < quest.closed_at


def _describe_closed_quest(context: Context, quest: Quest, moment: Moment) -> str:
    """Return how a closed quest ended and whether the experiment counts there.

    Returns an empty string for an open quest.
    """
    if quest.closed_at is None:
        return ""
    open_then = _was_open_for(quest, moment)
    kept = "before that, so it counts there" if open_then else "after that, so it does not count there"
    return f"{_ending_text(context.session, quest)} #{moment.number} was kept {kept}."


def _find_chosen_quest(context: Context, chosen: str) -> Quest | None:
    return quests.find_in_team(context.session, context.caller.team_id, parse_number(chosen))


def _find_chosen_experiment(context: Context, chosen: str) -> Moment | None:
    found = (
        moments.find_by_number(context.session, context.caller.team_id, parse_number(chosen))
        if parse_number(chosen)
        else None
    )
    kept = found is not None and found.kind == Kind.EXPERIMENT and found.state == MomentState.KEPT
    return found if kept else None


def close_found_quest(context: Context, moment_id: int, chosen: str) -> str:
    """Close the quest that a breakthrough answers. Return a sentence on the quest's end."""
    quest = _find_chosen_quest(context, chosen)
    if quest is None or context.session.get_one(Moment, moment_id).kind != Kind.BREAKTHROUGH:
        return ""
    if quests.close_as_found(context.session, quest.id, moment_id, context.caller.person_id, context.now):
        looked_for = one_line(quest.text, QUEST_WORDS)
        return f" That is what you were looking for: “{looked_for}” The quest is found."
    context.session.refresh(quest)
    return _ending_text(context.session, quest)


def _ending_text(session: Session, quest: Quest) -> str:
    """Return how a closed quest ended, ready for the middle of a reply.

    It adds a full stop, because a reason may lack one.
    """
    said = " ".join(describe_quest_end(session, quest))
    return f" {said}" if said.endswith((".", "!", "?", "…")) else f" {said}."


def describe_quest_end(session: Session, quest: Quest) -> Iterator[str]:
    """Yield one or two sentences on how a closed quest ended."""
    if quest.found_id is None:
        yield "That quest was let go already."
        yield f"The reason: {one_line(quest.reason, 200)}"
        return
    breakthrough = session.get_one(Moment, quest.found_id)
    yield f"That quest was found already, by #{breakthrough.number}."


def attempts_in_words(number: int) -> str:
    """Return a number of attempts in words."""
    return {0: "no attempts yet", 1: "1 attempt"}.get(number, f"{number} attempts")
