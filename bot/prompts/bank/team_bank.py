"""One team's question bank: built-in packs and its own, in its order, without muted questions.

Built-in ones are in the current language. What is posted is stored in English, as `asked_fields` says.

Schedules, people and the welcome card all draw from here, so that they share one rotation.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from bot.core.language.words import Lazy, _
from bot.prompts.bank.goal_questions import quote_goal, translate_question
from bot.prompts.bank.packs import (
    GOAL,
    GOAL_PLACE,
    Pack,
    Question,
    find_bundled_question,
    load_form_packs,
    load_packs,
    load_packs_in_need,
)
from bot.prompts.bank.rotation import choose_next_question
from storage.models import Goal, PackSetting, QuestionSetting, ScheduleKind
from storage.prompts import bank

OWN_PACK = "own"
"""The key of the pack that a team writes itself. Its questions have the keys `own:<id>`."""


@dataclass(frozen=True)
class TeamPack:
    """A pack with the team's settings for one kind of question."""

    key: str
    name: str
    about: str
    active: bool
    questions: tuple[Question, ...]


def list_team_packs(session: Session, team_id: int, kind: str) -> Sequence[TeamPack]:
    """Return all packs in the team's order.

    All are on until the team chooses; after that, new packs are off, except the team's own.
    """
    decided = {setting.pack: setting for setting in bank.list_pack_settings(session, team_id, kind)}
    goal = bank.find_big_goal(session, team_id)
    built_in = [_say_pack(pack, goal) for pack in (*load_packs(), *_met_packs(goal))]
    known = {pack.key: pack for pack in (*built_in, _own_pack(session, team_id))}
    order = [*(key for key in decided if key in known), *(key for key in known if key not in decided)]
    return [_to_team_pack(known[key], kind, decided) for key in order]


def _met_packs(goal: Goal | None) -> Sequence[Pack]:
    """Return the packs that only a team with an open big goal has. Without a goal there are none."""
    return [pack for pack in load_packs_in_need() if goal is not None or pack.needs != GOAL]


def _say_pack(pack: Pack, goal: Goal | None) -> Pack:
    """Return a built-in pack in the current language."""
    questions = tuple(_say_question(question, goal) for question in pack.questions)
    return replace(pack, name=Lazy(pack.name)(), about=Lazy(pack.about)(), questions=questions)


def _say_question(question: Question, goal: Goal | None) -> Question:
    """Return a built-in question in the current language, with the goal's words if it quotes the goal."""
    text = translate_question(question.key, question.text)
    return replace(question, text=text.replace(GOAL_PLACE, quote_goal(goal)) if GOAL_PLACE in text else text)


def _to_team_pack(pack: Pack, kind: str, decided: Mapping[str, PackSetting]) -> TeamPack:
    active = decided[pack.key].active if pack.key in decided else not decided or pack.key == OWN_PACK
    return TeamPack(pack.key, pack.name, pack.about, active, pack.questions_of_kind(kind))


def _own_pack(session: Session, team_id: int) -> Pack:
    found = (
        Question(f"{OWN_PACK}:{row.id}", row.kind, row.text)
        for row in bank.list_team_questions(session, team_id)
    )
    return Pack(OWN_PACK, _("Your own questions"), _("Suggested by your team."), tuple(found))


def find_bank_question(session: Session, team_id: int, key: str) -> Question | None:
    """Return a question of the built-in packs or of the team's own, or None.

    One about the team's big goal has the goal's words, or *our big goal* if there is none open now.
    """
    built_in = find_bundled_question(key)
    if built_in is not None:
        quotes = GOAL_PLACE in built_in.text
        return _say_question(built_in, bank.find_big_goal(session, team_id) if quotes else None)
    return next((question for question in _own_pack(session, team_id).questions if question.key == key), None)


def draw_question(session: Session, team_id: int, kind: str, only: str = "") -> Question | None:
    """Return the next question, or None if there is none.

    A question that a person chose as the next one loses that mark. `only` names one pack to
    draw from, on or off.
    """
    settings = bank.question_settings(session, team_id)
    wanted = [] if only else _wanted_keys(session, team_id, kind, settings)
    open_keys = _unmuted_keys(session, team_id, kind, settings, only)
    key = choose_next_question(open_keys, _asked_keys(session, team_id, kind), wanted)
    if key is not None and key in wanted:
        bank.save_question_setting(session, team_id, key, muted=False, next_at=None)
    return find_bank_question(session, team_id, key) if key else None


def _unmuted_keys(
    session: Session, team_id: int, kind: str, settings: Mapping[str, QuestionSetting], only: str = ""
) -> Sequence[tuple[str, Sequence[str]]]:
    """Return the packs to draw from, each with the keys of its unmuted questions."""
    muted = {key for key, setting in settings.items() if setting.muted}
    return [
        (pack.key, [question.key for question in pack.questions if question.key not in muted])
        for pack in list_team_packs(session, team_id, kind)
        if (pack.key == only if only else pack.active)
    ]


def preview_questions(session: Session, team_id: int, kind: str, number: int) -> Sequence[Question]:
    """Return up to `number` questions that would come next.

    Nothing is recorded, so each of them can still be drawn.
    """
    settings = bank.question_settings(session, team_id)
    open_keys = _unmuted_keys(session, team_id, kind, settings)
    asked, drawn = list(_asked_keys(session, team_id, kind)), list[str]()
    for _turn in range(number):
        key = choose_next_question(open_keys, [*asked, *drawn])
        drawn += [key] if key and key not in drawn else []
    return [question for key in drawn if (question := find_bank_question(session, team_id, key))]


def draw_form_question(session: Session, team_id: int, form: str) -> Question | None:
    """Return the next question for a prompt form, or None.

    A form without a pack of its own takes any question.
    """
    pack = load_form_packs().get(form)
    if pack is None:
        return draw_question(session, team_id, ScheduleKind.PROMPT)
    muted = {key for key, setting in bank.question_settings(session, team_id).items() if setting.muted}
    open_keys = [(pack.key, [question.key for question in pack.questions if question.key not in muted])]
    asked = [
        key
        for key in bank.list_asked_keys(session, team_id, ScheduleKind.PROMPT)
        if _pack_key(key) == pack.key
    ]
    key = choose_next_question(open_keys, asked)
    return find_bank_question(session, team_id, key) if key else None


def _asked_keys(session: Session, team_id: int, kind: str) -> Sequence[str]:
    """Return the keys of asked questions, without those from the packs of prompt forms.

    Those packs are not part of the rotation.
    """
    own = {pack.key for pack in load_form_packs().values()}
    return [key for key in bank.list_asked_keys(session, team_id, kind) if _pack_key(key) not in own]


def _pack_key(key: str) -> str:
    return key.partition(":")[0]


def _wanted_keys(
    session: Session, team_id: int, kind: str, settings: Mapping[str, QuestionSetting]
) -> Sequence[str]:
    """Return the keys that people chose to come next, in the order of choice.

    Packs that are off are included.
    """
    chosen = sorted((setting.next_at, key) for key, setting in settings.items() if setting.next_at)
    found = [find_bank_question(session, team_id, key) for _, key in chosen]
    unmet = _unmet_packs(session, team_id) if found else ()
    return [
        question.key
        for question in found
        if question and question.kind == kind and question.pack not in unmet
    ]


def _unmet_packs(session: Session, team_id: int) -> Collection[str]:
    """Return the keys of the packs that need what the team doesn't have."""
    met = {pack.key for pack in _met_packs(bank.find_big_goal(session, team_id))}
    return {pack.key for pack in load_packs_in_need()} - met
