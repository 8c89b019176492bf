"""What is out of sight in posts and on people's own pages while a part is off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.core.commands import Declaration, Needs, OwnWords
from bot.core.messages import Entry
from bot.core.origin import Capabilities
from bot.core.parts.hiding import FindPart, hide_in_card
from bot.core.parts.part import Part, Parts, read_parts
from bot.core.posts import Composed, ComposedPost, Composer, OwnLister, OwnSource, RecapSource, Viewer
from storage.models import Posting
from storage.teams import teams


def in_part(part: Part, *declarations: Declaration) -> tuple[Declaration, ...]:
    """Return the declarations as those of a part.

    What is a person's own is in no part, and people can always take their own words back.
    """
    return tuple(
        each
        if each.needs is Needs.PERSON or each.own_words is not OwnWords.NEVER
        else replace(each, part=part)
        for each in declarations
    )


def tell_in_part(part: Part, *sources: RecapSource) -> tuple[RecapSource, ...]:
    """Return what tells in recaps as a part's."""
    return tuple(replace(each, part=part) for each in sources)


def list_in_part(part: Part, lister: OwnLister) -> OwnLister:
    """Return the lister of a person's page, for the teams alone in which the part is on."""

    def list_shown(session: Session, viewer: Viewer, now: datetime) -> Sequence[Entry]:
        off = teams.list_parts_off(session, viewer.teams)
        shown = {one: name for one, name in viewer.teams.items() if part not in read_parts(off.get(one, ""))}
        return lister(session, replace(viewer, teams=shown), now) if shown else ()

    return list_shown


def own_in_part(part: Part, source: OwnSource) -> OwnSource:
    """Return what tells people what is theirs, for the teams alone in which the part is on."""
    return replace(source, list_own=list_in_part(part, source.list_own))


def sources_on(session: Session, team_id: int | None, sources: Iterable[RecapSource]) -> list[RecapSource]:
    """Return those that tell in a team's recaps: all but those of parts that are off."""
    off = find_off(session, team_id)
    return [each for each in sources if each.part not in off]


def find_off(session: Session, team_id: int | None) -> Parts:
    """Return the parts that are off in a team."""
    return read_parts(teams.find_parts_off(session, team_id)) if team_id else frozenset()


def hide_in_posts(
    composers: Mapping[str, Composer], unasked: Mapping[str, Part], find_part: FindPart
) -> Mapping[str, Composer]:
    """Return composers whose posts have no button of a part that is off in their team.

    `unasked` names the part of each kind that nobody asks for. Such a post isn't sent while its part is off.
    """
    return {kind: _hide_in_post(compose, unasked.get(kind), find_part) for kind, compose in composers.items()}


def _hide_in_post(compose: Composer, unasked: Part | None, find_part: FindPart) -> Composer:
    def compose_shown(
        session: Session, posting: Posting, now: datetime, capabilities: Capabilities
    ) -> Composed | None:
        composed, off = compose(session, posting, now, capabilities), find_off(session, posting.team_id)
        if unasked in off and not posting.message:
            return None
        if not off or not isinstance(composed, ComposedPost):
            return composed
        card = hide_in_card(composed.post.card, off, find_part)
        return replace(composed, post=replace(composed.post, card=card))

    return compose_shown
