"""Tests of the words that few moments of a team have."""

from datetime import timedelta

from sqlmodel import Session

from storage.engine.database import Database
from storage.models import Moment
from storage.moments import moments, rare_words
from tests.storage.moments.test_fulltext import NOW, keep, team

WORDS = ("gateway", "tea", "spoon", "nothing")


async def test_a_word_counts_with_longer_ones(database: Database) -> None:
    """One that too many have is left out, also where it is the longer ones that are many."""

    def count(session: Session) -> dict[str, list[int]]:
        ours, theirs = team(session), team(session, "two")
        for text in ("The gateway broke", "Two gateways", "Tea", "Teapots", "Teatime", "One spoon", "Tea"):
            keep(session, ours, text)
        keep(session, theirs, "A spoon and a spoon")
        gone = moments.find_by_number(session, ours, keep(session, ours, "A spoon again"))
        assert gone is not None
        gone.deleted_at = NOW
        session.flush()
        having = rare_words.list_having(session, ours, WORDS, 3)
        numbers = moments.numbers_by_id(session, [one for ids in having.values() for one in ids])
        return {word: sorted(numbers[one] for one in ids) for word, ids in having.items()}

    assert await database.write(count) == {"gateway": [1, 2], "spoon": [6]}


async def test_only_old_ones_are_read(database: Database) -> None:
    """Without any ids nothing is asked."""

    def read(session: Session) -> list[Moment]:
        ours = team(session)
        ids = [moments.find_by_number(session, ours, keep(session, ours, "Tea")).id]  # type: ignore[union-attr]
        month = timedelta(days=31)
        assert rare_words.list_before(session, [], NOW) == ()
        assert rare_words.list_before(session, ids, NOW - month) == []
        return list(rare_words.list_before(session, ids, NOW))

    assert [each.text for each in await database.write(read)] == ["Tea"]


async def test_what_is_no_word_is_left_out(database: Database) -> None:
    """A word in which nothing can be searched for is no error."""

    def read(session: Session) -> tuple[object, object]:
        ours = team(session)
        keep(session, ours, "Tea")
        return rare_words.list_having(session, ours, ["…", "tea"], 3), rare_words.list_having(
            session, ours, ["…"], 3
        )

    assert await database.write(read) == ({"tea": [1]}, {})
