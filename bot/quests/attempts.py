"""Where an experiment belongs in the search: which quest it is part of, and whose next attempt it is.

What a form offers here is chosen from what is there; where there is nothing to choose, it does not ask.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlmodel import Session

from bot.core.context import Turn
from bot.core.messages import Field, FieldKind, Option
from bot.moments import card as cards
from storage.models import Attempt, Kind, Moment, MomentState, Quest
from storage.moments import moments
from storage.quests import attempts, quests
from storage.teams import teams

NONE = Option("none", "None of these")
SHOWN = 24
"""Quests or ideas to choose from, beside *None of these* (Discord's limit is 25)."""
LABEL = 70
"""Characters of an option (75 on Slack)."""
QUEST, PREVIOUS = "quest", "previous"
LATER = "That attempt comes after #{0} itself, so #{0} cannot be its next one."


@dataclass(frozen=True)
class Chosen:
    """What a form said: a quest's id and a moment's number, *none*, or nothing where it did not ask."""

    quest: str = ""
    previous: str = ""


def fields(
    session: Session, team_id: int, moment: Moment | None = None, chosen: Chosen | None = None
) -> tuple[Field, ...]:
    """What a form asks of an experiment's place; `moment` is the one that is there already."""
    now = chosen or (_present(session, moment) if moment else Chosen())
    quest = now.quest or _only_open(session, team_id, moment)
    return tuple(
        field
        for field in (
            quest_field(session, team_id, quest),
            _idea_field(session, team_id, moment, now.previous),
        )
        if field is not None
    )


def _only_open(session: Session, team_id: int, moment: Moment | None) -> str:
    """The only open quest, chosen already for a new experiment.

    Of one that is there, at its first edit alone, and only where the quest was open when it was kept: who mends a
    word weeks later says nothing of a quest opened since.
    """
    found = quests.still_open(session, team_id, 2)
    if len(found) != 1:
        return ""
    (only,) = found
    fits = moment is None or (moment.edited_at is None and only.created_at <= moment.created_at)
    return str(only.id) if fits else ""


def quest_field(
    session: Session, team_id: int, chosen: str = "", label: str = "Which quest?"
) -> Field | None:
    """A choice among the open quests and the one chosen already."""
    found = list(quests.still_open(session, team_id, SHOWN))
    present = quests.of_team(session, team_id, number(chosen))
    if present is not None and all(quest.id != present.id for quest in found):
        found = [present, *found[: SHOWN - 1]]
    if not found:
        return None
    value = str(present.id) if present else NONE.value
    options = (*(Option(str(quest.id), one_line(quest.text, LABEL)) for quest in found), NONE)
    return Field(QUEST, label, FieldKind.CHOICE, value, required=False, options=options)


def _idea_field(session: Session, team_id: int, moment: Moment | None, chosen: str) -> Field | None:
    but = moment.id if moment else 0
    found = list(attempts.latest_ideas(session, team_id, SHOWN, but))
    present = moments.by_number(session, team_id, number(chosen)) if number(chosen) else None
    if present is not None and all(idea.id != present.id for idea in found):
        found = [present, *found[: SHOWN - 1]]
    if not found:
        return None
    value = str(present.number) if present else NONE.value
    versions = attempts.versions(session, [idea.id for idea in found])
    options = (*(Option(str(idea.number), _idea(idea, versions.get(idea.id, 0))) for idea in found), NONE)
    return Field(PREVIOUS, "Another attempt of", FieldKind.CHOICE, value, required=False, options=options)


def _idea(moment: Moment, version: int) -> str:
    which = f"#{moment.number} · v{version}" if version else f"#{moment.number}"
    words = moment.text if moment.deleted_at is None else "removed"
    return one_line(f"{which} · {words}", LABEL)


def _present(session: Session, moment: Moment) -> Chosen:
    attempt = attempts.of(session, moment.id)
    if attempt is None:
        return Chosen()
    previous = session.get(Moment, attempt.previous_id) if attempt.previous_id else None
    return Chosen(str(attempt.quest_id or NONE.value), str(previous.number) if previous else NONE.value)


def place(turn: Turn, moment_id: int, chosen: Chosen) -> str:
    """Put an experiment where its form said; of a quest that closed meanwhile, what became of it, in sentences.

    A quest or an experiment that is not there any more is left out, as is a quest that was closed before the
    experiment was kept: the words matter more. Without a quest of its own, a new next attempt looks for what the one
    before it did. ValueError where it would come after itself.
    """
    if not (chosen.quest or chosen.previous):
        return ""
    # Held before anything is read, so that two people together make no loop.
    teams.hold(turn.session, turn.seat.team_id)
    moment = turn.session.get_one(Moment, moment_id)
    before = attempts.of(turn.session, moment_id)
    known = before or Attempt(moment_id=moment_id)
    idea = _experiment(turn, chosen.previous)
    if before is None and idea is not None and not number(chosen.quest):
        chosen = replace(chosen, quest=_same_quest(turn.session, idea))
    quest = _quest(turn, chosen.quest)
    counts = quest is not None and (quest.id == known.quest_id or _was_open(quest, moment))
    quest_id = (quest.id if quest and counts else None) if chosen.quest else known.quest_id
    previous_id = (idea.id if idea else None) if chosen.previous else known.previous_id
    told = _closed(turn, quest, moment) if quest and quest.id != known.quest_id else ""
    attempts.place(turn.session, moment_id, quest_id, previous_id, turn.now)
    return told


def _same_quest(session: Session, idea: Moment) -> str:
    """The quest that an earlier attempt is part of, while it is open."""
    quest = quests.of_moment(session, idea.id)
    return str(quest.id) if quest is not None and quest.closed_at is None else NONE.value


def _was_open(quest: Quest, moment: Moment) -> bool:
    """Whether somebody still looked for it when the moment was kept."""
    return quest.closed_at is None or moment.created_at < quest.closed_at


def _closed(turn: Turn, quest: Quest, moment: Moment) -> str:
    """What became of a closed quest that an experiment was given, and whether the experiment counts there."""
    if quest.closed_at is None:
        return ""
    open_then = _was_open(quest, moment)
    kept = "before that, so it counts there" if open_then else "after that, so it does not count there"
    return f"{_ending(turn.session, quest)} #{moment.number} was kept {kept}."


def _quest(turn: Turn, chosen: str) -> Quest | None:
    return quests.of_team(turn.session, turn.seat.team_id, number(chosen))


def _experiment(turn: Turn, chosen: str) -> Moment | None:
    found = moments.by_number(turn.session, turn.seat.team_id, number(chosen)) if number(chosen) else None
    kept = found is not None and found.kind == Kind.EXPERIMENT and found.state == MomentState.KEPT
    return found if kept else None


def found(turn: Turn, moment_id: int, chosen: str) -> str:
    """A breakthrough found the quest it was kept for: what became of the quest, in a sentence."""
    quest = _quest(turn, chosen)
    if quest is None:
        return ""
    if quests.close_as_found(turn.session, quest.id, moment_id, turn.seat.person_id, turn.now):
        looked_for = one_line(quest.text, cards.QUEST_WORDS)
        return f" That is what you were looking for: “{looked_for}” The quest is found."
    turn.session.refresh(quest)
    return _ending(turn.session, quest)


def _ending(session: Session, quest: Quest) -> str:
    """How a closed quest ended, for the middle of an answer: a reason may lack its full stop."""
    said = " ".join(ended(session, quest))
    return f" {said}" if said.endswith((".", "!", "?", "…")) else f" {said}."


def ended(session: Session, quest: Quest) -> Iterator[str]:
    """How a closed quest ended, in a sentence or two."""
    if quest.found_id is None:
        yield "That quest was let go already."
        yield f"The reason: {one_line(quest.reason, 200)}"
        return
    breakthrough = session.get_one(Moment, quest.found_id)
    yield f"That quest was found already, by #{breakthrough.number}."


def one_line(words: str, length: int) -> str:
    """The beginning of a text, on one line."""
    return cards.clipped(" ".join(words.split()), length)


def number(given: str) -> int:
    """The number in a form's or button's field; 0 where it holds none that a row could have."""
    return int(given) if given.isdecimal() and len(given) < 10 else 0
