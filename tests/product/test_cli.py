"""The command line: its exit codes, and one sentence for each error.

Commands that serve, or that depend on being a process, run in a process of their own. All others run in the test's
process, which has everything loaded already.
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
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeAlias

import aiohttp
import pytest

from bot.__main__ import main
from tests.product.kill.typist import does, here
from tests.support.databases import locked, made_at

HERE = Path(__file__).parents[2]
KEPT = {"person": "ana", "channel": "team-lantern", "text": "/aha We sign tokens now", "event": "e1"}


Process: TypeAlias = "subprocess.Popen[str]"

INHERITED = ("PATH", "HOME", "TMPDIR", "MPLCONFIGDIR")


def started(*arguments: str, folder: Path, out: Any = subprocess.PIPE, **environ: str) -> Process:
    """Start `python -m bot` in this folder, with these variables and only INHERITED ones besides."""
    kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
    command, environ = [sys.executable, "-m", "bot", *arguments], {**kept, "PYTHONPATH": str(HERE), **environ}
    return subprocess.Popen(
        command, cwd=folder, env=environ,
        stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip


@dataclass(frozen=True)
class Said:
    """A finished command's exit code and output."""

    code: int
    out: str
    error: str

    @property
    def refusal(self) -> str:
        """The single error line of a command that failed with exit code 2."""
        assert (self.code, self.out, self.error.count("\n")) == (2, "", 1), self
        return self.error.strip()


def finished(*arguments: str, folder: Path, **environ: str) -> Said:
    """Run a command in a process of its own until it ends."""
    process = started(*arguments, folder=folder, out=subprocess.PIPE, **environ)
    out, error = process.communicate(timeout=60)
    return Said(process.returncode, out, error)


Ahabot = Callable[..., Said]


@pytest.fixture
def ahabot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Ahabot]:
    """Return a function that runs a command in this process, in an empty folder.

    It sees the given variables, and only INHERITED ones besides.
    """
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
    """Return a folder that cannot be written; on Linux it is /proc, where even root cannot write."""
    folder.chmod(0o555)
    return Path("/proc") if Path("/proc/self").exists() else folder


def test_help_is_there_at_once(tmp_path: Path) -> None:
    """`--help` names every command without loading the database or the platforms."""
    said = finished("--help", folder=tmp_path, PYTHONPROFILEIMPORTTIME="1")
    assert said.code == 0
    assert all(name in said.out for name in ("run", "demo", "teams", "check", "migrate", "recap", "export"))
    assert not [line for line in said.error.splitlines() if "sqlalchemy" in line or "aiohttp" in line]


def test_the_version(tmp_path: Path) -> None:
    """It prints one line, the same as the package's own."""
    said = finished("--version", folder=tmp_path)
    assert (said.code, said.out) == (0, f"ahabot {version('ahabot')}\n")


@pytest.mark.parametrize(
    ("line", "environ", "sentence"),
    [
        ("run", {}, "No platform is set up. For Slack, set SLACK_BOT_TOKEN and either SLACK_APP_TOKEN or "
            "SLACK_SIGNING_SECRET. For Discord, set DISCORD_TOKEN. `ahabot demo` needs no token."),
        ("run", {"PORT": "abc"}, "PORT must be a number from 1 to 65535, like 8080."),
        ("run", {"HEALTH_ADDRESS": "9090"}, "HEALTH_ADDRESS must be a host and a port, like 127.0.0.1:9090."),
        ("run", {"HEALTH_ADDRESS": "::1"}, "HEALTH_ADDRESS must be a host and a port, like 127.0.0.1:9090."),
        ("run", {"LOG_LEVEL": "loud"}, "LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR."),
        ("migrate", {"DATABASE_URL": "mysql://me:secret@host/x"}, "DATABASE_URL is not an address I know. "
            "Use sqlite:///ahabot.db, or postgresql+psycopg://user:password@host/name."),
        ("migrate", {"DATABASE_URL": "postgresql://me:secret@127.0.0.1:1/x"}, "The database can't be "
            "reached. Try again in a moment."),
        ("migrate", {"DATABASE_URL": "sqlite://me:secret@/x"}, "DATABASE_URL for SQLite takes only a path: "
            "sqlite:///ahabot.db in this folder, sqlite:////data/ahabot.db elsewhere."),
        ("migrate", {"DATABASE_URL": "sqlite:///x.db?secret=1"}, "DATABASE_URL for SQLite takes only a path: "
            "sqlite:///ahabot.db in this folder, sqlite:////data/ahabot.db elsewhere."),
        ("run", {"DATABASE_URL": "postgresql://me:sec@ret@127.0.0.1:1/x", "SLACK_BOT_TOKEN": "xoxb-1",
            "SLACK_SIGNING_SECRET": "s"}, "DATABASE_URL has an @ within its user, password or name: write each "
            "of those as %40."),
        ("migrate", {"DATABASE_URL": "postgresql://me:sec@re/t@host/x"}, "DATABASE_URL has an @ within its "
            "user, password or name: write each of those as %40."),
        ("migrate", {"DATABASE_URL": "postgresql://me:sec?r@e@t@host/x"}, "DATABASE_URL has an @ within its "
            "user, password or name: write each of those as %40."),
        ("migrate", {"DATABASE_URL": "postgresql://me:secret@no-such-host.invalid/x"}, "The host in DATABASE_URL "
            "can't be found. Check its name, and write an @ in the password as %40."),
        ("migrate", {"DATABASE_URL": "postgresql://me:secret@127.0.0.1:1/x?secrets=1"}, "DATABASE_URL has an "
            "option after its ? that PostgreSQL doesn't know."),
        ("teams", {}, "There's no database ahabot.db. Check DATABASE_URL."),
        ("demo", {"SLACK_BOT_TOKEN": "xoxb-secret", "DISCORD_TOKEN": "secret"}, "The playground doesn't "
            "start while real tokens are set. Unset SLACK_BOT_TOKEN and DISCORD_TOKEN (or look in .env)."),
    ],
)  # fmt: skip
def test_what_cannot_start_says_why(
    line: str, environ: dict[str, str], sentence: str, ahabot: Ahabot, tmp_path: Path
) -> None:
    """The error is one line that names what to change, without secrets, and no file is created."""
    assert ahabot(line, **environ).refusal == sentence
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_cannot_start_says_no_more(tmp_path: Path) -> None:
    """A process that fails to start prints its one line without a traceback or warning."""
    assert finished("run", folder=tmp_path).refusal.startswith(
        "No platform is set up. For Slack, set SLACK_BOT_TOKEN"
    )


