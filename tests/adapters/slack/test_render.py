"""Tests of cards and forms as Slack blocks: within every limit for any text, and complete."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings, strategies

from adapters.slack import forms, render
from adapters.slack.forms import FormOrigin
from adapters.slack.reading.emoji import emoji_character
from adapters.slack.text import escape_text, render_mrkdwn, unescape_text
from bot.core.messages import (
    Block,
    Button,
    Card,
    ChannelMention,
    Entry,
    Field,
    FieldKind,
    Form,
    Option,
    Quote,
    Section,
    Small,
    Strong,
    Text,
    TextLink,
    Timestamp,
    Title,
)
from tests.fakes.slack import limits, read

Json = dict[str, Any]
WORDS = strategies.text(strategies.characters(codec="utf-8", exclude_characters="\0"), max_size=4_000)


def encode(command: Any) -> str:
    return f"press:{command}"


@settings(deadline=None, max_examples=40)
@given(strategies.lists(WORDS, max_size=12), strategies.lists(WORDS, max_size=12))
def test_any_words_fit(quotes: list[str], labels: list[str]) -> None:
    """Each message of a card is valid, whatever text it holds."""
    buttons = tuple(Button(label or "Go", str(number)) for number, label in enumerate(labels))
    blocks: list[Block] = [Title("Aha #1"), *(Quote(words, by=words[:40]) for words in quotes)]
    blocks += [Quote(words, button=Button("Show", words[:20])) for words in quotes]
    blocks += [Text((words, Strong(words))) for words in quotes] + [Small((words,)) for words in quotes]
    for message in render.render_messages(Card(tuple(blocks), buttons, buttons), encode):
        assert limits.of_message({"channel": "C1", **message}) == []


@settings(deadline=None, max_examples=60)
@given(WORDS)
def test_nothing_of_a_quote_is_lost(words: str) -> None:
    """Every character is shown, at any length."""
    card = Card((Quote(words * 12),))
    shown = [text for each in render.render_messages(card, encode) for text in _texts(each["blocks"])]
    assert "".join(shown).strip() == (words * 12).strip() or not words.strip()


def _texts(blocks: Any) -> list[str]:
    return [
        piece["text"]
        for block in blocks
        if block["type"] == "rich_text"
        for part in block["elements"]
        for piece in part["elements"]
    ]


def test_forty_thousand_characters_come_back() -> None:
    """They come back in several messages, because one holds about thirteen thousand."""
    given_back = "".join(f"{number:07} " for number in range(5_000))
    messages = render.render_messages(Card((Text(("Too late.",)), Quote(given_back))), encode)
    assert 1 < len(messages) <= 5
    assert "".join(text for each in messages for text in _texts(each["blocks"])) == given_back


NASTY = "<!channel> <@U1> *bold* _leaning_ ~gone~ <https://evil.example|bank> &amp; `x`\n> quoted"


def _nodes(node: Any) -> list[Json]:
    if isinstance(node, dict):
        return [node, *(inner for value in node.values() for inner in _nodes(value))]
    return [inner for each in node for inner in _nodes(each)] if isinstance(node, list) else []


def test_words_are_never_obeyed() -> None:
    """Mentions, links and markup in people's text are shown as text everywhere."""
    lines = ((NASTY, Strong(NASTY)), (Strong("Ana: "), NASTY, " · ", TextLink("there", "https://x.example")))
    card = Card((Title(NASTY[:150]), Section(NASTY), Quote(NASTY, NASTY), Quote(NASTY, button=Button(NASTY, 1)),
                 *map(Text, lines), *map(Small, lines)))  # fmt: skip
    (message,) = render.render_messages(card, encode)
    assert limits.of_message(message) == []
    marked = [node["text"] for node in _nodes(message["blocks"]) if node.get("type") == "mrkdwn"]
    assert marked == ["*Ana:* ", " · <https://x.example|there>"]
    assert "<" not in message["text"]
    assert read.words(message["blocks"]).count(NASTY) == 11


def links(node: Any) -> list[tuple[str, str]]:
    """Return the address and the text of each link in blocks."""
    return [(each["url"], each["text"]) for each in _nodes(node) if each.get("type") == "link"]


