"""A real PostgreSQL server for the tests, in a temporary folder that is deleted afterwards.

The tests start their own server so that they never touch an existing one. It listens on a socket in the folder,
because a port that is free now may be taken a moment later.
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
INSTALLED = (  # where Debian and Homebrew install it, outside of PATH
    "/usr/lib/postgresql/*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
)
CARELESS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
)  # the data need not survive a power cut


@dataclass(frozen=True)
class Server:
    """A running server, identified by the folder of its socket."""

    folder: Path

    def url(self, database: str = "postgres") -> str:
        """Return a database's URL, as DATABASE_URL accepts it."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}&port=5432"

    def connect(self) -> psycopg.Connection:
        """Return a connection as the superuser, with autocommit."""
        return psycopg.connect(host=str(self.folder), port=5432, user="postgres", autocommit=True)

    def create(self, name: str, template: str | None = None) -> str:
        """Create a database and return its URL. A `template` to copy must have no connections."""
        new, old = sql.Identifier(name), sql.Identifier(template or "template0")
        with self.connect() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(new, old))
        return self.url(name)

    def drop(self, name: str) -> None:
        """Drop a database, even with open connections."""
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def find() -> Path | None:
    """Return the folder of PostgreSQL's programs: the one on PATH, or else the newest; None without any."""
    on_path = shutil.which("postgres")
    places = [folder for pattern in INSTALLED for folder in Path("/").glob(pattern[1:])]
    places.sort(key=lambda folder: [int(number) for number in re.findall(r"\d+", str(folder))], reverse=True)
    places = [Path(on_path).resolve().parent, *places] if on_path else places
    return next((place for place in places if all((place / name).exists() for name in NEEDED)), None)


def account() -> tuple[int | None, int | None]:
    """Return the user and group id to run PostgreSQL as, or None for both to run as the current user.

    PostgreSQL refuses to run as root; for root these are the ids of an account without rights.
    """
    if os.getuid() != 0:
        return None, None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return entry.pw_uid, entry.pw_gid
    raise RuntimeError("PostgreSQL does not run as root, and there is no account named postgres or nobody.")


def start(*command: str | Path, folder: Path) -> subprocess.Popen[bytes]:
    """Run one of PostgreSQL's programs as the user of `account`, with its output in the folder's log."""
    user, group = account()
    groups: list[int] | None = None if user is None else []
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, user=user, group=group, extra_groups=groups
        )


def expect(ready: bool, folder: Path) -> None:
    """Raise RuntimeError with PostgreSQL's log unless `ready`."""
    if not ready:
        raise RuntimeError("PostgreSQL did not start. It says:\n" + (folder / "log").read_text())


def initialise(programs: Path, folder: Path) -> None:
    """Create an empty cluster, always with a UTF-8 locale."""
    locale = "C.UTF-8" if os.uname().sysname == "Linux" else "en_US.UTF-8"
    options = ("--username=postgres", "--auth=trust", "--encoding=UTF8", f"--locale={locale}", "--no-sync")
    made = start(programs / "initdb", f"--pgdata={folder / 'data'}", *options, folder=folder).wait(60)
    expect(made == 0, folder)


def answers(server: Server) -> bool:
    """Return whether the server accepts connections."""
    with suppress(psycopg.OperationalError), server.connect():
        return True
    return False


def await_answer(process: subprocess.Popen[bytes], server: Server) -> None:
    """Wait until the server accepts connections. Raise RuntimeError when it exits or after 60 seconds."""
    deadline = time.monotonic() + 60
    while not answers(server):
        expect(process.poll() is None and time.monotonic() < deadline, server.folder)
        time.sleep(0.05)


@contextmanager
def running(programs: Path, folder: Path, durable: bool) -> Iterator[Server]:
    """Run the server on an existing cluster. At the end it is stopped at once, also after an error."""
    settings = [f"unix_socket_directories={folder}", "listen_addresses=", "port=5432", "max_connections=100"]
    settings += [] if durable else CARELESS
    options = [f"--{setting}" for setting in settings]
    process = start(programs / "postgres", "-D", folder / "data", *options, folder=folder)
    try:
        await_answer(process, Server(folder))
        yield Server(folder)
    finally:
        process.send_signal(signal.SIGQUIT)  # immediate shutdown, since the data are deleted next
        process.wait(30)


@contextmanager
def server(durable: bool = False) -> Iterator[Server]:
    """Run a temporary server. With `durable` it syncs to disk as in production, for tests that kill processes."""
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
