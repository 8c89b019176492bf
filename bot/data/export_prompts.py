"""The part of a team's export about shared answers.

It gives the subject of each answer and the people who gave it together. An answer that
was not read out yet is in no export.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlmodel import Session

from bot.prompts.formats.what_each_brings import person_about
from storage.models import Answer
from storage.prompts import rounds

Json = dict[str, Any]


def build_round_fields(session: Session, posting_ids: Sequence[int]) -> Callable[[Answer], Json]:
    """Return a function that gives the export fields of each answer to these questions.

    People are given by their ids on the platform.
    """
    taking_part = rounds.list_with_external_ids(session, posting_ids)
    called = {one.person_id: external for one, external in taking_part}
    about: dict[int, dict[int, int | None]] = {}
    for one, _ in taking_part:
        about.setdefault(one.posting_id, {})[one.person_id] = one.about_id

    def describe_answer(answer: Answer) -> Json:
        groups = rounds.find_circles(about.get(answer.posting_id, {}))
        together = next((group for group in groups if answer.event == rounds.pair_event(group)), ())
        others = sorted(called[person] for person in together if person != answer.person_id)
        return {"about": called.get(person_about(answer)), "with": others}

    return describe_answer
