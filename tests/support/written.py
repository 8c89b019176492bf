"""Texts as people write them in a chat: pieces with a meaning, and the words their author sees.

Each platform's fake has a composer that encodes the pieces as that platform's clients do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st


@dataclass(frozen=True)
class Words:
    """Ordinary words. Nothing in them is an emoji, a mention or a link."""

    text: str


@dataclass(frozen=True)
class Code:
    """Words between backticks, in which a chat changes nothing."""

    text: str


@dataclass(frozen=True)
class Emoji:
    """An emoji from the picker, as its character and its name on Slack."""

    character: str
    name: str


@dataclass(frozen=True)
class CustomEmoji:
    """An emoji that a team added."""

    name: str


@dataclass(frozen=True)
class Address:
    """A web address that a chat makes a link, as it was typed and as the link goes."""

    typed: str
    url: str


@dataclass(frozen=True)
class Mention:
    """A person, by first name."""

    name: str


@dataclass(frozen=True)
class ChannelName:
    """A channel that everyone in the workspace can see."""

    name: str


Piece = Words | Code | Emoji | CustomEmoji | Address | Mention | ChannelName
Written = Sequence[Piece]


def as_seen(written: Written) -> str:
    """Return the text as its author sees it, with a space between two pieces."""
    return " ".join(map(_seen_piece, written))


def _seen_piece(piece: Piece) -> str:
    match piece:
        case Words(text):
            return text
        case Code(text):
            return f"`{text}`"
        case Emoji(character, _):
            return character
        case CustomEmoji(name):
            return f":{name}:"
        case Address(typed, _):
            return typed
        case Mention(name):
            return f"@{name}"
        case ChannelName(name):
            return f"#{name}"


PITFALLS = (
    "root:x:0:0", "std::key::value", "a && b < c > d", "*stars* _lines_ ~waves~", "&amp; &lt;b&gt;",
    "C:\\new\\table", "10:30:45", "x:100:y", "שלום לכם", "مرحبا 123 بكم", "Zoë e\u0301 \u212b",
    "می\u200cخواهم", "> no quote", "# no heading", "1. no list", "||no spoiler||", "@everyone", "@here",
    "<3 and <- and ->", "100% ~ 50%", "[not](a link)", "\\*", "f(x) = y_1 * z_2", "a|b|c",
    "👩🏽\u200d🚀 up", "日本語の文", "…and then—nothing", "$HOME/.venv", "{'a': 1}", "¯\\_(ツ)_/¯",
)  # fmt: skip
"""Words in which some decoder or some renderer sees more than their author wrote."""

LITTLE = st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="`<>")
ANY_WORDS = st.lists(st.text(LITTLE, min_size=1, max_size=6), min_size=1, max_size=3).map(" ".join)
NAMED_EMOJI = re.compile(r":[^\s:]+:")

EMOJI = (
    Emoji("💡", "bulb"),
    Emoji("🦄", "unicorn_face"),
    Emoji("🇵🇹", "flag-pt"),
    Emoji("🎉", "tada"),
)
ADDRESSES = (
    Address("https://example.com/a?b=c&d=1#e", "https://example.com/a?b=c&d=1#e"),
    Address("http://example.org", "http://example.org"),
    Address("main.py", "http://main.py"),
    Address("example.com/path_(x)", "http://example.com/path_(x)"),
)


def pieces(words: st.SearchStrategy[str]) -> st.SearchStrategy[list[Piece]]:
    """Return a strategy for texts that are neither long nor taken for a command, with ordinary words from `words`."""
    piece: st.SearchStrategy[Piece] = st.one_of(
        words.map(Words),
        st.sampled_from(PITFALLS).map(Words),
        st.sampled_from((":bulb:", "root:x:0:0", "<@U1> <#C1>", "**a**", "std::key::", "a `")[:5]).map(Code),
        st.sampled_from(EMOJI),
        st.just(CustomEmoji("party_parrot")),
        st.sampled_from(ADDRESSES),
        st.just(Mention("Mei")),
        st.just(ChannelName("team-lantern")),
    )
    return st.lists(piece, min_size=1, max_size=4).map(lambda some: [Words("We saw that"), *some])


def without_emoji_names(text: str) -> bool:
    """Return whether a text holds nothing that a chat takes for the name of an emoji."""
    return NAMED_EMOJI.search(text) is None
