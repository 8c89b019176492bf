"""Tests of the letters in pictures: each is in the font that is written with, or there is no picture."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.charts.canvas import EDGE, WIDTH, choose_drawn, measure_text
from bot.charts.drawer import SHARED_DRAWER
from bot.charts.fonts import NoLettersError, can_draw, find_font, own_font, read_letters
from bot.charts.plans import plan_recap_chart
from bot.charts.recap_chart import Week, compose_recap_figure, last_twelve_weeks
from bot.core.language.words import speaking
from bot.core.pictures.drawing import Drawing
from tests.support.drawings import draw_words

JAPANESE = "毎週保存した気づき"
HEBREW = "רגעים"


def test_the_languages_of_europe_have_their_own_font() -> None:
    """It comes with what draws, so a picture looks the same on every machine."""
    assert find_font("Zwölf Wochen · „Ahas“ → Übersicht, naïve, Łódź, Щука, Αθήνα", bold=True) == own_font(
        True
    )


def test_japanese_is_written_in_a_font_of_the_system() -> None:
    """One that has every letter, the figures among them too."""
    found = find_font(f"#42 {JAPANESE} 12", bold=False)
    assert found != own_font(False)
    assert set(map(ord, f"#42{JAPANESE}12")) <= read_letters(found)
    assert measure_text(JAPANESE, 26) > 100


def test_letters_that_would_have_to_be_joined_are_not_drawn() -> None:
    """Boxes in place of letters, or letters in the wrong order, would be worse than no picture."""
    assert not can_draw(HEBREW)
    with pytest.raises(NoLettersError, match="no font can join"):
        find_font(HEBREW, bold=False)
    assert choose_drawn([HEBREW, "#42"], 500, 26) == "#42"


def test_letters_that_no_font_has_are_named() -> None:
    """And the sentence says what to install."""
    with pytest.raises(NoLettersError, match="install one, such as Noto Sans CJK"):
        find_font("\U00020000", bold=False)  # a rare one, beyond what system fonts usually have


async def test_a_picture_without_letters_is_its_words() -> None:
    """The drawer returns no picture, so that the alt text is shown."""
    assert await SHARED_DRAWER.draw(Drawing(draw_words, HEBREW, "Moments saved", "words.png")) is None
    drawn = await SHARED_DRAWER.draw(Drawing(draw_words, JAPANESE, "Moments saved", "words.png"))
    assert drawn is not None
    assert drawn.alt == "Moments saved"


def test_long_words_are_written_smaller_and_never_over_the_edge() -> None:
    """Another language's words are longer, and stay readable on a phone."""
    weeks = [Week(date(2026, 3, 13), date(2026, 3, 19), 2, 2, 2)]
    with speaking("de"):
        figures: Any = plan_recap_chart(weeks).figures
    shown = compose_recap_figure(last_twelve_weeks(weeks), figures.words)
    texts = [each for each in shown.axes[0].texts if each.get_text()]
    assert "Woche bis 19. März" in [each.get_text() for each in texts]
    assert all(each.get_window_extent().x1 <= WIDTH - EDGE + 1 for each in texts)
    assert min(float(each.get_fontsize()) for each in texts) >= 20
