"""`ahabot check`: checks everything that a run needs and says what to do about problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bot.core.messages import Form, Post, Reply
from bot.settings import SettingError, Settings, format_address
from storage.engine import health
from storage.engine.database import database_file, open_database, parse_database_url
from storage.engine.errors import StoreError
from storage.engine.schema import check_whole_schema


@dataclass(frozen=True)
class Finding:
    """The result of one check: its subject, a sentence about it, and whether it is fine."""

    about: str
    said: str
    fine: bool = True

    def __str__(self) -> str:
        """Return the finding as a line for a terminal."""
        return f"{'ok' if self.fine else 'NOT OK':<8}{self.about:<11}{self.said}"


@dataclass
class Samples:
    """What a bot said while it was used, to check how a platform draws it: posts, private answers and forms."""

    posts: list[Post] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)


def check_setup(settings: Settings, platforms: Callable[[], str]) -> Iterable[Finding]:
    """Check the settings, the database, the disk and the platforms.

    `platforms` returns the names of the configured platforms, or raises SettingError.
    """
    apart = f"health at {format_address(settings.health)}, " if settings.health else ""
    yield Finding(
        "settings", f"HTTP at {settings.host}:{settings.port}, {apart}logs from {settings.log_level} on"
    )
    yield _run_check("database", lambda: check_database(settings.database_url))
    yield _run_check(
        "disk",
        lambda: (
            health.describe_disk(parse_database_url(settings.database_url)) or "on the database's own server"
        ),
    )
    yield _run_check("platforms", platforms)


def _run_check(about: str, at: Callable[[], str]) -> Finding:
    try:
        return Finding(about, at())
    except (SettingError, StoreError) as wrong:
        return Finding(about, str(wrong), fine=False)


def check_database(url: str) -> str:
    """Return which database engine answers, and that its tables are up to date.

    A database file that does not exist yet is fine. Raises StoreError if the database does
    not answer, or if its tables are not those of this version of Ahabot.
    """
    path = database_file(parse_database_url(url))
    if path is not None and not path.exists():
        return f"{path.name} doesn't exist yet; `ahabot run` creates it"
    opened = open_database(url, writes=False)
    try:
        answers = health.describe_engine(opened)
        check_whole_schema(opened)
    finally:
        opened.close()
    return f"{answers}; its tables are up to date"
