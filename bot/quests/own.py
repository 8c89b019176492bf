"""The open quests that a person started, for their own page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot.core.language.words import _, lazy
from bot.core.messages import Button, Entry
from bot.core.posts import OWN_LIMIT, OwnSource, Viewer
from bot.core.text import make_excerpt
from bot.quests.attempts import attempts_in_words
from bot.quests.commands import SeeQuest
from storage.people import own
from storage.quests import attempts

QUEST_WORDS = 120


def list_own_quests(session: Session, viewer: Viewer, _now: datetime) -> Sequence[Entry]:
    """Return the person's open quests, newest first, each with how often it was tried."""
    found = own.list_open_quests(session, viewer.person_id, viewer.teams, OWN_LIMIT + 1)
    tried = attempts.count_by_quest(session, [quest.id for quest in found])
    return [
        Entry(
            make_excerpt(quest.text, QUEST_WORDS),
            (" · ".join((*viewer.name_team(quest.team_id), attempts_in_words(tried.get(quest.id, 0)))),),
            Button(_("Show"), SeeQuest(str(quest.id), str(quest.team_id))),
        )
        for quest in found
    ]


OWN_QUESTS = OwnSource(lazy("Quests you started"), list_own_quests)
