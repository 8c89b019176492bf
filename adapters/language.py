"""The language of what a platform renders. Every platform uses it."""

from __future__ import annotations

from bot.core.language.catalogs import ENGLISH, match_locale
from bot.core.messages import Form, Reply


def answer_language(answer: Reply | Form | None, locale: str) -> str:
    """Return the language of the core's answer, or that of the person's platform where it names none."""
    return (answer.language if answer else "") or match_locale(locale)


def browser_language(accepted: str) -> str:
    """Return the first language of an `Accept-Language` header that the bot speaks, or English."""
    wanted = (each.partition(";")[0].strip() for each in accepted.split(","))
    return next(filter(None, map(match_locale, wanted)), ENGLISH)
