"""Tests of migrations on a database with data: every row is there and usable afterwards."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from storage.delivery import postings
from storage.engine import files, schema
from storage.engine.database import Database, database_file, open_database
from storage.engine.schema import MIGRATIONS, check_schema, migrate_database
from storage.models import Answer, Comfort, Moment, Posting, Quotation, TapKind, Team, Workspace
from storage.moments import erasure, lookups, moments, reactions
from storage.people import notes
from storage.teams import teams
from tests.support import postgres as server
from tests.support.databases import ENGINES
from tests.support.schema_lines import schema_lines

FILLED = (
    "INSERT INTO workspace (id, platform, external_id, name, created_at) VALUES (1, 'p', 'W1', 'Ours', :now)",
    "INSERT INTO person (id, workspace_id, external_id, name, zone, opted_out, has_waiting, created_at)"
    " VALUES (1, 1, 'U1', 'Ana', 'UTC', false, false, :now)",
    "INSERT INTO team (id, workspace_id, zone, next_number, emoji, threshold, created_at, made_by_id)"
    " VALUES (1, 1, 'UTC', 2, '💡', 1, :now, 1)",
    "INSERT INTO channel (id, workspace_id, external_id, name, private, home, team_id)"
    " VALUES (1, 1, 'C1', 'lantern', false, true, 1)",
    "INSERT INTO moment (id, team_id, number, kind, state, author_id, text, parts, source_link, tokens, created_at)"
    " VALUES (1, 1, 1, 'aha', 'kept', 1, 'We sign once now.', '{}', '', 't1 sign', :now)",
    "INSERT INTO posting (id, key, kind, state, workspace_id, team_id, moment_id, channel, thread, link, text,"
    " question, anonymous, created_at, revision, sent_revision, attempts, error)"
    " VALUES (1, 'card:1', 'card', 'sent', 1, 1, 1, 'C1', '', '', '', '', false, :now, 1, 1, 0, '')",
)


@pytest.fixture(params=ENGINES)
def before(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Yield a database with the first release's schema and a team's rows."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    postgres: server.Server | None = None
    if request.param == "postgresql":
        postgres = request.getfixturevalue("postgres")
        url = postgres.create("before")
    database = open_database(url)
    with database.writing.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for statement in FILLED:
            connection.execute(text(statement), {"now": "2026-03-16 09:00:00.000000"})
    yield database
    database.close()
    if postgres is not None:
        postgres.drop("before")


def test_everything_is_there_afterwards(before: Database) -> None:
    """Rows, references and the search index are there, with a copy of the file beside it."""
    assert migrate_database(before) is True
    check_schema(before)
    path = database_file(before.url)
    assert path is None or len(list(files.list_copies(path))) == 1
    (line,) = before.read_now(teams.list_team_summaries)
    assert (line.name, line.moments) == ("lantern", 1)
    assert before.read_now(lambda session: postings.find_by_key(session, "card:1")) is not None
    old = before.read_now(lambda session: session.get_one(Workspace, 1))
    assert (old.name, old.organisation, old.removed_at) == ("Ours", "", None)
    assert (old.cannot_post, old.cannot_mark) == ("", "")
    assert not before.read_now(lambda session: teams.find_home(session, 1)).threads_only
    assert migrate_database(before) is False


def _tapped(before: Database) -> None:
    """Add Ben, who gave Ana's moment a high-five and was there, and Ana's high-five on her own."""
    with before.writing.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO person (id, workspace_id, external_id, name, zone, opted_out, has_waiting, created_at)"
                " VALUES (2, 1, 'U2', 'Ben', 'UTC', false, false, :now)"
            ),
            {"now": "2026-03-16 09:00:00.000000"},
        )
        for person, kind in ((1, "high_five"), (2, "high_five"), (2, "there")):
            connection.execute(
                text("INSERT INTO tap (moment_id, person_id, kind) VALUES (1, :person, :kind)"),
                {"person": person, "kind": kind},
            )


def test_taps_can_be_taken_back_afterwards(before: Database) -> None:
    """All of them count but for one's own high-five, and a press takes one back."""
    _tapped(before)
    migrate_database(before)
    now = datetime(2026, 6, 1, tzinfo=UTC)

    def names(session: Session) -> list[list[str]]:
        kinds = (TapKind.HIGH_FIVE, TapKind.THERE)
        return [list(reactions.list_tap_names(session, 1, kind)) for kind in kinds]

    assert before.read_now(names) == [["Ben"], ["Ben"]]
    with before.writing.begin() as connection, Session(bind=connection) as session:
        assert reactions.toggle_tap(session, 1, 2, TapKind.THERE, "e1", now) == (False, True)
        assert reactions.toggle_tap(session, 1, 1, TapKind.HIGH_FIVE, "e2", now) == (True, True)
        session.commit()
    assert before.read_now(names) == [["Ana", "Ben"], []]


