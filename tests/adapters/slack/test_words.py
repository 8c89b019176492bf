"""Tests of what people write in Slack: each text is read as its author saw it, and unescaped once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings, strategies

from adapters.slack import forms
from adapters.slack.forms import FormOrigin
from adapters.slack.reading import mrkdwn
from adapters.slack.reading.mentions import Mentions, Names
from adapters.slack.reading.message import find_mentions, find_shown, read_message, says_the_same
from adapters.slack.text import escape_text
from bot.core.messages import Field, FieldKind, Form
from bot.core.origin import Shows
from tests.fakes.slack import read

Json = dict[str, Any]
WORDS = strategies.text(strategies.characters(codec="utf-8", exclude_characters="\0"), max_size=300)
NAMES = Names({"U2": "Ben"}, {"C1": "general", "C2": "a private channel"}, {"S1": "helpers"})


def said(*elements: Json, kind: str = "rich_text_section", text: str = "", **more: Any) -> Json:
    """Return a message of one part."""
    part = {"type": kind, "elements": list(elements), **more}
    return {"text": text, "blocks": [{"type": "rich_text", "elements": [part]}]}


def words(text: str, **style: bool) -> Json:
    """Return a text element."""
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def emoji(name: str, **more: Any) -> Json:
    """Return an emoji element."""
    return {"type": "emoji", "name": name, **more}


def link(url: str, text: str = "") -> Json:
    """Return a link element."""
    return {"type": "link", "url": url, **({"text": text} if text else {})}


def item(*elements: Json) -> Json:
    """Return an item of a list."""
    return {"type": "rich_text_section", "elements": list(elements)}


# Blocks


@pytest.mark.parametrize(
    "typed",
    ["root:x:0:0", "std::key::value", "a :bulb: name", "12:30:45", "<b> & &lt;", "*2* _3_ `4`", "e\u0301"],
)
@pytest.mark.parametrize("style", [{}, {"code": True}])
def test_a_text_in_blocks_is_a_text(typed: str, style: dict[str, bool]) -> None:
    """No name of an emoji, mark or entity in it means anything. Code has the backticks that were typed."""
    shown = read_message(said(words(typed, **style), text=escape_text(typed)))
    assert shown == (f"`{typed}`" if style else typed)


@pytest.mark.parametrize(
    ("element", "shown"),
    [
        (emoji("bulb", unicode="1f4a1"), "💡"),
        (emoji("heart", unicode="2764-fe0f"), "❤️"),
        (emoji("+1", unicode="1f44d-1f3fe"), "👍🏾"),
        (emoji("+1", unicode="1f44d", skin_tone=5), "👍🏾"),
        (emoji("wave::skin-tone-3"), "👋🏼"),
        (emoji("v", unicode="270c-fe0f", skin_tone=2), "✌🏻"),
        (emoji("flag-pt", unicode="1f1f5-1f1f9"), "🇵🇹"),
        (emoji("orca_of_17", unicode="1facd"), "\U0001facd"),
        (emoji("party-parrot"), ":party-parrot:"),
        (emoji("broken", unicode="zz"), ":broken:"),
    ],
)
def test_an_emoji_is_its_character(element: Json, shown: str) -> None:
    """Also a new one that only its code points name. A custom one, which may be deleted, keeps its name."""
    assert read_message(said(words("so "), element, words("!"))) == f"so {shown}!"


@pytest.mark.parametrize(
    ("url", "label", "shown"),
    [
        ("http://main.py", "main.py", "main.py"),
        ("mailto:ana@example.com", "ana@example.com", "ana@example.com"),
        ("mailto:ana@example.com", "", "ana@example.com"),
        ("tel:+351123456", "+351123456", "+351123456"),
        ("https://example.com/", "example.com", "example.com"),
        ("https://example.com/a", "https://example.com/a/", "https://example.com/a/"),
        ("http://example.com/caf%C3%A9", "Example.com/café", "Example.com/café"),
        ("https://example.com/?a=1&b=2", "", "https://example.com/?a=1&b=2"),
        ("https://example.com", "the page", "the page (https://example.com)"),
        ("https://evil.example", "https://bank.example", "https://bank.example (https://evil.example)"),
        ("tel:+15551234567", "+1 (555) 123-4567", "+1 (555) 123-4567"),
        ("tel:+15551234567", "the office", "the office (tel:+15551234567)"),
        ("http://xn--bcher-kva.example/a", "bücher.example/a", "bücher.example/a"),
        ("http://xn--\u00fc.example", "b.example", "b.example (http://xn--\u00fc.example)"),
    ],
)
def test_a_link_is_what_was_typed(url: str, label: str, shown: str) -> None:
    """Slack adds a scheme to an address by itself. A label that says anything else is told with its address."""
    assert read_message(said(link(url, label))) == shown
    in_text = escape_text(url) + (f"|{escape_text(label)}" if label else "")
    assert mrkdwn.read_text(f"see <{in_text}>.", Names()) == f"see {shown}."


def test_mentions_are_names() -> None:
    """Each has its sign. The name of a channel that not everybody may see is not told."""
    message = said(
        {"type": "user", "user_id": "U2"}, words(" "), {"type": "channel", "channel_id": "C1"}, words(" "),
        {"type": "channel", "channel_id": "C2"}, words(" "), {"type": "channel", "channel_id": "C9"}, words(" "),
        {"type": "usergroup", "usergroup_id": "S1"}, words(" "), {"type": "usergroup", "usergroup_id": "S9"},
        words(" "), {"type": "broadcast", "range": "here"}, words(" "), {"type": "user", "user_id": "U9"},
    )  # fmt: skip
    expected = "@Ben #general #a private channel #a channel @helpers @a group @here @someone"
    assert read_message(message, NAMES) == expected
    assert find_mentions(message) == Mentions(
        frozenset({"U2", "U9"}), frozenset({"C1", "C2", "C9"}), frozenset({"S1", "S9"})
    )
    text = "<@U2> <#C1> <#C2> <#C9|> <!subteam^S1> <!subteam^S9> <!here> <@U9>"
    assert mrkdwn.read_text(text, NAMES) == expected
    assert mrkdwn.find_mentions(text) == find_mentions(message)


@pytest.mark.parametrize(
    ("name", "shown"), [("\u202egnp.Ben", "@gnp.Ben"), ("Ben\nadmin", "@Ben admin"), ("\u3164", "@someone")]
)
def test_a_mentioned_name_turns_nothing(name: str, shown: str) -> None:
    """It stands in somebody's words, whose direction and lines are their own."""
    assert mrkdwn.read_text("<@U2> saw it", Names({"U2": name})) == f"{shown} saw it"


