"""Tests of the built-in questions: each fits where it is shown and keeps its key."""

from collections import Counter

import pytest

from bot.core.commands import Commands
from bot.core.language.catalogs import list_languages, load_translations
from bot.core.params import ENCODED_LIMIT
from bot.features import DECLARATIONS
from bot.prompts.bank.browse import OneQuestion, PackQuestions
from bot.prompts.bank.edit import AskNext, MuteQuestion, UnmuteQuestion
from bot.prompts.bank.packs import (
    find_bundled_question,
    load_form_packs,
    load_packs,
    load_packs_in_need,
    parse_pack,
)
from bot.prompts.card import TITLE_LENGTH
from storage.models import ScheduleKind


def test_every_pack_has_questions_of_both_kinds() -> None:
    """A team with a single pack still gets questions."""
    assert len(load_packs()) == len({pack.key for pack in load_packs()}) >= 8
    for pack in load_packs():
        assert pack.name
        assert pack.about.endswith(".")
        assert len(pack.questions_of_kind(ScheduleKind.PROMPT)) >= 10
        assert len(pack.questions_of_kind(ScheduleKind.RETRO)) >= 10


def test_no_key_and_no_text_is_there_twice() -> None:
    """A key names one question in the whole bank, because muting stores only the key."""
    every = [question for pack in load_packs() for question in pack.questions]
    assert len({question.key for question in every}) == len(every)
    assert len({question.text.casefold() for question in every}) == len(every)


def test_every_question_can_be_found_by_its_key() -> None:
    """An unknown key gives no question."""
    for pack in load_packs():
        for question in pack.questions:
            assert find_bundled_question(question.key) == question
            assert question.pack == pack.key
    assert find_bundled_question("why:never-written") is None


def test_every_question_is_short_enough_for_a_title() -> None:
    """Each is one line that asks for something."""
    for pack in load_packs():
        for question in pack.questions:
            assert question.text == question.text.strip()
            assert len(question.text) <= TITLE_LENGTH
            assert "\n" not in question.text


@pytest.mark.parametrize("command", [OneQuestion, MuteQuestion, UnmuteQuestion, AskNext])
def test_every_question_fits_a_button(command: type) -> None:
    """It fits even with the number of a team that joins very late."""
    commands = Commands(DECLARATIONS)
    for pack in load_packs():
        assert (
            len(commands.encode(PackQuestions(pack.key, ScheduleKind.PROMPT, "99", "99999999")))
            <= ENCODED_LIMIT
        )
        for question in pack.questions:
            assert len(commands.encode(command(question.key, "99999999"))) <= ENCODED_LIMIT


def test_a_pack_is_read_from_its_text() -> None:
    """The order in the file is the order in which questions are asked."""
    pack = parse_pack(
        "tea", 'name = "Tea"\nabout = "Tea."\n[prompts]\nb = "B?"\na = "A?"\n[retros]\nc = "C?"\n'
    )
    assert [question.key for question in pack.questions_of_kind(ScheduleKind.PROMPT)] == ["tea:b", "tea:a"]
    assert [question.text for question in pack.questions_of_kind(ScheduleKind.RETRO)] == ["C?"]


def test_no_two_in_a_row_sound_the_same() -> None:
    """No word begins more than one question in eight, so that they don't read like an exam."""
    packs = (*load_packs(), *load_packs_in_need(), *load_form_packs().values())
    texts = [question.text for pack in packs for question in pack.questions]
    first = Counter(text.split()[0].strip(",:") for text in texts)
    assert max(first.values()) <= len(texts) * 0.12


def test_the_first_question_is_one_that_anybody_can_answer() -> None:
    """A team that never chose its packs begins with it."""
    first, retro = (
        load_packs()[0].questions_of_kind(kind)[0] for kind in (ScheduleKind.PROMPT, ScheduleKind.RETRO)
    )
    assert first.key == "every-voice:easier-day"
    assert retro.key == "every-voice:unseen-work"


@pytest.mark.parametrize("language", [each for each in list_languages() if each != "en"])
def test_every_question_fits_in_every_language(language: str) -> None:
    """A translation is as short as the question, and asks for something, too."""
    said = load_translations(language)
    for pack in (*load_packs(), *load_packs_in_need(), *load_form_packs().values()):
        for question in pack.questions:
            text = said.gettext(question.text)
            assert text != question.text
            assert len(text) <= TITLE_LENGTH
            assert text[-1] in "?."
