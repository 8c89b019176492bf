"""Tests of the question beside an answer in a book."""

from datetime import UTC, date, datetime

import pytest

from bot.core.language.words import speaking
from bot.memory.book.content import asked_question
from storage.memory.book import Answered
from storage.models import Goal, GoalKind

NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)
RULE = "Which rule do we follow that isn't written down anywhere?"


def goal(withdrawn: datetime | None = None) -> Goal:
    """Return a goal, open or deleted."""
    return Goal(
        team_id=1, number=1, author_id=1, owner_id=1, kind=GoalKind.BIG, text="A hundred\nhomes",
        starts_on=date(2026, 3, 16), created_at=NOW, withdrawn_at=withdrawn,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("key", "quoted", "asked", "english", "german"),
    [
        ("grey-areas:unwritten-rule", None, RULE, RULE, "An welche Regel halten wir uns, obwohl sie nirgends steht?"),
        ("own:1", None, RULE, RULE, RULE),
        ("", None, RULE, RULE, RULE),
        ("straight-line:half-the-time", goal(), "With half the time for {goal}, what would we do first?",
         "With half the time for “A hundred homes”, what would we do first?",
         "„A hundred homes“: Was würden wir zuerst tun, wenn wir nur die halbe Zeit hätten?"),
        ("straight-line:half-the-time", goal(NOW), "With half the time for {goal}, what would we do first?",
         "With half the time for our big goal, what would we do first?",
         "Unser großes Ziel: Was würden wir zuerst tun, wenn wir nur die halbe Zeit hätten?"),
    ],
)  # fmt: skip
def test_a_built_in_question_is_in_the_language_of_the_book(
    key: str, quoted: Goal | None, asked: str, english: str, german: str
) -> None:
    """A team's own is as they wrote it. What it says of a goal is what the goal says now."""
    answer = Answered(1, asked, "Yes.", NOW, key, quoted)
    assert asked_question(answer) == english
    with speaking("de"):
        assert asked_question(answer) == german
