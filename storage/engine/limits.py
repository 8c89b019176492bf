"""Time limits of reads: the database itself ends a statement that takes longer, so that its thread is free again.

Giving up on the caller's side alone would leave the query running, and a few of those would stop
every other read.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlmodel import Session

from storage.engine.errors import BUSY_SENTENCE, BusyError

STEPS_BETWEEN_CHECKS = 10_000
"""Steps of SQLite's virtual machine after which it looks at the clock: well below a millisecond."""

DEADLINE = "ahabot_deadline"
"""The name of the connection's option that holds its deadline."""


@dataclass(frozen=True)
class Deadline:
    """A moment after which nobody waits any more, as `time.monotonic` counts."""

    at: float

    @classmethod
    def within(cls, seconds: float) -> Deadline:
        """Return the deadline that many seconds from now."""
        return cls(time.monotonic() + seconds)

    @property
    def remaining(self) -> float:
        """The seconds that are left."""
        return self.at - time.monotonic()

    def has_passed(self) -> bool:
        """Return whether no time is left."""
        return self.remaining <= 0

    def check(self) -> None:
        """Raise BusyError when no time is left."""
        if self.has_passed():
            raise BusyError(BUSY_SENTENCE)


def watch_deadlines(engine: Engine) -> Engine:
    """Stop statements of the engine that would begin after their connection's deadline. Return the engine.

    The database ends a statement that takes too long, but not a row of short ones.
    """

    def check_deadline(connection: Connection, *_statement: Any) -> None:
        deadline = connection.get_execution_options().get(DEADLINE)
        if deadline is not None:
            deadline.check()

    event.listen(engine, "before_cursor_execute", check_deadline)
    return engine


@contextmanager
def limit_session(session: Session, deadline: Deadline) -> Iterator[None]:
    """End the statements of a session at its deadline. Nothing of that remains on the connection.

    The driver's error is one that `explain_error` tells as BusyError.
    """
    deadline.check()
    connection = session.connection(execution_options={DEADLINE: deadline})
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(
            f"SET LOCAL statement_timeout = {max(1, round(deadline.remaining * 1000))}"
        )
        yield
        return
    # A handler of this thread, because `interrupt` from another one could reach the connection's next reader.
    driver: Any = connection.connection.driver_connection
    driver.set_progress_handler(deadline.has_passed, STEPS_BETWEEN_CHECKS)
    try:
        yield
    finally:
        driver.set_progress_handler(None, 0)
