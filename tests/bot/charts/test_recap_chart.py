"""Tests of the recap's chart: what it shows, that it is readable, and that any data can be drawn."""

import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from itertools import combinations, groupby
from pathlib import Path

import matplotlib
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from bot.charts import recap_chart
from bot.charts.canvas import (
    AHA,
    BREAKTHROUGH,
    EXPERIMENT,
    HEIGHT,
    INK,
    PAPER,
    QUIET_AHA,
    QUIET_EXPERIMENT,
    SOFT_INK,
    TINT,
    WIDTH,
)
from bot.charts.plans import describe_recap_chart, plan_recap_chart, recap_words
from bot.charts.recap_chart import Week, compose_recap_figure

COLUMNS = range(68, 700, 56)
"""The middle of each week, in pixels from the left. The last week is highlighted."""


def weeks(*counts: tuple[int, int, int]) -> list[Week]:
    """Return twelve weeks up to 20 March 2026 that end with `counts`.

    Each count is (experiments, ahas, breakthroughs).
    """
    shown = [(0, 0, 0)] * (12 - len(counts)) + list(counts)
    return [week_from(date(2025, 12, 26) + timedelta(weeks=i), *kinds) for i, kinds in enumerate(shown)]


def week_from(starts: date, *kinds: int) -> Week:
    """Return the week from an afternoon to the same afternoon a week later."""
    return Week(starts, starts + timedelta(weeks=1), *kinds)


def one_week(place: int, *kinds: int) -> list[Week]:
    """Return twelve quiet weeks with other counts for the one at `place` (0 to 11)."""
    quiet = weeks(*[(1, 1, 0)] * 12)
    return [week_from(week.starts, *kinds) if i == place else week for i, week in enumerate(quiet)]


CALM = weeks((2, 1, 0), (0, 3, 1), (0, 0, 0), (4, 1, 0), (2, 3, 0), (1, 5, 2), (3, 4, 1))
BUSY = weeks((5, 12, 0), (0, 0, 0), (13, 22, 1), (11, 40, 3), (7, 20, 0), (9, 34, 1))
SCENES = {
    "calm": CALM,
    "busy": BUSY,
    "nothing": weeks(),
    "one aha": weeks((0, 1, 0)),
    "one experiment": weeks((1, 0, 0)),
    "only failures": weeks((3, 0, 0), (7, 0, 0), (5, 0, 0)),
    "a thousand of all": weeks((3, 5, 0), (1000, 1000, 1000)),
    "a thousand experiments": weeks((1000, 0, 0), (0, 1, 0)),
    **{f"a thousand ahas in week {place}": one_week(place, 3, 1000, 2) for place in range(12)},
    **{f"a thousand breakthroughs in week {place}": one_week(place, 0, 2, 1000) for place in (0, 5, 10)},
}
every_scene = pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES.keys())


def picture(shown: Sequence[Week]) -> Image.Image:
    """Return the drawn picture, decoded."""
    return Image.open(BytesIO(plan_recap_chart(shown).png)).convert("RGB")


def rgb(colour: str) -> tuple[int, ...]:
    """Return the red, green and blue of `#rrggbb`, each 0 to 255."""
    return tuple(bytes.fromhex(colour[1:]))


