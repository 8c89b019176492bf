"""Sealed answers: those of `aha first` open together after two minutes, those of a session's part by agreement.

A sealed answer is stored on the participant and not among the answers, so no code that
lists answers can show it early.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.core.context import Context, name_place, posting_place
from bot.core.language.words import _, line
from bot.core.messages import Button, Reply, text_reply
from storage.delivery import refresh
from storage.focus import sessions
from storage.models import Answer, AnswerKind, Posting, PromptForm
from storage.prompts import answers, rounds

SEALED_FOR = timedelta(minutes=2)
SEALED_FORMS = (PromptForm.AHA_FIRST, PromptForm.FOCUS_PART)
"""The forms whose answers nobody sees before all of them open."""


@dataclass(frozen=True)
class TakeAnswerBack:
    """The command to take one's own answer back, sealed or opened."""

    posting: str = ""
    team: str = ""


def is_sealed(posting: Posting) -> bool:
    """Return whether a question's answers are still sealed."""
    return posting.form in SEALED_FORMS and posting.turned_at is None


def find_sealed_text(context: Context, posting: Posting) -> str:
    """Return the text that the caller wrote so far, or an empty string."""
    mine = rounds.find_participant(context.session, posting.id, context.caller.person_id)
    return mine.text if mine else ""


def save_sealed_answer(context: Context, posting: Posting, text: str) -> Reply:
    """Store the caller's answer until all of them open.

    A second answer replaces the first. The last one of those who are in a later part of a session opens it.
    """
    expected = posting.form == PromptForm.FOCUS_PART and rounds.list_participants(context.session, posting.id)
    rounds.add_participant(context.session, posting.id, context.caller.person_id, context.now)
    mine = rounds.find_participant(context.session, posting.id, context.caller.person_id)
    assert mine is not None
    mine.text, mine.wrote_at = text, context.now
    if expected and len(expected) > 1 and _has_carried(posting) and all(one.wrote_at for one in expected):
        open_sealed_answers(context.session, posting, context.now)
        context.session.flush()
    refresh.refresh_posting(context.session, posting.id, context.now)
    place = name_place(posting_place(context, posting))
    back = Button(_("Undo"), TakeAnswerBack(str(posting.id), str(context.caller.team_id)))
    said = line("Your answer is saved in {place}.", place=place)
    return text_reply(*said, " " + _then(posting), buttons=(back,))


def _has_carried(posting: Posting) -> bool:
    """Return whether those who answered the part before are in this one."""
    return posting.key.startswith(sessions.PART_PREFIX)


def _then(posting: Posting) -> str:
    if posting.turned_at is not None:
        return _("You were the last one, so all answers are on the card now.")
    if posting.form == PromptForm.FOCUS_PART:
        return _("We'll read them together once everyone here has answered, or when someone opens them.")
    return _("We'll read them together when the two minutes are over.")


def open_sealed_answers(session: Session, posting: Posting, now: datetime) -> None:
    """Turn all sealed texts into answers at once."""
    for one in rounds.list_participants(session, posting.id):
        if one.wrote_at is None:
            continue
        given = Answer(
            posting_id=posting.id, person_id=one.person_id, kind=AnswerKind.FORM, text=one.text,
            event=f"form:{one.person_id}", created_at=now,
        )  # fmt: skip
        answers.save_answer(session, given)
    rounds.clear_participants(session, posting.id)
    posting.turned_at = now
