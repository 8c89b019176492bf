"""What followed from a moment, as its card shows it: what it makes possible, what it set off, whether it stuck.

These are small lines of several people's, so they stand side by side and leave the moment's own words the largest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from sqlmodel import Session

from bot.core.messages import Block, Small, Strong
from bot.recaps.card import excerpt
from storage.memory import sequels
from storage.models import Moment, Sequel, SequelKind, Stuck
from storage.moments import moments

HEADS: dict[str, str] = {SequelKind.POSSIBLE: "Now possible", SequelKind.SET_OFF: "It set off"}
STUCK: dict[str, str] = {Stuck.HABIT: "a habit", Stuck.FADING: "fading", Stuck.GONE: "gone"}
LINES, LINE_WORDS = 3, 80
"""How many lines of each kind a card shows, and how many characters of one."""


def blocks(session: Session, moment: Moment) -> Iterator[Block]:
    """A small line for each thing that followed."""
    for kind, lines in _by_kind(sequels.of(session, moment.id)):
        yield Small((Strong(f"{HEADS[kind]}: "), in_a_row(session, lines)))
    if moment.stuck:
        yield Small((Strong("What became of it: "), STUCK[moment.stuck]))


def in_a_row(session: Session, lines: Sequence[Sequel]) -> str:
    """Several people's lines side by side; of many the first."""
    people = moments.people(session, [line.author_id for line in lines])
    shown = [f"“{excerpt(line.text, LINE_WORDS)}” {people[line.author_id].name}" for line in lines[:LINES]]
    more = [f"and {len(lines) - LINES} more"] if len(lines) > LINES else []
    return " · ".join([*shown, *more])


def are_clipped(session: Session, moment: Moment) -> bool:
    """Whether the card has no room for all of them."""
    lines = sequels.of(session, moment.id)
    long = any(len(line.text) > LINE_WORDS for line in lines)
    return long or any(len(each) > LINES for _, each in _by_kind(lines))


def whole(session: Session, moment: Moment) -> Iterator[tuple[str, str]]:
    """All of them with all their words, each with whose it is."""
    lines = sequels.of(session, moment.id)
    people = moments.people(session, [line.author_id for line in lines])
    for kind, each in _by_kind(lines):
        yield from ((line.text, f"{HEADS[kind]} · {people[line.author_id].name}") for line in each)


def _by_kind(lines: Sequence[Sequel]) -> Iterator[tuple[str, Sequence[Sequel]]]:
    """What is possible before what came of it, each oldest first."""
    in_order = sorted(lines, key=lambda line: list(HEADS).index(line.kind))
    return ((kind, list(each)) for kind, each in groupby(in_order, key=lambda line: line.kind))
