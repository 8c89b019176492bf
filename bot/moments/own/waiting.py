"""What waits for a person among the moments: drafts, experiments without a lesson, and sealed versions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.core.language.words import _, line
from bot.core.messages import Button, Entry, Timestamp
from bot.core.moment import Show, format_moment_ref, moment_name
from bot.core.posts import OWN_LIMIT, Viewer
from bot.core.text import make_excerpt
from bot.moments.commands import Edit
from bot.moments.source import GiveWords, name_words_form
from bot.quests.commands import KeepResult
from storage.models import Moment
from storage.moments.versions import SEALED_FOR
from storage.people import own

WAITS_FOR = timedelta(days=28)
"""How long an experiment waits for its lesson, and a draft for its words, before the page stops saying so."""
WAITING_WORDS = 120


def list_drafts(session: Session, viewer: Viewer, now: datetime) -> Sequence[Entry]:
    """Return the drafts that wait for the person's own words."""
    found = own.list_drafts(session, viewer.person_id, viewer.teams, now - WAITS_FOR, OWN_LIMIT + 1)
    return [
        Entry(
            line("{moment} waits for your words.", moment=" · ".join(_name(viewer, moment))),
            button=Button(name_words_form(moment), GiveWords(format_moment_ref(moment))),
        )
        for moment in found
    ]


def list_without_lesson(session: Session, viewer: Viewer, now: datetime) -> Sequence[Entry]:
    """Return the person's latest experiments of which nobody has said what they taught."""
    since = now - WAITS_FOR
    found = own.list_without_lesson(session, viewer.person_id, viewer.teams, since, OWN_LIMIT + 1)
    return [_list_experiment(viewer, moment, under_way) for moment, under_way in found]


def _list_experiment(viewer: Viewer, moment: Moment, under_way: bool) -> Entry:
    at = format_moment_ref(moment)
    waits = _("How did it go?") if under_way else _("What did it teach you?")
    tell = Button(_("Save the result"), KeepResult(at)) if under_way else Button(_("Edit"), Edit(at))
    return Entry(
        make_excerpt(moment.text, WAITING_WORDS), (" · ".join((*_name(viewer, moment), waits)),), tell
    )


def list_sealed_versions(session: Session, viewer: Viewer, now: datetime) -> Sequence[Entry]:
    """Return the person's versions that nobody can read yet, with the time when they open."""
    found = own.list_sealed_versions(session, viewer.person_id, viewer.teams, now - SEALED_FOR, OWN_LIMIT + 1)
    return [
        Entry(
            line(
                "Your version of {moment} opens {time}.",
                moment=" · ".join(_name(viewer, moment)),
                time=Timestamp(version.created_at + SEALED_FOR, viewer.zone or "UTC", clock=True),
            ),
            button=Button(_("Show"), Show(format_moment_ref(moment))),
        )
        for version, moment in found
    ]


def _name(viewer: Viewer, moment: Moment) -> tuple[str, ...]:
    return (moment_name(moment), *viewer.name_team(moment.team_id))
