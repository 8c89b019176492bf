"""Pictures for tests of the process that draws: some come at once, and some drive it mad."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bot.charts.process import SIGNATURE, DrawingProcess
from bot.core.pictures.drawing import Drawing

WITHOUT_LIBRARY = """
import sys
sys.path[:] = sys.argv[1:]
from bot.charts import worker
worker.LOADED_FIRST = ()
worker.main()
"""


def start_light(command: Sequence[str] = ()) -> DrawingProcess:
    """Start the process that draws without the drawing library, which takes seconds to load, or another program."""
    return DrawingProcess(command or [sys.executable, "-c", WITHOUT_LIBRARY, *sys.path])


def plan(render: Callable[[Any], bytes], figures: Any = "") -> Drawing:
    """Return a drawing by one of the functions below."""
    return Drawing(render, figures, "In words.", "picture.png")


def draw_plain(figures: Any) -> bytes:
    """Return a picture of some figures."""
    return SIGNATURE + str(figures).encode()


def draw_slowly(seconds: Any) -> bytes:
    """Take a while."""
    time.sleep(seconds)
    return SIGNATURE


def draw_for_ever(figures: Any) -> bytes:
    """Never come back. A file named by the figures, if any, says that it has begun."""
    if figures:
        Path(figures).touch()
    while True:
        time.sleep(1)


def draw_and_die(_figures: Any) -> bytes:
    """End the process with two lines of what it died of."""
    print("out of\n  memory", file=sys.stderr, flush=True)
    os._exit(1)


def draw_and_talk(_figures: Any) -> bytes:
    """Warn in two lines, and print something where nobody listens."""
    print("a font\n  is missing", file=sys.stderr, flush=True)
    print("a word on standard output", flush=True)
    return SIGNATURE


def draw_wrongly(_figures: Any) -> bytes:
    """Return something other than a picture."""
    return b"<svg/>"


def draw_too_much(_figures: Any) -> bytes:
    """Return more than any picture has."""
    return SIGNATURE.ljust(5_000_000)


def draw_nothing(_figures: Any) -> bytes:
    """Fail."""
    raise ValueError("no weeks")


def draw_process(figures: Any) -> bytes:
    """Return what the process is: its id, its priority, its modules and its environment.

    A file named by the figures, if any, gets a line each time.
    """
    if figures:
        with Path(figures).open("a") as file:
            file.write("drawn\n")
    told = [os.getpid(), os.nice(0), sorted(sys.modules), sorted(os.environ)]
    return SIGNATURE + json.dumps(told).encode()


def read_process(png: bytes) -> tuple[int, int, list[str], list[str]]:
    """Return what `draw_process` told."""
    pid, niceness, modules, names = json.loads(png.removeprefix(SIGNATURE))
    return pid, niceness, modules, names


def is_alive(pid: int) -> bool:
    """Return whether a process exists and still runs."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def draw_words(words: Any) -> bytes:
    """Return a picture of some words, in the letters of the charts."""
    from matplotlib.figure import Figure

    from bot.charts.canvas import render_png, write_text

    figure = Figure(figsize=(4, 1), dpi=100)
    axes = figure.add_axes((0, 0, 1, 1))
    write_text(axes, str(words), 0.1, 0.5, up=0)
    return render_png(figure)
