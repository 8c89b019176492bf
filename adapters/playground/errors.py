"""The error for an interaction that is impossible."""

from __future__ import annotations

from collections.abc import Mapping


class ChatError(Exception):
    """An impossible interaction: one sentence for the person, and one for each invalid field."""

    def __init__(self, sentence: str, status: int = 400, errors: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.sentence, self.status, self.errors = sentence, status, dict(errors or {})
