"""The command line as people meet it: its exit codes, and one sentence for whatever is wrong.

What serves, or depends on being a process, is one here; the rest is called in ours, where nothing has to
load.
"""

import asyncio
import json
import logging
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import aiohttp
import pytest

from bot.__main__ import main
from tests.product.kill.typist import does, here

HERE = Path(__file__).parents[2]
KEPT = {"person": "ana", "channel": "team-lantern", "text": "/aha We sign tokens now", "event": "e1"}


Process: TypeAlias = "subprocess.Popen[str]"

INHERITED = ("PATH", "HOME", "TMPDIR", "MPLCONFIGDIR")


def started(*arguments: str, folder: Path, out: Any = subprocess.PIPE, **environ: str) -> Process:
    """`python -m bot` in this folder, with these variables and no others of ours."""
    kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
    command, environ = [sys.executable, "-m", "bot", *arguments], {**kept, "PYTHONPATH": str(HERE), **environ}
    return subprocess.Popen(
        command, cwd=folder, env=environ,
        stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip


@dataclass(frozen=True)
class Said:
    """What a command said, and how it ended."""

    code: int
    out: str
    error: str

    @property
    def refusal(self) -> str:
        """The one line of a command that could not be done."""
        assert (self.code, self.out, self.error.count("\n")) == (2, "", 1), self
        return self.error.strip()


def finished(*arguments: str, folder: Path, **environ: str) -> Said:
    """A command in a process of its own, run to its end."""
    process = started(*arguments, folder=folder, out=subprocess.PIPE, **environ)
    out, error = process.communicate(timeout=60)
    return Said(process.returncode, out, error)


Ahabot = Callable[..., Said]


@pytest.fixture
def ahabot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Ahabot]:
    """A command in this process, in an empty folder, with only the variables that it is given."""
    monkeypatch.chdir(tmp_path)
    handlers = logging.root.handlers[:]

    def run(*arguments: str, **environ: str) -> Said:
        with pytest.MonkeyPatch.context() as patch:
            for name in os.environ:
                if name not in INHERITED:
                    patch.delenv(name)
            for name, value in environ.items():
                patch.setenv(name, value)
            return Said(main(arguments), *capsys.readouterr())

    yield run
    logging.root.handlers = handlers


def unwritable(folder: Path) -> Path:
    """A folder in which nothing can be made; on Linux even root cannot in /proc."""
    folder.chmod(0o555)
    return Path("/proc") if Path("/proc/self").exists() else folder


def test_help_is_there_at_once(tmp_path: Path) -> None:
    """It names every command, and loads neither the database nor the platforms for that."""
    said = finished("--help", folder=tmp_path, PYTHONPROFILEIMPORTTIME="1")
    assert said.code == 0
    assert all(name in said.out for name in ("run", "demo", "teams", "check", "migrate", "recap", "export"))
    assert not [line for line in said.error.splitlines() if "sqlalchemy" in line or "aiohttp" in line]


@pytest.mark.parametrize(
    ("line", "environ", "sentence"),
    [
        ("run", {}, "No platform is set up: set SLACK_BOT_TOKEN with SLACK_APP_TOKEN or SLACK_SIGNING_SECRET "
            "for Slack, or DISCORD_TOKEN for Discord. `ahabot demo` needs none of them."),
        ("run", {"PORT": "abc"}, "PORT takes a number from 1 to 65535, like 8080."),
        ("run", {"LOG_LEVEL": "loud"}, "LOG_LEVEL takes one of DEBUG, INFO, WARNING, ERROR."),
        ("migrate", {"DATABASE_URL": "mysql://me:secret@host/x"}, "DATABASE_URL is not an address I know. "
            "Use sqlite:///ahabot.db, or postgresql+psycopg://user:password@host/name."),
        ("migrate", {"DATABASE_URL": "postgresql://me:secret@127.0.0.1:1/x"}, "The database cannot be "
            "reached. Try again in a moment."),
        ("teams", {}, "There is no database ahabot.db there. Check DATABASE_URL."),
        ("demo", {"SLACK_BOT_TOKEN": "xoxb-secret", "DISCORD_TOKEN": "secret"}, "The playground does not "
            "start beside real tokens: unset SLACK_BOT_TOKEN and DISCORD_TOKEN (or look in .env)."),
    ],
)  # fmt: skip
def test_what_cannot_start_says_why(
    line: str, environ: dict[str, str], sentence: str, ahabot: Ahabot, tmp_path: Path
) -> None:
    """One line that names what to change and says no secret; and nothing is left behind."""
    assert ahabot(line, **environ).refusal == sentence
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_cannot_start_says_no_more(tmp_path: Path) -> None:
    """Nothing is added on the way out: no trace, no warning."""
    assert finished("run", folder=tmp_path).refusal.startswith("No platform is set up: set SLACK_BOT_TOKEN")


def test_a_folder_that_cannot_be_written(ahabot: Ahabot, tmp_path: Path) -> None:
    """The sentence names the setting."""
    where = unwritable(tmp_path)
    said = ahabot("migrate", DATABASE_URL=f"sqlite:///{where / 'ahabot.db'}")
    assert said.refusal.startswith("The database's folder cannot be written (")
    assert said.refusal.endswith("). Check DATABASE_URL.")
    tmp_path.chmod(0o755)


def test_a_database_of_a_newer_ahabot(ahabot: Ahabot, tmp_path: Path, sqlite_template: Path) -> None:
    """It is left alone, by those that read and by those that write."""
    newer = shutil.copy(sqlite_template, tmp_path / "ahabot.db")
    with sqlite3.connect(newer) as database:
        database.execute("UPDATE alembic_version SET version_num = 'from-the-future'")
    database.close()
    sentence = "This database was made by a newer Ahabot. Update this one, or set another DATABASE_URL."
    assert ahabot("teams").refusal == sentence
    assert ahabot("migrate").refusal == sentence


