"""Tests of the process that draws: nobody waits long for it, and whatever becomes of it, the next picture comes."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.charts.drawer import SHARED_DRAWER, Drawer, DrawingStoppedError
from bot.charts.plans import plan_recap_chart
from bot.charts.recap_chart import Week
from bot.charts.worker import NICENESS
from bot.core.messages import Picture
from bot.core.pictures.drawing import ShareMark
from tests.support.drawings import (
    draw_and_die,
    draw_and_talk,
    draw_for_ever,
    draw_nothing,
    draw_plain,
    draw_process,
    draw_slowly,
    draw_too_much,
    draw_wrongly,
    is_alive,
    plan,
    read_process,
    start_light,
)
from tests.support.waiting import until

LATE = 0.3
"""Seconds after which the pictures of a test are late that never come."""


@pytest.fixture
def drawer() -> Iterator[Drawer]:
    """Return a drawer that waits long, with a process that has nothing to load."""
    drawer = Drawer(start_light, within=60)
    yield drawer
    drawer.stop()


def pid_of(drawer: Drawer) -> int:
    """Return the id of the process."""
    assert drawer.process is not None
    return drawer.process.pid


async def gives(drawer: Drawer, figures: str) -> bool:
    """Return whether the next picture is drawn."""
    picture = await drawer.draw(plan(draw_plain, figures))
    return picture is not None and picture.png == draw_plain(figures)


async def test_a_picture_is_drawn_in_another_process_that_stands_back(
    monkeypatch: pytest.MonkeyPatch, drawer: Drawer
) -> None:
    """It has a lower priority, and knows no secret."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("DATABASE_URL", "postgresql://ana:secret@here/ahabot")
    picture = await drawer.draw(plan(draw_process))
    assert picture is not None
    assert (picture.alt, picture.name) == ("In words.", "picture.png")
    pid, niceness, _, names = read_process(picture.png)
    assert pid == pid_of(drawer) != os.getpid()
    assert niceness == min(os.nice(0) + NICENESS, 19)
    assert {"SLACK_BOT_TOKEN", "DATABASE_URL"} & set(names) == set()


async def test_what_that_process_loads() -> None:
    """The drawing library without the state that it has for notebooks, no store and no platform."""
    week = Week(date(2026, 3, 13), date(2026, 3, 19), 1, 2, 0)
    chart = await SHARED_DRAWER.draw(
        plan_recap_chart((week,), ShareMark(1, 3, "1 of 3", "on the goal", "1 of 3 served it."))
    )
    assert chart is not None
    picture = await SHARED_DRAWER.draw(plan(draw_process))
    assert picture is not None
    modules = set(read_process(picture.png)[2])
    assert {"matplotlib.figure", "bot.charts.recap_chart"} <= modules
    assert "matplotlib.pyplot" not in modules
    tops = {name.partition(".")[0] for name in modules}
    assert tops.isdisjoint(
        {"storage", "adapters", "sqlalchemy", "sqlmodel", "pydantic", "slack_bolt", "discord"}
    )


async def test_a_process_that_dies(drawer: Drawer, caplog: pytest.LogCaptureFixture) -> None:
    """There is no picture, the log has one line of it with the process's last words, and the next one comes."""
    assert await drawer.draw(plan(draw_and_die)) is None
    assert caplog.messages == [
        "a picture is missing, and its words stand alone: its process ended: out of / memory"
    ]
    assert await gives(drawer, "next")


async def test_a_process_that_is_killed_between_two_pictures(drawer: Drawer) -> None:
    """One picture is missing at most."""
    assert await gives(drawer, "first")
    before = pid_of(drawer)
    os.kill(before, signal.SIGKILL)
    await until(lambda: not is_alive(before))
    await gives(drawer, "second")
    assert await gives(drawer, "third")
    assert pid_of(drawer) != before


async def test_a_process_that_hangs(drawer: Drawer, caplog: pytest.LogCaptureFixture) -> None:
    """It is ended, and the next picture comes from another one."""
    assert await gives(drawer, "first")
    before, drawer.within = pid_of(drawer), LATE
    assert await drawer.draw(plan(draw_for_ever)) is None
    assert len(caplog.messages) == 1
    await until(lambda: not is_alive(before))
    drawer.within = 60
    assert await gives(drawer, "next")


async def test_all_who_wait_behind_one_that_hangs_go_without(drawer: Drawer) -> None:
    """They do not each wait for the one before: the words of all go out after five seconds."""
    assert await gives(drawer, "first")
    drawer.within = LATE
    waiting = [
        drawer.draw(plan(draw_for_ever)),
        *(drawer.draw(plan(draw_plain, number)) for number in range(20)),
    ]
    assert await asyncio.gather(*waiting) == [None] * 21
    drawer.within = 60
    assert await gives(drawer, "next")


async def test_a_queue_that_moves_is_waited_for(drawer: Drawer) -> None:
    """Together they take longer than any of them may."""
    assert await gives(drawer, "first")
    drawer.within = 3
    slow = [drawer.draw(plan(draw_slowly, 0.5 + number / 1000)) for number in range(8)]
    assert None not in await asyncio.gather(*slow)


