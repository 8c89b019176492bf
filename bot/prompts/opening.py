"""The message that says a question has opened, in the thread of its card.

A card that changes notifies nobody, so what people waited for comes with a message of its own, once. It quotes
nothing and has no buttons: the card has both.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot.core.language.words import _
from bot.core.messages import Post, text_card
from bot.core.origin import Capabilities
from bot.core.posts import ComposedPost
from bot.core.text import parse_number
from bot.prompts.answers import TAKEN_BACK
from bot.prompts.formats.parking import has_parked_texts
from storage.delivery import postings, refresh
from storage.models import Posting, PostingKind, PromptForm
from storage.prompts import answers

OPENING_FORMS = (PromptForm.PARK_IT, PromptForm.AHA_FIRST)
"""The forms that people wait for: a question that opens, and answers that are read together."""

KEY = "opening:"


def plan_opening(session: Session, question: Posting, now: datetime) -> None:
    """Plan the message for a question that has just opened. It is posted once."""
    postings.plan_once(
        session, f"{KEY}{question.id}", PostingKind.OPENING, question.workspace_id, now,
        team_id=question.team_id, channel=question.channel, thread=question.thread or question.message or "",
        asked_by_id=question.asked_by_id,
    )  # fmt: skip


def refresh_opening(session: Session, question: Posting, now: datetime) -> None:
    """Refresh the message after its question was taken back."""
    if (opening := postings.find_by_key(session, f"{KEY}{question.id}")) is not None:
        refresh.refresh_posting(session, opening.id, now)


def compose_opening(
    session: Session, posting: Posting, now: datetime, _capabilities: Capabilities
) -> ComposedPost | None:
    """Compose the message.

    Return None if the question was taken back before it was posted. After that, it says so.
    """
    question = session.get_one(Posting, parse_number(posting.key.removeprefix(KEY)))
    if question.withdrawn_at is not None:
        return ComposedPost(Post(text_card(TAKEN_BACK()))) if posting.message else None
    return ComposedPost(Post(text_card(_opening_sentence(session, question))))


def _opening_sentence(session: Session, question: Posting) -> str:
    if question.form == PromptForm.PARK_IT:
        said = _("The question is open now, on the card above.")
        if has_parked_texts(session, question):
            said += " " + _("You can get back what you parked there, too.")
        return said
    if answers.count_people(session, question.id):
        return _("The two minutes are over. The answers are on the card above.")
    return _("The two minutes are over. The question is still open, on the card above.")
