"""A ladder as it stands in its thread: rungs around the newest, the insight in bold, and who climbed it.

The ladder belongs to those who climbed it together, so their names stand beneath it and no rung has one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.core.adapter import Ways
from bot.core.messages import Block, Button, Card, Inline, Post, Small, Strong, Style, Text, Title
from bot.core.posts import Composed, NotYet
from bot.moments import card as cards
from bot.moments.commands import AskWhy, SeeLadder
from bot.quests.attempts import one_line
from bot.quests.whys import WORDS, MarkInsight, TakeWhyOut, words
from bot.quests.whys_order import Rung, in_order
from storage.delivery import postings
from storage.models import Kind, Moment, Posting, PostingState
from storage.quests import whys

SHOWN, ABOVE = 12, 8
"""Rungs that the card shows, and how many of them stand above the newest one where there are more."""
ON_ITS_WAY = (PostingState.PLANNED, PostingState.SENDING, PostingState.UNKNOWN)
LOOK_AGAIN = timedelta(seconds=5)
"""Until a ladder looks again whether its card stands."""


def compose(session: Session, posting: Posting, now: datetime, _ways: Ways) -> Composed | NotYet | None:
    """The ladder in the thread of the experiment's card, for which it waits until that stands."""
    moment = session.get(Moment, posting.moment_id)
    if moment is None:
        return None
    if moment.deleted_at is not None:
        return Composed(Post(cards.removed(moment))) if posting.message else None
    rungs = in_order(whys.of(session, moment.id))
    if not rungs and not posting.message:
        return None
    card = postings.by_key(session, f"card:{moment.id}")
    if card is not None and not posting.message and not card.message and card.state in ON_ITS_WAY:
        return NotYet(now + LOOK_AGAIN)
    thread = (card.thread or card.message or "") if card else ""
    return Composed(Post(_card(session, moment, rungs)), thread=thread)


def _card(session: Session, moment: Moment, rungs: Sequence[Rung]) -> Card:
    if not rungs:
        return Card((Text((f"No why stands under #{moment.number} now.",)),), _climbing(moment, rungs))
    at = cards.ref(moment)
    long = len(rungs) > SHOWN or any(len(rung.why.text) > WORDS for rung in rungs)
    whole = (Button("Read on", SeeLadder(at, "1")),) if long else ()
    menu = (*whole, Button("Take mine out", TakeWhyOut(at)))
    return Card(tuple(_blocks(session, moment, rungs)), _climbing(moment, rungs), menu)


def _climbing(moment: Moment, rungs: Sequence[Rung]) -> tuple[Button, ...]:
    """How a ladder grows; that of what is no experiment any more does not."""
    if moment.kind != Kind.EXPERIMENT:
        return ()
    add = Button("Add a why", AskWhy(cards.ref(moment)), Style.PRIMARY)
    return (add, Button("Mark the insight", MarkInsight(cards.ref(moment)))) if rungs else (add,)


def _blocks(session: Session, moment: Moment, rungs: Sequence[Rung]) -> Iterator[Block]:
    yield Title(f"Why? · {cards.name(moment)}")
    first = _first_shown(rungs)
    shown = rungs[first : first + SHOWN]
    yield Text(tuple(piece for rung in shown for piece in _line(rung, rung is shown[0])))
    if len(rungs) > len(shown):
        yield Small(
            (f"{len(shown)} of {len(rungs)} rungs, around the newest. ", Strong("Read on"), " has them all.")
        )
    if names := whys.climbers(session, moment.id):
        yield Small(("Climbed by " + cards.listed(names),))
    if moment.kind != Kind.EXPERIMENT:
        was = f"#{moment.number} was an experiment when these were written. They stay, and no more are asked."
        yield Small((was,))


def _first_shown(rungs: Sequence[Rung]) -> int:
    """Where the part of a long ladder begins that is shown: around its newest rung."""
    newest = max(range(len(rungs)), key=lambda place: rungs[place].why.id)
    return max(0, min(newest - ABOVE, len(rungs) - SHOWN))


def _line(rung: Rung, first: bool) -> Iterator[Inline]:
    """A rung on a line of its own; the insight stands out."""
    said = one_line(words(rung), WORDS)
    yield ("" if first else "\n") + rung.indent
    if rung.why.insight:
        yield Strong(f"{rung.number} 💡 {said}")
    else:
        yield Strong(rung.number)
        yield f" {said}"
