"""The drawings of Slack's and Discord's messages: they say all that was sent, and never hide what they cannot draw."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from adapters.discord.render import render_messages as discord_messages
from adapters.slack.render import render_messages as slack_messages
from bot.core.messages import Button, Card, Quote, Section, Small, Strong, Style, Text, TextLink, Title
from deploy.drawn import discord, slack
from deploy.drawn.html import Around, build_page
from tests.fakes.discord import read as discord_read
from tests.fakes.slack import read as slack_read

HARD = "<b>5 > 3 & *stars*, _lines_, `code`, :tada: and\n> # no markup"
CARD = Card(
    (
        Title("Aha #1"), Quote(HARD, "Ana"), Section("Versions"), Quote("Mine", "Ben", Button("Show", "x")),
        Text(("See ", Strong("this"), " and ", TextLink("that", "https://chat.example/1"), ".")),
        Small(("Ana · 16 March",)),
    ),
    (Button("High-five", "x", Style.PRIMARY), Button("Delete", "x", Style.DANGER)), (Button("Edit", "x"),),
)  # fmt: skip


def encode(_command: Any) -> str:
    """Return what stands in a button, which nobody presses."""
    return "x"


def seen(drawn: str) -> str:
    """Return the words of a drawing without its tags, with any space as one."""
    joined = re.sub("</?(?:a|b|i|s|code|span)(?: [^>]*)?>", "", drawn)
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", joined)).split())


def test_slacks_drawing_says_every_word() -> None:
    """Each text and label is there as it was written, and no person's word is a tag. The menu is closed."""
    [message] = slack_messages(CARD, encode)
    around = Around()
    drawn = slack.draw_blocks(message["blocks"], around)
    for line in slack_read.words(message["blocks"]).splitlines():
        assert line == "[Edit]" or " ".join(line.strip("[]").split()) in seen(drawn)
    assert "<b>5" not in drawn
    assert around.unknown == []


def test_discords_drawing_says_every_word() -> None:
    """Each text and label is there as it was written, and no person's word is a tag."""
    [components] = discord_messages(CARD, encode)
    around = Around()
    drawn = discord.draw_components(components, around)
    for node in discord_read.nodes(components):
        for line in discord_read.markdown(str(node.get("content") or node.get("label") or "")).splitlines():
            assert " ".join(line.split()) in seen(drawn)
    assert "<b>5" not in drawn
    assert around.unknown == []


@pytest.mark.parametrize(
    "block",
    [
        {"type": "table", "rows": []},
        {"type": "actions", "elements": [{"type": "workflow_button"}]},
        {"type": "rich_text", "elements": [{"type": "rich_text_new", "elements": []}]},
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "color"}]}]},
        {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "A chart"},
    ],
)
def test_what_slacks_drawer_does_not_know_is_a_red_box(block: dict[str, Any]) -> None:
    """A new block, element or lost picture is seen in the drawing, and told at its end."""
    around = Around()
    assert 'class="unknown"' in slack.draw_blocks([block], around)
    assert len(around.unknown) == 1


@pytest.mark.parametrize(
    "component",
    [
        {"type": 99},
        {"type": 12, "items": [{"media": {"url": "attachment://lost.png"}}]},
        {"type": 18, "label": "Size", "component": {"type": 77}},
    ],
)
def test_what_discords_drawer_does_not_know_is_a_red_box(component: dict[str, Any]) -> None:
    """A new component or field, or a lost picture, is seen in the drawing, and told at its end."""
    around = Around()
    drawn = discord.draw_modal({"title": "New", "components": [component]}, around)
    assert 'class="unknown"' in drawn
    assert len(around.unknown) == 1


def test_a_form_is_drawn_with_its_fields_and_errors() -> None:
    """Labels, what is optional, hints, placeholders and the error beside its field are there."""
    view = {
        "title": {"type": "plain_text", "text": "Log an aha"}, "submit": {"type": "plain_text", "text": "Save"},
        "blocks": [
            {
                "type": "input", "block_id": "b1", "optional": True,
                "label": {"type": "plain_text", "text": "What did you notice?"},
                "hint": {"type": "plain_text", "text": "One sentence is plenty."},
                "element": {"type": "plain_text_input", "placeholder": {"type": "plain_text", "text": "We sign them"}},
            }
        ],
    }  # fmt: skip
    said = seen(slack.draw_modal(view, Around(), {"b1": "Please write something."}))
    assert "Log an aha" in said
    assert (
        "What did you notice? (optional) We sign them Please write something. One sentence is plenty." in said
    )
    assert said.endswith("Save")


@pytest.mark.parametrize("platform", ["Slack", "Discord"])
def test_each_picture_says_that_it_is_a_drawing(platform: str) -> None:
    """Nobody takes it for a screenshot."""
    page = build_page(platform, "<p>Hello</p>", "dark")
    assert f"Drawn locally from what Ahabot sent. Not a screenshot of {platform}." in seen(page)
