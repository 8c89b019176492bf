"""Tests of people's text on Discord: shown exactly as it is, and read as its author saw it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings, strategies

from adapters.discord.reading.content import content_of_json
from adapters.discord.text import (
    CHANNEL,
    PERSON,
    ROLE,
    Mention,
    as_written,
    bold_text,
    escape_text,
    find_mention,
    find_mentions,
    render_markdown,
    strip_mention,
    text_length,
    unescape_text,
)
from bot.core.messages import ChannelMention, Strong, TextLink, Timestamp
from bot.core.origin import Shows

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


def test_fifty_addresses() -> None:
    """Each is a link of its own, and a label that lies about its address is shown as it was typed."""
    addresses = [f"https://x.example/{number}?a=b_{number}_c" for number in range(50)]
    escaped = escape_text(" ".join(addresses))
    assert escaped == " ".join(f"<{each}>" for each in addresses)
    lying = escape_text("[google.com](https://evil.example) [https://a.example](https://evil.example)")
    assert lying == ("\\[google.com](<https://evil.example>) \\[<https://a.example>](<https://evil.example>)")


NAMES = {Mention(PERSON, "1"): "Ana", Mention(ROLE, "3"): "makers", Mention(CHANNEL, "4"): "general"}


def test_what_people_wrote() -> None:
    """Discord's markup becomes what its author saw, with names as far as known."""
    text = (
        "<@1> and <@!2> of <@&3> in <#4>: <:party:12> <a:dance:13> </aha log:5> <https://x.example> "
        "<t:1773741600> <t:1773741600:D> <t:1773741600:t> <t:1773741600:R> <t:9999999999999> *a* @everyone"
    )
    assert as_written(text, NAMES) == (
        "@Ana and @someone of @makers in #general: :party: :dance: /aha log https://x.example "
        "17 March 2026, 10:00 UTC 17 March 2026 10:00 UTC 17 March 2026, 10:00 UTC <t:9999999999999> *a* @everyone"
    )
    assert find_mentions(text) == {*NAMES, Mention(PERSON, "2")}


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("<@9> <@!9> <@&9> <#9>", "@someone @someone @a role #a channel"),
        ("<@4> <#1> <@&4> <@3>", "@someone #a channel @a role @someone"),
        ("<id:customize>, <id:browse>, <id:guide>", "Channels & Roles, Browse Channels, Server Guide"),
        ("<id:linked-roles> <id:linked-roles:12>", "Linked Roles Linked Roles"),
        ("<id:unheard>", "<id:unheard>"),
        ("<ana@x.example> <+5551234567>", "ana@x.example +5551234567"),
        ("<@> <#x> <:a b:1> <t:x> a<b>c", "<@> <#x> <:a b:1> <t:x> a<b>c"),
        ("<@٣>", "<@٣>"),
    ],
)
def test_markup_of_every_kind(sent: str, seen: str) -> None:
    """No id is ever shown, and a name is only told to a mention of its own kind."""
    assert as_written(sent, NAMES) == seen


@pytest.mark.parametrize(
    "code",
    [
        "`<@1>`", "``<@1> ` <#4>``", "```\n<@1>\n```", "```py\n<:party:12>\n```", "a `<t:1773741600>` b",
        "```<@1>```", "````<@1>```", "`` `<@1>` ``", "```\n`<@1>\n```", "``<@1>`", "`\\`<@9", "\\<@1>", "\\<:party:12>",
        "```\n\n\n<@1> `` ```", "`a\n<@1>\nb`",
    ],
)  # fmt: skip
def test_code_stays_as_it_was_written(code: str) -> None:
    """In code, and behind a backslash, Discord's client leaves every mark as it is."""
    assert as_written(code, NAMES) == code
    assert find_mentions(code) == set()
    assert as_written(f"<@1> {code} <@1>", NAMES) == f"@Ana {code} @Ana"


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("` <@1>", "` @Ana"),
        ("``` <@1>", "``` @Ana"),
        ("`` <@1> ` <@1>", "`` <@1> ` @Ana"),
        ("\\`<@1>`", "\\`@Ana`"),
        ("\\\\<@1>", "\\\\@Ana"),
        ("`a` <@1> `b`", "`a` @Ana `b`"),
        ("```a``` <@1> ```b```", "```a``` @Ana ```b```"),
    ],
)
def test_what_only_looks_like_code(sent: str, seen: str) -> None:
    """Backticks without an end, or escaped, begin none."""
    assert as_written(sent, NAMES) == seen


@settings(deadline=None)
@given(strategies.text("`\\<@1> \n", max_size=30))
def test_code_is_found_as_discord_finds_it(text: str) -> None:
    """The scan agrees with the rules of Discord's client, written as patterns that may take long."""
    rules = re.compile(
        r"(?P<escaped>\\[^0-9A-Za-z\s])|(?P<block>```\n*[^\n][\s\S]*?```)"
        r"|(?P<inline>(`+)[\s\S]*?[^`]\4(?!`))|(?P<ticks>`+)|(?P<mention><@1>)"
    )
    expected = rules.sub(lambda found: "@Ana" if found["mention"] else found[0], text)
    assert as_written(text, NAMES) == expected


def test_many_backticks_take_no_time() -> None:
    """A text of the greatest length is read in one pass."""
    for text in ("`" * 6_000, "` `` " * 1_200, "``` " * 1_500):
        assert as_written(text, {}) == text


def test_names_are_words() -> None:
    """Markup in a name is not parsed."""
    assert as_written("<@1>", {Mention(PERSON, "1"): "<#2>"}) == "@<#2>"
    assert as_written("<@&1>", {Mention(ROLE, "1"): "@everyone"}) == "@everyone"


def test_words_said_to_the_bot() -> None:
    """A mention of the bot counts as its address at either end, and as words in between."""
    assert strip_mention("<@1> <@!1> we sign once <@1>", "1") == "we sign once"
    assert strip_mention("ask <@1> again <@2>", "1") == "ask <@1> again <@2>"


def test_a_mention_among_others_is_found() -> None:
    """The first one of those that are looked for. In code and behind a backslash there is none."""
    ours = {Mention("@", "1"), Mention("@&", "3")}
    assert find_mention("ask <@2> or <@!1>", ours) == (Mention("@", "1"), 12, 17)
    assert find_mention("<@&3> <@1>", ours) == (Mention("@&", "3"), 0, 5)
    for text in ("", "<@2>", "`<@1>`", "\\<@1>", "```\n<@1>```"):
        assert find_mention(text, ours) is None
    assert strip_mention("<@1>", "1") == ""


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


def test_a_forwarded_text_with_nothing_to_see_is_none() -> None:
    """Else the words that tell of the forwarding would be all that is kept."""
    forwarded = content_of_json(
        {"content": "", "message_snapshots": [{"message": {"content": "\u200b \u3164"}}]}
    )
    assert (forwarded.text, forwarded.shows) == ("", Shows.FORWARD)