def test_a_date_and_a_color() -> None:
    """A date is told as its author's client wrote it, or in UTC."""
    date = {"type": "date", "timestamp": 1773741600, "format": "{date}"}
    shown = read_message(
        said({**date, "fallback": "noon"}, words(", "), date, {"type": "color", "value": "#f00"})
    )
    assert shown == "noon, 17 March 2026, 10:00 UTC#f00"
    text = "<!date^1773741600^{date}^https://x.example|noon>, <!date^1773741600^{date}>"
    assert mrkdwn.read_text(text, Names()) == "noon, 17 March 2026, 10:00 UTC"


def test_styles_are_the_marks_that_are_typed() -> None:
    """A style over several elements has its marks once, beside a word."""
    message = said(
        words("We "), words("really ", bold=True), link("http://main.py", "main.py") | {"style": {"bold": True}},
        words(" or "), words("not", italic=True, strike=True),
    )  # fmt: skip
    assert read_message(message) == "We *really main.py* or _~not~_"


def test_code_and_quotes_and_lists() -> None:
    """Everything is on its own lines, as its author saw it."""
    parts = [
        {"type": "rich_text_section", "elements": [words("First\n\n")]},
        {"type": "rich_text_list", "style": "bullet", "elements": [item(words("one")), item(words("two"))]},
        {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [item(words("deep"))]},
        {
            "type": "rich_text_list",
            "style": "ordered",
            "offset": 2,
            "elements": [item(words("third")), item()],
        },
        {
            "type": "rich_text_list",
            "style": "ordered",
            "indent": 1,
            "elements": [item(words("a")), item(words("b"))],
        },
        {
            "type": "rich_text_list",
            "style": "ordered",
            "indent": 2,
            "offset": 3,
            "elements": [item(words("roman"))],
        },
        {"type": "rich_text_quote", "elements": [words("said\ntwice")]},
        {"type": "rich_text_preformatted", "elements": [words("a:x:b\n"), link("https://x.example")]},
        {"type": "rich_text_section", "elements": [words("\nlast")]},
    ]
    assert read_message({"text": "", "blocks": [{"type": "rich_text", "elements": parts}]}) == (
        "First\n\n• one\n• two\n    ◦ deep\n3. third\n4. \n    a. a\n    b. b\n        iv. roman\n"
        "> said\n> twice\n```a:x:b\nhttps://x.example```\n\nlast"
    )


@pytest.mark.parametrize(
    "blocks",
    [
        [],
        None,
        "junk",
        [{"type": "section", "text": {"type": "mrkdwn", "text": "x"}}],
        [{"type": "rich_text", "elements": [{"type": "rich_text_poem", "elements": []}]}],
        [
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "novelty"}]}],
            }
        ],
    ],
)
def test_without_usable_blocks_the_text_is_read(blocks: Any) -> None:
    """Old messages have none, and nobody knows which elements come next."""
    assert read_message({"text": "a &amp; :bulb:", "blocks": blocks}) == "a & 💡"


def test_a_message_shows_what_it_forwards() -> None:
    """A shared message has no words of whoever shared it. A preview of a link shows nothing by itself."""
    shared = {"text": "", "attachments": [{"is_share": True, "is_msg_unfurl": True, "text": "Old words"}]}
    assert find_shown(shared) == Shows.FORWARD
    assert find_shown({"text": "", "attachments": [{"title": "A page"}]}) == Shows.NOTHING
    assert find_shown({"text": "", "attachments": "junk"}) == Shows.NOTHING


