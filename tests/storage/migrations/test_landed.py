"""The walk of every landed schema: each form that a database in use may have, with rows in it, is migrated and used.

The files in `landed/` have the schemas. A form that was migrated in turn by later forms has a file of its own, since
the first migrations were changed after they had run. The scripts themselves are held by their hashes.
"""

import json
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, inspect, table, text
from sqlalchemy import column as named
from sqlmodel import Session, select

from bot.runtime.process import build_bot
from storage.engine.comparison import compare_schema
from storage.engine.database import Database, open_database
from storage.engine.schema import MIGRATIONS, check_whole_schema, migrate_database
from storage.models import Moment
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.recorder import Recorder

LANDED = Path(__file__).with_name("landed")
HASHES = Path(__file__).with_name("landed.json")
FORMS = sorted(path.name for path in LANDED.glob("*.sql"))
THEN = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 16, 8, 0, tzinfo=UTC)
NEVER_WRITTEN = {"quest", "why", "link"}
"""Tables that no command wrote to before the third migration, which makes them anew."""

PERSON = {
    "workspace_id": 1,
    "zone": "UTC",
    "opted_out": False,
    "has_waiting": False,
    "created_at": THEN,
    "craft": "",
}
MOMENT = {
    "team_id": 1, "author_id": 1, "state": "kept", "parts": "{}", "source_link": "", "created_at": THEN, "stuck": "",
}  # fmt: skip
POSTING = {
    "workspace_id": 1, "team_id": 1, "channel": "C1", "thread": "", "link": "", "text": "", "question": "",
    "anonymous": False, "created_at": THEN, "sent_at": THEN, "state": "sent", "revision": 1, "sent_revision": 1,
    "attempts": 0, "error": "", "form": "",
}  # fmt: skip
SCHEDULE = {
    "team_id": 1, "at": "09:00", "zone": "UTC", "every": 1, "anchor": "2026-03-09", "active": True,
    "anonymous": False,
}  # fmt: skip
ROWS: tuple[tuple[str, Mapping[str, Any]], ...] = (
    (
        "workspace",
        {
            "id": 1,
            "platform": "recorder",
            "external_id": "W1",
            "name": "Ours",
            "organisation": "",
            "created_at": THEN,
        },
    ),
    ("person", {**PERSON, "id": 1, "external_id": "U-ana", "name": "Ana"}),
    ("person", {**PERSON, "id": 2, "external_id": "U-ben", "name": "Ben"}),
    (
        "team",
        {
            "id": 1,
            "workspace_id": 1,
            "zone": "UTC",
            "next_number": 4,
            "emoji": "💡",
            "threshold": 1,
            "created_at": THEN,
            "made_by_id": 1,
            "seals": True,
        },
    ),
    (
        "channel",
        {
            "id": 1,
            "workspace_id": 1,
            "external_id": "C1",
            "name": "lantern",
            "private": False,
            "home": True,
            "team_id": 1,
        },
    ),
    ("membership", {"team_id": 1, "person_id": 1, "hosts": False}),
    ("pending", {"id": 1, "person_id": 1, "command": "{}", "team_id": 0, "created_at": LATER}),
    ("spark", {"id": 1, "workspace_id": 1, "channel": "C1", "message": "m9", "person_id": 2}),
    ("goal", {"id": 1, "team_id": 1, "author_id": 1, "text": "Sign once", "big": True, "created_at": THEN}),
    ("mission", {"id": 1, "team_id": 1, "author_id": 1, "text": "Calm chats", "created_at": THEN}),
    (
        "question",
        {"id": 1, "team_id": 1, "kind": "prompt", "text": "What is new?", "author_id": 1, "created_at": THEN},
    ),
    ("questionsetting", {"team_id": 1, "key": "own:1", "muted": False}),
    ("packsetting", {"team_id": 1, "kind": "prompt", "pack": "why", "position": 0, "active": True}),
    (
        "moment",
        {
            **MOMENT,
            "id": 1,
            "number": 1,
            "kind": "aha",
            "text": "We sign tokens once.",
            "tokens": "t_1 we sign tokens once",
        },
    ),
    (
        "moment",
        {
            **MOMENT,
            "id": 2,
            "number": 2,
            "kind": "experiment",
            "text": "We cached tokens.",
            "parts": '{"happened": "Slower."}',
            "tokens": "t_1 we cached tokens slower",
        },
    ),
    (
        "moment",
        {
            **MOMENT,
            "id": 3,
            "number": 3,
            "kind": "breakthrough",
            "text": "A template for all.",
            "tokens": "t_1 a template for all",
        },
    ),
    (
        "version",
        {
            "id": 1,
            "moment_id": 1,
            "author_id": 2,
            "text": "I drew it first.",
            "created_at": THEN,
            "opened_at": THEN,
        },
    ),
    ("tap", {"moment_id": 1, "person_id": 2, "kind": "high_five"}),
    (
        "schedule",
        {
            **SCHEDULE,
            "id": 1,
            "kind": "prompt",
            "weekdays": "2",
            "next_at": datetime(2026, 3, 17, 9, tzinfo=UTC),
        },
    ),
    (
        "schedule",
        {
            **SCHEDULE,
            "id": 2,
            "kind": "recap",
            "weekdays": "1",
            "next_at": datetime(2026, 3, 16, 9, tzinfo=UTC),
        },
    ),
    ("posting", {**POSTING, "id": 1, "key": "card:1", "kind": "card", "moment_id": 1, "message": "m1"}),
    (
        "posting",
        {**POSTING, "id": 2, "key": "asked:2", "kind": "prompt", "message": "m2", "text": "What is new?"},
    ),
    (
        "posting",
        {
            **POSTING,
            "id": 3,
            "key": "recap:3",
            "kind": "recap",
            "message": "m3",
            "since": THEN,
            "until": THEN,
        },
    ),
    (
        "answer",
        {
            "id": 1,
            "posting_id": 2,
            "person_id": 2,
            "kind": "reply",
            "text": "A template.",
            "event": "e1",
            "message": "m4",
            "created_at": THEN,
        },
    ),
    ("quotation", {"id": 1, "posting_id": 3, "moment_id": 1}),
    (
        "quest",
        {"id": 1, "team_id": 1, "author_id": 1, "text": "Quicker logins", "reason": "", "created_at": THEN},
    ),
    ("attempt", {"moment_id": 2, "quest_id": 1}),
    (
        "why",
        {"id": 1, "moment_id": 2, "author_id": 1, "text": "Two copies.", "insight": True, "created_at": THEN},
    ),
    ("link", {"from_id": 2, "to_id": 3, "made_by_id": 1, "created_at": THEN}),
    ("valuekind", {"team_id": 1, "name": "calm"}),
    ("comfort", {"moment_id": 2, "millimetres": 3, "taps": 3}),
    ("followup", {"id": 1, "team_id": 1, "moment_id": 3, "kind": "next", "due_at": LATER, "in_recap": False}),
    (
        "sequel",
        {
            "id": 1,
            "moment_id": 3,
            "author_id": 1,
            "kind": "possible",
            "text": "Less to do.",
            "created_at": THEN,
        },
    ),
    ("participant", {"posting_id": 2, "person_id": 1, "craft": "", "text": "", "joined_at": THEN}),
    ("pick", {"team_id": 1, "person_id": 1, "text": "And now?", "question": "", "form": ""}),
    ("installattempt", {"state": "s", "browser": "b", "expires_at": LATER}),
    (
        "installation",
        {
            "id": 1,
            "platform": "recorder",
            "organisation": "",
            "workspace": "W1",
            "token": "",
            "refresh_token": "",
            "bot_person": "B",
            "bot_id": "B",
            "scopes": "",
            "installed_by": "",
            "installed_at": THEN,
        },
    ),
)
"""What a team has after some days, in the columns of all forms. A form gets those that it has."""