ADDRESSED = (
    "See https://example.org/a_(b). *Not* <https://evil.example|this>, main.py or mailto:ana@example.org"
)


def test_addresses_in_words_are_links_and_nothing_else() -> None:
    """The text of each is the address, also beside a button, and punctuation after it isn't part of it."""
    own = [(each, each) for each in ("https://example.org/a_(b)", "https://evil.example")]
    card = Card((Quote(ADDRESSED, "Ana"), Quote(ADDRESSED, button=Button("Show", 1)), Section(ADDRESSED),
                 Text((ADDRESSED,)), Text((Strong(ADDRESSED),))))  # fmt: skip
    (message,) = render.render_messages(card, encode)
    assert limits.of_message(message) == []
    assert links(message["blocks"]) == own * 5
    assert read.words(message["blocks"]).count(ADDRESSED) == 5
    (message,) = render.render_messages(
        Card((Text(("At https://example.org/?a=1&b=2, or ", Strong("https://example.com"))),)), encode
    )
    (block,) = message["blocks"]
    assert block["text"]["text"] == "At <https://example.org/?a=1&amp;b=2>, or *<https://example.com>*"


def test_fifty_addresses_in_one_text() -> None:
    """All are links, none is cut in two, and every message is taken."""
    addresses = [f"https://example.org/{number}/{'x' * 40}" for number in range(50)]
    words = " ".join(addresses)
    card = Card((Quote(words), Quote(words, button=Button("Show", 1)), Text((f"{words} *",))))
    messages = render.render_messages(card, encode)
    assert [limits.of_message(each) for each in messages] == [[]] * len(messages)
    assert [url for each in messages for url, _ in links(each["blocks"])] == addresses * 3
    post = render.render_message(card, encode)
    assert limits.of_message(post) == []


def test_an_address_that_is_too_long_stays_text() -> None:
    """A part of it would lead somewhere else."""
    for length in (1_000, 2_500, 9_000):
        words = f"{'y' * 100} https://example.org/{'x' * length} end"
        messages = render.render_messages(Card((Quote(words), Text((words,)), Small((words,)))), encode)
        assert [limits.of_message(each) for each in messages] == [[]] * len(messages)
        assert [len(url) for each in messages for url, _ in links(each["blocks"])] == [length + 20] * (
            2 if length < 2_000 else 0
        )
        assert "<http" not in str(messages)


def test_a_cut_card_keeps_each_button_once() -> None:
    """Buttons below quotes with addresses are cut with their quotes."""
    quotes = tuple(
        Quote(f"https://example.org/{n} " + "x" * 900, button=Button("Show", n)) for n in range(30)
    )
    message = render.render_message(Card(quotes, (Button("Last", 1),)), encode)
    assert limits.of_message(message) == []
    assert read.words(message["blocks"]).endswith("[Show]\nThere's more than fits here.\n[Last]")


def test_small_words_without_markup_stay_on_one_line() -> None:
    """Names with an apostrophe, times and emoji are no Slack markup."""
    at = datetime(2026, 3, 17, 10, 0, tzinfo=UTC)
    (message,) = render.render_messages(
        Card((Small(("Ana O'Neil: 10:30 💡 · ", Timestamp(at), " · edited")),)), encode
    )
    (block,) = message["blocks"]
    assert [element["type"] for element in block["elements"]] == ["mrkdwn"]


def test_rich_text_shows_what_markup_would() -> None:
    """A line with risky text keeps its times, links and channels."""
    at = datetime(2026, 3, 17, 10, 0, tzinfo=UTC)
    line = ("*stars* ", Timestamp(at, clock=True), ChannelMention("C1", "general"), TextLink("x", "https://x.example"),
            TextLink("run", "javascript:x"))  # fmt: skip
    (message,) = render.render_messages(Card((Text(line),)), encode)
    assert message["blocks"][0]["elements"][0]["elements"] == [
        {"type": "text", "text": "*stars* "},
        {"type": "date", "timestamp": 1773741600, "format": "{date_pretty} at {time}",
         "fallback": "17 March 2026, 10:00"},
        {"type": "text", "text": "#general"},
        {"type": "link", "url": "https://x.example", "text": "x"},
        {"type": "text", "text": "run"},
    ]  # fmt: skip
    assert limits.of_message(message) == []


