"""Tests of `read`: Markdown is removed, escapes are literal, time stamps readable, cards and forms in order."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from tests.fakes.discord import read
from tests.fakes.discord.world import Attachment, Json, Message


def said(*components: Json, **more: object) -> Message:
    message = Message("1", "2", "3", components=list(components))
    vars(message).update(more)
    return message


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("plain", "plain"),
        ("**bold**, *slanted*, _slanted_, __under__ and ~~gone~~", "bold, slanted, slanted, under and gone"),
        ("***both***", "both"),
        (r"2 \* 3 \* 4 \_not\_ \~\~this\~\~", "2 * 3 * 4 _not_ ~~this~~"),
        (r"\# no heading", "# no heading"),
        (r"a \\ b", r"a \ b"),
        (r"C:\new", r"C:\new"),
        (r"\`not *code*\`", "`not code`"),
        ("snake_case_name and 2*3*4", "snake_case_name and 2*3*4"),
        ("# Heading\n-# small\n> quoted\n> more", "Heading\nsmall\nquoted\nmore"),
        (r"\> not quoted", "> not quoted"),
        ("`**code**` and ```py\nx = *1*\n```", "**code** and x = *1*\n"),
        ("[words](https://a.example/b)", "words"),
        (r"\[words\](https://a.example/b)", "[words](https://a.example/b)"),
        ("<https://a.example>", "https://a.example"),
        ("<@123> in <#456>, </aha log:789>, <:lantern:12>", "@123 in #456, /aha log, :lantern:"),
        ("<@\u200b123>", "<@123>"),
        ("||secret||", "secret"),
    ],
)  # fmt: skip
def test_markdown(written: str, shown: str) -> None:
    assert read.markdown(written) == shown


def test_time_stamps() -> None:
    """Time stamps are shown in the reader's time zone."""
    monday = 1773651600
    assert read.markdown(f"<t:{monday}>") == "16 March 2026 09:00"
    assert read.markdown(f"<t:{monday}:F>") == "Monday, 16 March 2026 09:00"
    assert read.markdown(f"<t:{monday}:t>", ZoneInfo("Asia/Singapore")) == "17:00"
    assert read.markdown(f"<t:{monday}:D>, <t:{monday}:d>") == "16 March 2026, 16/03/2026"


def test_a_card() -> None:
    """Texts, buttons, menus and pictures are read in their order on the card."""
    go = {"type": 2, "style": 1, "label": "Go", "custom_id": "go"}
    menu = {"type": 3, "custom_id": "m", "options": [{"label": "Edit", "value": "e"}]}
    section = {"type": 9, "components": [{"type": 10, "content": "*beside*"}], "accessory": go}
    picture = {"type": 12, "items": [{"media": {"url": "x"}, "description": "A chart"}]}
    inner = [
        {"type": 10, "content": "## Aha #1"},
        {"type": 14},
        section,
        picture,
        {"type": 1, "components": [menu]},
    ]
    card = said({"type": 17, "components": inner})
    assert read.words(card).split("\n") == ["Aha #1", "beside", "[Go]", "A chart", "[Edit]"]
    assert read.picture(card) == "A chart"
    assert read.pressed(card.components, "Go") == (go, None)
    assert read.pressed(card.components, "Edit") == (menu, {"label": "Edit", "value": "e"})
    assert read.pressed(card.components, "Stop") is None


def test_content_and_embeds() -> None:
    embed = {
        "type": "rich", "title": "**Title**", "description": "Words", "footer": {"text": "Foot"},
        "fields": [{"name": "Name", "value": "_Value_"}], "author": {"name": "Ana"},
    }  # fmt: skip
    message = said(
        content="Content", embeds=[embed], attachments=[Attachment("1", "a.png", b"", "", "A chart")]
    )
    assert read.words(message).split("\n") == ["Content", "Ana", "Title", "Words", "Name", "Value", "Foot"]
    assert read.picture(message) == "A chart"


def test_a_form() -> None:
    """Fields are found by custom_id, with their values and errors."""
    body: Json = {
        "title": "A form", "custom_id": "form", "components": [
            {"type": 10, "content": "Some **words**"},
            {"type": 18, "label": "What", "description": "⚠️ Say more.", "component": {
                "type": 4, "custom_id": "text", "style": 2, "value": "as it was"}},
            {"type": 18, "label": "Which", "component": {
                "type": 3, "custom_id": "kind", "required": False, "options": [
                    {"label": "Aha", "value": "a"}, {"label": "Other", "value": "o", "default": True}]}},
        ],
    }  # fmt: skip
    assert read.modal(body).split("\n") == [
        "A form", "Some words", "What", "⚠️ Say more.", "Which", "[Submit]",
    ]  # fmt: skip
    fields = read.fields(body)
    assert [*fields] == ["text", "kind"]
    assert fields["text"]["value"] == "as it was"
    assert fields["text"]["error"] == "Say more."
    assert (fields["text"]["required"], fields["kind"]["required"]) == (True, False)
    assert (fields["kind"]["value"], fields["kind"]["error"]) == ("o", "")
