"""A real PostgreSQL for the tests: made in a temporary folder, reached by a socket there, gone afterwards.

A server of its own, because no test may touch one that a person runs; a socket, because a free port stays
free only until somebody takes it.
"""

import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from psycopg import sql

MISSING = "PostgreSQL is not installed (Debian: apt install postgresql; macOS: brew install postgresql)"
NEEDED = ("initdb", "postgres")
INSTALLED = (  # where Debian and Homebrew put it, which is not on the PATH
    "/usr/lib/postgresql/*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
)
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")  # these data outlive no power cut


@dataclass(frozen=True)
class Server:
    """A running server, found by the folder its socket is in."""

    folder: Path

    def url(self, database: str = "postgres") -> str:
        """The address that DATABASE_URL takes."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}&port=5432"

    def connect(self) -> psycopg.Connection:
        """A connection for what only a server's owner does; each statement commits itself."""
        return psycopg.connect(host=str(self.folder), port=5432, user="postgres", autocommit=True)

    def create(self, name: str, template: str | None = None) -> str:
        """Make a database, empty or as a copy of another that nobody is connected to; returns its address."""
        new, old = sql.Identifier(name), sql.Identifier(template or "template0")
        with self.connect() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(new, old))
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def find() -> Path | None:
    """The folder with the programs we need, of the newest version there is."""
    on_path = shutil.which("postgres")
    places = [folder for pattern in INSTALLED for folder in Path("/").glob(pattern[1:])]
    places.sort(key=lambda folder: [int(number) for number in re.findall(r"\d+", str(folder))], reverse=True)
    places = [Path(on_path).resolve().parent, *places] if on_path else places
    return next((place for place in places if all((place / name).exists() for name in NEEDED)), None)


def account() -> tuple[int | None, int | None]:
    """Who runs it: ourselves; but as root, whom PostgreSQL refuses, an account without rights."""
    if os.getuid() != 0:
        return None, None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return entry.pw_uid, entry.pw_gid
    raise RuntimeError("PostgreSQL does not run as root, and there is no account named postgres or nobody.")


def start(*command: str | Path, folder: Path) -> subprocess.Popen[bytes]:
    """Run one of PostgreSQL's programs as the account that may; what it says goes to a log in the folder."""
    user, group = account()
    groups: list[int] | None = None if user is None else []
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, user=user, group=group, extra_groups=groups
        )


def expect(ready: bool, folder: Path) -> None:
    """Fail with PostgreSQL's own words."""
    if not ready:
        raise RuntimeError("PostgreSQL did not start. It says:\n" + (folder / "log").read_text())


def initialise(programs: Path, folder: Path) -> None:
    """Make an empty cluster, in UTF-8 whatever the machine speaks."""
    locale = "C.UTF-8" if os.uname().sysname == "Linux" else "en_US.UTF-8"
    options = ("--username=postgres", "--auth=trust", "--encoding=UTF8", f"--locale={locale}", "--no-sync")
    made = start(programs / "initdb", f"--pgdata={folder / 'data'}", *options, folder=folder).wait(60)
    expect(made == 0, folder)


def answers(server: Server) -> bool:
    """Whether it takes connections yet."""
    with suppress(psycopg.OperationalError), server.connect():
        return True
    return False


def await_answer(process: subprocess.Popen[bytes], server: Server) -> None:
    """Wait until it takes connections, or fail as soon as it cannot."""
    deadline = time.monotonic() + 60
    while not answers(server):
        expect(process.poll() is None and time.monotonic() < deadline, server.folder)
        time.sleep(0.05)


@contextmanager
def running(programs: Path, folder: Path, durable: bool) -> Iterator[Server]:
    """The server on a cluster that exists; stopped at the end at once, whatever happened."""
    settings = [f"unix_socket_directories={folder}", "listen_addresses=", "port=5432", "max_connections=100"]
    settings += [] if durable else CARELESS
    options = [f"--{setting}" for setting in settings]
    process = start(programs / "postgres", "-D", folder / "data", *options, folder=folder)
    try:
        await_answer(process, Server(folder))
        yield Server(folder)
    finally:
        process.send_signal(signal.SIGQUIT)  # no farewell: what it holds is thrown away next
        process.wait(30)


@contextmanager
def server(durable: bool = False) -> Iterator[Server]:
    """A server of one's own; a durable one syncs to disk as in production, for tests that end by force."""
    programs = find()
    if programs is None:
        raise RuntimeError(MISSING)
    user, group = account()
    with TemporaryDirectory(prefix="ahabot-") as name:
        if user is not None and group is not None:
            os.chown(name, user, group)
        initialise(programs, Path(name))
        with running(programs, Path(name), durable) as ready:
            yield ready
