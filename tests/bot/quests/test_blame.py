"""Tests of blame detection: which phrases it finds, in which language, and what it ignores."""

import tomllib

import pytest

from bot.core.language.catalogs import FOLDER
from bot.quests.blame import FILES, find_hint, parse_language


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Who forgot the flag?", "Who forgot"),
        ("It was Ben’s fault, again", "Ben's fault"),
        ("the developers' fault", "developers' fault"),
        ("They SHOULD  HAVE\nknown", "SHOULD  HAVE\nknown"),
        ("a stupid mistake", "stupid"),
        ("Das ist deine Schuld", "Schuld"),
        ("Das hätte man doch wissen müssen, du Idiot", "Idiot"),
        ("Tom hat wieder Mist gebaut", "Mist gebaut"),
        ("Fue culpa del deploy", "culpa"),
        ("Como pôde acontecer", "Como pôde"),
        ("c'est la faute de personne", "la faute de"),
        ("De\u0301bil? No: estu\u0301pido", "estúpido"),
    ],
)
def test_a_culprit_is_found(text: str, phrase: str) -> None:
    """Whole phrases match in any case, spacing, apostrophe and spelling of accents."""
    found = find_hint(text)
    assert found
    assert found.phrase == phrase


@pytest.mark.parametrize(
    "text",
    [
        "", "It timed out", "The default was wrong", "lazy loading", "Each token was signed twice",
        "Wir haben zu viele Schritte", "faute de temps", "No había datos", "Não havia dados", "stupidity-free",
        "a segmentation fault in the parser", "Die Platte hat versagt", "Dumm gelaufen", "Da ist etwas faul",
    ],
)  # fmt: skip
def test_what_says_what_is_left_alone(text: str) -> None:
    """Most texts get no hint."""
    assert find_hint(text) is None


def test_the_hint_is_in_the_text_s_own_language() -> None:
    """If several languages share a phrase, the words around it decide."""
    said = {
        text: found.instead
        for text in (
            "Foi culpa do deploy",
            "Fue culpa del deploy y de los datos",
            "C'était un idiot dans la salle",
        )
        if (found := find_hint(text))
    }
    assert list(said.values()) == [
        "O que na nossa forma de trabalhar permitiu isto?",
        "¿Qué de nuestra forma de trabajar lo permitió?",
        "Pourquoi cela semblait-il juste à ce moment-là ?",
    ]


def test_every_list_can_be_read() -> None:
    """Each of five languages has identifying words, hints that are questions, and phrases that match themselves."""
    files = sorted(FOLDER.glob(FILES))
    assert [file.parent.name for file in files] == ["de", "en", "es", "fr", "pt_BR"]
    for file in files:
        assert parse_language(file.read_text("utf-8")).common
        tables = [
            table for table in tomllib.loads(file.read_text("utf-8")).values() if isinstance(table, dict)
        ]
        for table in tables:
            assert table["hint"].endswith("?")
            assert len(table["hint"]) <= 100
            for phrase in table["phrases"]:
                assert find_hint(f"({phrase.replace('*', 'Ben')})"), phrase
