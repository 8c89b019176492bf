"""Tests of answers that wait to be opened."""

from __future__ import annotations

from adapters.discord.addressed import kept
from adapters.discord.addressed.kept import KeptAnswers
from bot.core.messages import text_reply


def test_an_answer_is_opened_once_and_in_time() -> None:
    """Afterwards, and when it waited too long, there is none."""
    now = [0.0]
    answers = KeptAnswers(lambda: now[0])
    for message in ("1", "2"):
        answers.keep(message, text_reply(message))
    assert answers.take("1") == text_reply("1")
    assert answers.take("1") is None
    now[0] += kept.VALID_FOR
    assert answers.take("2") is None


def test_the_oldest_answer_goes_first() -> None:
    """Only so many are in memory."""
    answers = KeptAnswers()
    for number in range(kept.MOST + 1):
        answers.keep(str(number), text_reply("Yes."))
    assert answers.take("0") is None
    assert answers.take(str(kept.MOST))
