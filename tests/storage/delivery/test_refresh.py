"""On PostgreSQL whatever marks postings to be edited reaches them by indexes, even without statistics.

With walks of whole tables forbidden, its plan shows one only where no index could do.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlmodel import Session

from storage.delivery import due, postings, refresh, refusals
from storage.engine.database import Database

NOW = datetime(2026, 3, 16, 9, tzinfo=UTC)

WALKED = re.compile(r"Seq Scan on (posting|noteitem|quotation|link|followup|answer|moment)\b")

Change = Callable[[Session], None]

CHANGES: dict[str, Change] = {
    "a moment": lambda session: refresh.refresh_moment(session, 1, NOW),
    "a card": lambda session: refresh.refresh_card(session, 1, NOW),
    "a removal": lambda session: refresh.refresh_removal_notes(session, 1, NOW),
    "a restored moment": lambda session: postings.restore_postings(session, 1, NOW),
    "figures": lambda session: refresh.refresh_figures(session, 1, NOW, NOW),
    "a goal's words": lambda session: refresh.refresh_naming(session, 1, NOW),
    "a channel that is open again": lambda session: postings.retry_channel(session, 1, "C1", NOW),
    "a permission": lambda session: refusals.release_postings(
        session, 1, marks=False, late={"recap": timedelta(days=3)}, now=NOW
    ),
    "claims of a process that died": lambda session: due.mark_orphaned(session, NOW, NOW),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_no_refresh_walks_all_postings(database: Database, change: Change) -> None:
    """Every statement of the change finds its rows by an index."""
    if database.url.get_backend_name() == "sqlite":
        return  # tests/bot/runtime/test_nothing_grows.py counts its steps
    executed: list[tuple[str, Any]] = []

    def record(_connection: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
        executed.append((statement, given))

    with database.writing.connect() as connection, Session(connection) as session:
        event.listen(connection, "before_cursor_execute", record)
        change(session)
        event.remove(connection, "before_cursor_execute", record)
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        for statement, given in executed:
            plan = connection.exec_driver_sql(f"EXPLAIN {statement}", given).scalars().all()
            assert not WALKED.search("\n".join(plan)), "\n".join((statement, *plan))
        session.rollback()
    assert executed