def runs(image: Image.Image, column: int, colour: str) -> list[int]:
    """Return the lengths of a colour's unbroken runs in one column of pixels, from the top."""
    pixels = (image.getpixel((column, y)) == rgb(colour) for y in range(image.height))
    return [len(list(run)) for same, run in groupby(pixels) if same]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 defines it, 1 to 21."""
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb`, 0 to 1."""
    parts = [part / 255 for part in rgb(colour)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def drawn(shown: Sequence[Week]) -> Figure:
    """Return the picture as a figure."""
    return compose_recap_figure(shown, recap_words(shown))


def words(figure: Figure) -> list[Text]:
    """Return every text in the figure."""
    found = figure.findobj(lambda artist: isinstance(artist, Text) and bool(artist.get_text()))
    return [text for text in found if isinstance(text, Text)]


# What it shows


def test_each_aha_is_a_filled_dot_and_each_experiment_a_ring_below() -> None:
    """Few moments can be counted: a dot is one run of its colour, a ring two."""
    image = picture(CALM)
    for week, column in zip(CALM, COLUMNS, strict=True):
        last = week is CALM[-1]
        dots = runs(image, column, AHA if last else QUIET_AHA)
        rims = runs(image, column, EXPERIMENT if last else QUIET_EXPERIMENT)
        assert (len(dots), len(rims)) == (week.ahas, 2 * week.experiments)


def test_breakthroughs_shine_whole_above_all_else() -> None:
    """No bar and no number covers a star, even in the busiest week."""
    image = picture(BUSY)
    stars = [sum(runs(image, column, BREAKTHROUGH)) for column in COLUMNS]
    assert [star > 35 for star in stars] == [week.breakthroughs > 0 for week in BUSY]


def test_many_ahas_are_a_filled_bar_and_many_experiments_a_hollow_one() -> None:
    """They differ without colour, and without knowing the sides."""
    image = picture(weeks((20, 20, 0)))
    assert sum(runs(image, COLUMNS[-1], AHA)) > 80
    assert sum(runs(image, COLUMNS[-1], EXPERIMENT)) < 10


def test_many_moments_are_bars_as_high_as_their_numbers() -> None:
    """Twice the ahas is twice the height."""
    image = picture(weeks((0, 40, 0), (0, 20, 0), (0, 40, 0)))
    [low], [high] = runs(image, COLUMNS[-2], QUIET_AHA), runs(image, COLUMNS[-1], AHA)
    assert high == pytest.approx(2 * low, abs=6)


def test_a_kind_weighs_the_same_above_and_below() -> None:
    """Thirty experiments reach as far down as thirty ahas reach up."""
    scale = recap_chart.choose_scale(weeks((30, 30, 0)))
    assert scale.high == scale.low


def test_one_moment_beside_a_thousand_is_still_seen() -> None:
    """The smallest bar is several pixels high, however high the largest."""
    image = picture(weeks((0, 1000, 0), (0, 1, 0)))
    assert sum(runs(image, COLUMNS[-1] + 12, AHA)) >= 3


def test_the_last_week_alone_is_highlighted() -> None:
    """Only the last week has strong colours and the tinted panel."""
    image = picture(weeks(*[(2, 2, 0)] * 12))
    for column in COLUMNS[:-1]:
        assert not runs(image, column, AHA) + runs(image, column, TINT)
    assert runs(image, COLUMNS[-1], AHA)
    assert runs(image, COLUMNS[-1], TINT)


def test_a_number_is_written_once() -> None:
    """The highest bar has its number. The highlighted week's number is in its panel."""
    written = [text.get_text() for text in words(drawn(weeks((30, 40, 7), (20, 50, 9))))]
    assert [written.count(number) for number in ("30", "40", "7", "20", "50", "9")] == [1, 0, 1, 1, 1, 1]


@pytest.mark.parametrize("kind", ["experiments", "ahas", "breakthroughs"])
@pytest.mark.parametrize("place", [0, 5, 11])
def test_one_more_moment_of_any_kind_in_any_week_changes_the_picture(kind: str, place: int) -> None:
    """No saved moment is left out."""
    more = list(CALM)
    more[place] = replace(more[place], **{kind: getattr(more[place], kind) + 1})
    assert plan_recap_chart(more).png != plan_recap_chart(CALM).png


def test_the_same_weeks_give_the_same_bytes_in_any_thread() -> None:
    """Simultaneous drawings do not affect each other."""

    def draw(weeks: Sequence[Week]) -> bytes:
        return plan_recap_chart(weeks).png

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(draw, [CALM, BUSY] * 4))
    assert found == [draw(CALM), draw(BUSY)] * 4
    assert found[0] != found[1]


def test_a_young_team_sees_empty_weeks_first_and_an_old_one_the_last_twelve() -> None:
    """The picture always has twelve weeks."""
    assert plan_recap_chart(CALM[-2:]) == plan_recap_chart(weeks((1, 5, 2), (3, 4, 1)))
    older = week_from(CALM[0].starts - timedelta(weeks=1), 9, 9, 9)
    assert plan_recap_chart([older, *CALM]) == plan_recap_chart(CALM)


def test_no_week_at_all_is_refused() -> None:
    """There is no week to highlight."""
    with pytest.raises(ValueError, match="at least one week"):
        plan_recap_chart([])


# Readability


@every_scene
def test_it_is_a_picture_of_960_by_540_whose_margin_stays_empty(scene: list[Week]) -> None:
    """No number of moments moves a mark or a word to the edge."""
    image = picture(scene)
    assert image.size == (960, 540)
    edges = [(0, 0, 960, 24), (0, 516, 960, 540), (0, 0, 24, 540), (936, 0, 960, 540)]
    colours = [colour for edge in edges for _, colour in image.crop(edge).getcolors(WIDTH * HEIGHT) or []]
    assert set(colours) == {rgb(PAPER)}


