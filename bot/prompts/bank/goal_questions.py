"""Questions that quote a goal: stored with a place for its words, which are filled in each time one is shown.

So a question says what the goal says today, and nothing of a goal that was removed.
"""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from bot.core.language.words import _, lazy
from bot.core.text import one_line
from bot.prompts.bank.packs import GOAL_PLACE, Question, find_bundled_question, say_bundled
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


def asked_fields(session: Session, team_id: int, question: Question) -> dict[str, Any]:
    """Return the columns of the posting that asks a question of the bank.

    The text of a bundled one is stored in English, and `question_text` translates it. Where it quotes the
    team's open big goal, it keeps the place for the words.
    """
    bundled = find_bundled_question(question.key)
    if bundled is None:
        return {"text": question.text, "question": question.key}
    if GOAL_PLACE not in bundled.text:
        return {"text": bundled.text, "question": question.key}
    goal = bank.find_big_goal(session, team_id)
    if goal is None:
        return {"text": question.text, "question": question.key}
    return {"text": bundled.text, "question": question.key, "goal_id": goal.id}


def question_text(session: Session, posting: Posting) -> str:
    """Return the question that a posting asks, with the words that its goal has now.

    One of the packs is in the current language.
    """
    is_bundled = posting.question and find_bundled_question(posting.question) is not None
    text = say_bundled(posting.text) if is_bundled and posting.text else posting.text
    if posting.goal_id is None:
        return text
    return text.replace(GOAL_PLACE, quote_goal(session.get(Goal, posting.goal_id)))
