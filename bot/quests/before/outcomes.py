"""How an experiment stands, in words: under way, went well or didn't work.

One that was logged as failed says so by its name alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from storage.models import AttemptOutcome

OUTCOME_WORDS: Mapping[AttemptOutcome, str] = {
    AttemptOutcome.FAILED: "didn't work",
    AttemptOutcome.UNDER_WAY: "under way",
    AttemptOutcome.WENT_WELL: "went well",
}
"""What stands beside the number of an experiment that is under way, or whose result was kept."""

RESULT_WORDS: Mapping[AttemptOutcome, str] = {
    AttemptOutcome.FAILED: "it didn't work",
    AttemptOutcome.UNDER_WAY: "it's under way",
    AttemptOutcome.WENT_WELL: "it went well",
}
"""How an experiment stands, as half a sentence."""


def outcome_suffix(outcome: AttemptOutcome | None) -> str:
    """Return what follows an experiment's number, such as ` · under way`. Empty without an outcome to show."""
    return "" if outcome is None else f" · {OUTCOME_WORDS[outcome]}"
