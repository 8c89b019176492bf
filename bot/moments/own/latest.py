"""The latest moments that a person was part of, for their own page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot.core.language.words import _, lazy
from bot.core.messages import Button, Entry
from bot.core.moment import Show, format_moment_ref, moment_name
from bot.core.posts import OWN_LIMIT, OwnSource, Viewer
from bot.core.text import make_excerpt
from storage.people import people

EXCERPT_WORDS = 160
"""Characters of a moment's text on the page: about two lines on a phone."""


def list_own_moments(session: Session, viewer: Viewer, _now: datetime) -> Sequence[Entry]:
    """Return the moments that the person wrote or took part in, newest first."""
    found = people.list_moments_involving(session, viewer.person_id, viewer.teams, OWN_LIMIT + 1)
    return [
        Entry(
            make_excerpt(moment.text, EXCERPT_WORDS),
            (" · ".join((moment_name(moment), *viewer.name_team(moment.team_id))),),
            Button(_("Show"), Show(format_moment_ref(moment))),
        )
        for moment in found
    ]


OWN_MOMENTS = OwnSource(lazy("Moments you were part of"), list_own_moments)
