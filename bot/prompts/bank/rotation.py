"""The choice of the next question.

Packs alternate, and no question is asked again while another of them was asked less often. The
functions are pure, so that this can be tested on any bank and any history.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence


def choose_next_question(
    packs: Sequence[tuple[str, Sequence[str]]], asked: Sequence[str], wanted: Sequence[str] = ()
) -> str | None:
    """Return the key of the next question, or None when there is none to choose from.

    `packs` are the active packs in the team's order, each with the keys that are not muted.
    `asked` is the history, oldest first. `wanted` are the keys that people queued to come next,
    first come, first served.
    """
    if wanted:
        return wanted[0]
    last = asked[-1] if asked else ""
    open_keys = {key for _, keys in packs for key in keys}
    rested = open_keys - {last} or open_keys
    times = Counter(asked)
    fewest = min((times[key] for key in rested), default=0)
    in_turn = [key for _, keys in _rotate_packs(packs, last.partition(":")[0]) for key in keys]
    return next((key for key in in_turn if key in rested and times[key] == fewest), None)


def _rotate_packs(
    packs: Sequence[tuple[str, Sequence[str]]], pack: str
) -> Sequence[tuple[str, Sequence[str]]]:
    """Return the packs rotated so that the one after `pack` is first.

    The order stays as it is when `pack` is not among them.
    """
    names = [name for name, _ in packs]
    cut = names.index(pack) + 1 if pack in names else 0
    return [*packs[cut:], *packs[:cut]]