def test_a_post_that_is_too_long_says_so_and_can_still_be_pressed() -> None:
    """The core's cards are far below the limit. A longer one says that it was cut."""
    crowd = tuple(Quote("x" * 300, f"Person {number}") for number in range(90))
    card = Card((Title("Aha #1"), *crowd), (Button("High-five", 1),), (Button("Edit", 2),))
    message = render.render_message(card, encode, render.picture_block("F0123456", "Twelve weeks"))
    assert limits.of_message(message) == []
    shown = read.words(message["blocks"])
    assert "There's more than fits here." in shown
    assert "[High-five]" in shown
    assert "[Edit]" in shown
    assert message["blocks"][-1]["type"] == "image"
    short = render.render_message(Card((Quote("x"),)), encode)
    assert "more of this" not in read.words(short["blocks"])


def test_a_sentence_with_a_button_of_its_own() -> None:
    """It stands beside the sentence, or below it where the sentence could be read as markup."""
    go = Button("Pause", "go")
    beside, below = (
        render.render_view(Card((Text(line, go),)), encode)
        for line in (("Recap",), ("*Recap*", " · ", Strong("a")))
    )
    assert [block["type"] for block in beside] == ["section"]
    assert beside[0]["accessory"]["value"] == "press:go"
    assert [block["type"] for block in below] == ["rich_text", "actions"]
    for blocks in (beside, below):
        assert limits.of_view({"type": "home", "blocks": blocks}) == []
        assert "[Pause]" in read.view({"type": "home", "blocks": blocks})


def test_a_view_that_is_too_long_says_so() -> None:
    """A home or modal holds a hundred blocks."""
    card = Card(
        tuple(Quote("x" * 900, button=Button(f"Show {n}", n)) for n in range(120)), (Button("Pause", 1),)
    )
    view = forms.build_answer_view(card, FormOrigin(), encode)
    assert limits.of_view(view) == []
    assert "There's more than fits here." in read.view(view)
    assert "[Pause]" in read.view(view)


def test_a_menu_holds_five_and_the_rest_are_buttons() -> None:
    """No command is left out, and each has its own id."""
    menu = tuple(Button(f"Entry {number}", number) for number in range(8))
    card = Card((Quote("words", button=Button("Show", "x")),), (Button("First", "a"),), menu)
    (message,) = render.render_messages(card, encode)
    shown = read.words(message["blocks"])
    assert all(f"[Entry {number}]" in shown for number in range(8))
    ids = [str(part) for part in _ids(message["blocks"])]
    assert len(ids) == len(set(ids)) == 6