def test_notes_keep_their_moment_and_their_answer(before: Database) -> None:
    """One is still open, and one was answered. The bot's own posts keep their moments."""
    with before.writing.begin() as connection:
        for number, kind, said in ((2, "note_kept", ""), (3, "note_source_gone", "It stays.")):
            connection.execute(
                text(
                    "INSERT INTO posting (id, key, kind, state, workspace_id, team_id, moment_id, person_id,"
                    " asked_by_id, channel, thread, message, link, text, question, anonymous, created_at, revision,"
                    " sent_revision, attempts, error) VALUES (:number, :key, :kind, 'sent', 1, 1, 1, 1, 1, 'D1', '',"
                    " :key, '', :said, '', false, :now, 1, 1, 0, '')"
                ),
                {
                    "number": number, "key": f"{kind}:1", "kind": kind, "said": said,
                    "now": "2026-03-16 09:00:00.000000",
                },
            )  # fmt: skip
    migrate_database(before)
    found = before.read_now(
        lambda session: [
            (one.posting_id, one.moment_id, one.asked_by_id, one.answer)
            for number in (1, 2, 3)
            for one in notes.list_items(session, number)
        ]
    )
    assert found == [(2, 1, 1, ""), (3, 1, 1, "stays")]
    kept = before.read_now(lambda session: [session.get_one(Posting, one).moment_id for one in (1, 2, 3)])
    assert kept == [1, None, None]


def test_the_new_columns_can_be_taken_away_again(before: Database) -> None:
    """Notes have their moment again, and taps that were taken back are gone."""
    _tapped(before)
    migrate_database(before)
    with before.writing.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.downgrade(config, "0004")
        left = connection.execute(text("SELECT person_id, kind FROM tap ORDER BY kind")).all()
    assert [tuple(row) for row in left] == [(2, "high_five"), (2, "there")]


def test_an_emoji_stored_by_name_becomes_its_character(before: Database) -> None:
    """A team that saves with :octopus: goes on doing so, and a custom emoji keeps its name."""
    with before.writing.begin() as connection:
        connection.execute(text("UPDATE team SET emoji = ':octopus:'"))
    migrate_database(before)
    team = before.read_now(lambda session: session.get_one(Team, 1))
    assert team.emoji == "🐙"


@pytest.mark.parametrize(
    ("name", "character"),
    [
        (":octopus:", "🐙"),
        (":heart:", "❤"),
        (":man-shrugging:", "🤷\u200d♂"),
        (":party_parrot:", ":party_parrot:"),
    ],
)
def test_a_reaction_stored_by_name_becomes_its_character(before: Database, name: str, character: str) -> None:
    """The answer and its key, so that taking the reaction off still removes it."""
    with before.writing.begin() as connection:
        for statement in (
            "INSERT INTO answer (id, posting_id, person_id, kind, text, event, message, created_at)"
            " VALUES (1, 1, 1, 'reaction', :name, :event, '', :now)",
        ):
            given = {"name": name, "event": f"reaction:1:{name}", "now": "2026-03-16 09:00:00.000000"}
            connection.execute(text(statement), given)
    migrate_database(before)
    answer = before.read_now(lambda session: session.get_one(Answer, 1))
    assert (answer.text, answer.event) == (character, f"reaction:1:{character}")


DELETED_TOO = (
    "INSERT INTO moment (id, team_id, number, kind, state, author_id, text, parts, source_link, tokens, created_at,"
    " deleted_at) VALUES (2, 1, 2, 'aha', 'kept', 1, 'Gone', '{}', '', 't1 gone', :now, :now)"
)


def upgrade_or_downgrade(database: Database, move: Callable[[Config, str], None], revision: str) -> None:
    """Move the schema to a revision."""
    with database.writing.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        move(config, revision)


def index_conditions(database: Database) -> Mapping[str, str]:
    """Return the condition of each index of the two, or an empty text without one."""
    with database.reading.connect() as connection:
        lines = [
            line for line in schema_lines(connection) if "ix_moment_deleted_at" in line or "found_id" in line
        ]
    indexes = [line for line in lines if "index" in line]
    return {line.split()[1]: line.partition(" WHERE ")[2] for line in indexes}


