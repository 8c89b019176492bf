"""Tests of people's text on Discord: shown exactly as it is, and read as its author saw it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings, strategies

from adapters.discord.text import (
    as_written,
    bold_text,
    escape_text,
    mentioned_ids,
    render_markdown,
    text_length,
    unescape_text,
)
from bot.core.messages import ChannelMention, Strong, TextLink, Timestamp

NASTY = (
    "*a*", "**a**", "***a***", "_a_", "__a__", "~~a~~", "||a||", "`a`", "``a``", "```py\na\n```", "\\*a*", "\\\\*a*",
    "# a", "## a", "### a", "-# a", "  # a", "\t-# a", "- a", "* a", "+ a", "1. a", "23) a", " 1. a", "> a", ">>> a",
    "a\n# b", "a\r\n# b", "a\r> b", "a\n\n- b", "a\u2028# b", "\n>>> a", "- - a", "- # a", "1. - # a", "> > a",
    "[a](https://evil.example)", "[https://bank.example](https://evil.example)", "![a](https://x.example)",
    "<https://x.example>", "<https://x.example", "https://x.example>", "https://x.example<@1>", "https://x.example]<@1>",
    "https://x.example\\<@1>", "https://x.example/*a*", "**https://x.example**", "_https://x.example_", "(https://x.example)",
    "https://x.example/a_b_c", "https://en.example/A_(b)", "see https://x.example.", "https://x.example||a||",
    "https://x.example`a`", "steam://run/*a*", "mailto:a@b.example", "<mailto:a@b.example>", "<tel:+1>", "https://", "http://*",
    "http://_",
    "<@1>", "<@!1>", "<@&1>", "<#1>", "<:x:1>", "<a:x:1>", "</aha log:1>", "<t:1>", "<t:1:R>", "<id:customize>",
    "@everyone", "@here", "a@everyone", ":tada:", ":+1::skin-tone-3:", "¯\\_(ツ)_/¯", "a|b", "C:\\new_dir", "C#",
    "\\", "<", "*", "***", "___", "~~~", "||||", "```", "\\\n# a", "`\n# a", "**a\n# b**", "12:30:45", "http://intranet/a_b",
)  # fmt: skip
WORDS = strategies.one_of(
    strategies.text(max_size=60),
    strategies.lists(
        strategies.one_of(strategies.sampled_from(NASTY), strategies.text(" \n\\*_<>:", max_size=3)),
        max_size=5,
    ).map("".join),
)
LINK = re.compile(r"<https?://[^\s<>]+>", re.IGNORECASE)


def bare(escaped: str) -> str:
    """Return the text that Discord would still parse as markup, without escapes and links."""
    return LINK.sub("·", re.sub(r"\\[^0-9A-Za-z\s]", "·", escaped))


def obeyed(escaped: str) -> list[str]:
    """Return the marks in a text that would have an effect."""
    left = bare(escaped)
    heads = re.findall(r"(?:^|(?<=[\n\r\u2028\u2029]))\s*(?:#|-|\+|>|\d+[.)])", left)
    return [*heads, *re.findall(r"[\\*_~|`<\[]|://|:[\w+-]+:|@everyone|@here", left)]


@pytest.mark.parametrize("words", NASTY)
def test_nasty_words_are_shown(words: str) -> None:
    """No markup in them has an effect, and every character is shown."""
    for links in (True, False):
        assert obeyed(escape_text(words, links)) == []
        assert unescape_text(escape_text(words, links)) == words


@settings(deadline=None, max_examples=500)
@given(WORDS)
def test_any_words_are_shown(words: str) -> None:
    """This holds for any text."""
    for links in (True, False):
        assert obeyed(escape_text(words, links)) == []
        assert unescape_text(escape_text(words, links)) == words


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("see https://x.example/a_b?c=1&d=*2, please", "https://x.example/a_b?c=1&d=*2"),
        ("(https://en.example/wiki/A_(b))", "https://en.example/wiki/A_(b)"),
        ("**https://x.example/a**", "https://x.example/a"),
        ("<https://x.example/a>", "https://x.example/a"),
        ("[bank](https://x.example/a)", "https://x.example/a"),
        ("https://x.example/a<@1>", "https://x.example/a"),
        ("HTTP://intranet:8080/a.", "HTTP://intranet:8080/a"),
    ],
)
def test_addresses_can_be_followed(words: str, address: str) -> None:
    """A bare URL becomes a link of exactly its length."""
    assert f"<{address}>" in escape_text(words)
    assert "<" not in bare(escape_text(words, links=False))


def test_what_people_wrote() -> None:
    """Discord's markup becomes what its author saw, with names as far as known."""
    text = (
        "<@1> and <@!2> of <@&3> in <#4>: <:party:12> <a:dance:13> </aha log:5> <https://x.example> "
        "<t:1773741600> <t:1773741600:D> <t:1773741600:t> <t:1773741600:R> <t:9999999999999> *a* @everyone"
    )
    assert as_written(text, {"1": "Ana", "3": "makers", "4": "general"}) == (
        "@Ana and @2 of @makers in #general: :party: :dance: /aha log https://x.example "
        "17 March 2026, 10:00 UTC 17 March 2026 10:00 UTC 17 March 2026, 10:00 UTC <t:9999999999999> *a* @everyone"
    )
    assert mentioned_ids(text) == {"1", "2", "3", "4"}


def test_names_are_words() -> None:
    """Markup in a name is not parsed."""
    assert as_written("<@1>", {"1": "<#2>"}) == "@<#2>"


def test_lines() -> None:
    """Times are in the reader's zone, and channels and links are Discord's."""
    at = datetime(2026, 3, 17, 10, 0, tzinfo=UTC)
    line = (
        "On ",
        Timestamp(at, clock=True),
        " or ",
        Timestamp(at),
        " in ",
        ChannelMention("12", "a_b"),
        " ",
        ChannelMention("C1", "a_b"),
    )
    assert render_markdown(line) == "On <t:1773741600:f> or <t:1773741600:D> in <#12> \\#a\\_b"
    link = TextLink("A [b] https://y.example", "https://x.example/(a)>?b=|")
    assert render_markdown((link,)) == "[A \\[b] https\\://y.example](<https://x.example/%28a%29%3E?b=%7C>)"
    assert render_markdown((TextLink("run", "javascript:x"),)) == "run"


def test_strong_words_stay_strong() -> None:
    """They are on one line, and no character in them ends the bold text."""
    assert render_markdown((Strong("a**b\n# c"), " d")) == "**a\\*\\*b # c** d"
    assert bold_text("  ") == "  "
    assert bold_text("https://x.example/**a") == "**https\\://x.example/\\*\\*a**"


def test_an_emoji_is_long() -> None:
    """The length is counted as Discord's clients do."""
    assert text_length("a💡é") == 4
