"""Tests of full-text search: it takes any typed text, and finds only the team's own moments."""

import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings, strategies
from sqlmodel import Session

from storage.engine.database import Database
from storage.models import Channel, Kind, Moment, Team
from storage.moments import erasure, fulltext, moments
from storage.teams import teams

NOW = datetime(2026, 3, 16, tzinfo=UTC)


def team(session: Session, name: str = "one") -> int:
    """Create a team with one person, both with the same id, and return that id."""
    workspace = teams.ensure_workspace(session, "recorder", "W", "W", NOW)
    person = teams.ensure_person(session, workspace, name, name, "", NOW)
    made = Team(workspace_id=workspace, created_at=NOW)
    session.add(made)
    session.flush()
    session.add(Channel(workspace_id=workspace, external_id=name, team_id=made.id))
    assert person.id == made.id
    return made.id


def keep(session: Session, team_id: int, text: str) -> int:
    """Add a moment with this text, and return its number."""
    return moments.add_moment(session, team_id, Kind.AHA, team_id, text, NOW)[1]


@pytest.mark.parametrize(
    ("text", "asked", "there"),
    [
        ("We used to cache tokens, now we sign them", "cache sign", True),
        ("We used to cache tokens", "caches", False),
        ("Three caches later", "cache", True),
        ("Café Ångström", "cafe angstrom", True),
        ('what\'s in c++ AND "x"', "what's", True),
        ("what's in c++", "c++", True),
        ("東京都で会った", "東京", True),
        ("東京都で会った", "都", True),
        ("東京都で会った", "京東", False),
        ("한국어 검색", "국어", True),
        ("İstanbul", "istanbul", True),
        ("nothing at all", "; DROP TABLE moment --", False),
        ("drop the table moment", "; DROP TABLE moment --", True),
        ("an aha_moment", "aha moment", True),
        ("Cafe\u0301 A\u030angstro\u0308m", "café ångström", True),
        ("Café Ångström", "cafe\u0301 a\u030angstro\u0308m", True),
        (unicodedata.normalize("NFD", "한국어 검색"), "국어", True),
        ("한국어 검색", unicodedata.normalize("NFD", "한국어"), True),
        ("to\u200bken ca\u00adche si\u2060gn", "token cache sign", True),
        ("token cache sign", "to\u200bken ca\u00adche si\u2060gn", True),
        ("می\u200cخواهم", "میخواهم", True),
        ("ตาก\u200bลม", "ลม", True),
        ("ตาก\u200bลม", "ตากลม", True),
        ("Ｔｏｋｅｎ Ⅷ", "token viii", True),
        ("𝐓𝐨𝐤𝐞𝐧 Ⓒⓐche", "token cache", True),
        ("token cache", "𝐓𝐎𝐊𝐄𝐍 ＣＡＣＨＥ", True),
        ("ᦀᦱᦉ learnt", "ᦀᦱᦉ", True),
        ("one\u3164two", "onetwo", False),
        ("one\u3164two", "two", True),
        ("see https://docs.example.com/a/main.py", "example.com", True),
        ("see https://docs.example.com/a/main.py", "main.py", True),
        ("std::key::value", "std::key::value", True),
        ("std::key::value", "value", True),
        ("root:x:0:0", "root:x:0:0", True),
        ("root:x:0:0", "root", True),
    ],
)
async def test_words_are_found_as_people_write_them(
    database: Database, text: str, asked: str, there: bool
) -> None:
    """Accents, case, quotes, other scripts and SQL are ordinary words."""

    def work(session: Session) -> bool:
        one = team(session)
        keep(session, one, text)
        return bool(moments.search_moments(session, one, asked, 5))

    assert await database.write(work) is there


async def test_another_team_is_never_found(database: Database) -> None:
    """Writing the token by which the index knows a team does not help."""

    def work(session: Session) -> list[Moment]:
        one, two = team(session, "one"), team(session, "two")
        keep(session, one, f"secret t_{two} t{two} {two}")
        return [
            *moments.search_moments(session, two, "secret", 5),
            *moments.search_moments(session, two, f"t_{two}", 5),
        ]

    assert await database.write(work) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=strategies.text(max_size=80).filter(lambda t: "\0" not in t))
def test_any_text_can_be_searched_for(database: Database, text: str) -> None:
    """Every search has a result, and a text with words finds itself."""
    clean = text.encode(errors="ignore").decode()

    def work(session: Session) -> bool:
        workspace = teams.ensure_workspace(session, "recorder", "W", "W", NOW)
        teams.ensure_person(session, workspace, "one", "one", "", NOW)
        one = 1 if session.get(Team, 1) else team(session)
        number = keep(session, one, clean)
        found = moments.search_moments(session, one, clean, 1)
        return not fulltext.tokenize_text(clean) or [moment.number for moment in found] == [number]

    import asyncio

    assert asyncio.run(database.write(work))


async def test_erased_words_are_in_no_index(database: Database) -> None:
    """A deleted moment is not found, and after its erasure none of its words are in the index."""

    def work(session: Session) -> tuple[int, int]:
        one = team(session)
        keep(session, one, "zanzibar")
        moment = moments.search_moments(session, one, "zanzibar", 1)[0]
        moment.deleted_at = NOW
        moments.update_tokens(session, moment, NOW)
        hidden = len(moments.search_moments(session, one, "zanzibar", 1))
        erasure.erase_moment(session, moment, NOW)
        return hidden, len(moment.tokens)

    assert await database.write(work) == (0, 0)
