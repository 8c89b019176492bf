"""Tests of the seam between sentences and languages, on a made-up language with few words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.language.catalogs import list_languages, match_locale
from bot.core.language.choice import choose_language, known_language, name_language
from bot.core.language.words import (
    _,
    current_language,
    format_number,
    lazy,
    line,
    ngettext,
    nline,
    pgettext,
    speaking,
    switch_language,
)
from bot.core.messages import ChannelMention
from tests.support.made_up import languages_in

POLISH = """
msgid ""
msgstr ""
"Language: pl\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);\\n"
"Content-Type: text/plain; charset=utf-8\\n"

msgid "Saved as #{number} in {place}."
msgstr "W {place} zapisano #{number}."

msgid "One person answered."
msgid_plural "{n} people answered."
msgstr[0] "Odpowiedziała jedna osoba."
msgstr[1] "Odpowiedziały {n} osoby."
msgstr[2] "Odpowiedziało {n} osób."

msgid "Close"
msgstr "Zamknij"

msgctxt "near"
msgid "Close"
msgstr "Blisko"

msgid "A broken {one}."
msgstr "Zepsute {two}."
"""


@pytest.fixture(autouse=True)
def polish(tmp_path: Path) -> Iterator[None]:
    """Polish, which has three plurals, in a folder of its own."""
    (tmp_path / "pl").mkdir()
    (tmp_path / "pl" / "words.po").write_text(POLISH, encoding="utf-8")
    with languages_in(tmp_path):
        yield


def test_english_is_what_the_code_says() -> None:
    """Without any language, and with one that nobody has."""
    assert _("Saved as #{number} in {place}.", number=7, place="here") == "Saved as #7 in here."
    with speaking("xx"):
        assert _("Saved as #{number} in {place}.", number=7, place="here") == "Saved as #7 in here."


def test_a_value_stands_where_the_language_wants_it() -> None:
    """A mention, too."""
    there = ChannelMention("C1", "lantern")
    with speaking("pl"):
        assert _("Saved as #{number} in {place}.", number=7, place="tutaj") == "W tutaj zapisano #7."
        said = line("Saved as #{number} in {place}.", number=7, place=there)
    assert said == ("W ", there, " zapisano #7.")
    assert line("Saved as #{number} in {place}.", number=7, place=(there, "!")) == (
        "Saved as #7 in ", there, "!.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("n", "english", "translated"),
    [
        (1, "One person answered.", "Odpowiedziała jedna osoba."),
        (3, "3 people answered.", "Odpowiedziały 3 osoby."),
        (12, "12 people answered.", "Odpowiedziało 12 osób."),
        (1204, "1,204 people answered.", "Odpowiedziały 1\u00a0204 osoby."),
        (21204, "21,204 people answered.", "Odpowiedziały 21\u00a0204 osoby."),
    ],
)
def test_each_language_has_its_own_plurals(n: int, english: str, translated: str) -> None:
    """And its own way to group digits."""
    assert ngettext("One person answered.", "{n} people answered.", n) == english
    with speaking("pl"):
        assert ngettext("One person answered.", "{n} people answered.", n) == translated
        assert nline("One person answered.", "{n} people answered.", n) == (translated,)


def test_one_english_word_may_be_two() -> None:
    """The context tells which one is meant."""
    with speaking("pl"):
        assert _("Close") == "Zamknij"
        assert pgettext("near", "Close") == "Blisko"


def test_what_nobody_translated_stays_english() -> None:
    """Never a key, and never a broken sentence."""
    with speaking("pl"):
        assert _("Nobody translated {this}.", this="it") == "Nobody translated it."
        assert pgettext("shut", "Shut") == "Shut"
        assert _("A broken {one}.", one="thing") == "A broken thing."
        assert line("A broken {one}.", one=ChannelMention("C1", "x"))[0] == "A broken "


def test_braces_in_peoples_words_are_only_words() -> None:
    """A value is never read as a placeholder."""
    assert _("Saved as #{number} in {place}.", number=1, place="{number}") == "Saved as #1 in {number}."


def test_a_constant_speaks_when_it_is_said() -> None:
    """Not when it was written down."""
    shut = lazy("Close")
    assert (shut(), str(shut), f"{shut}.") == ("Close", "Close", "Close.")
    with speaking("pl"):
        assert (shut(), str(shut), f"{shut}.") == ("Zamknij", "Zamknij", "Zamknij.")


def test_a_language_ends_with_its_block() -> None:
    """Also one that was switched to within it."""
    with speaking("pl"):
        switch_language("de")
        assert current_language() == "de"
        with speaking("pl"):
            assert current_language() == "pl"
        assert current_language() == "de"
    assert current_language() == "en"


def test_numbers_are_grouped_as_the_language_does() -> None:
    """English groups with commas."""
    assert format_number(12345) == "12,345"
    with speaking("de"):
        assert format_number(12345) == "12.345"
        assert format_number(999) == "999"


@pytest.mark.parametrize(
    ("locale", "language"),
    [("pl", "pl"), ("pl-PL", "pl"), ("en-GB", "en"), ("PL_pl", "pl"), ("fr", ""), ("", ""), ("p", "")],
)
def test_a_platforms_locale_is_one_of_our_languages(locale: str, language: str) -> None:
    """Or none of them."""
    assert match_locale(locale) == language


def test_a_person_reads_what_they_chose() -> None:
    """Else their app's language, else the team's, else English."""
    assert list_languages() == ("en", "pl")
    assert choose_language("pl", "en-US", "en") == "pl"
    assert choose_language("", "pl-PL", "en") == "pl"
    assert choose_language("", "fr", "pl") == "pl"
    assert choose_language("", "", "") == "en"
    assert choose_language("gone", "", "gone") == "en"
    assert known_language("gone") == "en"


def test_a_language_has_its_own_name() -> None:
    """As those who speak it call it."""
    assert [name_language(code) for code in ("en", "de", "pl", "pt_BR")] == [
        "English", "Deutsch", "Polski", "Português (Brasil)",
    ]  # fmt: skip
