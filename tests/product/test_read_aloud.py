"""Each post and answer of a day in life makes sense when it is read aloud: in Slack's text of its own, and elsewhere.

Where a platform has no text of its own for the ear, what stands in the message is read.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.slack.render import notification_text
from bot.core.language.catalogs import list_languages
from bot.core.messages import Card, Quote, Section, Small, Strong, Text, TextLink, Title
from bot.core.plain_text import render_spoken_card
from storage.engine.database import open_database
from tests.support.aloud import PLATFORMS, find_faults, live_day


@pytest.fixture
def database_file(tmp_path: Path, sqlite_template: Path) -> Path:
    """Return the path of an empty database."""
    path = tmp_path / "aloud.db"
    path.write_bytes(Path(sqlite_template).read_bytes())
    return path


@pytest.mark.timeout(900)
@pytest.mark.parametrize("language", list_languages())
async def test_every_card_of_a_day_makes_sense_aloud(language: str, database_file: Path) -> None:
    """No card is silent, spells out an address or an id, or runs on without an end."""
    database = open_database(f"sqlite:///{database_file}")
    try:
        told = await live_day(database, language)
    finally:
        database.close()
    assert len(told) > 300
    faults = {
        f"{platform}, {name}: {fault}\n{read(card)}"
        for card, name in told.items()
        for platform, read in PLATFORMS.items()
        for fault in find_faults(read(card), spoken=platform == "slack")
    }
    assert not faults, f"{len(faults)} texts make no sense:\n" + "\n\n".join(sorted(faults))


def test_a_card_is_spoken_in_sentences() -> None:
    """The name comes before the words, dots are pauses, and each part ends."""
    card = Card(
        (
            Title("Aha #7"),
            Quote("We sign them", "Ben"),
            Small(("Ana · 16 March · 2 whys",)),
            Section("Versions"),
        )
    )
    assert render_spoken_card(card) == "Aha #7.\nBen: “We sign them”.\nAna, 16 March, 2 whys.\nVersions."


def test_a_link_is_spoken_by_its_words_and_an_address_by_its_host() -> None:
    """Nobody hears an address letter by letter."""
    link = TextLink("original message", "https://chat.example/489?thread=1")
    card = Card((Quote("See https://lantern.example/plans/7."), Small(("#7 · ", link))))
    assert render_spoken_card(card) == "“See lantern.example.”\n#7, original message."


@pytest.mark.parametrize(
    ("words", "spoken"),
    [
        ("He said “no”", "“He said ‘no’”."),
        ('"Measure twice"', "“'Measure twice'”."),
        ("Fast!", "“Fast!”"),
        ("One thing\n→ Another", "“One thing. Another”."),
    ],
)
def test_a_quote_within_a_quote_has_other_marks(words: str, spoken: str) -> None:
    """People's own quotation marks are not mistaken for the bot's."""
    assert render_spoken_card(Card((Quote(words),))) == spoken


def test_a_why_has_a_pause_behind_its_number() -> None:
    """Nobody hears “one it asked too much”."""
    card = Card((Text((Strong("1"), " It asked too much\n", Strong("1.1"), " Nobody measured it")),))
    assert render_spoken_card(card) == "1: It asked too much.\n1.1: Nobody measured it."


def test_a_question_before_somebodys_words_needs_no_colon() -> None:
    """What introduces the words may be a sentence."""
    assert (
        render_spoken_card(Card((Quote("To ask", "What did it teach you?"),)))
        == "What did it teach you? “To ask”."
    )


def test_a_row_of_letters_is_left_to_the_words_behind_it() -> None:
    """Nobody hears “S black circle M white circle”."""
    card = Card((Small(("S ● · M ○",)), Text(("Still open: ", Strong("Measurable"), "."))))
    assert render_spoken_card(card) == "Still open: Measurable."


def test_slack_reads_no_markup_in_the_spoken_text() -> None:
    """What people wrote is escaped there too, and a silent card still has a name."""
    assert notification_text(Card((Quote("a <!channel> & b"),))) == "“a &lt;!channel&gt; &amp; b”."
    assert notification_text(Card(())) == "Ahabot"
