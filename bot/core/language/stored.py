"""Sentences that are written down now, and shown later in the language of their reader.

A row holds the English sentence, which is the key of its translations, and its values if it has any.
"""

from __future__ import annotations

import json

from bot.core.language.words import Lazy, Value


def store_sentence(sentence: Lazy, **values: Value) -> str:
    """Return a sentence and its values as text for a row."""
    return json.dumps({"says": sentence.text, "with": values}, ensure_ascii=False)


def read_sentence(stored: str) -> str:
    """Return a stored sentence in the current language. One without values may be stored as its bare text."""
    try:
        told = json.loads(stored)
        return Lazy(told["says"])(**told["with"])
    except (ValueError, LookupError, TypeError):
        return Lazy(stored)() if stored else ""