def test_a_new_database(ahabot: Ahabot) -> None:
    """Made by `migrate`, looked at by `check`, and nobody in it yet."""
    assert ahabot("migrate").out == "The database is up to date now.\n"
    assert ahabot("migrate").out == "The database was up to date.\n"
    said = ahabot("check")
    assert said.code == 1
    settings, database, disk, platforms = said.out.splitlines()
    assert settings.startswith("ok      settings   HTTP at 127.0.0.1:8080")
    assert database.startswith("ok      database   SQLite 3.")
    assert disk.startswith("ok      disk ")
    assert platforms.startswith("NOT OK  platforms  No platform is set up: set SLACK_BOT_TOKEN")
    nobody = "There is no team yet: the first command in a channel makes one.\n"
    assert ahabot("teams") == Said(0, "", nobody)
    assert ahabot("recap") == Said(2, "", nobody)


def test_check_says_what_is_wrong_with_the_database(ahabot: Ahabot) -> None:
    """A line for each thing, whatever is wrong with another."""
    said = ahabot("check", DATABASE_URL="postgresql://me:secret@127.0.0.1:1/x")
    assert said.code == 1
    assert "NOT OK  database   The database cannot be reached." in said.out
    assert "secret" not in said.out + said.error
    assert len(said.out.splitlines()) == 4


@contextmanager
def playing(folder: Path) -> Iterator[tuple[Process, str]]:
    """`demo --empty`, and the address it says last, on a line of its own."""
    process = started("demo", "--empty", folder=folder, PORT="0")
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "The playground is open:\n"
        yield process, process.stdout.readline().strip().rstrip("/")
    finally:
        process.kill()
        process.communicate()


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Another program writes the file meanwhile, so that whatever comes has to wait."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


async def test_the_demo_from_start_to_end(
    ahabot: Ahabot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says where it is, tells how it is, guards its port and its files, and finishes what is in hand."""
    with playing(tmp_path) as (process, address):
        await _tells_how_it_is(address)
        _guards_port_and_files(tmp_path, address)
        await does(address, "invite", channel="team-lantern", on=True, event="invited")
        assert "Kept as #1" in await _ended_in_the_middle(process, address, tmp_path)
    database = f"sqlite:///{tmp_path / 'demo-empty' / 'ahabot.db'}"
    _tells_what_is_in_it(ahabot, database)
    _has_a_picture(tmp_path, database)
    _minds_no_early_end(tmp_path, database)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    no_terminal = "A terminal shows no picture. Write it to a file: add > recap.png"
    assert ahabot("recap", "--format", "png", DATABASE_URL=database).refusal == no_terminal


async def _tells_how_it_is(address: str) -> None:
    async with here(address) as page:
        for path, status, words in (
            ("/healthz", 200, "alive\n"),
            ("/readyz", 200, "ready\n"),
            ("/metrics", 200, "# TYPE ahabot_commands_total counter"),
        ):
            async with page.get(path) as response:
                assert (response.status, words in await response.text()) == (status, True), path


def _guards_port_and_files(folder: Path, address: str) -> None:
    port = address.rpartition(":")[2]
    beside = folder / "beside"
    beside.mkdir()
    taken = f"Port {port} is taken. Set PORT to another one, like {int(port) + 1}."
    assert finished("demo", "--empty", folder=beside, PORT=port).refusal == taken
    busy = finished("demo", "--empty", folder=folder, PORT="0").refusal
    assert busy.startswith("Another Ahabot is using ahabot.db. Stop it first")


async def _ended_in_the_middle(process: Process, address: str, folder: Path) -> str:
    """The answer to a capture that had to wait when SIGTERM came; the process ends well, and in time."""
    async with here(address) as page:
        with held(folder / "demo-empty" / "ahabot.db"):
            capture = asyncio.create_task(_answer(page))
            await asyncio.sleep(0.3)
            process.terminate()
            await asyncio.sleep(0.3)
            assert not capture.done()
        answer = await capture
    assert await asyncio.to_thread(process.wait, 10) == 0
    return answer


async def _answer(page: aiohttp.ClientSession) -> str:
    async with page.post("/api/type", json=KEPT) as response:
        return await response.text()


def _tells_what_is_in_it(ahabot: Ahabot, database: str) -> None:
    def asked(*arguments: str) -> Said:
        return ahabot(*arguments, DATABASE_URL=database)

    assert asked("teams").out == "1\tplayground:team-lantern\t#team-lantern\t1 moments\n"
    told = asked("recap").out
    assert told.startswith("The week of ")
    assert "We sign tokens now" in told
    for line in ("recap --team 1 --period year --format json", "export --team playground:team-lantern"):
        assert [moment["text"] for moment in json.loads(asked(*line.split()).out)["moments"]] == [
            "We sign tokens now"
        ]
    assert asked("export", "--team", "9").refusal == "Say which team with --team: 1 (#team-lantern)."


def _has_a_picture(folder: Path, database: str) -> None:
    """As bytes, for a file."""
    picture = folder / "recap.png"
    with picture.open("wb") as file:
        started("recap", "--format", "png", folder=folder, out=file, DATABASE_URL=database).communicate(
            timeout=60
        )
    assert picture.read_bytes().startswith(b"\x89PNG")


def _minds_no_early_end(folder: Path, database: str) -> None:
    """Who stops reading, as `| head` does, gets no complaint."""
    reads, writes = os.pipe()
    os.close(reads)
    with os.fdopen(writes, "wb") as nobody:
        _, error = started("export", folder=folder, out=nobody, DATABASE_URL=database).communicate(timeout=60)
    assert error == ""
