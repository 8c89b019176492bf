"""The question bank that comes with Ahabot, read from `bot/prompts/bank/questions/`.

Questions are data, so that people who write no code can add one. A question's key never
changes, because postings use it to record which questions a team was asked.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from storage.models import PromptForm, ScheduleKind

FOLDER = Path(__file__).parent / "questions"
"""The folder of the packs' TOML files."""

KINDS = (ScheduleKind.PROMPT, ScheduleKind.RETRO)
"""The kinds of question. In a pack's file, each has a table named by its plural."""


GOAL = "goal"
"""The need of a pack whose questions are about a team's open big goal."""

GOAL_PLACE = "{goal}"
"""What a question of such a pack may hold: the goal's own words come there when it is asked."""

FIRST_PACK = "every-voice"
"""The pack that a team is asked from first, because anybody can answer its first questions."""


@dataclass(frozen=True)
class Question:
    """One question. Its `key` is `pack:name`, unique in the whole bank."""

    key: str
    kind: str
    text: str

    @property
    def pack(self) -> str:
        """The key of the question's pack."""
        return self.key.partition(":")[0]


@dataclass(frozen=True)
class Pack:
    """Questions on one theme, in the order in which they are asked."""

    key: str
    name: str
    about: str
    questions: tuple[Question, ...]
    needs: str = ""
    """What a team must have to be asked from it: `GOAL`, or nothing."""

    def questions_of_kind(self, kind: str) -> tuple[Question, ...]:
        """Return the pack's questions of one kind."""
        return tuple(question for question in self.questions if question.kind == kind)


@cache
def load_packs() -> tuple[Pack, ...]:
    """Return all packs in English, ordered by key after `FIRST_PACK`.

    The files are read on the first call only. Packs that need something are in `load_packs_in_need`.
    """
    return tuple(sorted(_read_packs(FOLDER), key=lambda pack: pack.key != FIRST_PACK))


@cache
def load_packs_in_need() -> tuple[Pack, ...]:
    """Return the packs that are only for teams that have what they need, ordered by key.

    The files are read on the first call only.
    """
    return _read_packs(FOLDER / "needs")


def _read_packs(folder: Path) -> tuple[Pack, ...]:
    return tuple(parse_pack(file.stem, file.read_text("utf-8")) for file in sorted(folder.glob("*.toml")))


def find_bundled_question(key: str) -> Question | None:
    """Return the question with a key as its file has it, in English. None if there is none."""
    return _questions_by_key().get(key)


def parse_pack(key: str, toml: str) -> Pack:
    """Parse a pack from the text of its TOML file.

    Raises KeyError or ValueError if the text is not a pack.
    """
    data = tomllib.loads(toml)
    found = [
        Question(f"{key}:{name}", kind, text)
        for kind in KINDS
        for name, text in data.get(f"{kind}s", {}).items()
    ]
    return Pack(key, data["name"], data["about"], tuple(found), data.get("needs", ""))


@cache
def load_form_packs() -> Mapping[str, Pack]:
    """Return the packs of the prompt forms that have questions of their own, by form.

    Schedules never pick questions from these packs. The files are read on the first call
    only.
    """
    files = {form: FOLDER / "forms" / f"{form}.toml" for form in PromptForm}
    return {
        form: parse_form_pack(form, file.read_text("utf-8")) for form, file in files.items() if file.exists()
    }


def parse_form_pack(form: str, toml: str) -> Pack:
    """Parse the pack of a prompt form from the text of its TOML file.

    The form's name is also the kind of its questions.
    """
    data, key = tomllib.loads(toml), form.replace("_", "-")
    found = [Question(f"{key}:{name}", form, text) for name, text in data["questions"].items()]
    return Pack(key, data["name"], data["about"], tuple(found))


@cache
def _questions_by_key() -> Mapping[str, Question]:
    every = (*load_packs(), *load_packs_in_need(), *load_form_packs().values())
    found: Sequence[Question] = [question for pack in every for question in pack.questions]
    return {question.key: question for question in found}
