"""How a recap becomes a card that fits one screen of a phone.

Its order is fixed: what failed and what it taught comes first. Where there is much, less of each is shown. What was
kept is quoted; the other voices stand beside it on small lines, for a quote each would fill a second screen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.core.messages import Block, Button, Card, Quote, Section, Small, Strong, Text, Title
from bot.moments import odometer
from bot.recaps.content import Heard, Recap, Said, Told, title
from storage.models import Kind

SCREEN = 17
"""Lines of a phone's screen for experiments, moments and answers; the rest is for what stands around them."""

LINES = (1, 3, 4)
"""What an answer, a moment and an experiment take of it, when they are clipped to it."""

ANSWERS, MOMENTS, EXPERIMENTS = 3, 5, 3
"""How many of each there are at the most, when the others leave room."""

NUMBERS = "no one two three four five six seven eight nine ten eleven twelve"

QUESTION = 120
"""Characters of a question above its answers; nearly all of the bank are shorter."""


@dataclass(frozen=True)
class Clip:
    """How many characters are shown of a text, of what an experiment brought, and of other people's voices."""

    text: int
    part: int
    voice: int


WIDE, CLOSE, TIGHT = Clip(280, 140, 140), Clip(150, 100, 90), Clip(84, 82, 64)


def clip_for(crowd: int) -> Clip:
    """The more a recap holds, the less of each: the order of its parts stays, and so does the screen."""
    if crowd <= SCREEN // 2:
        return WIDE
    return CLOSE if crowd <= SCREEN * 2 // 3 else TIGHT


def share(experiments: int, moments: int, answers: int) -> tuple[int, int, int]:
    """How many of each are shown: all, or as many as fit.

    What takes most of the screen gives way first, so that no part crowds another one out. Experiments that
    come back because they are still open change nothing, so a recap made again shares its room in the same way.
    """
    shown = [min(answers, ANSWERS), min(moments, MOMENTS), min(experiments, EXPERIMENTS)]
    while sum(heights := [number * lines for number, lines in zip(shown, LINES, strict=True)]) > SCREEN:
        shown[heights.index(max(heights))] -= 1
    return shown[2], shown[1], shown[0]


def crowd(experiments: int, moments: int, answers: int) -> int:
    """How much of the screen so many take."""
    return sum(number * lines for number, lines in zip((answers, moments, experiments), LINES, strict=True))


def card(recap: Recap, buttons: tuple[Button, ...] = ()) -> Card:
    """The recap, in its one order; what is empty is not there at all."""
    clip = clip_for(recap.crowd)
    blocks = (
        Title(title(recap)),
        *_tried(recap.experiments, clip),
        *_moments(recap, clip),
        *_answers(recap.answers, clip),
        *_still_open(recap.still_open),
        *_heard(recap.heard),
        *_year_ago(recap.year_ago, clip),
        *_ahead(recap.question),
    )
    return Card(blocks, buttons)


def _tried(experiments: Sequence[Told], clip: Clip) -> Iterator[Block]:
    if experiments:
        yield Section("Tried, and what it taught")
    for told in experiments:
        taught = f"→ {excerpt(told.taught, clip.part)}" if told.taught else ""
        happened = "" if taught and clip is TIGHT else excerpt(told.happened, clip.part)
        lines = (excerpt(told.text, clip.text), happened, taught)
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
        yield Small((_voices([(version.by, version.text) for version in told.versions], clip),))


def _answers(answers: Sequence[Said], clip: Clip) -> Iterator[Block]:
    """Each question with its answers, which stand side by side in `answers`."""
    for question, said in groupby(answers, key=lambda said: said.question):
        yield Small((Strong("We asked: "), excerpt(question, QUESTION)))
        yield Small((_voices([(one.by, one.text) for one in said], clip),))


def _voices(said: Sequence[tuple[str, str]], clip: Clip) -> str:
    """Several people side by side on one line, with their names where they have one."""
    each = (
        f"{by}: “{excerpt(words, clip.voice)}”" if by else f"“{excerpt(words, clip.voice)}”"
        for by, words in said
    )
    return " · ".join(each)


def _still_open(numbers: Sequence[int]) -> Iterator[Block]:
    if len(numbers) == 1:
        yield Small((f"#{numbers[0]} still waits for what it taught.",))
    elif numbers:
        *most, last = (f"#{number}" for number in numbers)
        yield Small((f"{', '.join(most)} and {last} still wait for what they taught.",))


def _heard(heard: Heard) -> Iterator[Block]:
    named = f"{in_words(heard.people)} of you" if heard.people else ""
    nameless = f"{in_words(heard.nameless)} without a name" if heard.nameless else ""
    far = odometer.words(heard.millimetres) if heard.millimetres is not None else ""
    both = ", and ".join(filter(None, (named, nameless)))
    if said := " · ".join(filter(None, (both, far))):
        yield Small((Strong("Heard: "), f"{said}."))


def _year_ago(told: Told | None, clip: Clip) -> Iterator[Block]:
    if told:
        yield Small((Strong("A year ago: "), f"“{excerpt(told.text, clip.part)}” · {_whose(told)}"))


def _ahead(question: str) -> Iterator[Block]:
    if question:
        yield Text((Strong("For the week ahead: "), question))


def _whose(told: Told) -> str:
    kind = "Breakthrough " if told.kind == Kind.BREAKTHROUGH else ""
    return f"{kind}#{told.number} · {told.by}"


def in_words(number: int) -> str:
    """A number as one would say it: in words up to twelve."""
    words = NUMBERS.split()
    return words[number] if number < len(words) else f"{number:,}"


def excerpt(words: str, length: int) -> str:
    """The beginning of a text, on one line, cut at a word where there is one near."""
    line = " ".join(words.split())
    if len(line) <= length:
        return line
    cut = line[:length]
    return (cut[: cut.rfind(" ")] if cut.rfind(" ") > length * 0.7 else cut).rstrip(" ,;:") + " …"
