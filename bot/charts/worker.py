"""The process that draws: reads what to draw from its standard input, a socket, and answers with PNGs.

It has a lower priority than the bot, and ends as soon as the socket closes, even in the middle of a drawing.
It loads neither the store nor a platform.
"""

from __future__ import annotations

import importlib
import os
import pickle
import queue
import socket
import threading
from typing import NoReturn

from bot.charts.frames import DRAWN, FAILED, HEADER, READY, encode_frame

NICENESS = 10
"""How far it stands back. On a busy processor it still gets a tenth, enough for a picture in a second or two."""
LOADED_FIRST = ("backends.backend_agg", "figure", "patches", "patheffects", "textpath")
"""The parts of the drawing library that every picture needs."""


def main() -> NoReturn:
    """Draw what is asked for until the socket closes."""
    os.nice(NICENESS)
    asked: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    bot = socket.socket(fileno=os.dup(0))
    threading.Thread(target=_read_requests, args=(bot, asked), daemon=True).start()
    for part in LOADED_FIRST:
        importlib.import_module(f"matplotlib.{part}")
    bot.sendall(encode_frame(b"", READY))
    while True:
        bot.sendall(_answer(asked.get()))


def _answer(request: bytes) -> bytes:
    """Return the picture that is asked for as a message, or why it cannot be drawn."""
    try:
        render, figures = pickle.loads(request)  # noqa: S301  # the bot's, over a socket that nobody else has
        return encode_frame(render(figures), DRAWN)
    except Exception as error:
        return encode_frame(f"{type(error).__name__}: {error}".encode(), FAILED)


def _read_requests(bot: socket.socket, asked: queue.SimpleQueue[bytes]) -> None:
    """Put requests into the queue. When the socket closes, end the process, whatever it is doing."""
    try:
        while True:
            _, size = HEADER.unpack(_receive(bot, HEADER.size))
            asked.put(_receive(bot, size))
    finally:
        os._exit(0)


def _receive(bot: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = bot.recv(size - len(parts))
        if not part:
            os._exit(0)
        parts += part
    return bytes(parts)
