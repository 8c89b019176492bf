"""Rendering a recap as a card that fits one phone screen.

The order is fixed, and experiments with what they taught come first. When there is a lot, less
of each text is shown. Saved moments are quoted. Other people's versions are small lines below,
since a quote for each would fill a second screen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.core.kinds.declared import KINDS
from bot.core.language.words import _, ngettext, nline
from bot.core.messages import (
    Block,
    Button,
    Card,
    Entry,
    Line,
    Section,
    Small,
    Strong,
    Text,
    Title,
)
from bot.core.text import join_list, make_excerpt, number_in_words
from bot.quests.before.outcomes import outcome_suffix
from bot.recaps.content import Participation, RecapContent, ToldAnswer, ToldMoment, ToldPart, recap_title
from storage.models import AttemptOutcome, Kind

SCREEN_LINES = 17
"""Lines of a phone screen for experiments, moments and answers.

The other parts of the card take the rest of the screen.
"""

LINES_EACH = (1, 3, 4)
"""Lines that an answer, a moment and an experiment take when shortened to fit."""

MAX_ANSWERS, MAX_MOMENTS, MAX_EXPERIMENTS = 3, 5, 3
"""The most answers, moments and experiments shown, when the other two leave room."""


QUESTION_LENGTH = 120
"""Characters of a question above its answers. Nearly every question of the bank is shorter."""


@dataclass(frozen=True)
class Clip:
    """Character limits for a text, for an experiment's outcome, and for others' versions and answers."""

    text: int
    part: int
    voice: int


WIDE, CLOSE, TIGHT = Clip(280, 140, 140), Clip(150, 100, 90), Clip(84, 82, 64)


def choose_clip(crowd: int) -> Clip:
    """Return the character limits for a recap of `crowd` screen lines.

    A fuller recap shows less of each text, so that the order of parts and the size of the card
    stay.
    """
    if crowd <= SCREEN_LINES // 2:
        return WIDE
    return CLOSE if crowd <= SCREEN_LINES * 2 // 3 else TIGHT


def share_screen(experiments: int, moments: int, answers: int) -> tuple[int, int, int]:
    """Return how many experiments, moments and answers are shown: all, or as many as fit.

    The part that takes the most lines is cut first, so that no part pushes out another.
    Experiments from earlier weeks that are still open are not counted here, so a recap that is
    composed again shows the same number of each.
    """
    shown = [min(answers, MAX_ANSWERS), min(moments, MAX_MOMENTS), min(experiments, MAX_EXPERIMENTS)]
    while (
        sum(heights := [number * lines for number, lines in zip(shown, LINES_EACH, strict=True)])
        > SCREEN_LINES
    ):
        shown[heights.index(max(heights))] -= 1
    return shown[2], shown[1], shown[0]


def count_screen_lines(experiments: int, moments: int, answers: int) -> int:
    """Return the number of screen lines that these counts take."""
    return sum(
        number * lines for number, lines in zip((answers, moments, experiments), LINES_EACH, strict=True)
    )


def compose_recap_card(recap: RecapContent, buttons: tuple[Button, ...] = (), command: str = "/aha") -> Card:
    """Return the recap's card, its parts in a fixed order. Empty parts are left out.

    `command` is what people type to call the bot.
    """
    clip = choose_clip(recap.crowd)
    blocks = (
        Title(recap_title(recap)),
        *_experiment_blocks(recap.experiments, clip),
        *_moment_blocks(recap, clip, command),
        *_answer_blocks(recap.answers, clip),
        *quoted_part_blocks(recap.parts, clip),
        *_open_experiment_blocks(recap.still_open),
        *_participation_blocks(recap.heard),
        *part_line_blocks(recap.parts),
        *_year_ago_blocks(recap.year_ago, clip),
        *_question_blocks(recap.question),
    )
    return Card(blocks, (*buttons, *part_buttons(recap.parts)))


def _experiment_blocks(experiments: Sequence[ToldMoment], clip: Clip) -> Iterator[Block]:
    if experiments:
        yield Section(experiments_title(experiments))
    for told in experiments:
        taught = f"→ {make_excerpt(told.taught, clip.part)}" if told.taught else ""
        happened = "" if taught and clip is TIGHT else make_excerpt(told.happened, clip.part)
        lines = (make_excerpt(told.text, clip.text), happened, taught)
        yield Entry("\n".join(filter(None, lines)), _credit_line(told, clip))


def experiments_title(experiments: Sequence[ToldMoment]) -> str:
    """Return what stands above experiments. It promises a lesson unless nothing failed and none taught anything."""
    outcomes = {told.outcome for told in experiments}
    if outcomes == {AttemptOutcome.UNDER_WAY}:
        return _("What we're trying")
    failed = bool(outcomes & {None, AttemptOutcome.FAILED})
    taught = failed or any(told.taught for told in experiments)
    return _("What we tried and learned") if taught else _("What we tried")


def _moment_blocks(recap: RecapContent, clip: Clip, command: str) -> Iterator[Block]:
    if recap.moments:
        yield Section(_("Moments"))
    for told in recap.moments:
        yield Entry(make_excerpt(told.text, clip.text), _credit_line(told, clip))
    if recap.more:
        find = Strong(f"{command} find")
        yield Small(nline("1 more: {find}", "{n} more: {find}", recap.more, find=find))


def _answer_blocks(answers: Sequence[ToldAnswer], clip: Clip) -> Iterator[Block]:
    """Yield each question with its answers.

    Answers to the same question must be adjacent in `answers`.
    """
    for question, said in groupby(answers, key=lambda said: said.question):
        yield Small((Strong(_("We asked:")), f" {make_excerpt(question, QUESTION_LENGTH)}"))
        yield Small((_join_voices([(one.by, one.text) for one in said], clip),))


def _join_voices(said: Sequence[tuple[str, str]], clip: Clip) -> str:
    """Return several people's words on one line, each with its author's name if there is one."""
    each = (
        f"{by}: “{make_excerpt(words, clip.voice)}”" if by else f"“{make_excerpt(words, clip.voice)}”"
        for by, words in said
    )
    return " · ".join(each)


def quoted_part_blocks(parts: Sequence[ToldPart], clip: Clip) -> Iterator[Block]:
    """Yield what the other rooms quote under a title, each with its reason, and the lines below."""
    for part in parts:
        if part.moments:
            yield Section(part.title)
            for told in part.moments:
                why = f"→ {make_excerpt(told.why, clip.part)}" if told.why else ""
                lines = (make_excerpt(told.text, clip.text), why)
                yield Entry("\n".join(filter(None, lines)), (_name_credit(told),))
            yield from _line_blocks(part)


def part_line_blocks(parts: Sequence[ToldPart]) -> Iterator[Block]:
    """Yield the small lines of the other rooms that quote nothing."""
    for part in parts:
        if not part.moments:
            yield from _line_blocks(part)


def _line_blocks(part: ToldPart) -> Iterator[Block]:
    return (Small(each.line) for each in part.lines)


def part_buttons(parts: Sequence[ToldPart]) -> tuple[Button, ...]:
    """Return the buttons that go with the lines of the other rooms."""
    return tuple(button for part in parts for each in part.lines for button in each.buttons)


def _open_experiment_blocks(numbers: Sequence[int]) -> Iterator[Block]:
    if numbers:
        named = join_list([f"#{number}" for number in numbers])
        yield Small((_("What did {numbers} teach us? Nobody has said yet.", numbers=named),))


def _participation_blocks(heard: Participation) -> Iterator[Block]:
    if said := describe_participation(heard):
        yield Small((said,))


def describe_participation(heard: Participation) -> str:
    """Return how many people took part, how many answers were anonymous, and how big a stretch it was."""
    said = (count_people(heard.people), count_anonymous(heard.nameless), describe_stretch(heard.millimetres))
    return " ".join(filter(None, said))


def count_people(people: int) -> str:
    """Return the sentence with how many people took part, or an empty text for none."""
    if not people:
        return ""
    number = number_in_words(people).capitalize()
    return ngettext("One person took part.", "{number} people took part.", people, number=number)


def count_anonymous(answers: int) -> str:
    """Return the sentence with how many answers were anonymous, or an empty text for none."""
    if not answers:
        return ""
    number = number_in_words(answers).capitalize()
    return ngettext("One answer was anonymous.", "{number} answers were anonymous.", answers, number=number)


def describe_stretch(millimetres: int | None) -> str:
    """Return the sentence with how far from comfortable people were, or an empty text if that isn't told."""
    return "" if millimetres is None else _("Average stretch: {millimetres} mm.", millimetres=millimetres)


def _year_ago_blocks(told: ToldMoment | None, clip: Clip) -> Iterator[Block]:
    if told:
        yield Small(
            (Strong(_("A year ago:")), f" “{make_excerpt(told.text, clip.part)}” · {_name_credit(told)}")
        )


def _question_blocks(question: str) -> Iterator[Block]:
    if question:
        yield Text((Strong(_("For next week:")), f" {question}"))


def _credit_line(told: ToldMoment, clip: Clip) -> Line:
    """Return who saved a moment, and in a second line how others saw it."""
    seen = _join_voices([(version.by, version.text) for version in told.versions], clip)
    return (_name_credit(told), *((f"\n{seen}",) if seen else ()))


def _name_credit(told: ToldMoment) -> str:
    number = f"#{told.number}"
    name = f"{KINDS[Kind.BREAKTHROUGH].name()} {number}" if told.kind == Kind.BREAKTHROUGH else number
    return f"{name} · {told.by}{outcome_suffix(told.outcome)}"
