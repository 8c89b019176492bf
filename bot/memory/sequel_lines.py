"""The sequel lines of a moment's card: what became possible, what it set off, if it stuck.

Several people write these lines, so they are small and side by side. The moment's own
text stays the largest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from sqlmodel import Session

from bot.core.language.words import Lazy, _, lazy, ngettext
from bot.core.messages import Block, Small, Strong
from bot.core.text import make_excerpt
from storage.memory import sequels
from storage.models import Moment, Sequel, SequelKind, Stuck
from storage.moments import moments

HEADS: dict[str, Lazy] = {
    SequelKind.POSSIBLE: lazy("Now possible"),
    SequelKind.SET_OFF: lazy("What came of it"),
}
STUCK: dict[str, Lazy] = {
    Stuck.HABIT: lazy("It stuck."),
    Stuck.FADING: lazy("It sort of stuck."),
    Stuck.GONE: lazy("It didn't stick."),
}
LINES, LINE_WORDS = 3, 80
"""Lines of each kind that a card shows, and characters of one."""


def sequel_blocks(session: Session, moment: Moment) -> Iterator[Block]:
    """Yield a small line for each kind of sequel, and for whether the moment stuck."""
    for kind, lines in _group_by_kind(sequels.list_sequels(session, moment.id)):
        yield Small((Strong(f"{HEADS[kind]()}:"), f" {join_sequel_lines(session, lines)}"))
    if moment.stuck:
        yield Small((STUCK[moment.stuck](),))


def join_sequel_lines(session: Session, lines: Sequence[Sequel]) -> str:
    """Return the first lines with their authors, and how many more there are."""
    people = moments.people_by_id(session, [line.author_id for line in lines])
    shown = [
        _("“{words}” {name}", words=make_excerpt(line.text, LINE_WORDS), name=people[line.author_id].name)
        for line in lines[:LINES]
    ]
    more = [ngettext("1 more", "{n} more", len(lines) - LINES)] if len(lines) > LINES else []
    return " · ".join([*shown, *more])


def has_hidden_lines(session: Session, moment: Moment) -> bool:
    """Return whether the card leaves out a line or cuts one."""
    lines = sequels.list_sequels(session, moment.id)
    long = any(len(line.text) > LINE_WORDS for line in lines)
    return long or any(len(each) > LINES for _, each in _group_by_kind(lines))


def full_sequel_texts(session: Session, moment: Moment) -> Iterator[tuple[str, str]]:
    """Yield every line in full, each with its kind and its author's name."""
    lines = sequels.list_sequels(session, moment.id)
    people = moments.people_by_id(session, [line.author_id for line in lines])
    for kind, each in _group_by_kind(lines):
        yield from ((line.text, f"{HEADS[kind]()} · {people[line.author_id].name}") for line in each)


def _group_by_kind(lines: Sequence[Sequel]) -> Iterator[tuple[str, Sequence[Sequel]]]:
    """Return the lines by kind, `possible` before `set off`, each oldest first."""
    in_order = sorted(lines, key=lambda line: list(HEADS).index(line.kind))
    return ((kind, list(each)) for kind, each in groupby(in_order, key=lambda line: line.kind))
