"""Statements that are built once, for what runs at every tick, delivery, card or command.

To build a select and the key of SQLAlchemy's cache takes about three times as long as to execute it.
So each frequent statement is built without values, in a function marked with `build_once`:

    def list_versions(session: Session, moment_id: int) -> Sequence[Version]:
        return session.execute(_select_versions(), {"moment_id": moment_id}).scalars().all()

    @build_once
    def _select_versions() -> Select[Version]:
        return select(Version).where(col(Version.moment_id) == bindparam("moment_id"))

Every value that differs between two executions is a `bindparam`:

- Compared with a column, it takes the column's type. Elsewhere give it one, as in
  `bindparam("now", type_=UtcDateTime)` or `bindparam("limit", type_=Integer)`.
- A list is `bindparam("ids", expanding=True)`, and its value is a list.
- A value that is always the same, such as a state, is written into the statement.
- What changes the statement itself, such as a further condition, is an argument of its function. One
  statement is stored for each combination, so use few arguments: a flag, a kind or the names of columns.

In an update or a delete, also:

- No parameter may have the name of a column of the table: say `moment`, not `moment_id`.
- Set the option `synchronize_session=False`. To find out in Python which loaded objects an update
  concerns, SQLAlchemy would look at the values in the statement, and a `bindparam` has none.

The statements of a capture are executed without SQLAlchemy, too: see `storage/engine/prepared.py`.
"""

from __future__ import annotations

from functools import cache

build_once = cache
"""Keep the statement that a function returns, one for each of its arguments."""
