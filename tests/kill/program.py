"""The real bot as a process of its own, for a test that ends it by force: `python -m tests.kill.program`.

It loads everything, says `loaded`, and waits for a line with a database's address and a chat's file; so the next one
can stand ready while this one is still being killed. Then it serves them and says its port.
"""

import asyncio
import json
import sys
from pathlib import Path

from adapters.playground.adapter import Playground
from adapters.playground.chat import Chat
from bot.process import build, running, until_told_to_stop
from storage.database import open_database
from storage.schema import migrate


def main() -> None:
    """Wait for the line, then serve until told to stop."""
    print("loaded", flush=True)
    given = json.loads(sys.stdin.readline())
    playground = Playground(Chat.open(Path(given["chat"])))
    database = open_database(given["database"])
    migrate(database)
    bot = build(database, [playground], playground.clock)

    async def serve(stop: asyncio.Event) -> None:
        async with running(bot, "127.0.0.1", 0) as port:
            print(port, flush=True)
            await stop.wait()

    until_told_to_stop(serve)
    database.close()


if __name__ == "__main__":
    main()
