"""The open questions that a person has not answered yet, for their own page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot.core.language.words import _
from bot.core.messages import Button, Entry
from bot.core.posts import OWN_LIMIT, Viewer
from bot.core.text import make_excerpt
from bot.prompts.answers import GiveAnswer
from bot.prompts.bank.goal_questions import question_text
from storage.models import Posting, PostingKind
from storage.people import own

QUESTION_WORDS = 160


def list_open_questions(session: Session, viewer: Viewer, _now: datetime) -> Sequence[Entry]:
    """Return the questions that are open to the person, newest first.

    Nobody may know who answered an anonymous one, so it is left out.
    """
    found = own.list_unanswered(session, viewer.person_id, viewer.teams, OWN_LIMIT + 1)
    return [_list_question(session, viewer, posting) for posting in found]


def _list_question(session: Session, viewer: Viewer, posting: Posting) -> Entry:
    team_id = posting.team_id or 0
    kind = _("Question") if posting.kind == PostingKind.PROMPT else _("Retro")
    answer = Button(_("Answer"), GiveAnswer(str(posting.id), str(team_id)))
    words = make_excerpt(question_text(session, posting), QUESTION_WORDS)
    return Entry(words, (" · ".join((kind, *viewer.name_team(team_id))),), answer)
