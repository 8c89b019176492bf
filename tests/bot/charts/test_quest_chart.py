"""Tests of the quest chart: what it shades, that it is readable, and its alternative text."""

from collections.abc import Sequence
from datetime import date, timedelta
from io import BytesIO
from itertools import combinations

import pytest
from matplotlib.text import Text
from PIL import Image

from bot.charts.canvas import BREAKTHROUGH, EXPERIMENT, HEIGHT, INK, PAPER, SOFT_INK, TINT, WIDTH
from bot.charts.quest_chart import (
    FOUND_STRIP,
    LEFT,
    RIGHT,
    TRIED_STRIP,
    QuestHistory,
    Stretch,
    compose_quest_figure,
    describe_quest_chart,
    longest_stretch,
    plan_quest_chart,
)

START = date(2025, 12, 20)


def search(
    days: int, tried: Sequence[int], found: Sequence[int], title: str = "How our search goes"
) -> QuestHistory:
    """Return a history of `days` days, with the days (from 0) of experiments and breakthroughs."""
    every = [START + timedelta(days=day) for day in range(days + 1)]
    counted = [sum(day <= at for day in tried) for at in range(days + 1)]
    finds = tuple(START + timedelta(days=day) for day in found)
    return QuestHistory(title, tuple(every), tuple(counted), finds)


ONE = search(90, [2, 9, 15, 21, 22, 30, 37, 44, 52, 61, 70, 88], [83])
SCENES = {
    "one breakthrough": ONE,
    "none yet": search(40, [1, 5, 9, 30], []),
    "no experiment": search(40, [], [3]),
    "the first day": search(0, [0], []),
    "the day of the find": search(0, [0, 0, 0], [0]),
    "several finds on one day": search(0, [0], [0, 0, 0]),
    "a find and no day after it": search(0, [], [0]),
    "the second day": search(1, [1], []),
    "the last day": search(30, [1, 2], [30]),
    "the first day alone": search(30, [1, 2], [0]),
    "early ones": search(90, range(0, 90, 4), [4, 9, 20]),
    "a short one in the middle": search(60, range(60), range(0, 60, 3)),
    "very many": search(90, list(range(90)) * 1111, [day for day in range(90) for _ in range(11)]),
    "a long quarter's name": search(90, [2], [80], "October to December 2026"),
}
every_scene = pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES.keys())


def picture(shown: QuestHistory) -> Image.Image:
    """Return the drawn picture, decoded."""
    return Image.open(BytesIO(plan_quest_chart(shown).png)).convert("RGB")


def rgb(colour: str) -> tuple[int, ...]:
    """Return the red, green and blue of `#rrggbb`, each 0 to 255."""
    return tuple(bytes.fromhex(colour[1:]))


def words(shown: QuestHistory) -> list[Text]:
    """Return every text in the picture."""
    figure = compose_quest_figure(shown)
    figure.draw_without_rendering()
    found = figure.findobj(lambda artist: isinstance(artist, Text) and bool(artist.get_text()))
    return [text for text in found if isinstance(text, Text)]


def test_the_flat_part_is_shaded_and_named() -> None:
    """It lasts from the first day to the breakthrough. After it, the background is plain."""
    image = picture(ONE)
    middle = HEIGHT - (FOUND_STRIP[0] + FOUND_STRIP[1]) // 2
    edge = LEFT + (RIGHT - LEFT) * 83 / 90
    for x in range(LEFT + 4, int(edge) - 6):
        assert image.getpixel((x, middle)) == rgb(TINT)
    for x in range(int(edge) + 8, RIGHT):
        assert image.getpixel((x, middle)) == rgb(PAPER)
    assert "the search · 83 days" in [text.get_text() for text in words(ONE)]


def test_below_it_what_was_tried_climbs() -> None:
    """The line of experiments never falls, and ends at the top of its strip."""
    image = picture(ONE)
    line = rgb(EXPERIMENT)
    tops = [
        next(y for y in range(HEIGHT - TRIED_STRIP[1] - 4, HEIGHT) if image.getpixel((x, y)) == line)
        for x in range(LEFT + 6, RIGHT - 4)
    ]
    assert tops == sorted(tops, reverse=True)
    assert HEIGHT - tops[-1] == pytest.approx(TRIED_STRIP[1], abs=4)


def test_each_breakthrough_is_a_step_with_a_star() -> None:
    """It is recognisable without colour: a vertical line to a mark that nothing else has."""
    image = picture(ONE)
    x = round(LEFT + (RIGHT - LEFT) * 83 / 90)
    column = [image.getpixel((x, HEIGHT - y)) == rgb(BREAKTHROUGH) for y in range(*FOUND_STRIP)]
    assert all(column[4:-4])


@pytest.mark.parametrize(
    ("found", "since", "until", "over"),
    [
        ([], 0, 90, False),
        ([83], 0, 83, True),
        ([10, 60], 10, 60, True),
        ([10], 10, 90, False),
        ([45], 0, 45, True),
    ],
)
def test_the_longest_stretch_is_the_search(found: list[int], since: int, until: int, over: bool) -> None:
    """It lies before the first breakthrough, between two, or after the last, and then says that it continues."""
    steadily = range(0, 90, 7)
    longest = longest_stretch(search(90, steadily, found))
    assert longest is not None
    assert (longest.since, longest.until) == (START + timedelta(days=since), START + timedelta(days=until))
    assert longest.over is over
    said = [text.get_text() for text in words(search(90, steadily, found))]
    days = f"the search · {until - since} days" + ("" if over else " so far")
    assert days in said