def _ids(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [
            *([node["action_id"]] if "action_id" in node else []),
            *(i for v in node.values() for i in _ids(v)),
        ]
    return [i for each in node for i in _ids(each)] if isinstance(node, list) else []


def test_lines() -> None:
    """Times are in the reader's zone, and channels and links are Slack's."""
    at = datetime(2026, 3, 17, 10, 0, tzinfo=UTC)
    line = (
        "On ",
        Timestamp(at, "Europe/Lisbon", clock=True),
        " in ",
        ChannelMention("C1", "a&b"),
        " ",
        TextLink("A & B", "https://x.example/?a=1&b=|"),
    )
    assert render_mrkdwn(line) == (
        "On <!date^1773741600^{date_pretty} at {time}|17 March 2026, 10:00> in <#C1|a&amp;b> "
        "<https://x.example/?a=1&amp;b=%7C|A &amp; B>"
    )
    assert render_mrkdwn((TextLink("run", "javascript:x"),)) == "run"


def test_notification_and_screen_have_one_zone() -> None:
    """What a notification and a screen reader say is what the screen says, late in the evening too."""
    late = datetime(2026, 3, 17, 23, 30, tzinfo=UTC)
    line = (
        "Next: ",
        Timestamp(late, "Asia/Singapore", clock=True),
        " · since ",
        Timestamp(late, "Asia/Singapore"),
    )
    for block in (Text(line), Small(line), Text(("*", *line))):
        (message,) = render.render_messages(Card((block,)), encode)
        assert message["text"].lstrip("*") == "Next: 18 March 2026, 07:30, since 18 March 2026."
        assert str(message["blocks"]).count("18 March 2026") == 2


def test_a_zone_that_this_machine_lacks_is_shown_as_utc() -> None:
    """A row may name a zone of newer data. The message still goes out."""
    line = (Timestamp(datetime(2026, 3, 17, 10, 0, tzinfo=UTC), "Mars/Olympus", clock=True),)
    for shown in (line, ("*", *line)):
        (message,) = render.render_messages(Card((Text(shown),)), encode)
        assert message["text"].lstrip("*") == "17 March 2026, 10:00."


def test_strong_words() -> None:
    """With a space beside the star, Slack shows both stars and no bold text."""
    assert render_mrkdwn((Strong("Heard: "), "four of you.")) == "*Heard:* four of you."
    assert render_mrkdwn(("Press", Strong(" A & B "), "now", Strong(" "))) == "Press *A &amp; B* now "
    assert read.mrkdwn("*Heard: * four") == "*Heard: * four"


@settings(deadline=None, max_examples=60)
@given(WORDS)
def test_escapes_come_off_as_they_went_on(words: str) -> None:
    """Each is added once and removed once."""
    assert unescape_text(escape_text(words)) == words


def test_emoji() -> None:
    """Known names become characters, skin tones are ignored, and other emoji keep their name."""
    assert [emoji_character(name) for name in ("bulb", "+1::skin-tone-3", "party-parrot")] == [
        "💡",
        "👍",
        ":party-parrot:",
    ]


OPTIONS = tuple(Option(str(number), f"Option {number}" * 12) for number in range(12))
EVERYTHING = Form(
    "A title that is longer than Slack's twenty-four", "command",
    (
        Field("line", "A line", value="x" * 3_000, hint="h"), Field("text", "Text", FieldKind.TEXT, "words"),
        Field("one", "One", FieldKind.CHOICE, "1", options=OPTIONS[:3]),
        Field("of_many", "Of many", FieldKind.CHOICE, "11", options=OPTIONS),
        Field("some", "Some", FieldKind.CHOICES, "1\n2", options=OPTIONS[:3]),
        Field("many", "Many", FieldKind.CHOICES, "1\n11", options=OPTIONS),
        Field("day", "Day", FieldKind.DATE, "2026-03-17"), Field("at", "At", FieldKind.TIME, "10:00"),
        Field("where", "Where", FieldKind.CHANNEL), Field("none", "None", FieldKind.CHOICE),
        Field("wrong", "Day", FieldKind.DATE, "soon", required=False),
    ),
    intro="What this is for.",
)  # fmt: skip


def test_every_field_fits_and_comes_back() -> None:
    """A form with every kind of field is valid, and gives its initial values when sent unchanged."""
    view = forms.build_modal(EVERYTHING, FormOrigin(channel="C1"), encode)
    assert limits.of_view(view) == []
    view["state"] = {"values": read.handed_back(read.state(view["blocks"], {"where": "C7"}))}
    values = forms.read_values(view)
    expected = {
        field.name: field.value for field in EVERYTHING.fields if field.name not in ("none", "where", "wrong")
    }
    assert {name: values[name] for name in expected} == expected
    assert values["where"] == "C7"
    assert values["wrong"] == ""
    assert forms.find_channel_fields(view) == ["where"]


def test_more_options_than_a_list_holds() -> None:
    """Slack takes 100 groups of 100 options. All of them can be chosen and stay chosen."""
    many = tuple(Option(str(number), f"#channel-{number:03}") for number in range(250))
    fields = (
        Field("one", "Which one?", FieldKind.CHOICE, "249", options=many),
        Field("some", "Which ones?", FieldKind.CHOICES, "3\n170\n249", options=many),
    )
    view = forms.build_modal(Form("Choose", "c", fields), FormOrigin(), encode)
    assert limits.of_view(view) == []
    for block in view["blocks"]:
        assert [option["value"] for option in read.offered(block["element"])] == [each.value for each in many]
    view["state"] = {"values": read.handed_back(read.state(view["blocks"], {}))}
    assert forms.read_values(view) == {"one": "249", "some": "3\n170\n249"}


def test_a_form_of_a_hundred_blocks() -> None:
    """A view takes no more."""
    fields = tuple(Field(f"f{number}", "What?", FieldKind.TEXT, "x" * 500) for number in range(98))
    view = forms.build_modal(
        Form("A title that is longer than twenty-four", "c", fields, intro="i"), FormOrigin(), encode
    )
    assert len(view["blocks"]) == 100
    assert limits.of_view(view) == []


def test_errors_stand_beside_their_fields_only_where_they_are() -> None:
    """An error for a field that the modal lacks is not beside any field."""
    form = Form("T", "c", (Field("zone", "Zone"),), errors={"zone": "Which?"})
    view = forms.build_modal(form, FormOrigin(), encode)
    view["state"] = {"values": read.state(view["blocks"], {})}
    (block,) = view["blocks"]
    assert forms.build_field_errors(form, view) == {block["block_id"]: "Which?"}
    assert forms.build_field_errors(Form("T", "c", (), errors={"days": "Which?"}), view) is None


def test_another_form_in_the_same_window_is_empty() -> None:
    """Slack keeps typed text by block id, so other forms have other ids."""
    ids = {
        forms.build_modal(Form("T", c, (Field("text", "Text"),)), FormOrigin(), encode)["blocks"][0][
            "block_id"
        ]
        for c in "ab"
    }
    assert len(ids) == 2


def test_a_long_way_back_is_left_out() -> None:
    """`private_metadata` holds 3,000 characters. The command is always kept."""
    kept = forms.build_modal(
        EVERYTHING, FormOrigin(channel="C1", card="https://x.example/" + "y" * 3_000), encode
    )
    assert forms.read_form_origin(kept) == FormOrigin(command="press:command", channel="C1")
    section = Section("Heading")
    assert limits.of_message({"channel": "C1", **render.render_message(Card((section,)), encode)}) == []


def test_buttons_with_the_same_label_are_told_apart() -> None:
    """A screen reader says what each stands beside, beginning with its label, in 75 characters."""
    show = Button("Show", "show")
    card = Card(
        (
            Quote("We sign once.", "#42 · Ana", show),
            Quote("https://x.example/" + "long " * 40, "#43 · Ben", show),
            Entry("Why do logins take so long?", ("3 attempts",), show),
            Text(("You missed ", Strong("two")), show),
        ),
        (show,),
    )
    said = [
        each.get("accessibility_label")
        for each in _nodes(render.card_blocks(card, encode))
        if each.get("type") == "button"
    ]
    *beside, below = said
    said_of = [str(each) for each in beside]
    assert below is None, "the card's own buttons stand beside nothing"
    assert len(set(said_of)) == 4
    assert all(each.startswith("Show: ") and len(each) <= 75 for each in said_of)
    assert "We sign once" in said_of[0]
    assert not any("https" in each for each in said_of)
    assert limits.of_message({"channel": "C1", **render.render_message(card, encode)}) == []


def test_what_removes_something_stays_in_the_menu() -> None:
    """Of a menu with more entries than Slack takes, the first ones become buttons, and the last one stays."""
    menu = tuple(Button(label, label) for label in ("Edit", "Details", "Link", "Copy", "Share", "Delete"))
    *_, actions = render.card_blocks(Card((Title("T"),), (Button("High-five", "x"),), menu), encode)
    *buttons, overflow = actions["elements"]
    assert [each["text"]["text"] for each in buttons] == ["High-five", "Edit"]
    assert [each["text"]["text"] for each in overflow["options"]][-1] == "Delete"


def test_the_small_print_of_an_entry_with_a_button_is_above_its_words() -> None:
    """On a phone the button is below the words, and small print below that would seem to be of the next entry."""
    card = Card(
        (Entry("Why do logins take so long?", ("3 attempts",), Button("Show", "x")), Entry("Alone", ("2",)))
    )
    assert [each["type"] for each in render.card_blocks(card, encode)] == [
        "context",
        "section",
        "section",
        "context",
    ]
