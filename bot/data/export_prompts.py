"""What a team's export says of answers that several people have a part in: about whom, and together with whom.

What is not read out yet is no answer, and so in no export.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlmodel import Session

from bot.prompts.formats import cross_pairs as pairs
from bot.prompts.formats import matching as rounds
from bot.prompts.formats import what_each_brings as brings
from storage.models import Answer
from storage.prompts import rounds as gatherings

Json = dict[str, Any]


def of_answers(session: Session, posting_ids: Sequence[int]) -> Callable[[Answer], Json]:
    """What to say of each answer to these questions, people by their ids on the platform."""
    taking_part = gatherings.of_all(session, posting_ids)
    called = {one.person_id: external for one, external in taking_part}
    about: dict[int, dict[int, int | None]] = {}
    for one, _ in taking_part:
        about.setdefault(one.posting_id, {})[one.person_id] = one.about_id

    def of_answer(answer: Answer) -> Json:
        groups = rounds.circles(about.get(answer.posting_id, {}))
        together = next((group for group in groups if answer.event == f"{pairs.PAIR}{group[0]}"), ())
        others = sorted(called[person] for person in together if person != answer.person_id)
        return {"about": called.get(brings.about(answer)), "with": others}

    return of_answer