def test_a_folder_that_cannot_be_written(ahabot: Ahabot, tmp_path: Path) -> None:
    """The error names the setting to check."""
    where = unwritable(tmp_path)
    said = ahabot("migrate", DATABASE_URL=f"sqlite:///{where / 'ahabot.db'}")
    assert said.refusal.startswith("Ahabot can't write to the database's folder (")
    assert said.refusal.endswith("). Check DATABASE_URL.")
    tmp_path.chmod(0o755)


def test_a_database_of_a_newer_ahabot(ahabot: Ahabot, tmp_path: Path, sqlite_template: Path) -> None:
    """Commands that read and commands that write both refuse the database of a newer version."""
    newer = shutil.copy(sqlite_template, tmp_path / "ahabot.db")
    with sqlite3.connect(newer) as database:
        database.execute("UPDATE alembic_version SET version_num = 'from-the-future'")
    database.close()
    sentence = "This database is from a newer Ahabot. Update Ahabot, or set another DATABASE_URL."
    assert ahabot("teams").refusal == sentence
    assert ahabot("migrate").refusal == sentence


def test_a_new_database(ahabot: Ahabot) -> None:
    """`migrate` creates the database, `check` reports on it, and it has no team yet."""
    assert ahabot("migrate").out == "The database is up to date now.\n"
    assert ahabot("migrate").out == "The database was already up to date.\n"
    said = ahabot("check", HEALTH_ADDRESS="[::1]:9090")
    assert said.code == 1
    settings, database, disk, platforms = said.out.splitlines()
    assert settings.startswith("ok      settings   HTTP at 127.0.0.1:8080, health at [::1]:9090, logs")
    assert database.startswith("ok      database   SQLite 3.")
    assert disk.startswith("ok      disk ")
    assert platforms.startswith("NOT OK  platforms  No platform is set up. For Slack, set SLACK_BOT_TOKEN")
    nobody = "There are no teams yet. The first command in a channel creates one.\n"
    assert ahabot("teams") == Said(0, "", nobody)
    assert ahabot("recap") == Said(2, "", nobody)


def test_an_upgrade_says_where_the_copy_is(ahabot: Ahabot, tmp_path: Path) -> None:
    """And until when: words erased since would live on in it."""
    made_at(f"sqlite:///{tmp_path / 'ahabot.db'}", "0001")
    until = (datetime.now(UTC) + timedelta(days=7)).date()
    assert ahabot("migrate").out == (
        "The database is up to date now.\n"
        f"ahabot.db.before-migration-until-{until} has it as it was before. Ahabot removes that copy after {until}.\n"
    )


def test_check_names_what_the_database_lacks(ahabot: Ahabot, tmp_path: Path, sqlite_template: Path) -> None:
    """The start says the same."""
    lacking = shutil.copy(sqlite_template, tmp_path / "ahabot.db")
    with sqlite3.connect(lacking) as database:
        database.execute("DROP INDEX ix_why_author_id_created_at")
    database.close()
    sentence = (
        "The database doesn't have what this Ahabot needs: index ix_why_author_id_created_at is missing."
    )
    assert f"NOT OK  database   {sentence}" in ahabot("check").out
    assert ahabot("migrate").refusal.startswith(sentence)
    running = ahabot("run", SLACK_BOT_TOKEN="xoxb-1", SLACK_SIGNING_SECRET="s")
    assert running.refusal.startswith(sentence)


