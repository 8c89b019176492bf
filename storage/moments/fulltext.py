"""Full-text search for any text a person types, with the same results in both engines.

Words are split here and not by the engine: letters and digits, case-folded, without accents and
without what takes no room in a word, such as a soft hyphen. However a character was encoded, whole, in
parts or at full width, it is found by what a person would type.
Chinese, Japanese and Korean are split into overlapping pairs, because they write no spaces.
Each moment's row stores its tokens after a token of its team. The index writes the team before each of
them, as in `12_cache`, so that no search reads the tokens of another team: FTS5 by triggers, GIN by an
expression. A word that many newest moments have is found in their rows, without the index.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Integer, Select, bindparam, literal_column, select, text
from sqlmodel import Session, col

from storage.engine.statements import build_once
from storage.models import Moment
from storage.models.shown import is_zero_width

WORD = re.compile(r"[^\W_]+")
UNSPACED_RUN = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U0002fa1f]+")
PREFIX_MIN_LENGTH = 3
"""The number of letters from which a word also finds longer ones.

`cache` finds `caches`, but `ca` does not.
"""
BLANK_LETTERS = re.compile("[\u115f\u1160\u3164\uffa0]")
"""Letters that are drawn as a space: the fillers of Korean."""
ZERO_WIDTH_SPACE = "\u200b"
LONGEST_TOKEN = 64
"""The number of characters of a token that count.

It also stops one endless word from filling the index.
"""


def tokenize_text(words: str) -> list[str]:
    """Return the tokens of a text, in order.

    A zero-width space may end a word, as in Thai, or hide in the middle of one. Both readings count.
    """
    if words.isascii():
        return [word[:LONGEST_TOKEN] for word in WORD.findall(words.casefold())]
    readings = [words, words.replace(ZERO_WIDTH_SPACE, " ")] if ZERO_WIDTH_SPACE in words else [words]
    return [token for each in readings for word in _split_words(each) for token in _word_tokens(word)]


def index_tokens(team_id: int, texts: Iterable[str]) -> str:
    """Return the tokens to store in a moment's row, separated by spaces, each once.

    The team's token comes first. It has an underscore, which no typed word can contain.
    """
    found: dict[str, None] = {}
    for one in texts:
        found.update(dict.fromkeys(tokenize_text(one)))
    return " ".join([f"t_{team_id}", *found])


def query_tokens(words: str) -> list[str]:
    """Return the tokens of a query, each once.

    They are the tokens of a text without the last character of an unspaced run, which would match
    only at the end of a run.
    """
    return list(dict.fromkeys(_list_query_tokens(words)))


def walk_newest(
    session: Session, team_id: int, wanted: Sequence[str], limit: int, numbers: range
) -> Sequence[Moment]:
    """Return the newest of these moments that have all of these tokens, by reading their rows."""
    given = {"team_id": team_id, "start": numbers.start, "stop": numbers.stop, "limit": limit}
    patterns = {f"pattern_{i}": _row_pattern(token) for i, token in enumerate(wanted)}
    return session.execute(_select_walked(len(wanted)), given | patterns).scalars().all()


@build_once
def _select_walked(words: int) -> Select[Moment]:
    of_team = (col(Moment.team_id) == bindparam("team_id"), col(Moment.deleted_at).is_(None))
    numbered = (col(Moment.number) >= bindparam("start"), col(Moment.number) < bindparam("stop"))
    ended = col(Moment.tokens) + literal_column("' '")
    having = (ended.like(bindparam(f"pattern_{i}")) for i in range(words))
    wanted = select(Moment).where(*of_team, *numbered, *having)
    return wanted.order_by(col(Moment.number).desc()).limit(bindparam("limit", type_=Integer))


def _row_pattern(token: str) -> str:
    """Return the pattern of tokens that have this one among them, after the team's own. They end with a space."""
    return f"% {token}%" if _is_prefix(token) else f"% {token} %"


