"""The question bank as one team has it: the built-in packs and its own, in its order, without what it muted.

Everything that asks draws from here, so that a schedule, a person and the hello card share one rotation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from bot import bank, rotation
from bot.bank import Pack, Question
from storage import questions
from storage.models import PackSetting, QuestionSetting

OWN = "own"
"""The key of the pack that a team writes itself; its questions are `own:<id>`."""


@dataclass(frozen=True)
class TeamPack:
    """A pack as a team uses it for one kind of question."""

    key: str
    name: str
    about: str
    active: bool
    questions: tuple[Question, ...]


def packs(session: Session, team_id: int, kind: str) -> Sequence[TeamPack]:
    """All packs in the team's order. At first all are on; once it has chosen, one that comes later is off."""
    decided = {setting.pack: setting for setting in questions.packs(session, team_id, kind)}
    known = {pack.key: pack for pack in (*bank.packs(), _own(session, team_id))}
    order = [*(key for key in decided if key in known), *(key for key in known if key not in decided)]
    return [_as_used(known[key], kind, decided) for key in order]


def _as_used(pack: Pack, kind: str, decided: Mapping[str, PackSetting]) -> TeamPack:
    active = decided[pack.key].active if pack.key in decided else not decided or pack.key == OWN
    return TeamPack(pack.key, pack.name, pack.about, active, pack.of(kind))


def _own(session: Session, team_id: int) -> Pack:
    found = (Question(f"{OWN}:{row.id}", row.kind, row.text) for row in questions.own(session, team_id))
    return Pack(OWN, "Your own", "What this team suggested itself.", tuple(found))


def find(session: Session, team_id: int, key: str) -> Question | None:
    """A question of the bank, or of the team's own."""
    built_in = bank.find(key)
    if built_in is not None:
        return built_in
    return next((question for question in _own(session, team_id).questions if question.key == key), None)


def draw(session: Session, team_id: int, kind: str, only: str = "") -> Question | None:
    """The question that comes next, if any; one that somebody wanted next has thereby had its turn.

    `only` names one pack to draw from, be it on or off.
    """
    settings = questions.settings(session, team_id)
    muted = {key for key, setting in settings.items() if setting.muted}
    wanted = [] if only else _wanted(session, team_id, kind, settings)
    open_keys = [
        (pack.key, [question.key for question in pack.questions if question.key not in muted])
        for pack in packs(session, team_id, kind)
        if (pack.key == only if only else pack.active)
    ]
    key = rotation.next_question(open_keys, questions.asked(session, team_id, kind), wanted)
    if key is not None and key in wanted:
        questions.decide(session, team_id, key, muted=False, next_at=None)
    return find(session, team_id, key) if key else None


def _wanted(
    session: Session, team_id: int, kind: str, settings: Mapping[str, QuestionSetting]
) -> Sequence[str]:
    """The keys that people chose to come next, in the order they did; also from packs that are off."""
    chosen = sorted((setting.next_at, key) for key, setting in settings.items() if setting.next_at)
    found = (find(session, team_id, key) for _, key in chosen)
    return [question.key for question in found if question and question.kind == kind]