@pytest.mark.parametrize("render", [draw_wrongly, draw_too_much])
async def test_an_answer_that_is_no_picture(
    drawer: Drawer, caplog: pytest.LogCaptureFixture, render: object
) -> None:
    """Such a process is not trusted with another one."""
    assert await gives(drawer, "first")
    before = pid_of(drawer)
    assert await drawer.draw(plan(render)) is None  # type: ignore[arg-type]
    assert len(caplog.messages) == 1
    assert "its process answered with" in caplog.text
    assert await gives(drawer, "next")
    assert pid_of(drawer) != before


async def test_a_program_that_is_none_of_ours(caplog: pytest.LogCaptureFixture) -> None:
    """It is there and speaks, but does not say that it can draw."""
    drawer = Drawer(lambda: start_light(["sh", "-c", "echo hello >&0; echo no such module >&2"]), within=60)
    assert await drawer.draw(plan(draw_plain)) is None
    assert len(caplog.messages) == 1
    drawer.stop()


async def test_a_program_that_cannot_be_started(caplog: pytest.LogCaptureFixture) -> None:
    """The words stand alone then, too."""
    drawer = Drawer(lambda: start_light(["/no/such/program"]), within=60)
    assert await drawer.draw(plan(draw_plain)) is None
    assert len(caplog.messages) == 1
    assert "FileNotFoundError" in caplog.text


async def test_a_fault_in_the_drawing(drawer: Drawer, caplog: pytest.LogCaptureFixture) -> None:
    """The process is fine, so it draws the next one."""
    assert await drawer.draw(plan(draw_nothing)) is None
    assert caplog.messages == ["a picture is missing, and its words stand alone: ValueError: no weeks"]
    before = pid_of(drawer)
    assert await gives(drawer, "next")
    assert pid_of(drawer) == before


async def test_what_the_process_says_is_one_line_of_the_log(
    drawer: Drawer, caplog: pytest.LogCaptureFixture
) -> None:
    """What it prints disturbs no answer."""
    assert await drawer.draw(plan(draw_and_talk)) is not None
    assert caplog.messages == ["the process that draws said: a font / is missing"]
    assert await gives(drawer, "next")


def count_lines(file: str) -> int:
    """Return how many lines a file has."""
    return len(Path(file).read_text().splitlines())


async def test_two_at_once(drawer: Drawer, tmp_path: Path) -> None:
    """One process draws both, and the same figures only once."""
    file = str(tmp_path / "drawn")
    one, two, again = await asyncio.gather(
        drawer.draw(plan(draw_process, file)),
        drawer.draw(plan(draw_process)),
        drawer.draw(plan(draw_process, file)),
    )
    assert one is not None
    assert two is not None
    assert one == again
    assert read_process(one.png)[0] == read_process(two.png)[0]
    assert isinstance(await drawer.draw(plan(draw_process, file)), Picture)
    assert count_lines(file) == 1


async def test_it_ends_when_nothing_is_drawn_for_a_while(drawer: Drawer) -> None:
    """It takes memory. The next picture starts another one."""
    drawer.idle_after = 0.05
    for figures in ("one", "two"):
        assert await gives(drawer, figures)
        await until(lambda: drawer.process is None)


async def test_shutdown_during_a_drawing(
    drawer: Drawer, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """It ends at once, and all who wait hear of it. Nothing of it is a fault."""
    begun = tmp_path / "begun"
    drawings = [plan(draw_for_ever, str(begun)), plan(draw_plain, "next"), plan(draw_plain, "last")]
    waiting = [asyncio.create_task(drawer.draw(each)) for each in drawings]
    await until(begun.exists)
    pid = pid_of(drawer)
    drawer.stop()
    assert {type(each) for each in await asyncio.gather(*waiting, return_exceptions=True)} == {
        DrawingStoppedError
    }
    await until(lambda: not is_alive(pid))
    with pytest.raises(DrawingStoppedError):
        await gives(drawer, "later")
    assert caplog.messages == []


PARENT = """
import sys
from tests.support.drawings import draw_for_ever, draw_plain, plan, start_light
process = start_light()
process.draw(plan(draw_plain), 60)
print(process.pid, flush=True)
{then}
"""


@pytest.mark.parametrize("then", ["sys.stdin.read()", "process.draw(plan(draw_for_ever), 600)"])
def test_it_ends_with_a_bot_that_is_killed(then: str) -> None:
    """Also in the middle of a drawing."""
    with subprocess.Popen(
        [sys.executable, "-c", PARENT.format(then=then)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3],
    ) as parent:  # fmt: skip
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert is_alive(pid)
        parent.kill()
    while is_alive(pid):
        time.sleep(0.01)


async def test_one_who_does_not_wait_any_more(drawer: Drawer, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is left behind."""
    assert await gives(drawer, "first")
    waiting = asyncio.create_task(drawer.draw(plan(draw_slowly, 0.2)))
    await asyncio.sleep(0.05)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await gives(drawer, "next")
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
