"""What a posted question says now: in the language of its reader, and with the words that its goal has today.

The bank's questions are stored in English, with a place for a goal's words. So a question says nothing of a
goal that was removed.
"""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from bot.core.language.catalogs import ENGLISH
from bot.core.language.words import Lazy, _, current_language, lazy
from bot.core.text import one_line
from bot.prompts.bank.packs import GOAL_PLACE, Question, find_bundled_question
from storage.models import Goal, Posting
from storage.prompts import bank

GOAL_LENGTH = 200
"""The most characters of a goal that a question quotes."""
NO_GOAL = lazy("our big goal")
"""What a question says in place of a goal that has no words any more."""


def quote_goal(goal: Goal | None) -> str:
    """Return a goal's words in quotation marks on one line, or `our big goal` for one without words."""
    words = one_line(goal.text, GOAL_LENGTH) if goal is not None and goal.withdrawn_at is None else ""
    return quote_words(words) if words else NO_GOAL()


def quote_words(words: str) -> str:
    """Return words in the quotation marks of the current language."""
    return _("“{words}”", words=words)


def translate_question(key: str, text: str) -> str:
    """Return the text of the bank's question with a key in the current language. A team's own text stays as it is.

    A text from before the question was reworded gives the translation of its present words.
    """
    bundled = find_bundled_question(key)
    if bundled is None or not text or current_language() == ENGLISH:
        return text
    translated = Lazy(text)()
    return translated if translated != text else Lazy(bundled.text)()


def asked_fields(session: Session, team_id: int, question: Question) -> dict[str, Any]:
    """Return the columns of the posting that asks a question of the bank, in English if it is a built-in one.

    Where it quotes the team's open big goal, the text keeps the place for the words.
    """
    bundled = find_bundled_question(question.key)
    if bundled is None:
        return {"text": question.text, "question": question.key}
    goal = bank.find_big_goal(session, team_id) if GOAL_PLACE in bundled.text else None
    return {"text": bundled.text, "question": question.key, "goal_id": goal.id if goal else None}


def question_text(session: Session, posting: Posting) -> str:
    """Return the question that a posting asks, in the current language and with the words that its goal has now."""
    said = translate_question(posting.question, posting.text)
    if posting.goal_id is not None:
        return said.replace(GOAL_PLACE, quote_goal(session.get(Goal, posting.goal_id)))
    return said.replace(GOAL_PLACE, NO_GOAL()) if find_bundled_question(posting.question) else said
