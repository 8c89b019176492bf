"""Words that few moments of a team have, found in two statements however many words and moments there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, TextClause, bindparam, select, text
from sqlmodel import Session, col

from storage.engine.statements import build_once
from storage.models import Moment
from storage.moments import fulltext


def list_having(
    session: Session, team_id: int, words: Sequence[str], most: int
) -> Mapping[str, Sequence[int]]:
    """Return the ids of the kept moments that have a word, for each word that at most `most` have.

    A word also finds longer ones, as in a search. The word as it stands is counted first: that stops at
    the first `most`, and a word that many have needs no look at the longer ones.
    """
    words = [word for word in words if fulltext.query_tokens(word)]
    if not words:
        return {}
    found = _count_words(session, team_id, words, most, exact=True)
    few = [word for word in words if len(found.get(word, ())) <= most]
    having = _count_words(session, team_id, few, most, exact=False) if few else {}
    return {word: ids for word, ids in having.items() if len(ids) <= most}


def list_before(session: Session, ids: Sequence[int], before: datetime) -> Sequence[Moment]:
    """Return those of the moments that were kept until a time."""
    given = {"ids": list(ids), "before": before}
    return session.execute(_select_before(), given).scalars().all() if ids else ()


def _count_words(
    session: Session, team_id: int, words: Sequence[str], most: int, exact: bool
) -> dict[str, list[int]]:
    """Return the ids of moments that have each word, at most one more than `most`."""
    engine = session.get_bind().dialect.name
    queries = {
        f"query_{at}": fulltext.index_query(engine, team_id, fulltext.query_tokens(word), exact)
        for at, word in enumerate(words)
    }
    found: dict[str, list[int]] = {}
    for at, moment_id in session.execute(_select_having(engine, len(words)), {**queries, "limit": most + 1}):
        found.setdefault(words[at], []).append(moment_id)
    return found


@build_once
def _select_having(engine: str, words: int) -> TextClause:
    one = FTS5_HAVING if engine == "sqlite" else GIN_HAVING
    return text(" UNION ALL ".join(one.format(at=at, tokens=fulltext.GIN_TOKENS) for at in range(words)))


@build_once
def _select_before() -> Select[Moment]:
    return select(Moment).where(
        col(Moment.id).in_(bindparam("ids", expanding=True)), col(Moment.created_at) <= bindparam("before")
    )


FTS5_HAVING = """
SELECT * FROM (
  SELECT {at} AS word, standing.id FROM search CROSS JOIN moment AS standing ON standing.id = search.rowid
  WHERE search MATCH :query_{at} AND standing.deleted_at IS NULL LIMIT :limit
)
"""
GIN_HAVING = """
SELECT * FROM (
  WITH found AS MATERIALIZED (
    SELECT id FROM moment WHERE deleted_at IS NULL AND {tokens} @@ CAST(:query_{at} AS tsquery)
  ) SELECT {at} AS word, id FROM found LIMIT :limit
) AS word_{at}
"""
