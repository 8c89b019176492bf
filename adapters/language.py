"""The language of an answer that is rendered. Every platform uses it."""

from __future__ import annotations

from bot.core.language.catalogs import match_locale
from bot.core.messages import Form, Reply


def answer_language(answer: Reply | Form | None, locale: str) -> str:
    """Return the language of the core's answer, or that of the person's platform where it names none."""
    return (answer.language if answer else "") or match_locale(locale)
