"""Full-text search for any text a person types, with the same results in both engines.

Words are split here and not by the engine: letters and digits, case-folded, without accents and
without what takes no room in a word, such as a soft hyphen. However a character was encoded, whole, in
parts or at full width, it is found by what a person would type.
Chinese, Japanese and Korean are split into overlapping pairs, because they write no spaces.
Each moment's row stores its tokens and a token of its team. The database keeps the index up to
date: FTS5 by triggers, tsvector by a generated column.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from sqlalchemy import ColumnElement, literal_column, text
from sqlmodel import Session

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


def match_condition(session: Session, team_id: int, words: str) -> ColumnElement[bool] | None:
    """Return the SQL condition that a `Moment` contains all of `words`.

    Return None when `words` contains no word.
    """
    wanted = list(dict.fromkeys(_query_tokens(words)))
    if not wanted:
        return None
    if session.get_bind().dialect.name == "sqlite":
        return _fts5_condition(team_id, wanted)
    return _tsvector_condition(team_id, wanted)


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


def _query_tokens(words: str) -> Iterator[str]:
    """Yield the tokens of a query.

    They are the tokens of a text without the last character of an unspaced run, which would match
    only at the end of a run.
    """
    for word in _split_words(words):
        parts = list(_word_tokens(word))
        yield from (p for p in parts if len(parts) == 1 or len(p) > 1 or not UNSPACED_RUN.match(p))


def _is_prefix(token: str) -> bool:
    return len(token) >= PREFIX_MIN_LENGTH or bool(UNSPACED_RUN.match(token))


def _fts5_condition(team_id: int, wanted: list[str]) -> ColumnElement[bool]:
    terms = " AND ".join(f'"{token}"{"*" if _is_prefix(token) else ""}' for token in wanted)
    found = text("SELECT rowid FROM search WHERE search MATCH :query")
    return literal_column("moment.id").in_(found.bindparams(query=f'"t_{team_id}" AND {terms}'))


def _tsvector_condition(team_id: int, wanted: list[str]) -> ColumnElement[bool]:
    terms = " & ".join(f"'{token}'{':*' if _is_prefix(token) else ''}" for token in wanted)
    condition = text("moment.searchable @@ CAST(:query AS tsquery)")
    return condition.bindparams(query=f"'t_{team_id}' & {terms}")  # type: ignore[return-value]
