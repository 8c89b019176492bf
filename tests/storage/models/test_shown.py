"""Tests of what people see of a text, and of a name in a line of other words."""

import unicodedata
from datetime import UTC, datetime

import pytest

from storage.models import Person
from storage.models.shown import enclose_words, has_words, is_seen, isolate_text, shown_name

UNSEEN = (
    *"\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2064\ufeff\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b\u180e",
    *"\u3164\uffa0\u2800\ufe0f\ufe0e\U000e0041\U000e0100\u202a\u202e\u2066\u2069\u206a\u206f\ufff9\ufffc\U0001d159",
    *"\u00a0\u2003\u3000\u2028\u0007\x1b\u0085",
    " \n\t",
    "",
    "\u202e\u200f \u2069",
)
"""Each alone, some mixtures, and nothing."""

SEEN = (
    *"a7.,ש字😀🏻\ufffd",
    "\u0301",
    "👩\u200d👩\u200d👧",
    "می\u200cخواهم",
    "Schiff\u00adfahrt",
    "\u0600",
    "\u06dd",
    "\U0001fae8",
    "\U0001faff",
    "\u200b.",
    "\U000e0041x",
    "1\ufe0f\u20e3",
)
"""An accent alone is drawn, and so are Arabic number signs and emoji that no Unicode here knows yet."""


@pytest.mark.parametrize("text", UNSEEN, ids=ascii)
def test_what_nobody_can_see_has_no_words(text: str) -> None:
    assert not has_words(text)


@pytest.mark.parametrize("text", SEEN, ids=ascii)
def test_what_is_drawn_has_words(text: str) -> None:
    assert has_words(text)


def test_every_letter_digit_and_sign_is_seen() -> None:
    """Only known blanks are taken for nothing among all letters, digits, punctuation and symbols."""
    blank = {
        character
        for character in map(chr, range(0x110000))
        if unicodedata.category(character)[0] in "LNPS" and not is_seen(character)
    }
    assert blank == set("\u115f\u1160\u3164\uffa0\u2800\ufffc\U0001d159")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ana Lindqvist", "Ana Lindqvist"),
        ("Zoë 👩\u200d🚀", "Zoë 👩\u200d🚀"),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("\u2066\u2066\u2067half open", "half open"),
        ("closed\u2069\u2069 twice", "closed twice"),
        ("נועה", "\u2068נועה\u2069"),
        ("نور (ops)", "\u2068نور (ops)\u2069"),
        ("٣", "\u2068٣\u2069"),
    ],
    ids=ascii,
)
def test_a_text_keeps_its_direction_to_itself(text: str, shown: str) -> None:
    """An ordinary one stays as it is, and what was isolated once is not isolated twice."""
    assert isolate_text(text) == shown
    assert isolate_text(shown) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ana said\nso 👩\u200d🚀", "Ana said\nso 👩\u200d🚀"),
        ("one\nשלום two\nthree", "one\n\u2068שלום two\u2069\nthree"),
        ("a\u202eb", "\u2068a\u202eb\u2069"),
        ("a\u2069\u202eb", "\u2068a\u202eb\u2069"),
        ("\u2067a\u2066b\u2069", "\u2068\u2067a\u2066b\u2069\u2069\u2069"),
    ],
    ids=ascii,
)
def test_quoted_words_stay_whole_and_keep_their_direction_inside(text: str, shown: str) -> None:
    assert enclose_words(text) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ana\nadmin\u2028 says", "Ana admin says"),
        ("\u202e\u200f", "Someone"),
        ("", "Someone"),
        ("\u0301\u20dd \u0302", "Someone"),
        ("A" * 300, "A" * 80 + "…"),
        ("\x1b[31mAna", "[31mAna"),
    ],
    ids=ascii,
)
def test_a_name_stands_on_one_line(name: str, shown: str) -> None:
    """One that shows nothing has a stand-in, and a terminal takes no orders from a name."""
    assert shown_name(name) == shown


def test_a_person_has_the_name_that_is_shown_and_the_one_that_was_given() -> None:
    person = Person(workspace_id=1, external_id="U1", platform_name="\u202eanA", created_at=datetime.now(UTC))
    assert (person.platform_name, person.name) == ("\u202eanA", "anA")
