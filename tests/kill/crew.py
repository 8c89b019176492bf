"""The processes that are killed: one serves, and the next stands loaded, so that a kill costs no second of imports."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Crew:
    """Starts one process after another on the same database and the same chat."""

    database: str
    chat: Path
    spare: "subprocess.Popen[str]"
    serving: "subprocess.Popen[str] | None" = None

    async def start(self) -> str:
        """Let the spare one serve and load the next; the address it serves at."""
        self.serving, self.spare = self.spare, loading()
        assert await said(self.serving) == "loaded"
        assert self.serving.stdin is not None
        self.serving.stdin.write(json.dumps({"database": self.database, "chat": str(self.chat)}) + "\n")
        self.serving.stdin.flush()
        return f"http://127.0.0.1:{int(await said(self.serving))}"

    def kill(self) -> None:
        """End the one that serves with SIGKILL, which it cannot notice."""
        assert self.serving is not None
        self.serving.kill()
        close(self.serving)

    def stop(self) -> int:
        """End it as a service manager does; its exit code."""
        assert self.serving is not None
        self.serving.terminate()
        return close(self.serving)


@contextmanager
def crew(database: str, chat: Path) -> Iterator[Crew]:
    """A crew; at the end none of it is left."""
    made = Crew(database, chat, loading())
    try:
        yield made
    finally:
        for process in filter(None, (made.spare, made.serving)):
            process.kill()
            close(process)


def loading() -> "subprocess.Popen[str]":
    """One more process, which waits to be told what to serve."""
    command = (sys.executable, "-m", "tests.kill.program")
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


async def said(process: "subprocess.Popen[str]") -> str:
    """The next line that it says; empty when it ended."""
    assert process.stdout is not None
    return (await asyncio.to_thread(process.stdout.readline)).strip()


def close(process: "subprocess.Popen[str]") -> int:
    """Wait for its end."""
    process.communicate(timeout=20)
    return process.returncode
