"""Where an experiment belongs: its quest, and the attempt that it follows.

A form offers the existing quests and experiments. It leaves a field out when there is
nothing to choose from.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlmodel import Session

from bot.core.context import Context
from bot.core.language.words import _, lazy, ngettext
from bot.core.messages import Field, FieldKind, Option
from bot.core.params import OTHER_FIELD, typed_choice
from bot.core.parts.part import Part
from bot.core.text import label_words, one_line, parse_number
from bot.quests.before.outcomes import outcome_suffix
from bot.quests.before.waiting import give_waiting_back, take_found, take_waiting
from storage.models import Attempt, AttemptOutcome, Kind, Moment, MomentState, Quest
from storage.moments import moments
from storage.quests import attempts, quests
from storage.teams import teams

R = TypeVar("R", bound=Quest | Moment)

QUEST_WORDS = 120
"""Characters of its quest that the card of an experiment or breakthrough shows."""


NONE = "none"
"""The value of the option *None of these*."""
SHOWN = 24
"""Quests or ideas to choose from, beside *None of these* (Discord's limit is 25)."""
LABEL = 70
"""Characters of an option (Slack's limit is 75)."""
QUEST, PREVIOUS = "quest", "previous"
OTHERS = {QUEST: lazy("Another quest"), PREVIOUS: lazy("Another one, by number")}
"""The labels of the fields beside the two choices."""
WORD = re.compile(r"\w+")
LOOKED_AT = 5_000
"""Open quests that are searched for typed words."""
LOOP_MESSAGE = lazy("That attempt already follows #{number}, so #{number} can't follow it.")


def none_option() -> Option:
    """Return the option *None of these*."""
    return Option(NONE, _("None of these"))


@dataclass(frozen=True)
class AttemptChoice:
    """The values of a form's quest and previous-attempt fields.

    A value is a quest's id or a moment's number, `none`, what was typed in its place, or an empty
    string if the form did not ask.
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
    return (
        *quest_fields(session, team_id, quest),
        *_previous_fields(session, team_id, moment, now.previous),
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


def quest_fields(session: Session, team_id: int, chosen: str = "", label: str = "") -> tuple[Field, ...]:
    """Return the choice of the newest open quests and the quest chosen already, and a field for older ones.

    There are none without an open quest.
    """
    newest = quests.list_open(session, team_id, SHOWN + 1)
    present = quests.find_in_team(session, team_id, parse_number(chosen))
    found = _with_present(newest[:SHOWN], present)
    options = tuple(Option(str(quest.id), one_line(quest.text, LABEL)) for quest in found)
    value = str(present.id) if present else NONE
    hint = _("Only the newest {n} are listed. For an older one, type some of its words.", n=SHOWN)
    label = label or _("Which quest?")
    return _choice_with_others(QUEST, label, options, value, hint, chosen, len(newest) > SHOWN)


def _previous_fields(session: Session, team_id: int, moment: Moment | None, chosen: str) -> tuple[Field, ...]:
    """Return the choice of the newest experiments to follow and the one chosen already, and a field for older ones."""
    newest = attempts.latest_ideas(session, team_id, SHOWN + 1, moment.id if moment else 0)
    present = moments.find_by_number(session, team_id, parse_number(chosen)) if parse_number(chosen) else None
    found = _with_present(newest[:SHOWN], present)
    ids = [idea.id for idea in found]
    versions, outcomes = attempts.version_numbers(session, ids), attempts.outcomes_by_moment(session, ids)
    options = tuple(
        Option(str(idea.number), _idea_label(idea, versions.get(idea.id, 0), outcomes.get(idea.id)))
        for idea in found
    )
    value = str(present.number) if present else NONE
    hint = _("Only the newest {n} are listed. For an older one, type its number, like #12.", n=SHOWN)
    return _choice_with_others(
        PREVIOUS, _("Does it build on an earlier attempt?"), options, value, hint, chosen, len(newest) > SHOWN
    )


def _with_present(newest: Sequence[R], present: R | None) -> Sequence[R]:
    """Return the newest rows, with the one chosen already among them."""
    if present is None or any(row.id == present.id for row in newest):
        return newest
    return [present, *newest[: SHOWN - 1]]


def _choice_with_others(
    name: str, label: str, options: tuple[Option, ...], value: str, hint: str, chosen: str, cut: bool
) -> tuple[Field, ...]:
    """Return a choice and, if it is `cut` or something else was typed, the text field for all others."""
    if not options:
        return ()
    typed = typed_choice(chosen)
    offered = (*options, none_option())
    asked = Field(name, label, part=Part.QUESTS, required=False, later=True)
    choice = replace(asked, kind=FieldKind.CHOICE, value=value, options=offered, default=NONE)
    other = replace(asked, name=name + OTHER_FIELD, label=OTHERS[name](), value=typed, hint=hint)
    return (choice, other) if cut or typed else (choice,)


def resolve_choice(
    session: Session, team_id: int, chosen: AttemptChoice
) -> tuple[AttemptChoice, Mapping[str, str]]:
    """Return a choice with what was typed beside it looked up, and a sentence for each field that names nothing."""
    quest, wrong = _resolve_quest(session, team_id, chosen.quest)
    previous, not_there = _resolve_previous(session, team_id, chosen.previous)
    errors = {QUEST + OTHER_FIELD: wrong, PREVIOUS + OTHER_FIELD: not_there}
    return AttemptChoice(quest, previous), {name: said for name, said in errors.items() if said}


def _resolve_quest(session: Session, team_id: int, chosen: str) -> tuple[str, str]:
    """Return a quest's id for the words that a person typed, or a sentence that says why there is none."""
    if not (typed := typed_choice(chosen)):
        return chosen, ""
    found = _find_by_words(quests.list_open(session, team_id, LOOKED_AT), typed)
    if len(found) == 1:
        return str(found[0].id), ""
    if not found:
        return chosen, _("No open quest has these words.")
    return chosen, ngettext(
        "{n} open quest has these words. Type more of the one you mean.",
        "{n} open quests have these words. Type more of the one you mean.",
        len(found),
    )


def _find_by_words(there: Sequence[Quest], typed: str) -> Sequence[Quest]:
    """Return the quests whose text is what was typed, or else has all its words, or else has it or parts of it."""
    wanted, words = _fold(typed), WORD.findall(_fold(typed))
    texts = [(quest, _fold(quest.text)) for quest in there]
    ways: tuple[Callable[[str], bool], ...] = (
        lambda text: text == wanted,
        lambda text: bool(words) and set(words) <= set(WORD.findall(text)),
        lambda text: wanted in text,
        lambda text: bool(words) and all(word in text for word in words),
    )
    matches = ([quest for quest, text in texts if fits(text)] for fits in ways)
    return next(filter(None, matches), [])


def _fold(text: str) -> str:
    """Return a text in lower case on one line, in which accents and letters that look alike count as one."""
    letters = unicodedata.normalize("NFKD", text)
    return " ".join("".join(each for each in letters if not unicodedata.combining(each)).casefold().split())


def _resolve_previous(session: Session, team_id: int, chosen: str) -> tuple[str, str]:
    """Return the number of the experiment that a person typed, or a sentence that says why it can't be one."""
    if not (typed := typed_choice(chosen)):
        return chosen, ""
    number = parse_number(typed.removeprefix("#").strip())
    if not number:
        return chosen, _("Type an experiment's number, like #12.")
    if _find_experiment(session, team_id, str(number)) is None:
        return chosen, _("#{number} isn't an experiment.", number=number)
    return str(number), ""


def _idea_label(moment: Moment, version: int, outcome: AttemptOutcome | None) -> str:
    which = f"#{moment.number} · v{version}" if version else f"#{moment.number}"
    which += outcome_suffix(outcome)
    words = moment.text if moment.deleted_at is None else _("deleted")
    return label_words(which, words, LABEL)


def _find_current_choice(session: Session, moment: Moment) -> AttemptChoice:
    attempt = attempts.find_attempt(session, moment.id)
    if attempt is None:
        return AttemptChoice()
    previous = session.get(Moment, attempt.previous_id) if attempt.previous_id else None
    return AttemptChoice(str(attempt.quest_id or NONE), str(previous.number) if previous else NONE)


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
    idea = _find_experiment(context.session, context.caller.team_id, chosen.previous)
    if before is None and idea is not None and not parse_number(chosen.quest):
        chosen = replace(chosen, quest=_inherited_quest_id(context.session, idea))
    quest = _find_chosen_quest(context, chosen.quest)
    counts = quest is not None and (quest.id == known.quest_id or _was_open_for(quest, moment))
    quest_id = (quest.id if quest and counts else None) if chosen.quest else known.quest_id
    previous_id = (idea.id if idea else None) if chosen.previous else known.previous_id
    told = _describe_closed_quest(context, quest, moment) if quest and quest.id != known.quest_id else ""
    moved_from = known.quest_id
    attempts.place_attempt(context.session, moment_id, quest_id, previous_id, context.now)
    if quest_id != moved_from:
        give_waiting_back(context, moment, for_good=True)
    if quest_id is not None and quest_id != moved_from:
        take_waiting(context, moment, quest_id)
    return told


def _inherited_quest_id(session: Session, idea: Moment) -> str:
    """Return the quest id of an earlier attempt while that quest is open, else `none`."""
    quest = quests.find_by_moment(session, idea.id)
    return str(quest.id) if quest is not None and quest.closed_at is None else NONE


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
    counts = (
        _("#{number} was saved before that, so it counts for the quest.", number=moment.number)
        if open_then
        else _("#{number} was saved after that, so it doesn't count for the quest.", number=moment.number)
    )
    return f"{_ending_text(context.session, quest)} {counts}"


def _find_chosen_quest(context: Context, chosen: str) -> Quest | None:
    return quests.find_in_team(context.session, context.caller.team_id, parse_number(chosen))


def _find_experiment(session: Session, team_id: int, chosen: str) -> Moment | None:
    found = moments.find_by_number(session, team_id, parse_number(chosen)) if parse_number(chosen) else None
    kept = found is not None and found.kind == Kind.EXPERIMENT and found.state == MomentState.KEPT
    return found if kept else None


def close_found_quest(context: Context, moment_id: int, chosen: str) -> str:
    """Close the quest that a breakthrough answers. Return a sentence on the quest's end."""
    quest, moment = _find_chosen_quest(context, chosen), context.session.get_one(Moment, moment_id)
    if quest is None or moment.kind != Kind.BREAKTHROUGH:
        return ""
    if quests.close_as_found(context.session, quest.id, moment_id, context.caller.person_id, context.now):
        take_found(context, moment, quest.id)
        looked_for = one_line(quest.text, QUEST_WORDS)
        return " " + _("That's what you were looking for: “{quest}”", quest=looked_for)
    context.session.refresh(quest)
    return _ending_text(context.session, quest)


def _ending_text(session: Session, quest: Quest) -> str:
    """Return how a closed quest ended, ready for the middle of a reply.

    It adds a full stop, because a reason may lack one.
    """
    said = describe_quest_end(session, quest)
    return f" {said}" if said.endswith((".", "!", "?", "…")) else f" {said}."


def describe_quest_end(session: Session, quest: Quest) -> str:
    """Return how a closed quest ended, in one or two sentences."""
    if quest.found_id is None:
        return _("This quest is already closed. Reason: {reason}", reason=one_line(quest.reason, 200))
    number = session.get_one(Moment, quest.found_id).number
    return _("This quest is already closed: breakthrough #{number} found it.", number=number)


def attempts_in_words(number: int) -> str:
    """Return a number of attempts in words."""
    return ngettext("1 attempt", "{n} attempts", number) if number else _("no attempts yet")
