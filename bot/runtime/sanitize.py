"""Removes the characters from text that no database accepts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

T = TypeVar("T")


def sanitize_texts(thing: T) -> T:
    """Remove NUL characters and lone surrogates from the text fields of a dataclass.

    It is used for commands, origins and sources, because databases reject these characters.
    All other text stays as written.
    """
    texts = {name: value for name, value in vars(thing).items() if isinstance(value, str)}
    clean = {name: value.replace("\0", "").encode(errors="ignore").decode() for name, value in texts.items()}
    whole: Any = thing
    return replace(whole, **clean) if clean != texts else thing
