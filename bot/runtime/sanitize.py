"""Texts as a database can take them, whoever they came from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

T = TypeVar("T")


def cleaned(thing: T) -> T:
    """A command, an origin or a source without NUL and lone surrogates, which no database takes.

    Everything else stays as it was written.
    """
    texts = {name: value for name, value in vars(thing).items() if isinstance(value, str)}
    clean = {name: value.replace("\0", "").encode(errors="ignore").decode() for name, value in texts.items()}
    whole: Any = thing
    return replace(whole, **clean) if clean != texts else thing