def read_statements(name: str) -> list[str]:
    """Return the statements of a form's file."""
    return [part.rstrip().removesuffix(";") for part in (LANDED / name).read_text("utf-8").split("\n\n")[1:]]


def add_rows(connection: Connection) -> Counter[str]:
    """Write the rows that this form can hold, and return their number for each table."""
    there = inspect(connection)
    third = "comfort" in there.get_table_names()
    written: Counter[str] = Counter()
    for name, row in ROWS:
        if there.has_table(name) and (third or name not in NEVER_WRITTEN):
            known = [each["name"] for each in there.get_columns(name) if each["name"] in row]
            values = {each: stored(connection, row[each]) for each in known}
            connection.execute(insert(table(name, *map(named, known))).values(values))
            written[name] += 1
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT setval(oid::regclass, 100) FROM pg_class WHERE relkind = 'S'"))
    return written


def stored(connection: Connection, value: Any) -> Any:
    """Return a value as the engine stores it: SQLite has its times as texts."""
    if isinstance(value, datetime) and connection.dialect.name == "sqlite":
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    return value


def count_rows(connection: Connection, tables: Counter[str]) -> Counter[str]:
    """Return the number of rows of these tables."""
    counts = {
        name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in tables
    }
    return Counter(counts)


@pytest.fixture
def form(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Yield a database of a landed form, without rows."""
    name: str = request.param
    server = request.getfixturevalue("postgres") if name.endswith("postgresql.sql") else None
    url = server.create("landed") if server else f"sqlite:///{tmp_path / 'landed.db'}"
    database = open_database(url)
    with database.writing.begin() as connection:
        for statement in read_statements(name):
            connection.execute(text(statement.replace(":", r"\:")))
    yield database
    database.close()
    if server:
        server.drop("landed")


@pytest.mark.parametrize("form", FORMS, indirect=True)
async def test_the_walk_of_every_landed_schema(form: Database) -> None:
    """It becomes what the models describe, keeps its rows, and people go on as before."""
    with form.writing.begin() as connection:
        written = add_rows(connection)
    assert migrate_database(form) is True
    check_whole_schema(form)
    with form.reading.connect() as connection:
        assert not compare_schema(connection)
        assert count_rows(connection, written) == written
    await use(form)


async def use(database: Database) -> None:
    """Find, edit, ask and tell, by the bot itself."""
    clock, recorder = Clock(), Recorder()
    bot = build_bot(database, [recorder], clock)
    bot.patience = 30
    recorder.bot = bot
    people = Everyone(bot)
    assert "We sign tokens once." in (await people.ana.types("find sign")).text
    edited = await (await people.ana.types("edit 1")).fill(text="We sign tokens only once.")
    assert "only once" in (await people.ana.types("find only")).text, edited.text
    await (await people.ben.types("show 1")).press("I was there")
    await people.ben.types("log A walk helps")
    clock.forward(minutes=5)
    await bot.tick()
    shown = [post.text for post in recorder.standing.values()]
    assert any("A template for all." in each and "week" in each for each in shown), shown
    assert "A walk helps" in (await people.ana.types("recap")).text
    clock.forward(days=2)
    await bot.tick()
    assert any("And now?" in post.text or "What is new?" in post.text for post in recorder.standing.values())
    kept = await database.read(lambda session: list_texts(session))
    assert kept == ["We sign tokens only once.", "We cached tokens.", "A template for all.", "A walk helps"]


def list_texts(session: Session) -> list[str]:
    """Return the texts of all moments."""
    return [moment.text for moment in session.exec(select(Moment).order_by(text("number"))).all()]


def hash_scripts(folder: Path) -> dict[str, str]:
    """Return the hash of each migration script."""
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("0*.py"))}


HELD = (
    "A migration script that has landed is never changed: databases that ran it would lack the change. Write a new"
    " one, and add its hash to tests/storage/migrations/landed.json."
)


def test_landed_scripts_stay_as_they_are() -> None:
    """The hash of each is held. A new script gets its line, and what is held is never changed."""
    assert hash_scripts(MIGRATIONS / "versions") == json.loads(HASHES.read_text("utf-8")), HELD


def test_a_changed_script_is_seen(tmp_path: Path) -> None:
    """One more blank is enough."""
    shutil.copytree(MIGRATIONS / "versions", tmp_path / "versions")
    script = tmp_path / "versions" / "0003_the_search.py"
    script.write_text(script.read_text("utf-8") + " ", "utf-8")
    held = json.loads(HASHES.read_text("utf-8"))
    changed = hash_scripts(tmp_path / "versions")
    assert {name for name in held if changed[name] != held[name]} == {"0003_the_search.py"}