@every_scene
def test_words_stand_apart_and_inside(scene: list[Week]) -> None:
    """No word touches another or the edge, however long the numbers."""
    figure = drawn(scene)
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in words(figure)]
    assert all(min(box.min) > 0 and box.x1 < WIDTH and box.y1 < HEIGHT for box in boxes)
    assert not [pair for pair in combinations(boxes, 2) if pair[0].overlaps(pair[1])]


@every_scene
def test_words_are_large_enough_for_a_phone(scene: list[Week]) -> None:
    """Letters of 26 in 960 are letters of 10 where the picture is shown 360 wide."""
    assert min(float(text.get_fontsize()) for text in words(drawn(scene))) >= 26


def test_words_are_drawn_with_the_letters_that_the_library_brings() -> None:
    """The picture is the same on machines with and without fonts."""
    fonts = {Path(str(text.get_fontproperties().get_file())) for text in words(drawn(BUSY))}
    assert {font.name for font in fonts} == {"DejaVuSans.ttf", "DejaVuSans-Bold.ttf"}
    assert all(font.is_relative_to(matplotlib.get_data_path()) for font in fonts)


@pytest.mark.parametrize("background", [PAPER, TINT])
def test_words_and_marks_stand_out_from_both_backgrounds(background: str) -> None:
    """WCAG requires 4.5:1 for words and 3:1 for marks."""
    marks = [AHA, QUIET_AHA, EXPERIMENT, QUIET_EXPERIMENT, BREAKTHROUGH]
    assert min(contrast(background, ink) for ink in (INK, SOFT_INK)) >= 4.5
    assert min(contrast(background, mark) for mark in marks) >= 3


@every_scene
def test_every_word_has_one_of_the_two_inks(scene: list[Week]) -> None:
    """So the contrasts tested above are those of the real words."""
    assert {text.get_color() for text in words(drawn(scene))} <= {INK, SOFT_INK}


# The alternative text


def test_the_description_has_the_numbers_the_highlighted_week_and_the_breakthroughs() -> None:
    """It says all that the picture shows."""
    assert describe_recap_chart(CALM) == (
        "Moments saved each week, for 12 weeks to 20 March 2026. "
        "In all: 12 experiments, 17 ahas and 4 breakthroughs. "
        "Last week, highlighted: 3 experiments, 4 ahas and 1 breakthrough. "
        "No week had more than 8 moments. "
        "Breakthroughs came in the weeks to 13 February, 13 March and 20 March."
    )


def test_the_description_of_one_moment_is_not_in_the_plural() -> None:
    """It uses the singular for one, and no date for a kind without moments."""
    assert describe_recap_chart(weeks((0, 1, 0), (0, 0, 0))) == (
        "Moments saved each week, for 12 weeks to 20 March 2026. "
        "In all: no experiments, 1 aha and no breakthroughs. "
        "Last week, highlighted: no experiments, no ahas and no breakthroughs. "
        "The busiest week was the one to 13 March, with 1 moment."
    )


def test_the_description_of_nothing_says_so() -> None:
    """An empty picture does not list zeros."""
    assert describe_recap_chart(weeks()) == (
        "Moments saved each week, for 12 weeks to 20 March 2026. Nothing saved yet."
    )


def test_the_longest_description_keeps_to_500_characters() -> None:
    """It has millions of each kind, and a breakthrough in each week of autumn."""
    autumn = [week_from(date(2026, 9, 7) + timedelta(weeks=i), *[9_999_999] * 3) for i in range(12)]
    assert len(describe_recap_chart(autumn)) <= 500


def test_the_file_is_named_after_the_highlighted_week() -> None:
    """Downloaded pictures have different names, and the alternative text comes with them."""
    planned = plan_recap_chart(CALM)
    assert (planned.name, planned.alt) == ("recap-2026-03-20.png", describe_recap_chart(CALM))


# Cost


def test_the_drawing_library_waits_until_something_is_drawn() -> None:
    """It is imported only to draw, and its global plotting state never."""
    script = (
        "import sys, datetime, bot.charts.recap_chart as charts, bot.charts.plans as plans\n"
        "assert 'matplotlib' not in sys.modules\n"
        "plans.plan_recap_chart([charts.Week(*[datetime.date(2026, 3, 16)] * 2, 1, 1, 1)]).png\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path(recap_chart.__file__).parents[2])