def test_the_index_of_deleted_moments_holds_those_alone(before: Database) -> None:
    """It is made again with rows in the table and back again, and finds what it found before."""
    with before.writing.begin() as connection:
        connection.execute(text(DELETED_TOO), {"now": "2026-03-16 09:00:00.000000"})
    upgrade_or_downgrade(before, command.upgrade, "0005")
    both = {"ix_moment_deleted_at": "deleted_at IS NOT NULL", "ix_quest_found_id": "found_id IS NOT NULL"}
    assert index_conditions(before) == both
    upgrade_or_downgrade(before, command.downgrade, "0004")
    whole = "" if database_file(before.url) else "deleted_at IS NOT NULL"
    assert index_conditions(before) == {"ix_moment_deleted_at": whole}
    upgrade_or_downgrade(before, command.upgrade, "0005")
    assert index_conditions(before) == both
    later = datetime(2026, 3, 18, tzinfo=UTC)
    assert [one.id for one in before.read_now(lambda session: erasure.list_unerased(session, later, 10))] == [
        2
    ]


def test_quotations_written_for_each_try_are_there_once(before: Database) -> None:
    """The first of each stays, in its order. A recap posted before has no figures of its own yet."""
    with before.writing.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO answer (id, posting_id, person_id, kind, text, event, message, created_at)"
                " VALUES (1, 1, 1, 'reply', 'Yes', 'e1', '', :now)"
            ),
            {"now": "2026-03-16 09:00:00.000000"},
        )
        for number, quoted in enumerate(["1, NULL", "NULL, 1", "1, NULL", "NULL, 1", "1, NULL"], 1):
            row = (
                f"INSERT INTO quotation (id, posting_id, moment_id, answer_id) VALUES ({number}, 1, {quoted})"
            )
            connection.execute(text(row))
    migrate_database(before)

    def read(session: Session) -> tuple[list[tuple[int, int | None, int | None]], object]:
        rows = session.exec(select(Quotation).order_by(text("id"))).all()
        return [(row.id, row.moment_id, row.answer_id) for row in rows], session.get_one(Posting, 1).as_posted

    assert before.read_now(read) == ([(1, 1, None), (2, None, 1)], None)


def test_a_quotation_cannot_be_written_twice(before: Database) -> None:
    """The database refuses it, on both engines."""
    migrate_database(before)
    with pytest.raises(IntegrityError), before.writing.begin() as connection:
        connection.execute(text("INSERT INTO quotation (posting_id, moment_id) VALUES (1, 1), (1, 1)"))


HIDDEN = "ca\u00adche"
"""A word that the search had cut in two."""


def test_words_are_found_however_they_were_written(before: Database) -> None:
    """A moment by its text, its parts and its whys. One that was deleted, or is sealed, is found by nothing new."""
    upgrade_or_downgrade(before, command.upgrade, "0014")
    moment = (
        "INSERT INTO moment (id, team_id, number, kind, state, author_id, text, parts, source_link, tokens, created_at,"
        " stuck, deleted_at) VALUES (:id, 1, :id, 'aha', 'kept', 1, :text, :parts, '', :tokens, :now, '', :gone)"
    )
    told = (
        "INSERT INTO version (id, moment_id, author_id, text, created_at) VALUES (1, 5, 1, :text, :now)",
        "INSERT INTO why (id, moment_id, author_id, text, insight, created_at) VALUES (1, 4, 1, :text, false, :now)",
    )
    parts = json.dumps({"before": HIDDEN})
    rows = (
        (2, HIDDEN, "{}", "t_1 ca che", None), (3, "x", parts, "t_1 x ca che", None), (4, "x", "{}", "t_1 x", None),
        (5, "x", "{}", "t_1 x", None), (6, HIDDEN, "{}", "", THEN),
    )  # fmt: skip
    with before.writing.begin() as connection:
        for number, words, held, tokens, gone in rows:
            given = {"id": number, "text": words, "parts": held, "tokens": tokens, "now": THEN, "gone": gone}
            connection.execute(text(moment), given)
        for statement in told:
            now = "2999-01-01 09:00:00.000000" if "version" in statement else THEN
            connection.execute(text(statement), {"text": HIDDEN, "now": now})
    migrate_database(before)
    check_schema(before)

    def found(session: Session, words: str) -> list[int]:
        return sorted(one.number for one in moments.search_moments(session, 1, words, 9))

    assert before.read_now(lambda session: found(session, "cache")) == [2, 3, 4]
    assert before.read_now(lambda session: found(session, "che")) == [2, 3]
    assert before.read_now(lambda session: session.get_one(Moment, 6).tokens) == ""


