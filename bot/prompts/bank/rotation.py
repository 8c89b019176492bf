"""Which question comes next: packs take turns, and none comes again while another has not come yet.

Pure, so that its promise to a team can be tested on any bank and any past.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence


def next_question(
    packs: Sequence[tuple[str, Sequence[str]]], asked: Sequence[str], wanted: Sequence[str] = ()
) -> str | None:
    """The key of the question to ask; None where there is none to choose from.

    `packs` are the active ones in the team's order, each with the keys that are not muted; `asked` is the
    past, oldest first; `wanted` is what people chose to come next, first come first served.
    """
    if wanted:
        return wanted[0]
    last = asked[-1] if asked else ""
    open_keys = {key for _, keys in packs for key in keys}
    rested = open_keys - {last} or open_keys
    times = Counter(asked)
    fewest = min((times[key] for key in rested), default=0)
    in_turn = [key for _, keys in _beginning_after(packs, last.partition(":")[0]) for key in keys]
    return next((key for key in in_turn if key in rested and times[key] == fewest), None)


def _beginning_after(
    packs: Sequence[tuple[str, Sequence[str]]], pack: str
) -> Sequence[tuple[str, Sequence[str]]]:
    """The packs in a circle, from the one after `pack` on; from the first where that is not among them."""
    names = [name for name, _ in packs]
    cut = names.index(pack) + 1 if pack in names else 0
    return [*packs[cut:], *packs[:cut]]
