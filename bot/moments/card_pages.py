"""The private pages of a moment that is longer than its card."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from bot.core.kinds.declared import KINDS
from bot.core.language.words import _
from bot.core.messages import Button, Card, Small
from bot.core.moment import format_moment_ref, moment_name
from bot.core.text import NAMES_SHOWN, list_names, split_into_pages
from bot.memory.look_backs import full_look_backs
from bot.memory.sequel_lines import full_sequel_texts
from bot.moments.card import find_outcome, readable_versions
from bot.moments.commands import ReadOn
from bot.quests.before.lines import TITLE, full_expectations
from storage.models import Moment
from storage.moments import moments, reactions


def build_moment_page(session: Session, moment: Moment, number: int, now: datetime) -> Card:
    """Return one private page of a moment's full content, with a button to the next page.

    Pages count from 1.
    """
    pages = split_into_pages(_full_texts(session, moment, now))
    here = min(max(number, 1), len(pages))
    more = (
        (Button(_("Read more"), ReadOn(format_moment_ref(moment), str(here + 1))),)
        if here < len(pages)
        else ()
    )
    together = reactions.names_involved(session, moment) if here == len(pages) else ()
    everyone = _("Together: {names}", names=list_names(together, len(together)))
    names = (Small((everyone,)),) if len(together) > NAMES_SHOWN else ()
    where = Small(
        (_("{moment} · page {page} of {pages}", moment=moment_name(moment), page=here, pages=len(pages)),)
    )
    return Card((*pages[here - 1], *names, where), more)


def _full_texts(session: Session, moment: Moment, now: datetime) -> Iterator[tuple[str, str]]:
    """Yield the moment's text, form parts, outcome, versions and sequels, each with its label."""
    yield moment.text, ""
    for part in KINDS[moment.kind].parts:
        if words := moment.parts.get(part.name):
            yield words, part.label()
    if outcome := find_outcome(session, moment):
        yield outcome, _("What came of it")
    for words, by in full_expectations(session, moment):
        yield words, " · ".join(filter(None, (TITLE(), by)))
    told = readable_versions(session, moment, now)
    people = moments.people_by_id(session, [version.author_id for version in told])
    yield from ((version.text, people[version.author_id].name) for version in told)
    yield from full_sequel_texts(session, moment)
    yield from full_look_backs(session, moment)