def test_check_says_what_is_wrong_with_the_database(ahabot: Ahabot) -> None:
    """`check` prints all four lines although the database cannot be reached."""
    said = ahabot("check", DATABASE_URL="postgresql://me:secret@127.0.0.1:1/x")
    assert said.code == 1
    assert "NOT OK  database   The database can't be reached." in said.out
    assert "secret" not in said.out + said.error
    assert len(said.out.splitlines()) == 4


@contextmanager
def playing(folder: Path) -> Iterator[tuple[Process, str]]:
    """Run `demo --empty`, and return the process and the URL that it prints on a line of its own."""
    process = started("demo", "--empty", folder=folder, PORT="0")
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "The playground is open:\n"
        yield process, process.stdout.readline().strip().rstrip("/")
    finally:
        process.kill()
        process.communicate()


async def test_the_demo_is_open_before_its_story_is_written(tmp_path: Path) -> None:
    """Its page shows how far the story is, nobody can act meanwhile, and a stopped one begins again next time."""
    process = started("demo", folder=tmp_path, PORT="0")
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "The playground is open:\n"
        async with here(process.stdout.readline().strip().rstrip("/")) as page:
            async with page.get("/api/world", params={"person": "ana"}) as world:
                story = (await world.json())["story"]
                assert 0 <= story["done"] < story["total"]
            async with page.post("/api/type", json=KEPT) as refused:
                assert refused.status == 409
                assert "The story is still playing." in await refused.text()
        process.terminate()
        assert await asyncio.to_thread(process.wait, 10) == 0
    finally:
        process.kill()
        _, error = process.communicate()
    assert error == ""
    assert not {"told", "open-at"} & {path.name for path in (tmp_path / "demo").iterdir()}


async def test_the_demo_from_start_to_end(
    ahabot: Ahabot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The demo prints its URL, reports its health, refuses a second process, and finishes running work on SIGTERM."""
    with no_umask(), playing(tmp_path) as (process, address):
        _keeps_its_files_private(tmp_path / "demo-empty")
        await _tells_how_it_is(address)
        _guards_port_and_files(tmp_path, address)
        await does(address, "invite", channel="team-lantern", on=True, event="invited")
        assert "Saved as #1" in await _ended_in_the_middle(process, address, tmp_path)
    database = f"sqlite:///{tmp_path / 'demo-empty' / 'ahabot.db'}"
    _tells_what_is_in_it(ahabot, database)
    _has_a_picture(tmp_path, database)
    _minds_no_early_end(tmp_path, database)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    no_terminal = "A terminal can't show the picture. Save it to a file: add > recap.png"
    assert ahabot("recap", "--format", "png", DATABASE_URL=database).refusal == no_terminal


@contextmanager
def no_umask() -> Iterator[None]:
    """Start processes with an umask that takes no right from anybody."""
    before = os.umask(0)
    yield
    os.umask(before)


def _keeps_its_files_private(folder: Path) -> None:
    """Nobody else may look into the demo's folder or read a file in it."""
    assert folder.stat().st_mode & 0o777 == 0o700
    rights = {path.name: oct(path.stat().st_mode & 0o777) for path in folder.iterdir() if path.is_file()}
    assert rights.keys() >= {"ahabot.db", "ahabot.db.lock", "chat.json", "told", "open-at"}
    assert set(rights.values()) == {"0o600"}


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
    for again in (("demo", "--empty"), ("demo", "--empty", "--fresh")):
        busy = finished(*again, folder=folder, PORT="0").refusal
        opened = f"The playground is already open at {address}/."
        assert busy.startswith(opened), f"{again}: {busy}"


async def _ended_in_the_middle(process: Process, address: str, folder: Path) -> str:
    """Send SIGTERM while a capture waits for the lock, and return the capture's response.

    The process must exit with code 0 within 10 seconds.
    """
    async with here(address) as page:
        with locked(folder / "demo-empty" / "ahabot.db"):
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
    assert told.startswith("The week to ")
    assert "We sign tokens now" in told
    for line in ("recap --team 1 --period year --format json", "export --team playground:team-lantern"):
        assert [moment["text"] for moment in json.loads(asked(*line.split()).out)["moments"]] == [
            "We sign tokens now"
        ]
    assert asked("export", "--team", "9").refusal == "Which team? Choose one with --team: 1 (#team-lantern)."


def _has_a_picture(folder: Path, database: str) -> None:
    """Check that `recap --format png` writes a PNG to a file."""
    picture = folder / "recap.png"
    with picture.open("wb") as file:
        started("recap", "--format", "png", folder=folder, out=file, DATABASE_URL=database).communicate(
            timeout=60
        )
    assert picture.read_bytes().startswith(b"\x89PNG")


def _minds_no_early_end(folder: Path, database: str) -> None:
    """Check that `export` reports no error when its reader closes the pipe early, as `| head` does."""
    reads, writes = os.pipe()
    os.close(reads)
    with os.fdopen(writes, "wb") as nobody:
        _, error = started("export", folder=folder, out=nobody, DATABASE_URL=database).communicate(timeout=60)
    assert error == ""
