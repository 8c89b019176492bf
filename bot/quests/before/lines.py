"""Expectations on cards: who has sealed one, and what all of them said once they are open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlmodel import Session

from bot.core.context import Context
from bot.core.language.words import _, lazy, ngettext, nline
from bot.core.messages import Block, Button, Quote, Section, Small, Strong
from bot.core.text import clip_text, join_list
from bot.quests.commands import DropExpectation
from storage.models import Expectation, Moment
from storage.moments import moments
from storage.quests import expectations

EXPECTATION_LENGTH = 200
"""The most characters of a line: one short thought."""
SHOWN = 5
"""The most lines on a card. *Read more* has all of them."""
TITLE = lazy("What we expected")


def sealed_blocks(
    session: Session, moment_id: int | None, quest_id: int | None, for_good: bool = False
) -> Iterator[Block]:
    """Yield the small line that names who has sealed a line with their name. Unsigned ones leave no trace.

    They are sealed until the result, or `for_good` where the quest was closed.
    """
    lines = expectations.list_signed_sealed(session, moment_id, quest_id)
    if not lines:
        return
    people = _names(session, lines)
    names, number = join_list(people), len(people)
    if moment_id is not None:
        said = ngettext(
            "{names} wrote what they expect.", "{names} wrote what they expect.", number, names=names
        )
    else:
        said = ngettext(
            "{names} wrote what they expect of the next attempt.",
            "{names} wrote what they expect of the next attempt.",
            number,
            names=names,
        )
    until = (
        _("It stays hidden, because there won't be a result.")
        if for_good
        else _("It's hidden until there's a result.")
    )
    yield Small((f"{said} {until}",))


def _names(session: Session, lines: Sequence[Expectation]) -> Sequence[str]:
    people = moments.people_by_id(session, [line.person_id for line in lines])
    return sorted({people[line.person_id].name for line in lines if line.person_id}, key=str.casefold)


def opened_blocks(session: Session, moment: Moment) -> Iterator[Block]:
    """Yield what people expected of an experiment, or of the breakthrough that found their quest, once it's open."""
    told = list(full_expectations(session, moment))
    if not told:
        return
    yield Section(TITLE())
    for words, by in told[:SHOWN]:
        yield Quote(clip_text(words, EXPECTATION_LENGTH), by=by)
    if more := max(len(told) - SHOWN, 0):
        button = Strong(_("Read more"))
        yield Small(nline("One more: tap {button}.", "{n} more: tap {button}.", more, button=button))


def full_expectations(session: Session, moment: Moment) -> Iterator[tuple[str, str]]:
    """Yield each opened line of a moment, and its author's name, which is empty for an unsigned one."""
    lines = expectations.list_told(session, moment)
    people = moments.people_by_id(session, [line.person_id for line in lines])
    yield from ((line.text, people[line.person_id].name if line.person_id else "") for line in lines)


def has_more_lines(session: Session, moment: Moment) -> bool:
    """Return whether a moment has more opened lines than its card shows."""
    return len(expectations.list_told(session, moment)) > SHOWN


def own_line_button(context: Context, moment_id: int | None, quest_id: int | None) -> Iterator[Button]:
    """Yield the button that takes the person's own line out, on their private card."""
    mine = expectations.find_own(context.session, context.caller.person_id, moment_id, quest_id)
    if mine is not None:
        yield Button(_("Remove my expectation"), DropExpectation(str(mine.id), str(mine.team_id)))
