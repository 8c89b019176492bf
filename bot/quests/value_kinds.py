"""The kinds of value that a breakthrough had: the built-in ones and the team's own.

The form also offers values other than money, such as an opened door or regained trust.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlmodel import Session

from bot.core.context import Context
from bot.core.language.words import Lazy, _, lazy
from bot.core.messages import Field, FieldKind, Option
from storage.models import Kind
from storage.models.shown import has_words, isolate_text
from storage.quests import value_kinds

DOOR_OPENED = "door opened"
BUILT_IN: Mapping[str, Lazy] = {
    "money": lazy("money"),
    DOOR_OPENED: lazy("door opened"),
    "trust": lazy("trust"),
    "skill": lazy("skill"),
    "insight": lazy("insight"),
    "craft": lazy("craft"),
    "health": lazy("health"),
}
"""The built-in kinds by what is stored of them, with what they are called."""
KINDS_SHOWN = 25
"""The most kinds to choose from (Discord's limit)."""
KIND_LENGTH = 40
"""The most characters of a kind that a team adds."""
QUOTED_LENGTH = 60
"""The most characters of a too long kind that the error repeats."""
NEW_KINDS_LIMIT = 3
"""The most new kinds that one form adds."""
VALUE_PART = "value"
"""The key of the breakthrough part that holds its kinds, one a line."""
ANOTHER_FIELD = "another_value"
"""The name of the form field for new kinds, separated by commas."""


def value_fields(session: Session, team_id: int, chosen: str = "", another: str = "") -> tuple[Field, ...]:
    """Return the form fields for the value of a breakthrough.

    `chosen` are the kinds it has already, one a line.
    """
    known = dict.fromkeys((*parse_kinds(chosen), *BUILT_IN, *value_kinds.list_value_kinds(session, team_id)))
    options = tuple(Option(name, name_kind(name)) for name in list(known)[:KINDS_SHOWN])
    hint = _("In a word or two. It'll be on the list next time.")
    if len(known) > KINDS_SHOWN:
        hint += " " + _("Type any that isn't listed here.")
    return (
        Field(VALUE_PART, _("What was it worth?"), FieldKind.CHOICES, chosen, False, options=options, later=True),
        Field(
            ANOTHER_FIELD, _("Another kind of value"), value=another, required=False, hint=hint, later=True,
        ),
    )  # fmt: skip


def value_error(another: str) -> str:
    """Return an error sentence if the new kinds cannot be saved, else an empty string.

    A kind has at most 40 characters, and one form adds at most 3.
    """
    added = _new_kinds(another)
    if long := next((name for name in added if len(name) > KIND_LENGTH), ""):
        said = long if len(long) <= QUOTED_LENGTH else long[:QUOTED_LENGTH] + "…"
        return _(
            "“{name}” has {length} characters. A word or two is enough, up to {limit} characters.",
            name=said, length=len(long), limit=KIND_LENGTH,
        )  # fmt: skip
    if len(added) > NEW_KINDS_LIMIT:
        return _(
            "Up to {limit} new kinds at once, please. You've typed {number}.",
            limit=NEW_KINDS_LIMIT, number=len(added),
        )  # fmt: skip
    return ""


def _new_kinds(another: str) -> list[str]:
    """Return the comma-separated kinds without repetition, in the spelling of the first."""
    added: dict[str, str] = {}
    for name in (" ".join(each.split()) for each in another.split(",")):
        added.setdefault(name.casefold(), name)
    return [name for name in added.values() if has_words(name)]


def save_value_part(context: Context, kind: str, command: Any) -> dict[str, str]:
    """Return the value part of a breakthrough from a form, and save new kinds for the team.

    Return an empty dict for other kinds of moment.
    """
    if kind != Kind.BREAKTHROUGH:
        return {}
    team_id = context.caller.team_id
    known = {name_kind(name).casefold(): name for name in BUILT_IN}
    for name in (*BUILT_IN, *value_kinds.list_value_kinds(context.session, team_id)):
        known[name.casefold()] = name
    added = _new_kinds(command.another_value)
    for name in added:
        if name.casefold() not in known:
            value_kinds.add_value_kind(context.session, team_id, name)
            known[name.casefold()] = name
    wanted = [*parse_kinds(command.value), *added]
    chosen = dict.fromkeys(known[name.casefold()] for name in wanted if name.casefold() in known)
    return {VALUE_PART: "\n".join(chosen)} if chosen else {}


def parse_kinds(part: str) -> list[str]:
    """Return the kinds listed in a breakthrough's value part."""
    return [line.strip() for line in part.splitlines() if has_words(line)]


def name_kind(kind: str) -> str:
    """Return what a kind is called: a built-in one in the current language, a team's own as they wrote it."""
    return BUILT_IN[kind]() if kind in BUILT_IN else kind


def list_kinds(kinds: Iterable[str]) -> str:
    """Return kinds side by side, each in its own direction."""
    return ", ".join(isolate_text(name_kind(kind)) for kind in kinds)


def count_kinds(parts: Iterable[str]) -> list[tuple[str, int]]:
    """Return how often each kind was chosen, the most frequent first."""
    every = [name for part in parts for name in parse_kinds(part)]
    return sorted(((name, every.count(name)) for name in set(every)), key=lambda one: (-one[1], one[0]))
