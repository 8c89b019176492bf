"""Starts the real bot as a process, and ends it by force, as often as a test likes."""

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
    """The program that makes processes, and the one that serves."""

    program: Process
    serving: int = 0

    async def start(self, database: str, chat: Path) -> str:
        """Have a process serve these; the address it serves at."""
        assert self.program.stdin is not None
        self.program.stdin.write(json.dumps({"database": database, "chat": str(chat)}) + "\n")
        self.program.stdin.flush()
        self.serving, port = map(int, (await self._said()).split())
        return f"http://127.0.0.1:{port}"

    async def end(self, sign: signal.Signals) -> int:
        """End it: with SIGTERM as a service manager does, with SIGKILL as it cannot notice. Its exit code."""
        os.kill(self.serving, sign)
        self.serving = 0
        return int(await self._said())

    async def _said(self) -> str:
        assert self.program.stdout is not None
        return await asyncio.to_thread(self.program.stdout.readline)


@contextmanager
def crew() -> Iterator[Crew]:
    """A crew; at the end none of it is left."""
    command = (sys.executable, "-m", "tests.product.kill.program")
    program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    made = Crew(program)
    try:
        yield made
    finally:
        if made.serving:
            os.kill(made.serving, signal.SIGKILL)
        program.communicate(timeout=20)
