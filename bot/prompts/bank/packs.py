"""The question bank that comes with Ahabot, read from `bot/prompts/bank/questions/`.

Questions are data, so that a person who writes no code can add one; a question's key stays for good, because
postings remember by it what a team was asked.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from storage.models import PromptForm, ScheduleKind

FOLDER = Path(__file__).parent / "questions"

KINDS = (ScheduleKind.PROMPT, ScheduleKind.RETRO)
"""The kinds of question there are; in a pack's file each has a table named by its plural."""


@dataclass(frozen=True)
class Question:
    """One question. `key` is `pack:name`, unique in the whole bank."""

    key: str
    kind: str
    text: str

    @property
    def pack(self) -> str:
        """The key of the pack it belongs to."""
        return self.key.partition(":")[0]


@dataclass(frozen=True)
class Pack:
    """Questions around one theme, in the order they are asked."""

    key: str
    name: str
    about: str
    questions: tuple[Question, ...]

    def of(self, kind: str) -> tuple[Question, ...]:
        """The questions of one kind."""
        return tuple(question for question in self.questions if question.kind == kind)


@cache
def packs() -> tuple[Pack, ...]:
    """All packs, by key. Read once, when first asked for."""
    return tuple(read(file.stem, file.read_text("utf-8")) for file in sorted(FOLDER.glob("*.toml")))


def find(key: str) -> Question | None:
    """The question of that key."""
    return _by_key().get(key)


def read(key: str, toml: str) -> Pack:
    """A pack from its file's text. KeyError or ValueError where it is not one."""
    data = tomllib.loads(toml)
    found = [
        Question(f"{key}:{name}", kind, text)
        for kind in KINDS
        for name, text in data.get(f"{kind}s", {}).items()
    ]
    return Pack(key, data["name"], data["about"], tuple(found))


@cache
def forms() -> Mapping[str, Pack]:
    """The packs of those prompt forms that have questions of their own, by form; no schedule draws from them."""
    files = {form: FOLDER / "forms" / f"{form}.toml" for form in PromptForm}
    return {form: read_form(form, file.read_text("utf-8")) for form, file in files.items() if file.exists()}


def read_form(form: str, toml: str) -> Pack:
    """A form's pack from its file's text; its questions are of a kind of their own."""
    data, key = tomllib.loads(toml), form.replace("_", "-")
    found = [Question(f"{key}:{name}", form, text) for name, text in data["questions"].items()]
    return Pack(key, data["name"], data["about"], tuple(found))


@cache
def _by_key() -> Mapping[str, Question]:
    every = (*packs(), *forms().values())
    found: Sequence[Question] = [question for pack in every for question in pack.questions]
    return {question.key: question for question in found}
