"""The process in which pictures are drawn, as the bot sees it: started, asked for pictures, and ended.

It gets plain values and gives back bytes over a socket of its own. It ends with the bot, however that ends,
because the socket closes. It knows no secret: of the environment it gets a few settings of Python and paths.
"""

from __future__ import annotations

import os
import pickle
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack

from bot.charts.frames import FAILED, HEADER, READY, encode_frame
from bot.core.pictures.drawing import Drawing

PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from bot.charts.worker import main; main()"
"""What the process runs. Its folder may be any, so it looks for modules where this process does."""
START_WITHIN = 60.0
"""Seconds for a start. A small machine loads the drawing library for ten."""
LARGEST = 4_000_000
"""The most bytes of a picture. One has about 50,000."""
SIGNATURE = b"\x89PNG\r\n\x1a\n"
SAID_AT_MOST = 500
"""The most characters of the log that come from the process."""
PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "TZ", "VIRTUAL_ENV")
PASSED_PREFIXES = ("PYTHON", "LC_", "LD_", "XDG_", "MPL")
"""Names of the environment's variables that the process gets, and how others begin."""
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""Nothing is computed in parallel, and every thread would take memory."""


class DrawingFailedError(Exception):
    """A picture was not drawn, for the reason in its text. If it `is_fatal`, the process is of no use any more."""

    def __init__(self, reason: str, is_fatal: bool = False) -> None:
        super().__init__(reason)
        self.is_fatal = is_fatal


class DrawingProcess:
    """One process that draws, from its start to its end. All but `kill` belongs to one thread.

    `command` is what it runs, for tests.
    """

    def __init__(self, command: Sequence[str] = ()) -> None:
        ours, theirs = socket.socketpair()
        with theirs, ExitStack() as failed:
            failed.callback(ours.close)
            self._process = subprocess.Popen(
                command or [sys.executable, "-c", PROGRAM, *(os.path.abspath(each) for each in sys.path)],
                stdin=theirs.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                env=_list_environment(os.environ), start_new_session=True,
            )  # fmt: skip
            failed.pop_all()
        assert self._process.stderr is not None
        os.set_blocking(self._process.stderr.fileno(), False)
        self._socket = ours
        self._is_ready = False

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._process.pid

    def draw(self, drawing: Drawing, within: float) -> bytes:
        """Return a picture as PNG. The time counts from when the process is ready.

        Raise DrawingFailedError, which is fatal if the process ended, is late or answers with anything else.
        """
        if not self._is_ready:
            self._expect_ready()
        request = encode_frame(pickle.dumps((drawing.render, drawing.figures)))
        kind, body = self._exchange(request, within)
        if kind == FAILED:
            raise DrawingFailedError(_in_one_line(body))
        if not body.startswith(SIGNATURE):
            raise DrawingFailedError("its process answered with something else", is_fatal=True)
        return body

    def read_said(self) -> str:
        """Return what the process wrote to its standard error since the last time, in one line."""
        assert self._process.stderr is not None
        return _in_one_line(self._process.stderr.read() or b"")

    def kill(self) -> None:
        """End the process at once, from any thread. A drawing in progress fails."""
        self._process.kill()

    def end(self) -> None:
        """End the process, wait until it is gone, and close what belongs to it."""
        self._process.kill()
        self._process.wait()
        self._socket.close()
        assert self._process.stderr is not None
        self._process.stderr.close()

    def _expect_ready(self) -> None:
        kind, _ = self._exchange(b"", START_WITHIN)
        if kind != READY:
            raise DrawingFailedError("its process did not start as one", is_fatal=True)
        self._is_ready = True

    def _exchange(self, request: bytes, within: float) -> tuple[bytes, bytes]:
        """Send a request and return the next answer: its kind and its content."""
        until = time.monotonic() + within
        try:
            self._socket.settimeout(within)
            self._socket.sendall(request)
            kind, size = HEADER.unpack(self._receive(HEADER.size, until))
            if size > LARGEST:
                raise DrawingFailedError("its process answered with too much", is_fatal=True)
            return kind, self._receive(size, until)
        except TimeoutError:
            raise DrawingFailedError(f"its process took over {within:g} seconds", is_fatal=True) from None
        except OSError:
            raise DrawingFailedError("its process ended", is_fatal=True) from None

    def _receive(self, size: int, until: float) -> bytes:
        """Return so many bytes. TimeoutError after `until`, and OSError if the other side is closed."""
        parts = bytearray()
        while len(parts) < size:
            self._socket.settimeout(max(until - time.monotonic(), 0.001))
            part = self._socket.recv(size - len(parts))
            if not part:
                raise ConnectionResetError
            parts += part
        return bytes(parts)


def _list_environment(environ: Mapping[str, str]) -> dict[str, str]:
    kept = {
        name: value
        for name, value in environ.items()
        if name in PASSED_ON or name.startswith(PASSED_PREFIXES)
    }
    return kept | ONE_THREAD


def _in_one_line(said: bytes) -> str:
    lines = [line.strip() for line in said.decode(errors="replace").splitlines()]
    return " / ".join(filter(None, lines))[:SAID_AT_MOST]
