"""The dialogues in another language: what they press and expect in English, found in the language's catalogs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from string import Formatter
from typing import Any

from deploy.words import known_translations, read_catalogs
from tests.support.chat import Room, Seen

ENOUGH = 0.2
"""The least part of an expected text that has to be a sentence's own words, not the values in it."""


@dataclass(frozen=True)
class Found:
    """A sentence that an expected text is part of, with the value of each placeholder that is all there."""

    translated: str
    values: Mapping[str, str]
    own: int
    """How many characters of the expected text are the sentence's own."""


@cache
def list_sentences(language: str) -> Sequence[tuple[str, str]]:
    """Return each English sentence, and each plural, with its translation."""
    known = known_translations(read_catalogs(language).values())
    return [
        (text, forms[min(number, len(forms) - 1)])
        for (texts, _context), forms in known.items()
        for number, text in enumerate(texts)
    ]


def translate_label(language: str, label: str) -> str:
    """Return what a button is called in a language. A label that no catalog has, such as a name, stays."""
    for text, translated in list_sentences(language):
        if text == label:
            return translated
    found = max(find_sentences(language, label), key=lambda each: each.own, default=None)
    if found is None:
        return label
    values = {name: translate_label(language, value) for name, value in found.values.items()}
    names = [name for _text, name, _spec, _conversion in Formatter().parse(found.translated) if name]
    return found.translated.format_map(values) if all(name in values for name in names) else label


def contains(language: str, said: str, expected: str) -> bool:
    """Return whether a text says what is expected in English, in its own language or word for word."""
    said, expected = " ".join(said.split()), " ".join(expected.split())
    if expected in said:
        return True
    numbered = re.fullmatch(r"(.+?)( #\d+)", expected)
    if numbered and f"{translate_label(language, numbered[1])}{numbered[2]}" in said:
        return True
    return any(_pattern_of(each).search(said) for each in find_sentences(language, expected))


def find_sentences(language: str, expected: str) -> Iterator[Found]:
    """Yield the sentences that an expected text may be a part of."""
    for text, translated in list_sentences(language):
        if found := _match_part(text, translated, expected):
            yield found


def _pattern_of(found: Found) -> re.Pattern[str]:
    """Return a pattern of a translated sentence: its numbers are those expected, other values are any."""
    said = ""
    for words, name, _spec, _conversion in Formatter().parse(" ".join(found.translated.split())):
        said += re.escape(words)
        if name is not None:
            value = found.values.get(name, "")
            said += re.escape(value) if value.isdecimal() else ".+?"
    return re.compile(said)


def _match_part(text: str, translated: str, expected: str) -> Found | None:
    parts: list[tuple[str, str | None]] = [
        (words, name) for words, name, _spec, _conversion in Formatter().parse(" ".join(text.split()))
    ]
    pattern, names = "", []
    for words, name in parts:
        pattern += re.escape(words)
        if name is not None:
            names.append(name)
            pattern += f"(?P<v{len(names)}>.+?)"
    own = sum(len(words) for words, _name in parts)
    if own < 4 and own < len(text):
        return None
    whole = re.fullmatch(pattern, expected)
    if whole is not None and own >= ENOUGH * len(expected):
        values = {name: whole[f"v{number}"] for number, name in enumerate(names, 1)}
        return Found(translated, values, own)
    inside = re.search(pattern, expected) if names or len(text) > 12 else None
    if inside is not None and own >= ENOUGH * len(expected):
        values = {name: inside[f"v{number}"] for number, name in enumerate(names, 1)}
        return Found(translated, values, own)
    for words, _name in parts:
        if len(expected) >= 4 and expected in words:
            return Found(translated, {}, len(expected))
    return _match_across(parts, translated, expected)


def _match_across(parts: Sequence[tuple[str, str | None]], translated: str, expected: str) -> Found | None:
    """Find an expected text that begins or ends within a sentence's own words, such as `Saved as #1`."""
    for first, (words, _name) in enumerate(parts):
        for at in range(len(words) + 1):
            if not expected.startswith(words[at:]) or 0 < len(words[at:]) < 4:
                continue
            rest, values, own = expected[len(words) - at :], {}, len(words) - at
            for (_before, name), (after, _next) in zip(
                parts[first:], [*parts[first + 1 :], ("", None)], strict=False
            ):
                if name is None or not rest:
                    break
                end = rest.find(after) if after else len(rest)
                if end < 0:
                    cut = next((n for n in range(len(after), 0, -1) if rest.endswith(after[:n])), 0)
                    values[name], rest = rest[: len(rest) - cut], ""
                    own += cut
                    break
                values[name], rest = rest[:end], rest[end + len(after) :]
                own += len(after)
            if not rest and own >= ENOUGH * len(expected):
                return Found(translated, values, own)
    return None


class Translated(str):
    """A text in another language, in which one looks for English sentences."""

    language: str

    def __contains__(self, expected: object) -> bool:
        """Return whether the text says in its language what is expected in English."""
        return contains(self.language, str(self), str(expected))


@dataclass(frozen=True)
class SeenAbroad(Seen):
    """A message or form in another language."""

    language: str = ""

    def __contains__(self, words: str) -> bool:
        """Return whether the text says in its language what is expected in English. Buttons are [Label]s."""
        if words.startswith("[") and words.endswith("]"):
            return f"[{translate_label(self.language, words[1:-1])}]" in self.text
        return contains(self.language, self.text, words)


class RoomAbroad:
    """A `Room` whose people use their chat in another language, for a dialogue that is written in English."""

    def __init__(self, room: Room, language: str) -> None:
        self._room = room
        self._language = language

    def __getattr__(self, name: str) -> Any:
        """Return an action of the room, whose answers are read in the language."""
        action = getattr(self._room, name)
        if not callable(action):
            return action

        async def act(*given: Any, **more: Any) -> Any:
            return self._read(await action(*given, **more))

        return act

    async def presses(self, who: str, label: str, on: str) -> Any:
        """Press a button by its label in the language."""
        return self._read(await self._room.presses(who, translate_label(self._language, label), on))

    def _read(self, seen: Any) -> Any:
        if isinstance(seen, list):
            return [self._read(each) for each in seen]
        if not isinstance(seen, Seen):
            return seen
        picture = Translated(seen.picture)
        picture.language = self._language
        return SeenAbroad(
            seen.id, seen.text, seen.fields, seen.thread, picture, seen.marks, language=self._language
        )
