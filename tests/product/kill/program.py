"""The real bot as a separate process, for the kill test: `python -m tests.product.kill.program`.

The program loads everything once. For each input line with a database URL and a chat file it forks a process that
serves them and prints its id and port. When that process has ended, the program prints the exit code.
"""

import json
import os
import sys
from asyncio import Event
from contextlib import closing
from pathlib import Path
from time import sleep

from sqlalchemy import event

from adapters.playground.adapter import Playground
from bot.runtime.process import build_bot, run_bot, run_until_signal
from storage.engine.database import open_database
from storage.engine.schema import migrate_database

SLOW = 0.01
"""Seconds added before each commit, so that many kills fall between a command's work and its commit."""


def main() -> None:
    """Fork one process after another. There are no threads yet, so that each starts like a new process."""
    for line in sys.stdin:
        if child := os.fork():
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
        else:
            return serve(**json.loads(line))


def serve(database: str, chat: str) -> None:
    """Serve the playground as `ahabot demo` does, until a signal stops it."""
    playground = Playground.open_file(Path(chat))

    async def until(stop: Event) -> None:
        async with run_bot(bot, "127.0.0.1", 0) as port:
            print(os.getpid(), port, flush=True)
            await stop.wait()

    with closing(open_database(database)) as opened:
        migrate_database(opened)
        event.listen(opened.writing, "commit", lambda _connection: sleep(SLOW))
        bot = build_bot(opened, [playground], playground.current_time)
        run_until_signal(until)


if __name__ == "__main__":
    main()
