"""Autocomplete for command arguments: moments and goals by text or number, packs by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlmodel import Session

from bot.core.language.words import _
from bot.core.messages import Option
from bot.core.params import MOMENT_PATTERN, ParamKind
from bot.core.text import clip_text, label_words
from bot.core.zones.suggestions import suggest_zones
from bot.goals.find import goal_words
from bot.prompts.bank.team_bank import list_team_packs
from bot.quests.before.outcomes import outcome_suffix
from storage.goals import goals
from storage.models import Moment, MomentState, ScheduleKind
from storage.moments import moments
from storage.quests import attempts

SUGGESTION_LIMIT = 25
"""The most suggestions at a time (Discord's limit; a longer list would not help)."""
LABEL_LENGTH = 90
"""The most characters of a suggestion."""


def suggest_arguments(session: Session, team_id: int, kind: ParamKind, typed: str) -> tuple[Option, ...]:
    """Return the options that match the typed text, the likeliest first."""
    match kind:
        case ParamKind.MOMENT:
            return _moment_options(session, list(_matching_moments(session, team_id, typed.strip())))
        case ParamKind.GOAL:
            return tuple(_matching_goals(session, team_id, typed.strip().casefold()))[:SUGGESTION_LIMIT]
        case ParamKind.PACK:
            return tuple(_matching_packs(session, team_id, typed.strip().casefold()))[:SUGGESTION_LIMIT]
        case ParamKind.ZONE:
            return suggest_zones(typed)
        case ParamKind.WORDS | ParamKind.CHOICE:
            return ()


def _matching_moments(session: Session, team_id: int, typed: str) -> Iterable[Moment]:
    if found := MOMENT_PATTERN.fullmatch(typed):
        one = moments.find_by_number(session, team_id, int(found[1].rpartition(".")[2]))
        return (one,) if one is not None and one.deleted_at is None else ()
    if typed:
        return moments.search_moments(session, team_id, typed, SUGGESTION_LIMIT)
    return moments.list_latest(session, team_id, SUGGESTION_LIMIT)


def _moment_options(session: Session, found: Sequence[Moment]) -> tuple[Option, ...]:
    outcomes = attempts.outcomes_by_moment(session, [moment.id for moment in found])
    return tuple(_moment_option(moment, outcome_suffix(outcomes.get(moment.id))) for moment in found)


def _moment_option(moment: Moment, suffix: str) -> Option:
    words = moment.text if moment.state == MomentState.KEPT else _("no words yet")
    return Option(str(moment.number), label_words(f"#{moment.number}{suffix}", words, LABEL_LENGTH))


def _matching_goals(session: Session, team_id: int, typed: str) -> Iterable[Option]:
    """Return the goals with these words or this number: the open ones, then the closed ones, newest first."""
    found = (*goals.list_open(session, team_id), *goals.list_closed(session, team_id, SUGGESTION_LIMIT))
    labels = ((goal, f"#{goal.number} · {' '.join(goal_words(goal).split())}") for goal in found)
    return (
        Option(str(goal.number), clip_text(label, LABEL_LENGTH))
        for goal, label in labels
        if typed in label.casefold()
    )


def _matching_packs(session: Session, team_id: int, typed: str) -> Iterable[Option]:
    known = list_team_packs(session, team_id, ScheduleKind.PROMPT)
    return (Option(pack.key, pack.name) for pack in known if pack.questions and typed in pack.name.casefold())