@pytest.mark.parametrize("kind", ["channel", "usergroup", "user"])
def test_another_mention_is_another_text(kind: str) -> None:
    """Also where nobody here may know the name of either."""
    one, other = (said({"type": kind, f"{kind}_id": each}) for each in ("C1", "C2"))
    assert says_the_same(one, one)
    assert not says_the_same(one, other)


def test_a_picture_alone_has_no_words() -> None:
    """Its file says nothing that could be kept."""
    assert read_message({"subtype": "file_share", "text": "", "files": [{"name": "board.png"}]}) == ""


@settings(deadline=None, max_examples=200)
@given(WORDS)
def test_any_text_comes_back(typed: str) -> None:
    """As rich text, whether its entities are escaped there or not, and as mrkdwn without names of emoji."""
    text = escape_text(typed)
    assert read_message(said(words(typed), text=text)) == typed
    assert read_message(said(words(text), text=text)) == typed
    if ":" not in typed:
        assert mrkdwn.read_text(text, Names()) == typed


# Text alone


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("root:x:0:0", "root:x:0:0"),
        ("std::key::value", "std::key::value"),
        ("12:30:45 and 10:100:1", "12:30:45 and 10:100:1"),
        ("ключ:key:значение", "ключ:key:значение"),
        ("cafe\u0301:key:", "cafe\u0301:key:"),
        ("`a :x: b` :x: `c :x:`", "`a :x: b` ❌ `c :x:`"),
        ("```\n:x:\n``` :x:", "```\n:x:\n``` ❌"),
        ("one ` :x: alone", "one ` ❌ alone"),
        (":tada::tada: (:tada:), _:tada:_", "🎉🎉 (🎉), _🎉_"),
        (":wave::skin-tone-3::party-parrot:", "👋🏼:party-parrot:"),
        ("すごい:tada:です", "すごい🎉です"),
        (":heart: :flag-pt: :man-shrugging:", "❤️ 🇵🇹 🤷‍♂️"),
        ("&amp;lt; &lt;b&gt; &amp;amp;", "&lt; <b> &amp;"),
        ("Array<String> &lt;@U2&gt;", "Array<String> <@U2>"),
        ("see <https://example.com/very/lo", "see https://example.com/very/lo"),
        ("see <https://example.com|the lab", "see the lab (https://example.com)"),
        ("hi <@U2", "hi <@U2"),
        ("<@U1|ana> <#C1|general> <!subteam^S9|@helpers> <!here|here>", "@ana #general @helpers @here"),
        ("<#C2|payroll> <#C9|layoffs>", "#a private channel #a channel"),
        ("see https://e.example/:key:/x?a=:id: :tada:", "see https://e.example/:key:/x?a=:id: 🎉"),
        ("`<https://x.example/a>`", "`https://x.example/a`"),
    ],
)
def test_a_text_without_blocks(text: str, shown: str) -> None:
    """An emoji's name is one only where a person would see it as one. A cut-off link is still an address."""
    assert mrkdwn.read_text(text, NAMES) == shown


def test_a_name_is_no_markup() -> None:
    """What a person calls themselves is put in as it is."""
    assert mrkdwn.read_text("<@U2> &amp;", Names({"U2": "&lt;#C1&gt; :x:"})) == "@&lt;#C1&gt; :x: &"


# Forms


def submitted(before: str, after: str | None = None, escaping: bool = True, echoes: bool = True) -> str:
    """Return what comes of a form's field that opened with one text and was sent with another."""
    form = Form("T", "c", (Field("text", "Text", FieldKind.TEXT, before),))
    view = forms.build_modal(form, FormOrigin(), str)
    state = read.state(view["blocks"], {} if after is None else {"text": after})
    view["state"] = {"values": read.handed_back(state) if escaping else state}
    if echoes:
        view["blocks"] = [read.handed_back(block) for block in view["blocks"]] if escaping else view["blocks"]
    else:
        del view["blocks"]
    return forms.read_values(view)["text"]


@settings(deadline=None, max_examples=200)
@given(WORDS, strategies.booleans(), strategies.booleans())
def test_an_unchanged_field_changes_nothing(typed: str, escaping: bool, echoes: bool) -> None:
    """Whatever Slack does with the value on its way."""
    for text in (typed, f"{typed} :x: &amp; &lt;@U2&gt; <b>"):
        assert submitted(text, escaping=escaping, echoes=echoes) == text


@pytest.mark.parametrize("escaping", [True, False])
def test_a_field_that_is_changed(escaping: bool) -> None:
    """A picked emoji becomes its character. A name that was text before stays text, and so does code."""
    assert submitted("", "a < b & c :tada:", escaping) == "a < b & c 🎉"
    assert submitted("Mark it :x: <b>", "Mark it :x: <b> :tada:", escaping) == "Mark it :x: <b> 🎉"
    assert submitted("", "root:x:0:0 `:x:` std::key::value", escaping) == "root:x:0:0 `:x:` std::key::value"
    assert (
        submitted("", "see <https://x.example|bank> <@U2>", escaping) == "see <https://x.example|bank> <@U2>"
    )
