"""Forms that two people fill in at once, so that neither loses what the other has just saved.

A form about something that is there already carries a short mark of each value that it showed. Only what a
person changed is saved. Where somebody else has changed the same since, the form comes back with their words.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Generic, NamedTuple, Protocol, TypeVar

from bot.core.language.words import _
from bot.core.messages import Field, FieldKind, Form
from bot.core.text import one_line
from bot.core.times import format_full_day, parse_date

MARK_BYTES, MARK_LENGTH = 3, 4
"""Bytes of a mark, and its characters."""
NUMBER_LENGTH, NUMBERS = 2, 4_096
"""Characters of a number that a form showed as chosen, and how many they tell apart."""
CHOSEN = "."
"""What begins the numbers that a form showed as chosen."""
NEWER_WORDS = 120
"""Characters of what somebody else has just written, above the form."""


class FormCommand(Protocol):
    """The command of a form."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


C = TypeVar("C", bound=FormCommand)


class Merged(NamedTuple, Generic[C]):
    """A form's command with the values that are to be saved, and the names of those that two people changed."""

    command: C
    clashes: tuple[str, ...] = ()


def mark_form(form: Form, present: Mapping[str, str]) -> Form:
    """Return a form whose command carries the marks of the present values. What it doesn't ask for is empty."""
    asked = {field.name for field in form.fields}
    shown = mark_values(value if name in asked else "" for name, value in present.items())
    return replace(form, command=replace(form.command, shown=shown))


def mark_values(values: Iterable[str]) -> str:
    """Return the marks of values in their order."""
    return "".join(_mark(value) for value in values)


def merge_newer(given: C, present: Mapping[str, str], plain: Mapping[str, str] | None = None) -> Merged[C]:
    """Return a form's command with what somebody else has saved since, where its person changed nothing.

    The field `shown` of the command has the marks of what the form showed, in the order of `present`. Without
    them, all that is given counts. `plain` has the values, as `present` writes them, that people write in
    several ways, so that a form sent twice is no change of somebody else's.
    """
    shown: str = getattr(given, "shown", "").partition(CHOSEN)[0]
    if len(shown) != MARK_LENGTH * len(present):
        return Merged(given)
    kept, clashes = {}, []
    for place, (name, now) in enumerate(present.items()):
        was = shown[MARK_LENGTH * place : MARK_LENGTH * (place + 1)]
        value = (plain or {}).get(name, getattr(given, name))
        if _mark(value) in (was, _mark(now)):
            kept[name] = now
        elif _mark(now) != was:
            clashes.append(name)
    return Merged(replace(given, **kept), tuple(clashes))


def show_newer(form: Form, present: Mapping[str, str], clashes: Sequence[str]) -> Form:
    """Return a form with a person's own values, and above them what somebody else has saved since."""
    newer = [
        (field.label, _label_of(field, present[field.name])) for field in form.fields if field.name in clashes
    ]
    words = not all(field.options for field in form.fields if field.name in clashes)
    said = describe_newer(_("Someone changed this since you opened it."), newer, words=words)
    return replace(form, intro=said)


def describe_newer(
    first: str, newer: Iterable[tuple[str, str]], more: str = "", *, words: bool = True
) -> str:
    """Return what is said above a form that comes back: labels with what somebody else has saved, one per line.

    `first` and `more` are whole sentences at its beginning and end.
    """
    lines = (f"{label}: {one_line(value, NEWER_WORDS) or _('(empty)')}" for label, value in newer)
    if words:
        said = _("Your words are below. Theirs are:"), _("To save yours instead, send them again.")
    else:
        said = _("Your choice is below. Theirs is:"), _("To save yours instead, send it again.")
    last = f"{said[1]} {more}".rstrip()
    return "\n".join((f"{first} {said[0]}", *lines, last))


def mark_numbers(numbers: Iterable[int]) -> str:
    """Return the numbers that a form shows as chosen, as its command carries them."""
    coded = (base64.urlsafe_b64encode((number % NUMBERS).to_bytes(3)) for number in numbers)
    return CHOSEN + "".join(each.decode()[-NUMBER_LENGTH:] for each in coded)


def merge_numbers(given: Iterable[int], present: Iterable[int], shown: str) -> list[int]:
    """Return the numbers that are chosen after a form: those of now, with what its person ticked and cleared.

    Without what the form showed, those that are given.
    """
    marks, chosen = shown.partition(CHOSEN)[1:]
    if not marks:
        return list(given)
    codes = {chosen[place : place + NUMBER_LENGTH] for place in range(0, len(chosen), NUMBER_LENGTH)}
    ticked, there = list(given), list(present)
    new = {each for each in (*ticked, *there) if mark_numbers([each]).removeprefix(CHOSEN) not in codes}
    kept = [number for number in there if number in ticked or number in new]
    return [*kept, *(number for number in ticked if number in new and number not in there)]


def _mark(value: str) -> str:
    """Return a short mark of a value. Spaces and line ends, which platforms change, make no difference."""
    plain = " ".join(value.split())
    return base64.urlsafe_b64encode(hashlib.sha256(plain.encode()).digest()[:MARK_BYTES]).decode()


def _label_of(field: Field, value: str) -> str:
    """Return a value as its field shows it: the label of an option, a day with its year, or the words."""
    day = parse_date(value) if field.kind is FieldKind.DATE else None
    if day is not None:
        return format_full_day(day)
    return next((option.label for option in field.options if option.value == value), value)
