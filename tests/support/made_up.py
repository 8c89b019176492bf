"""A made-up language of longer, accented words, for all that the bot says, and a few words of Japanese.

Its sentences are the English ones between ⟦ and ⟧, so that a text without these is one that no catalog reaches.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from bot.core.language import catalogs
from deploy.words import collect_sentences

MADE_UP = "eo"
"""Its code. Dates and plurals are those of Esperanto, which has no catalog of its own."""

ACCENTS = str.maketrans("aeiounclszgjyAEIOUNCLSZGJY", "àéîøûñçłšžğĵýÀÉÎØÛÑÇŁŠŽĞĴÝ")
LONGER = 1.3
"""How much longer than in English its sentences are, as German's often are."""


def make_up(text: str) -> str:
    """Return a sentence in the made-up language. Its placeholders stay."""
    said = ""
    for words, name, _spec, _conversion in Formatter().parse(text):
        said += words.translate(ACCENTS)
        said += f"{{{name}}}" if name is not None else ""
    more = int(len(re.sub(r"\{\w+\}", "", text)) * (LONGER - 1))
    return f"⟦{said}{'õ' * more}⟧"


def write_made_up(folder: Path) -> None:
    """Write the catalog of the made-up language into a folder of languages."""
    catalog = Catalog(locale=MADE_UP)
    for (ids, context), _sentence in collect_sentences().items():
        said = [make_up(each) for each in ids]
        catalog.add(ids if len(ids) > 1 else ids[0], said if len(ids) > 1 else said[0], context=context)
    written = BytesIO()
    write_po(written, catalog)
    (folder / MADE_UP).mkdir(parents=True)
    (folder / MADE_UP / "whole.po").write_bytes(written.getvalue())


@contextmanager
def languages_in(folder: Path) -> Iterator[None]:
    """Read the catalogs from another folder within this block."""
    before, catalogs.FOLDER = catalogs.FOLDER, folder
    forget_catalogs()
    try:
        yield
    finally:
        catalogs.FOLDER = before
        forget_catalogs()


def forget_catalogs() -> None:
    """Read every catalog again."""
    for cached in (catalogs.list_languages, catalogs.load_translations, catalogs.match_locale):
        cached.cache_clear()
