"""Work that is asked for one item at a time, and done for many items at once."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Batches(Generic[Item, Result]):
    """Collects the items that wait, and passes them on together.

    While one batch is worked on, the next items gather. `work` returns a result or an exception for
    each item, in order, and at least one: items that it leaves out come again with the next batch. An
    error of a whole batch is met again by each of its items alone, so that one bad item fails alone.
    """

    def __init__(
        self,
        work: Callable[[Sequence[Item]], Awaitable[Sequence[Result | Exception]]],
        size: int,
        workers: int = 1,
    ) -> None:
        self._work = work
        self._size = size
        self._waiting: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._running: set[asyncio.Task[None]] = set()
        self._free = workers

    async def run(self, item: Item) -> Result:
        """Return the result of one item, or raise its error."""
        done: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if self._free:
            self._free -= 1
            worker = asyncio.create_task(self._run_batches())
            self._running.add(worker)
            worker.add_done_callback(self._running.discard)
        return await done

    async def finish(self) -> None:
        """Wait until nothing is worked on."""
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _run_batches(self) -> None:
        try:
            await asyncio.sleep(0)  # items that arrive in this turn of the loop join the batch
            while self._waiting:
                many = min(self._size, len(self._waiting))
                await self._run_batch([self._waiting.popleft() for _ in range(many)])
        finally:
            self._free += 1  # at once, so that an item which comes now finds a worker

    async def _run_batch(self, batch: Sequence[tuple[Item, asyncio.Future[Result]]]) -> None:
        try:
            results = await self._work([item for item, _ in batch])
        except Exception as error:
            if len(batch) == 1:
                _settle(batch[0][1], error)
                return
            for each in batch:
                await self._run_batch([each])
            return
        for (_, done), result in zip(batch, results, strict=False):
            _settle(done, result)
        self._waiting.extendleft(reversed(batch[len(results) :]))


def _settle(done: asyncio.Future[Result], result: Result | Exception) -> None:
    """Give a result to the caller, unless it has been cancelled."""
    if done.done():
        return
    if isinstance(result, Exception):
        done.set_exception(result)
    else:
        done.set_result(result)
