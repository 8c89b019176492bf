"""Tests of cards for the page: their structure, and links to safe addresses only."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.playground import render, text
from bot.core.messages import (
    Button,
    Card,
    ChannelMention,
    Quote,
    Section,
    Small,
    Strong,
    Style,
    Text,
    TextLink,
    Timestamp,
    Title,
    text_card,
)

FRIDAY = datetime(2026, 3, 20, 16, tzinfo=UTC)


def encode(command: Any) -> str:
    return f"do:{command}"


def test_every_block_has_its_place() -> None:
    """They are in reading order with people's text unchanged and a button in its place."""
    card = Card(
        (
            Title("Aha #42"),
            Quote("<b>We *sign*</b> once", "Ana", Button("Read on", "more")),
            Section("Heard"),
            Text(
                (
                    "in ",
                    ChannelMention("random", "random"),
                    " on ",
                    Timestamp(FRIDAY, "Europe/Lisbon", clock=True),
                ),
                Button("Pause", "pause"),
            ),
            Small((Strong("Ben"), " was there")),
        ),
        (Button("High-five", "five", Style.PRIMARY),),
        (Button("Delete", "gone", Style.DANGER),),
    )
    shown = render.card_to_json(card, encode)
    assert [block["kind"] for block in shown["blocks"]] == ["title", "quote", "section", "text", "small"]
    assert shown["blocks"][1]["words"] == "<b>We *sign*</b> once"
    assert shown["blocks"][3]["line"][3] == {
        "when": "2026-03-20T16:00:00+00:00", "zone": "Europe/Lisbon", "clock": True,
    }  # fmt: skip
    assert [button["press"] for button in render.find_card_buttons(shown)] == [
        "do:more",
        "do:pause",
        "do:five",
        "do:gone",
    ]
    assert (
        text.card_plain_words(shown)
        == "Aha #42\n<b>We *sign*</b> once\nHeard\nin #random on 20 March 2026, 16:00\nBen was there"
    )


def test_addresses_in_peoples_words_are_links() -> None:
    """The text of each is the address as it was written, and only HTTP(S) leads anywhere."""
    words = "see https://example.org/a_(b). Not javascript:alert(1), main.py or mailto:ana@example.org"
    link = {"link": "https://example.org/a_(b)", "text": "https://example.org/a_(b)"}
    rest = ". Not javascript:alert(1), main.py or mailto:ana@example.org"
    shown = render.card_to_json(Card((Quote(words), Small((words,)))), encode)
    quote, small = shown["blocks"]
    assert quote["pieces"] == small["line"] == ["see ", link, rest]
    assert quote["words"] == words
    assert text.card_plain_words(shown) == f"{words}\n{words}"


@pytest.mark.parametrize(
    "url", ["https://example.org/a?b#c", "http://127.0.0.1:8080/", "/#c=random&m=3", "#c=random"]
)
def test_addresses_that_lead_somewhere(url: str) -> None:
    """They are HTTP URLs, and places within the page."""
    assert render.card_to_json(text_card(TextLink("there", url)), encode)["blocks"][0]["line"] == [
        {"link": url, "text": "there"}
    ]


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "//evil.example/x", "file:///etc/passwd", "/api/world", "https://",
     " javascript:alert(1)", "https:evil", "http://[", "ftp://example.org", "", "vbscript:x", "JaVaScRiPt:x"],
)  # fmt: skip
def test_addresses_that_do_not(url: str) -> None:
    """All others are shown as text only."""
    assert render.card_to_json(text_card(TextLink("there", url)), encode)["blocks"][0]["line"] == ["there"]
