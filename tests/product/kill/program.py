"""The real bot as a process of its own, for a test that ends it by force: `python -m tests.kill.program`.

It loads everything once and then, for each line with a database's address and a chat's file, makes a process that
serves them and says its own id and port; when that has ended, however it did, it says the exit code.
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
"""Seconds that the disk takes for a commit, so that many an end falls between a command's work and its commit."""


def main() -> None:
    """One process after another. Forked before there is any thread, so that each begins as a fresh one would."""
    for line in sys.stdin:
        if child := os.fork():
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
        else:
            return serve(**json.loads(line))


def serve(database: str, chat: str) -> None:
    """As `ahabot demo` does, until told to stop."""
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
