"""What a next step says: its sentence, who takes it, and what became of it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.core.language.words import _
from bot.core.text import one_line
from bot.prompts.bank.goal_questions import quote_words
from storage.models import NextStep, StepOutcome

LONGEST = 200
"""The most characters of each half of a step, and of what it became."""
WHOLE = 2 * LONGEST + 20
"""The most characters of a step as a sentence."""
CLAUSE = (
    r"(?:the|an?|it|its|we|you|i|they|he|she|this|that|these|those|there|our|my|your|their|his|her|"
    r"someone|somebody|anyone|anybody|everyone|everybody|nobody|no|nothing|something|anything)\b"
)
"""A word that begins a clause, so that an *if* before it is the sentence's own. In *if statements*, it isn't."""
LEADING = {
    "condition": re.compile(
        rf"(?:if|when)(?:\s*[,:…]\s*|\s+(?={CLAUSE})|$)|(?:wenn|falls|sobald)(?:\s*[,:…]\s*|\s+|$)",
        re.IGNORECASE,
    ),
    "action": re.compile(rf"then(?:\s*[,:…]\s*|\s+(?={CLAUSE})|$)|dann(?:\s*[,:…]\s*|\s+|$)", re.IGNORECASE),
}
"""The word that a person may repeat at the beginning of each half, and that the sentence has already: in English
and in German, whatever the team's language is."""
SAID = {
    "condition": re.compile(r"(?:if|when)\s", re.IGNORECASE),
    "action": re.compile(r"then\s", re.IGNORECASE),
}
"""Such a word that was left because it may belong to what the person means. It isn't said twice."""


def trim_half(half: str, words: str) -> str:
    """Return one half of a step, `condition` or `action`, without the word that the sentence adds.

    The word stays where it may be a part of what the person means.
    """
    plain = " ".join(words.split())
    rest = LEADING[half].sub("", plain, count=1) if LEADING[half].match(plain) else plain
    return rest.rstrip(" ,.") if half == "condition" else rest


def say_step(step: NextStep) -> str:
    """Return a step as a sentence: `If …, then …`."""
    return say_halves(step.condition, step.action)


def say_halves(condition: str, action: str) -> str:
    """Return both halves as a sentence. A word that a half begins with already isn't said twice."""
    has_if, has_then = SAID["condition"].match(condition), SAID["action"].match(action)
    if has_if:
        condition = f"{condition[:1].upper()}{condition[1:]}"
    if has_if and has_then:
        return f"{condition}, {action}"
    if has_if:
        return _("{condition}, then {action}", condition=condition, action=action)
    if has_then:
        return _("If {condition}, {action}", condition=condition, action=action)
    return _("If {condition}, then {action}", condition=condition, action=action)


def say_taker(step: NextStep, names: Mapping[int, str]) -> str:
    """Return who takes a step, or an empty string for nobody."""
    name = names.get(step.taker_id or 0, "")
    if not name:
        return ""
    if step.taken_at is None:
        return _("suggested to {name}", name=name)
    if step.taker_left_at is not None:
        return _("{name} took it and has left", name=name)
    return _("{name} takes it", name=name)


def say_outcome(step: NextStep) -> str:
    """Return what became of a step, or an empty string as long as nobody has said."""
    match StepOutcome(step.outcome) if step.outcome else None:
        case StepOutcome.DONE:
            return _("done")
        case StepOutcome.NOT_YET:
            return _("not yet")
        case StepOutcome.ELSE:
            return _("it became: {words}", words=one_line(step.became, LONGEST))
        case None:
            return ""


def describe_step(step: NextStep) -> str:
    """Return a step and what became of it in one line."""
    outcome = say_outcome(step)
    said = quote_words(one_line(say_step(step), WHOLE))
    return f"{said} · {outcome}" if outcome else said


def can_be_taken(step: NextStep) -> bool:
    """Return whether anyone may take a step: nobody has, or the person who did has left."""
    return step.settled_at is None and (step.taken_at is None or step.taker_left_at is not None)
