"""The question bank as one team has it: the built-in packs and its own, in its order, without what it muted.

Everything that asks draws from here, so that a schedule, a person and the hello card share one rotation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from bot.prompts.bank import packs as bank
from bot.prompts.bank import rotation
from bot.prompts.bank.packs import Pack, Question
from storage.models import PackSetting, QuestionSetting, ScheduleKind
from storage.prompts import bank as questions

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
    wanted = [] if only else _wanted(session, team_id, kind, settings)
    open_keys = _open_keys(session, team_id, kind, settings, only)
    key = rotation.next_question(open_keys, _asked(session, team_id, kind), wanted)
    if key is not None and key in wanted:
        questions.decide(session, team_id, key, muted=False, next_at=None)
    return find(session, team_id, key) if key else None


def _open_keys(
    session: Session, team_id: int, kind: str, settings: Mapping[str, QuestionSetting], only: str = ""
) -> Sequence[tuple[str, Sequence[str]]]:
    """The packs to draw from, each with the keys that are not muted."""
    muted = {key for key, setting in settings.items() if setting.muted}
    return [
        (pack.key, [question.key for question in pack.questions if question.key not in muted])
        for pack in packs(session, team_id, kind)
        if (pack.key == only if only else pack.active)
    ]


def draw_some(session: Session, team_id: int, kind: str, number: int) -> Sequence[Question]:
    """The questions that would come next, one after another; none of them has had its turn by that."""
    settings = questions.settings(session, team_id)
    open_keys = _open_keys(session, team_id, kind, settings)
    asked, drawn = list(_asked(session, team_id, kind)), list[str]()
    for _ in range(number):
        key = rotation.next_question(open_keys, [*asked, *drawn])
        drawn += [key] if key and key not in drawn else []
    return [question for key in drawn if (question := find(session, team_id, key))]


def draw_for(session: Session, team_id: int, form: str) -> Question | None:
    """The question that comes next for a form of prompt; for one without a pack of its own, any question."""
    pack = bank.forms().get(form)
    if pack is None:
        return draw(session, team_id, ScheduleKind.PROMPT)
    muted = {key for key, setting in questions.settings(session, team_id).items() if setting.muted}
    open_keys = [(pack.key, [question.key for question in pack.questions if question.key not in muted])]
    asked = [key for key in questions.asked(session, team_id, ScheduleKind.PROMPT) if _of(key) == pack.key]
    key = rotation.next_question(open_keys, asked)
    return find(session, team_id, key) if key else None


def _asked(session: Session, team_id: int, kind: str) -> Sequence[str]:
    """What was asked, without what only a form of prompt asks: it has no place in the packs' turns."""
    own = {pack.key for pack in bank.forms().values()}
    return [key for key in questions.asked(session, team_id, kind) if _of(key) not in own]


def _of(key: str) -> str:
    return key.partition(":")[0]


def _wanted(
    session: Session, team_id: int, kind: str, settings: Mapping[str, QuestionSetting]
) -> Sequence[str]:
    """The keys that people chose to come next, in the order they did; also from packs that are off."""
    chosen = sorted((setting.next_at, key) for key, setting in settings.items() if setting.next_at)
    found = (find(session, team_id, key) for _, key in chosen)
    return [question.key for question in found if question and question.kind == kind]
