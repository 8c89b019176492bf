"""How an experiment stands, in words: in progress, went well or didn't work.

One that was logged as failed says so by its name alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.language.words import Lazy, lazy
from storage.models import AttemptOutcome

OUTCOME_WORDS: Mapping[AttemptOutcome, Lazy] = {
    AttemptOutcome.FAILED: lazy("didn't work"),
    AttemptOutcome.UNDER_WAY: lazy("in progress"),
    AttemptOutcome.WENT_WELL: lazy("went well"),
}
"""What stands beside the number of an experiment that is under way, or whose result was kept."""

RESULT_WORDS: Mapping[AttemptOutcome, Lazy] = {
    AttemptOutcome.FAILED: lazy("It didn't work."),
    AttemptOutcome.UNDER_WAY: lazy("It's in progress."),
    AttemptOutcome.WENT_WELL: lazy("It went well."),
}
"""How an experiment stands, as a sentence."""


def outcome_suffix(outcome: AttemptOutcome | None) -> str:
    """Return what follows an experiment's number, such as ` · in progress`. Empty without an outcome to show."""
    return "" if outcome is None else f" · {OUTCOME_WORDS[outcome]()}"