def search_index(
    session: Session, team_id: int, wanted: Sequence[str], limit: int, below: int
) -> Sequence[Moment]:
    """Return the newest moments with numbers below `below` that have all of these tokens."""
    engine = session.get_bind().dialect.name
    query = index_query(engine, team_id, wanted)
    given = {"query": query, "team_id": team_id, "below": below, "limit": limit}
    return session.execute(_select_indexed(engine), given).scalars().all()


def index_query(engine: str, team_id: int, wanted: Sequence[str], exact: bool = False) -> str:
    """Return what the index is asked for moments of a team with all of these tokens.

    Without `exact`, a token also finds longer ones.
    """
    terms = (_index_term(engine, team_id, token, exact) for token in wanted)
    return (" AND " if engine == "sqlite" else " & ").join(terms)


def _split_words(words: str) -> Iterator[str]:
    """Yield the words of a text, folded.

    It is folded once it is taken apart: a bold or circled letter shows its case only then.
    """
    if words.isascii():
        yield from WORD.findall(words.casefold())
        return
    apart = unicodedata.normalize("NFKD", BLANK_LETTERS.sub(" ", words)).casefold()
    plain = "".join(char for char in apart if not (unicodedata.combining(char) or is_zero_width(char)))
    yield from WORD.findall(unicodedata.normalize("NFKC", plain))


def _word_tokens(word: str) -> Iterator[str]:
    """Yield the tokens of one word.

    A run of an unspaced script gives its overlapping pairs, then its last character alone.
    """
    if word.isascii():
        yield word[:LONGEST_TOKEN]
        return
    at = 0
    for run in UNSPACED_RUN.finditer(word):
        if word[at : run.start()]:
            yield word[at : run.start()][:LONGEST_TOKEN]
        yield from (run[0][i : i + 2] for i in range(len(run[0])))
        at = run.end()
    if word[at:]:
        yield word[at:][:LONGEST_TOKEN]


def _list_query_tokens(words: str) -> Iterator[str]:
    for word in _split_words(words):
        parts = list(_word_tokens(word))
        yield from (p for p in parts if len(parts) == 1 or len(p) > 1 or not UNSPACED_RUN.match(p))


def _is_prefix(token: str) -> bool:
    """Return whether a token also finds longer ones.

    A pair of an unspaced script is never the beginning of another token, but one character is.
    """
    return len(token) >= PREFIX_MIN_LENGTH or (len(token) == 1 and bool(UNSPACED_RUN.match(token)))


def _index_term(engine: str, team_id: int, token: str, exact: bool) -> str:
    """Return a token as the index of a team has it, in the language of the engine's search."""
    longer = not exact and _is_prefix(token)
    if engine == "sqlite":
        return f'"{team_id}_{token}"{"*" if longer else ""}'
    return f"'{team_id}_{token}'{':*' if longer else ''}"


@build_once
def _select_indexed(engine: str) -> Select[Moment]:
    found = text(FTS5_FOUND if engine == "sqlite" else GIN_FOUND.format(tokens=GIN_TOKENS))
    return select(Moment).where(col(Moment.id).in_(found)).order_by(col(Moment.number).desc())


FTS5_FOUND = """
SELECT search.rowid FROM search CROSS JOIN moment AS standing ON standing.id = search.rowid
WHERE search MATCH :query AND standing.deleted_at IS NULL AND search.rowid <= (
  SELECT id FROM moment WHERE team_id = :team_id AND number < :below ORDER BY number DESC LIMIT 1
) ORDER BY search.rowid DESC LIMIT :limit
"""
"""FTS5 yields the newest row first. The numbers of a team are in the order of its rows."""
GIN_TOKENS = (
    "array_to_tsvector(string_to_array(replace(tokens, ' ', ' ' || CAST(team_id AS text) || '_'), ' '))"
)
"""The expression of PostgreSQL's index."""
GIN_FOUND = """
WITH found AS MATERIALIZED (
  SELECT id, number FROM moment WHERE deleted_at IS NULL AND {tokens} @@ CAST(:query AS tsquery)
) SELECT id FROM found WHERE number < :below ORDER BY number DESC LIMIT :limit
"""
"""The team is in each token, and neither it nor the number in a condition of the moments, for which
PostgreSQL might read another index instead, from end to end."""
