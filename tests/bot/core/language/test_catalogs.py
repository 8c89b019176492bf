"""Tests of the catalogs: every sentence is translated, none is left over, and each fits where it is shown."""

from __future__ import annotations

import pytest

from bot.core.language.catalogs import list_languages
from deploy.words import find_problems

TRANSLATED = [each for each in list_languages() if each != "en"]


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated(language: str) -> None:
    """A change that adds a sentence adds its translation: `make words`, and fill in what is empty."""
    problems = find_problems(language)
    assert not problems, f"{len(problems)} problems:\n" + "\n".join(problems)
