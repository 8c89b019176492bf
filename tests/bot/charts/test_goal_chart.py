"""Tests of the goal's picture: its numbers are written so that they fit and are never cut to a sign."""

from datetime import date
from decimal import Decimal

import pytest
from matplotlib.text import Annotation

from bot.charts.canvas import WIDTH
from bot.charts.goal_chart import GoalCourse, GoalPoint, GoalWords, compose_goal_figure
from bot.goals.numbers import format_measured, shorten_measured


def written(start: str, target: str, unit: str, progress: str) -> list[Annotation]:
    """Return what the picture of a goal with these numbers says, from its title to its days."""
    numbers = [Decimal(each) for each in (start, target, progress)]
    labels = [format_measured(each, unit) for each in numbers]
    shown = [shorten_measured(each, unit) for each in numbers]
    point = GoalPoint(
        date(2026, 4, 10), float(progress), "yes", labels[2], "on pace and on mission", shown[2]
    )
    figure = compose_goal_figure(
        GoalCourse(
            "Goal #1", float(start), float(target), labels[0], labels[1], shown[0], shown[1],
            date(2026, 3, 16), date(2026, 6, 30), (point,),
        ),
        GoalWords("target", "no checkpoint answered yet", "16 Mar 2026", "30 Jun 2026"),
    )  # fmt: skip
    figure.canvas.draw()
    return [text for text in figure.axes[0].texts if isinstance(text, Annotation)]


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        (("0", "125000000", "€", "12500000"), ["€ 125m", "€ 0", "€ 12,500,000 · on pace and on mission"]),
        (("0", "999999999999999", "", "5"), ["≈ 1,000tn", "0", "5 · on pace and on mission"]),
        (("0", "1234567", "subscribers", "1"), ["1,234,567", "0 subscribers", "1 · on pace and on mission"]),
        (("0", "10", "evening schools", "4"), ["10", "0", "4 evening schools · on pace and on mission"]),
        (("0", "3000", "בתי ספר", "1200"), ["3,000", "0", "1,200 · on pace and on mission"]),
        (("-1234567.891", "-0.000005", "", "-7"), ["-0.000005", "≈ -1.23m", "-7 · on pace and on mission"]),
        (("250000", "5", "hours per week", "12.5"), ["5", "250,000", "12.5 hours per week · on pace and on mission"]),
    ],
)  # fmt: skip
def test_numbers_fit_beside_the_line(numbers: tuple[str, str, str, str], said: list[str]) -> None:
    """The number is never left out for its unit, and nothing runs over the edge."""
    texts = written(*numbers)
    words = [text.get_text() for text in texts]
    assert [words[1], words[3], words[4]] == said
    assert words[2] == "target"
    assert all(text.get_window_extent().x1 <= WIDTH for text in texts)
