"""How a recap becomes a card that fits one screen of a phone.

Its order is fixed: what failed and what it taught comes first. Where there is much, less of each is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.messages import Block, Button, Card, Quote, Section, Small, Strong, Text, Title
from bot.recap import Heard, Recap, Said, Told, title
from storage.models import Kind

ITEMS = 6
"""Moments, experiments and answers that one screen of a phone holds together."""

EXPERIMENTS, MOMENTS, ANSWERS = 3, 5, 3
"""How many of each there are at the most, when the others leave room."""

NUMBERS = [
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]

QUESTION = 120
"""Characters of a question above its answers; those of the bank are shorter."""


@dataclass(frozen=True)
class Clip:
    """How many characters are shown: of a moment, of an experiment's parts, of an answer and of a version."""

    text: int
    part: int
    answer: int
    version: int


def clip_for(crowd: int) -> Clip:
    """The more a recap holds, the less of each: the order of its parts stays, and so does the screen."""
    if crowd <= 3:
        return Clip(280, 140, 200, 140)
    return Clip(150, 90, 100, 80) if crowd < ITEMS else Clip(80, 42, 42, 42)


def share(experiments: int, moments: int, answers: int) -> tuple[int, int, int]:
    """How many of each are shown: all, or fair parts of `ITEMS`.

    The most numerous give way first, so that no part of a recap crowds another one out.
    """
    shown = [min(answers, ANSWERS), min(moments, MOMENTS), min(experiments, EXPERIMENTS)]
    while sum(shown) > ITEMS:
        shown[shown.index(max(shown))] -= 1
    return shown[2], shown[1], shown[0]


def card(recap: Recap, buttons: tuple[Button, ...] = ()) -> Card:
    """The recap, in its one order; what is empty is not there at all."""
    clip = clip_for(recap.crowd)
    blocks = (
        Title(title(recap)),
        *_tried(recap.experiments, clip),
        *_moments(recap, clip),
        *_answers(recap.answers, clip),
        *_small(_still_open(recap.still_open)),
        *_small(_heard(recap.heard)),
        *_year_ago(recap.year_ago, clip),
        *_ahead(recap.question),
    )
    return Card(blocks, buttons)


def _tried(experiments: Sequence[Told], clip: Clip) -> Iterator[Block]:
    if experiments:
        yield Section("Tried, and what it taught")
    for told in experiments:
        taught = f"→ {excerpt(told.taught, clip.part)}" if told.taught else ""
        lines = (excerpt(told.text, clip.text), excerpt(told.happened, clip.part), taught)
        yield Quote("\n".join(filter(None, lines)), by=_whose(told))
        yield from _versions(told, clip)


def _moments(recap: Recap, clip: Clip) -> Iterator[Block]:
    if recap.moments:
        yield Section("Moments")
    for told in recap.moments:
        yield Quote(excerpt(told.text, clip.text), by=_whose(told))
        yield from _versions(told, clip)
    if recap.more:
        yield Small((f"And {in_words(recap.more)} more: ", Strong("find"), " shows them."))


def _versions(told: Told, clip: Clip) -> Iterator[Block]:
    if told.versions:
        each = (f"{version.by}: “{excerpt(version.text, clip.version)}”" for version in told.versions)
        yield Small((" · ".join(each),))


def _answers(answers: Sequence[Said], clip: Clip) -> Iterator[Block]:
    if answers:
        yield Section("Answers")
    asked = ""
    for said in answers:
        if said.question != asked:
            yield Small((excerpt(said.question, QUESTION),))
        asked = said.question
        yield Quote(excerpt(said.text, clip.answer), by=said.by)


def _small(sentence: str) -> Iterator[Block]:
    if sentence:
        yield Small((sentence,))


def _still_open(numbers: Sequence[int]) -> str:
    if not numbers:
        return ""
    if len(numbers) == 1:
        return f"#{numbers[0]} still waits for what it taught."
    *most, last = (f"#{number}" for number in numbers)
    return f"{', '.join(most)} and {last} still wait for what they taught."


def _heard(heard: Heard) -> str:
    named = f"{in_words(heard.people)} of you" if heard.people else ""
    nameless = f"{in_words(heard.nameless)} without a name" if heard.nameless else ""
    both = ", and ".join(filter(None, (named, nameless)))
    return f"Heard: {both}." if both else ""


def _year_ago(told: Told | None, clip: Clip) -> Iterator[Block]:
    if told:
        yield Quote(excerpt(told.text, clip.part), by=f"A year ago · {_whose(told)}")


def _ahead(question: str) -> Iterator[Block]:
    if question:
        yield Text((Strong("For the week ahead: "), question))


def _whose(told: Told) -> str:
    kind = "Breakthrough " if told.kind == Kind.BREAKTHROUGH else ""
    return f"{kind}#{told.number} · {told.by}"


def in_words(number: int) -> str:
    """A number as one would say it: in words up to twelve."""
    return NUMBERS[number] if number < len(NUMBERS) else f"{number:,}"


def excerpt(words: str, length: int) -> str:
    """The beginning of a text, on one line, cut at a word where there is one near."""
    line = " ".join(words.split())
    if len(line) <= length:
        return line
    cut = line[:length]
    return (cut[: cut.rfind(" ")] if cut.rfind(" ") > length * 0.7 else cut).rstrip(" ,;:") + " …"