def test_days_on_which_nobody_tried_are_no_search() -> None:
    """A long pause is not shaded, and without attempts nothing is."""
    paused = search(90, [1, 3, 5], [20])
    assert longest_stretch(paused) == Stretch(START, START + timedelta(days=20), over=True)
    assert longest_stretch(search(90, [], [20])) is None
    assert "Shaded" not in describe_quest_chart(search(90, [], [20]))


@every_scene
def test_it_is_a_picture_of_960_by_540_whose_margin_stays_empty(scene: QuestHistory) -> None:
    """It has its own background, and nothing is at the edge."""
    image = picture(scene)
    assert image.size == (960, 540)
    edges = [(0, 0, 960, 20), (0, 520, 960, 540), (0, 0, 16, 540), (944, 0, 960, 540)]
    colours = [colour for edge in edges for _, colour in image.crop(edge).getcolors(WIDTH * HEIGHT) or []]
    assert set(colours) == {rgb(PAPER)}


@every_scene
def test_words_stand_apart_and_are_large_enough_for_a_phone(scene: QuestHistory) -> None:
    """No word touches another or the edge, and none is smaller than 26 in 960."""
    shown = words(scene)
    boxes = [text.get_window_extent() for text in shown]
    assert all(min(box.min) > 0 and box.x1 < WIDTH and box.y1 < HEIGHT for box in boxes)
    assert not [pair for pair in combinations(boxes, 2) if pair[0].overlaps(pair[1])]
    assert min(float(text.get_fontsize()) for text in shown) >= 26
    assert {text.get_color() for text in shown} <= {INK, SOFT_INK}


def test_the_description_says_all_of_it() -> None:
    """It has the numbers, the days, and what is shaded."""
    assert describe_quest_chart(ONE) == (
        "How our search goes, 20 December 2025 to 20 March 2026: 12 experiments and 1 breakthrough, counted up over "
        "time. Shaded as the search: 83 days, from 20 December 2025 to a breakthrough on 13 March 2026."
    )


@pytest.mark.parametrize(
    ("days", "tried", "found", "said"),
    [
        (40, [1, 5], [], "40 days, from 20 December 2025 to 29 January 2026, with nothing found yet."),
        (1, [0], [], "1 day, from 20 December 2025 to 21 December 2025, with nothing found yet."),
        (30, [1, 2], [30], "30 days, from 20 December 2025 to a breakthrough on 19 January 2026."),
        (30, [1, 2], [30, 30], "30 days, from 20 December 2025 to 2 breakthroughs on 19 January 2026."),
        (
            90, range(0, 90, 7), [10, 60],
            "50 days, from a breakthrough on 30 December 2025 to a breakthrough on 18 February 2026.",
        ),
        (
            90, range(0, 90, 7), [10, 10],
            "80 days, from 2 breakthroughs on 30 December 2025 to 20 March 2026, with nothing more found.",
        ),
    ],
)  # fmt: skip
def test_the_description_never_says_that_nothing_was_found_on_a_day_of_a_find(
    days: int, tried: Sequence[int], found: Sequence[int], said: str
) -> None:
    """A stretch is told by what it lies between: the start, breakthroughs, and today."""
    assert describe_quest_chart(search(days, tried, found)).endswith(f"Shaded as the search: {said}")


@pytest.mark.parametrize(
    ("tried", "found", "said"),
    [
        ([0], [], "1 experiment and no breakthroughs."),
        ([0, 0], [0], "2 experiments and 1 breakthrough."),
        ([], [0, 0], "no experiments and 2 breakthroughs."),
    ],
)
def test_one_day_is_one_day(tried: list[int], found: list[int], said: str) -> None:
    """No other day is made up beside it, nothing is counted up over time, and nothing is shaded."""
    assert describe_quest_chart(search(0, tried, found)) == f"How our search goes, 20 December 2025: {said}"
    dates = [text.get_text() for text in words(search(0, tried, found)) if "202" in text.get_text()]
    assert dates == ["20 Dec 2025"]


def test_what_was_tried_on_the_day_of_a_find_is_no_search_after_it() -> None:
    """The day is in neither stretch twice: what was tried before the find is not tried again after it."""
    assert longest_stretch(search(20, [4, 5], [5])) == Stretch(START, START + timedelta(days=5), over=True)
    assert longest_stretch(search(20, [0], [0])) is None


def test_one_day_rises_where_its_star_is() -> None:
    """The lines are seen even if all happened on one day."""
    image = picture(search(0, [0, 0], [0]))
    middle = (LEFT + RIGHT) // 2
    rise = [image.getpixel((middle, HEIGHT - y)) == rgb(EXPERIMENT) for y in range(*TRIED_STRIP)]
    assert all(rise[4:-4])
    assert image.getpixel((LEFT + 20, HEIGHT - FOUND_STRIP[0])) == rgb(BREAKTHROUGH)


@every_scene
def test_the_description_is_short(scene: QuestHistory) -> None:
    """It has at most 500 characters."""
    assert len(describe_quest_chart(scene)) <= 500


def test_the_same_search_gives_the_same_bytes() -> None:
    """One more experiment gives other bytes."""
    again = search(90, [2, 9, 15, 21, 22, 30, 37, 44, 52, 61, 70, 88], [83])
    assert plan_quest_chart(again) == plan_quest_chart(ONE)
    assert plan_quest_chart(search(90, [2, 9], [83])).png != plan_quest_chart(ONE).png