ANONYMOUS = (
    "INSERT INTO posting (id, key, kind, state, workspace_id, team_id, channel, thread, message, link, text,"
    " question, anonymous, form, turns_at, closed_at, created_at, sent_at, revision, sent_revision, attempts,"
    " error) VALUES (:id, :key, 'retro', 'sent', 1, 1, 'C1', '', :key, '', 'Hard?', '', true, '', :turns,"
    " :closed, :now, :now, 1, 1, 0, '')"
)
NAMELESS = (
    "INSERT INTO answer (id, posting_id, kind, text, event, created_at)"
    " VALUES (:id, :posting, 'form', 'hard', :event, :now)"
)
TAPPED = "INSERT INTO comfort (moment_id, millimetres, taps) VALUES (:moment, :millimetres, :taps)"
THEN = "2026-03-16 09:00:00.000000"


def ask_without_names(before: Database, number: int, answers: int, closed: bool) -> None:
    """Add a question without names as the fourth migration knew it, and its answers."""
    with before.writing.begin() as connection:
        open_until, at = (None, THEN) if closed else (THEN, None)
        row = {"id": number, "key": f"asked:{number}", "turns": open_until, "closed": at, "now": THEN}
        connection.execute(text(ANONYMOUS), row)
        for answer in range(answers):
            one = {"id": 100 * number + answer, "posting": number, "event": f"e{answer}", "now": THEN}
            connection.execute(text(NAMELESS), one)


@pytest.mark.parametrize(
    ("answers", "closed", "left", "open_after"),
    [(4, True, 4, False), (3, True, 0, False), (4, False, 4, False), (3, False, 3, True)],
)
def test_a_question_without_names_goes_on_by_the_new_rules(
    before: Database, answers: int, closed: bool, left: int, open_after: bool
) -> None:
    """One that shows answers closes, so that no further one appears alone, and what was never shown goes."""
    upgrade_or_downgrade(before, command.upgrade, "0004")
    ask_without_names(before, 7, answers, closed)
    migrate_database(before)
    posting = before.read_now(lambda session: session.get_one(Posting, 7))
    assert (posting.closed_at is None) is open_after
    assert (posting.turns_at is not None) is open_after
    assert (posting.due_at is not None) is (not closed and not open_after)
    assert before.read_now(lambda session: len(session.exec(select(Answer)).all())) == left


def test_taps_of_fewer_than_three_wait(before: Database) -> None:
    """Those of a moment that has three or more stay, and new ones of it wait."""
    upgrade_or_downgrade(before, command.upgrade, "0004")
    with before.writing.begin() as connection:
        more = FILLED[4].replace("VALUES (1, 1, 1,", "VALUES (2, 1, 2,")
        connection.execute(text(more), {"now": THEN})
        for moment, millimetres, taps in ((1, 0, 1), (1, 5, 2), (2, 3, 2)):
            connection.execute(text(TAPPED), {"moment": moment, "millimetres": millimetres, "taps": taps})
    migrate_database(before)
    found = before.read_now(lambda session: session.exec(select(Comfort)).all())
    assert {(one.moment_id, one.millimetres, one.taps, one.waiting) for one in found} == {
        (1, 0, 1, 0), (1, 5, 2, 0), (2, 3, 0, 2),
    }  # fmt: skip


def test_an_author_can_be_looked_up_afterwards(before: Database) -> None:
    """The new table refers to rows that were there before, and each message is in it once."""
    migrate_database(before)
    now = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
    with Session(before.writing) as session:
        for _ in range(2):
            lookups.request_lookup(session, 1, "C1", "x1", 1, now)
        session.commit()
    ((lookup, workspace),) = before.read_now(
        lambda session: lookups.list_due_lookups(session, now, ["p"], 10)
    )
    assert (lookup.team_id, lookup.message, workspace.external_id) == (1, "x1", "W1")


def test_the_log_says_when_it_begins_and_ends(before: Database, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever waits for a large database sees why, and that nothing is lost if it is stopped."""
    caplog.set_level("INFO")
    migrate_database(before)
    said = [each.getMessage() for each in caplog.records if "Preparing the database" in each.getMessage()]
    assert len(said) == 2
    assert "nothing is lost" in said[0]
    assert re.search(r"done after \d+ seconds", said[1])


def test_a_migration_that_is_stopped_changes_nothing(
    before: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It happens in one transaction, so that the next start does it again."""
    old = before.read_now(lambda session: schema_lines(session.connection()))

    def stop(_: Any) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as stopped:
        stopped.setattr(schema, "_require_whole", stop)
        with pytest.raises(KeyboardInterrupt):
            migrate_database(before)
    assert before.read_now(lambda session: schema_lines(session.connection())) == old
    assert migrate_database(before) is True
    assert before.read_now(lambda session: postings.find_by_key(session, "card:1")) is not None
