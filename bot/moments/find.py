"""Seeing moments again, always in private: `show`, `find`, `list`, and the further pages of a long text.

Nothing here writes, so all of it runs beside the writer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from bot.core.commands import Declaration, words
from bot.core.context import Turn
from bot.core.messages import Block, Button, Card, Quote, Reply, Small, Text, reply
from bot.moments import card as cards
from bot.moments.commands import DropSequels, DropVersion, ReadOn, Show
from bot.moments.log import Log, no_such, standing
from storage.memory import sequels
from storage.models import Moment, MomentState
from storage.moments import moments

SHOWN = 5
"""Moments in one private list: what a phone shows without much scrolling."""


@dataclass(frozen=True)
class Find:
    """Look for moments; without words, the latest."""

    words: str = words("Words that stand in it; none for the latest")
    head: str = ""
    before: str = field(default="")
    team: str = ""


@dataclass(frozen=True)
class List:
    """The latest moments."""


def show(turn: Turn, command: Show) -> Reply:
    """The moment's card, in private."""
    moment = standing(turn, command.moment)
    card = cards.card(turn.session, moment, turn.now, private=True)
    return Reply(replace(card, menu=(*card.menu[:-1], *_mine(turn, moment), *card.menu[-1:])))


def _mine(turn: Turn, moment: Moment) -> Iterator[Button]:
    """What the person themself said on it can be taken out again."""
    told = moments.versions(turn.session, moment.id)
    if any(version.author_id == turn.seat.person_id for version in told):
        yield Button("Take my version out", DropVersion(cards.ref(moment)))
    if sequels.by(turn.session, moment.id, turn.seat.person_id):
        yield Button("Take my lines out", DropSequels(cards.ref(moment)))


def read_on(turn: Turn, command: ReadOn) -> Reply:
    """One page of everything a moment holds."""
    moment = standing(turn, command.moment)
    page = int(command.page) if command.page.isdecimal() else 1
    return Reply(cards.page(turn.session, moment, page, turn.now), replaces=page > 1)


def latest(turn: Turn, _command: List) -> Reply:
    """The newest moments, in private."""
    return find(turn, Find())


def find(turn: Turn, command: Find) -> Reply:
    """The newest moments in which the words stand, a page at a time."""
    before = int(command.before) if command.before.isdecimal() else None
    wanted = command.words.strip()
    if wanted:
        found = moments.find(turn.session, turn.seat.team_id, wanted, SHOWN + 1, before)
    else:
        found = moments.latest(turn.session, turn.seat.team_id, SHOWN + 1, before)
    if not found:
        return _nothing(turn, command)
    blocks = [block for moment in found[:SHOWN] for block in _row(turn, moment)]
    last, team = found[:SHOWN][-1].number, str(turn.seat.team_id)
    older = replace(command, head="", before=str(last), team=team) if len(found) > SHOWN else None
    buttons = (Button("Older", turn.later(older)),) if older else ()
    return Reply(Card(tuple(blocks), buttons + _instead(turn, command)), replaces=before is not None)


def _row(turn: Turn, moment: Moment) -> list[Block]:
    author = moments.people(turn.session, [moment.author_id])[moment.author_id].name
    by = f"{cards.name(moment)} · {author}"
    if moment.state != MomentState.KEPT:
        return [Small((f"{by} · waiting for its words",))]
    return [Quote(cards.clipped(moment.text, 160), by, Button("Show", Show(cards.ref(moment))))]


def _nothing(turn: Turn, command: Find) -> Reply:
    if command.before:
        return reply("That was the oldest one.")
    if command.words:
        said = "Nothing kept here has all of those words. Fewer words find more."
        return Reply(Card((Text((said,)),), _instead(turn, command)))
    return reply(no_such(turn, 0))


def _instead(turn: Turn, command: Find) -> tuple[Button, ...]:
    """What looked like a search may have been an aha that begins with that word."""
    if not (command.head and command.words.strip()):
        return ()
    return (Button("It was an aha", turn.once(Log(command.head + command.words, team=command.team))),)


DECLARATIONS = (
    Declaration("show", Show, show, "show", "See a moment, with its versions and people", reads=True),
    Declaration(
        "find",
        Find,
        find,
        "find",
        "Look for moments; without words, the latest",
        aliases=("search",),
        reads=True,
    ),
    Declaration(
        "list",
        List,
        latest,
        "list",
        "The latest moments",
        typed_only=True,
        instead="find without words.",
        reads=True,
    ),
    Declaration("read-on", ReadOn, read_on, reads=True),
)
