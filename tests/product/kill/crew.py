"""A helper that starts the real bot as a process and kills it, any number of times."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

Process: TypeAlias = "subprocess.Popen[str]"


@dataclass
class Crew:
    """The program that forks processes, and the id of the process that serves, or 0."""

    program: Process
    serving: int = 0

    async def start(self, database: str, chat: Path) -> str:
        """Start a process that serves this database and chat, and return its URL."""
        assert self.program.stdin is not None
        self.program.stdin.write(json.dumps({"database": database, "chat": str(chat)}) + "\n")
        self.program.stdin.flush()
        self.serving, port = map(int, (await self._said()).split())
        return f"http://127.0.0.1:{port}"

    async def end(self, sign: signal.Signals) -> int:
        """Send the serving process a signal and return its exit code.

        SIGTERM is what a service manager sends; SIGKILL leaves the process no time to react.
        """
        os.kill(self.serving, sign)
        self.serving = 0
        return int(await self._said())

    async def _said(self) -> str:
        assert self.program.stdout is not None
        return await asyncio.to_thread(self.program.stdout.readline)


@contextmanager
def crew() -> Iterator[Crew]:
    """Run a `Crew`. At the end all of its processes are ended."""
    command = (sys.executable, "-m", "tests.product.kill.program")
    program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    made = Crew(program)
    try:
        yield made
    finally:
        if made.serving:
            os.kill(made.serving, signal.SIGKILL)
        program.communicate(timeout=60)
