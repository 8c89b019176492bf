"""Draws pictures beside the bot, one after the other, in a process that exists only while it is needed.

Nobody waits long for a picture: one that is not there in time is left out, and its words stand alone. The
process starts with the first picture and ends when there was none for a minute. One that dies or hangs is
replaced when the next picture is wanted.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field

from bot.charts.process import DrawingFailedError, DrawingProcess
from bot.core.messages import Picture
from bot.core.pictures.drawing import Drawing

log = logging.getLogger(__name__)

DRAW_WITHIN = 5.0
"""Seconds without any picture, after which those who wait for one go without."""
QUEUE_WITHIN = 60.0
"""The longest wait in a queue that moves. About 400 pictures are drawn in that time."""
IDLE_AFTER = 60.0
"""Seconds without a picture after which the process ends, because it takes about 70 MB."""
CACHED_PICTURES = 16
"""The number of pictures in the cache, each about 50 kB.

A post is edited many times while its figures stay the same.
"""


class DrawingStoppedError(Exception):
    """The bot stops, and nothing is drawn any more."""


@dataclass(eq=False)
class Job:
    """A picture that somebody waits for, and the future that gets its PNG."""

    drawing: Drawing
    result: Future[bytes] = field(default_factory=Future)
    asked_at: float = field(default_factory=time.monotonic)
    is_awaited: bool = True

    @property
    def key(self) -> Hashable:
        """Equal keys give equal PNGs."""
        return self.drawing.render, self.drawing.figures


class Drawer:
    """Draws one picture at a time in a process of its own. Any event loop and any thread may ask.

    `start` starts a process.
    """

    def __init__(
        self,
        start: Callable[[], DrawingProcess] = DrawingProcess,
        within: float = DRAW_WITHIN,
        idle_after: float = IDLE_AFTER,
    ) -> None:
        self.start = start
        self.within = within
        self.idle_after = idle_after
        self.process: DrawingProcess | None = None
        """The process, while there is one."""
        self._jobs: deque[Job] = deque()
        self._changed = threading.Condition()
        """Held while the jobs, the thread or `_stopped` are read and changed, and never for long."""
        self._thread: threading.Thread | None = None
        self._stopped = False
        self._moved_at = 0.0
        """When the queue last moved: the latest picture was drawn, or cannot be."""
        self._drawn: OrderedDict[Hashable, bytes] = OrderedDict()

    async def draw(self, drawing: Drawing) -> Picture | None:
        """Return a picture, or None if it cannot be drawn or is late. The log then says why.

        Each waits as long as the queue moves, for a minute at most: the first one that takes over five
        seconds ends the waiting of all that have waited as long. DrawingStoppedError at shutdown.
        """
        job = Job(drawing)
        png = self._find_drawn(job.key)
        if png is None:
            self._add(job)
            png = await self._wait(job)
        return None if png is None else Picture(png, drawing.alt, drawing.name)

    def stop(self) -> None:
        """End the process at once, and give DrawingStoppedError to all who wait."""
        with self._changed:
            self._stopped = True
            waiting = list(self._jobs)
            self._jobs.clear()
            self._changed.notify()
            if self.process is not None:
                self.process.kill()
        for job in waiting:
            if job.result.set_running_or_notify_cancel():
                job.result.set_exception(DrawingStoppedError())

    def _add(self, job: Job) -> None:
        """Queue a job, and start the thread that draws if there is none."""
        with self._changed:
            if self._stopped:
                raise DrawingStoppedError
            self._jobs.append(job)
            self._changed.notify()
            if self._thread is None:
                self._thread = threading.Thread(target=self._draw_all, name="drawer", daemon=True)
                self._thread.start()

    async def _wait(self, job: Job) -> bytes | None:
        """Return a job's PNG, or None with a line in the log. DrawingStoppedError at shutdown."""
        result = asyncio.wrap_future(job.result)
        try:
            while not result.done() and (left := self._time_left(job)) > 0:
                await asyncio.wait([result], timeout=left)
            if result.done():
                return result.result()
            reason = f"none was drawn for {self.within:g} seconds"
        except DrawingFailedError as failed:
            reason = str(failed)
        finally:
            job.is_awaited = False
            result.cancel()
        log.warning("a picture is missing, and its words stand alone: %s", reason)
        return None

    def _time_left(self, job: Job) -> float:
        """Return how many seconds a job may still wait if the queue does not move."""
        until = min(max(job.asked_at, self._moved_at) + self.within, job.asked_at + QUEUE_WITHIN)
        return until - time.monotonic()

    def _find_drawn(self, key: Hashable) -> bytes | None:
        with self._changed:
            if key not in self._drawn:
                return None
            self._drawn.move_to_end(key)
            return self._drawn[key]

    # The thread that draws

    def _draw_all(self) -> None:
        """Draw what is queued until nothing was for a while."""
        while (job := self._next_job()) is not None:
            if job.result.set_running_or_notify_cancel():
                self._draw_job(job)

    def _next_job(self) -> Job | None:
        """Return the next job. If none comes for a while, end the process and the thread, and return None."""
        with self._changed:
            self._changed.wait_for(lambda: self._jobs or self._stopped, self.idle_after)
            if self._jobs:
                return self._jobs.popleft()
        self._end_process()
        with self._changed:
            if self._jobs:
                return self._jobs.popleft()
            self._thread = None
            return None

    def _draw_job(self, job: Job) -> None:
        """Draw a picture and give it to the one who waits for it, or the reason why there is none."""
        try:
            png = self._find_drawn(job.key) or self._draw_now(job.drawing)
        except Exception as error:
            failed = error if isinstance(error, DrawingFailedError) else DrawingFailedError(repr(error), True)
            if failed.is_fatal:
                self._end_process()
            else:
                self._moved_at = time.monotonic()
            if not (self._stopped or job.is_awaited):
                log.warning("a picture that came too late was not drawn either: %s", failed)
            job.result.set_exception(DrawingStoppedError() if self._stopped else failed)
            return
        with self._changed:
            self._drawn[job.key] = png
            if len(self._drawn) > CACHED_PICTURES:
                self._drawn.popitem(last=False)
        self._moved_at = time.monotonic()
        job.result.set_result(png)

    def _draw_now(self, drawing: Drawing) -> bytes:
        """Return the PNG of a drawing from the process, which is started if there is none."""
        process = self.process or self._start_process()
        try:
            png = process.draw(drawing, self.within)
        except DrawingFailedError as failed:
            reason = ": ".join(filter(None, (str(failed), process.read_said())))
            raise DrawingFailedError(reason, failed.is_fatal) from None
        if said := process.read_said():
            log.warning("the process that draws said: %s", said)
        return png

    def _start_process(self) -> DrawingProcess:
        process = self.start()
        with self._changed:
            self.process = process
            if self._stopped:
                process.kill()
        return process

    def _end_process(self) -> None:
        with self._changed:
            process, self.process = self.process, None
        if process is not None:
            process.end()


SHARED_DRAWER = Drawer()
"""The drawer of this process. Every bot uses it, so that there is one process and one cache."""
