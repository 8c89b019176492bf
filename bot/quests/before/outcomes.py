"""How an experiment stands, in words: under way, or went well. One that failed says so by its name alone."""

from __future__ import annotations

from collections.abc import Mapping

from storage.models import AttemptOutcome

OUTCOME_WORDS: Mapping[AttemptOutcome, str] = {
    AttemptOutcome.FAILED: "",
    AttemptOutcome.UNDER_WAY: "under way",
    AttemptOutcome.WENT_WELL: "went well",
}
"""What stands beside an experiment's number."""

RESULT_WORDS: Mapping[AttemptOutcome, str] = {
    AttemptOutcome.FAILED: "it didn't work",
    AttemptOutcome.UNDER_WAY: "it's under way",
    AttemptOutcome.WENT_WELL: "it went well",
}
"""How an experiment stands, as half a sentence."""


def outcome_suffix(outcome: AttemptOutcome | None) -> str:
    """Return what follows an experiment's number, such as ` · under way`. Empty for one that failed."""
    words = OUTCOME_WORDS[outcome] if outcome is not None else ""
    return f" · {words}" if words else ""
