"""Tests of which language a platform renders in."""

import pytest

from adapters.language import answer_language, browser_language
from bot.core.messages import Card, Reply


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("de-AT,de;q=0.9,en;q=0.8", "de"), ("xx, en-GB;q=0.7, de", "en"), ("", "en"), ("*;q=0.1", "en")],
)
def test_a_browser_names_its_languages(accepted: str, language: str) -> None:
    """The first one that the bot speaks counts."""
    assert browser_language(accepted) == language


def test_an_answer_names_its_language() -> None:
    """Without one, it is in the language of the person's platform."""
    assert answer_language(Reply(Card(()), language="en"), "de") == "en"
    assert answer_language(Reply(Card(())), "de-AT") == "de"
    assert answer_language(None, "de") == "de"
