"""What people read about a problem of the database, in their language."""

from __future__ import annotations

import pytest

from bot.core.language.database_errors import explain_database_error
from bot.core.language.words import speaking
from storage.engine.errors import (
    BUSY_SENTENCE,
    DATABASE_REFUSED,
    ERROR_SENTENCES,
    MAYBE_SAVED,
    STOPPING,
    StoreError,
)

FOR_OPERATORS = ("DATABASE_URL", "ahabot migrate")
"""What a sentence about the settings names, which only the people who run the bot can change."""
SENTENCES = {BUSY_SENTENCE, DATABASE_REFUSED, MAYBE_SAVED, STOPPING} | {said for _, said in ERROR_SENTENCES}


@pytest.mark.parametrize("sentence", sorted(SENTENCES))
def test_whatever_storage_says_has_its_translation(sentence: str) -> None:
    assert explain_database_error(StoreError(sentence)) == sentence
    with speaking("de"):
        said = explain_database_error(StoreError(sentence))
    settings = any(name in sentence for name in FOR_OPERATORS)
    assert (said == sentence) == settings
