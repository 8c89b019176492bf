"""Full-text search that takes any text a person types, the same in both engines.

Words are split here and not by the engine: letters and digits, folded, without accents; Chinese, Japanese and
Korean by overlapping pairs, since they write no spaces. Each moment's row carries its tokens, the team's own
token among them, and the database keeps its index in step (FTS5 by triggers, tsvector by a generated column).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from sqlalchemy import ColumnElement, literal_column, text
from sqlmodel import Session

WORD = re.compile(r"[^\W_]+")
UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U0002fa1f]+")
PREFIX_FROM = 3
"""Letters from which a word also finds longer ones: `cache` finds `caches`, `ca` does not."""
LONGEST = 64
"""Characters of a token that count; also keeps one endless word from filling the index."""


def tokens(words: str) -> list[str]:
    """The tokens of a text, in order."""
    return [token for word in _words(words) for token in _parts(word)]


def indexed(team_id: int, texts: Iterable[str]) -> str:
    """What a moment's row carries. The team's token has an underscore, which no person's word can have."""
    found = dict.fromkeys(token for one in texts for token in tokens(one))
    return " ".join([f"t_{team_id}", *found])


def matching(session: Session, team_id: int, words: str) -> ColumnElement[bool] | None:
    """The condition on `Moment` that all of `words` stand in it; nothing when there is no word to look for."""
    wanted = list(dict.fromkeys(_query_tokens(words)))
    if not wanted:
        return None
    if session.get_bind().dialect.name == "sqlite":
        return _fts5(team_id, wanted)
    return _tsvector(team_id, wanted)


def _words(words: str) -> Iterator[str]:
    folded = words.casefold()
    if not folded.isascii():
        apart = unicodedata.normalize("NFKD", folded)
        plain = "".join(char for char in apart if not unicodedata.combining(char))
        folded = unicodedata.normalize("NFKC", plain)
    yield from WORD.findall(folded)


def _parts(word: str) -> Iterator[str]:
    """A word as it is, or its unspaced runs by pairs and their last character alone."""
    if word.isascii():
        yield word[:LONGEST]
        return
    at = 0
    for run in UNSPACED.finditer(word):
        if word[at : run.start()]:
            yield word[at : run.start()][:LONGEST]
        yield from (run[0][i : i + 2] for i in range(len(run[0])))
        at = run.end()
    if word[at:]:
        yield word[at:][:LONGEST]


def _query_tokens(words: str) -> Iterator[str]:
    """As indexed, but without a run's lone last character, which only a match at the end would have."""
    for word in _words(words):
        parts = list(_parts(word))
        yield from (p for p in parts if len(parts) == 1 or len(p) > 1 or not UNSPACED.match(p))


def _is_prefix(token: str) -> bool:
    return len(token) >= PREFIX_FROM or bool(UNSPACED.match(token))


def _fts5(team_id: int, wanted: list[str]) -> ColumnElement[bool]:
    terms = " AND ".join(f'"{token}"{"*" if _is_prefix(token) else ""}' for token in wanted)
    found = text("SELECT rowid FROM search WHERE search MATCH :query")
    return literal_column("moment.id").in_(found.bindparams(query=f'"t_{team_id}" AND {terms}'))


def _tsvector(team_id: int, wanted: list[str]) -> ColumnElement[bool]:
    terms = " & ".join(f"'{token}'{':*' if _is_prefix(token) else ''}" for token in wanted)
    condition = text("moment.searchable @@ CAST(:query AS tsquery)")
    return condition.bindparams(query=f"'t_{team_id}' & {terms}")  # type: ignore[return-value]
