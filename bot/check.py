"""`ahabot check`: looks at everything that has to be right for a run, and says what to do where it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.settings import BadSetting, Settings
from storage.engine import health
from storage.engine.database import file_of, open_database, parse_url
from storage.engine.errors import StoreError
from storage.engine.schema import check_schema


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, and in a sentence how it is."""

    about: str
    said: str
    fine: bool = True

    def __str__(self) -> str:
        """A line for a terminal."""
        return f"{'ok' if self.fine else 'NOT OK':<8}{self.about:<11}{self.said}"


def look(settings: Settings, platforms: Callable[[], str]) -> Iterable[Finding]:
    """All there is to look at. `platforms` names those that are set up, or raises BadSetting."""
    yield Finding("settings", f"HTTP at {settings.host}:{settings.port}, logs from {settings.log_level} on")
    yield _looked("database", lambda: database(settings.database_url))
    yield _looked(
        "disk", lambda: health.disk(parse_url(settings.database_url)) or "the database's server has its own"
    )
    yield _looked("platforms", platforms)


def _looked(about: str, at: Callable[[], str]) -> Finding:
    try:
        return Finding(about, at())
    except (BadSetting, StoreError) as wrong:
        return Finding(about, str(wrong), fine=False)


def database(url: str) -> str:
    """Which engine answers. StoreError when none does, or when what is in it is not this program's."""
    path = file_of(parse_url(url))
    if path is not None and not path.exists():
        return f"{path.name} is not there yet; `ahabot run` makes it"
    opened = open_database(url, writes=False)
    try:
        answers = health.engine(opened)
        check_schema(opened)
    finally:
        opened.close()
    return f"{answers}; its tables are up to date"
