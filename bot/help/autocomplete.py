"""What may be meant while somebody is still typing an argument: moments by their words, packs by their name."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session

from bot.core.commands import MOMENT, ParamKind
from bot.core.messages import Option
from bot.moments import card as cards
from bot.prompts.bank import team_bank
from storage.models import Moment, MomentState, ScheduleKind
from storage.moments import moments

SHOWN = 25
"""Suggestions at a time (Discord's limit; no list that helps is longer)."""
LABEL = 90


def suggest(session: Session, team_id: int, kind: ParamKind, typed: str) -> tuple[Option, ...]:
    """Those that fit what was typed so far, the likeliest first."""
    match kind:
        case ParamKind.MOMENT:
            return tuple(_moment(found) for found in _moments(session, team_id, typed.strip()))
        case ParamKind.PACK:
            return tuple(_packs(session, team_id, typed.strip().casefold()))[:SHOWN]
        case ParamKind.WORDS | ParamKind.CHOICE:
            return ()


def _moments(session: Session, team_id: int, typed: str) -> Iterable[Moment]:
    if found := MOMENT.fullmatch(typed):
        one = moments.by_number(session, team_id, int(found[1].rpartition(".")[2]))
        return (one,) if one is not None and one.deleted_at is None else ()
    if typed:
        return moments.find(session, team_id, typed, SHOWN)
    return moments.latest(session, team_id, SHOWN)


def _moment(moment: Moment) -> Option:
    words = " ".join(moment.text.split()) if moment.state == MomentState.KEPT else "waiting for its words"
    return Option(str(moment.number), cards.clipped(f"#{moment.number} · {words}", LABEL))


def _packs(session: Session, team_id: int, typed: str) -> Iterable[Option]:
    known = team_bank.packs(session, team_id, ScheduleKind.PROMPT)
    return (Option(pack.key, pack.name) for pack in known if pack.questions and typed in pack.name.casefold())
