"""The limits check itself: it accepts valid payloads and reports every broken one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.slack.blocks.numbers import NUMBERS
from tests.fakes.slack import limits
from tests.support.samples import find_sample, needs

SCHEMA = "slack-block-limits.json"

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def said(*blocks: Json, **more: Any) -> Json:
    return {"text": "words", "blocks": list(blocks), **more}


def actions(*elements: Json) -> Json:
    return said({"type": "actions", "elements": list(elements)})


def button(text: str = "Go", number: int = 0, **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": f"a{number}", "value": "v", **more}


def options(count: int, text: str = "One", value: str = "") -> list[Json]:
    return [{"text": plain(text), "value": value or f"v{number}"} for number in range(count)]


def select(**more: Any) -> Json:
    return {
        "type": "static_select",
        "action_id": "s",
        "placeholder": plain("Which"),
        "options": options(2),
        **more,
    }


def asks(**more: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": "text", **more.pop("element", {})}
    return {"type": "input", "block_id": "b", "label": plain("What"), "element": element, **more}


def modal(*blocks: Json, **more: Any) -> Json:
    return {
        "type": "modal", "title": plain("A form"), "submit": plain("Keep"), "close": plain("Cancel"),
        "callback_id": "c", "blocks": list(blocks) or [asks()], **more,
    }  # fmt: skip


SECTION = {"type": "section", "text": mrkdwn("words")}
QUOTE = {
    "type": "rich_text",
    "elements": [{"type": "rich_text_quote", "elements": [{"type": "text", "text": "words"}]}],
}
CONFIRM = {"title": plain("Sure?"), "text": plain("Really"), "confirm": plain("Yes"), "deny": plain("No")}

TAKEN_MESSAGES: dict[str, Json] = {
    "text alone": {"text": "words"},
    "one section": said(SECTION),
    "fifty blocks": said(*[SECTION] * 50),
    "a header of 150": said({"type": "header", "text": plain("x" * 150)}),
    "a section of 3,000": said({"type": "section", "text": plain("x" * 3000)}),
    "ten fields": said({"type": "section", "fields": [mrkdwn("x" * 2000), *[mrkdwn("x")] * 9]}),
    "an accessory": said({**SECTION, "accessory": button(style="primary")}),
    "25 buttons": actions(*[button("x" * 75, number, value="v" * 2000) for number in range(25)]),
    "an overflow of five": actions({"type": "overflow", "action_id": "o", "options": options(5)}),
    "a hundred options": actions(select(options=options(100, "x" * 75, ""))),
    "option groups": said(
        {
            **SECTION,
            "accessory": select(options=None, option_groups=[{"label": plain("G"), "options": options(2)}]),
        }
    ),
    "a confirmation": actions(button(confirm=CONFIRM)),
    "ten in a context": said({"type": "context", "elements": [mrkdwn("small")] * 10}),
    "a quote": said(QUOTE),
    "a divider": said({"type": "divider"}, SECTION),
    "an uploaded picture": said({"type": "image", "slack_file": {"id": "F1"}, "alt_text": "x" * 2000}),
    "a picture by address": said(
        {"type": "image", "image_url": "https://a.example/b.png", "alt_text": "A chart"}
    ),
    "markdown of 12,000": said({"type": "markdown", "text": "x" * 12000}),
    "metadata": said(SECTION, metadata={"event_type": "posting", "event_payload": {"key": "k"}}),
}
TAKEN_VIEWS: dict[str, Json] = {
    "a form": modal(),
    "a hundred blocks": modal(*[SECTION] * 100),
    "private_metadata of 3,000": modal(private_metadata="x" * 3000),
    "a title of 24": modal(title=plain("x" * 24)),
    "no submit without input": {**modal(SECTION), "submit": None},
    "dates and times": modal(
        asks(element={"type": "datepicker", "action_id": "d", "initial_date": "2026-03-20"}),
        asks(block_id="t", element={"type": "timepicker", "action_id": "t", "initial_time": "16:00"}),
    ),
    "ten boxes": modal(asks(element={"type": "checkboxes", "action_id": "c", "options": options(10)})),
    "a first option": modal(asks(element=select(initial_option=options(2)[1]))),
    "a home": {"type": "home", "blocks": [SECTION, {"type": "actions", "elements": [button()]}]},
}

BROKEN_MESSAGES: dict[str, Json] = {
    "nothing": {},
    "blank": {"text": " "},
    "blocks without text": {"blocks": [SECTION]},
    "13,001 characters in blocks": said(*[{"type": "section", "text": plain("x" * 2601)}] * 5),
    "a mention": said({"type": "section", "text": mrkdwn("<@U0ANA> look")}),
    "a call to everyone": {"text": "<!channel> look"},
    "text of 40,001": {"text": "x" * 40_001},
    "51 blocks": said(*[SECTION] * 51),
    "a type that is none": said({"type": "paragraph", "text": plain("x")}),
    "no type": said({"text": plain("x")}),
    "an empty text": said({"type": "section", "text": mrkdwn("")}),
    "a section of 3,001": said({"type": "section", "text": mrkdwn("x" * 3001)}),
    "a section without words": said({"type": "section"}),
    "eleven fields": said({"type": "section", "fields": [mrkdwn("x")] * 11}),
    "a field of 2,001": said({"type": "section", "fields": [mrkdwn("x" * 2001)]}),
    "a header of 151": said({"type": "header", "text": plain("x" * 151)}),
    "a header in mrkdwn": said({"type": "header", "text": mrkdwn("x")}),
    "a text that is a string": said({"type": "section", "text": "x"}),
    "emoji in mrkdwn": said({"type": "section", "text": {**mrkdwn("x"), "emoji": True}}),
    "26 buttons": actions(*[button(number=number) for number in range(26)]),
    "no buttons": actions(),
    "a label of 76": actions(button("x" * 76)),
    "an empty label": actions(button("")),
    "a label in mrkdwn": actions({**button(), "text": mrkdwn("Go")}),
    "a value of 2,001": actions(button(value="v" * 2001)),
    "an action_id of 256": actions({**button(), "action_id": "a" * 256}),
    "a block_id of 256": said({**SECTION, "block_id": "b" * 256}),
    "one block_id twice": said({**SECTION, "block_id": "b"}, {**SECTION, "block_id": "b"}),
    "one action_id twice": actions(button(), button()),
    "a style that is none": actions(button(style="loud")),
    "a confirmation too long": actions(button(confirm={**CONFIRM, "title": plain("x" * 101)})),
    "an overflow of six": actions({"type": "overflow", "action_id": "o", "options": options(6)}),
    "an overflow of none": actions({"type": "overflow", "action_id": "o", "options": []}),
    "101 options": actions(select(options=options(101))),
    "no options": actions(select(options=[])),
    "an option of 76": actions(select(options=options(1, "x" * 76))),
    "an option's value of 151": actions(select(options=options(1, value="v" * 151))),
    "an option without value": actions(select(options=[{"text": plain("One")}])),
    "a first option that is none": actions(select(initial_option={"text": plain("X"), "value": "x"})),
    "a placeholder of 151": actions(select(placeholder=plain("x" * 151))),
    "eleven in a context": said({"type": "context", "elements": [mrkdwn("small")] * 11}),
    "a button in a context": said({"type": "context", "elements": [button()]}),
    "an input in actions": actions({"type": "plain_text_input", "action_id": "t"}),
    "a picture without alt_text": said({"type": "image", "slack_file": {"id": "F1"}}),
    "alt_text of 2,001": said({"type": "image", "slack_file": {"id": "F1"}, "alt_text": "x" * 2001}),
    "a picture of nothing": said({"type": "image", "alt_text": "x"}),
    "an address of 3,001": said({"type": "image", "image_url": "https://a.example/" + "x" * 3001, "alt_text": "x"}),
    "markdown of 12,001": said({"type": "markdown", "text": "x" * 12_001}),
    "metadata without payload": said(SECTION, metadata={"event_type": "posting"}),
    "a video's title of 201": said(
        {"type": "video", "title": plain("x" * 201), "video_url": "https://a.example", "alt_text": "x",
         "thumbnail_url": "https://a.example"}
    ),
    "a carousel of eleven": said({"type": "carousel", "elements": [{"type": "card", "title": plain("x")}] * 11}),
    "an alert of 201": said({"type": "alert", "text": plain("x" * 201)}),
    "a table with one row": said({"type": "data_table", "rows": [[{"text": "x"}]]}),
    "a segment of nothing": said(
        {"type": "data_visualization", "title": plain("x"), "segments": [{"label": "a", "value": 0}]}
    ),
}  # fmt: skip
BROKEN_VIEWS: dict[str, Json] = {
    "no type": {"blocks": [SECTION]},
    "no blocks": {**modal(), "blocks": []},
    "101 blocks": modal(*[SECTION] * 101),
    "no title": {**modal(), "title": None},
    "a title of 25": modal(title=plain("x" * 25)),
    "a title in mrkdwn": modal(title=mrkdwn("x")),
    "submit of 25": modal(submit=plain("x" * 25)),
    "close of 25": modal(close=plain("x" * 25)),
    "an input without submit": {**modal(), "submit": None},
    "private_metadata of 3,001": modal(private_metadata="x" * 3001),
    "a callback_id of 256": modal(callback_id="c" * 256),
    "one block_id twice": modal(asks(), asks()),
    "a label of 2,001": modal(asks(label=plain("x" * 2001))),
    "a label in mrkdwn": modal(asks(label=mrkdwn("x"))),
    "a hint of 2,001": modal(asks(hint=plain("x" * 2001))),
    "an input of nothing": modal({"type": "input", "label": plain("x")}),
    "a button as input": modal(asks(element=button())),
    "max_length of 3,001": modal(asks(element={"max_length": 3001})),
    "a first value too long": modal(asks(element={"initial_value": "x" * 3001})),
    "eleven boxes": modal(asks(element={"type": "checkboxes", "action_id": "c", "options": options(11)})),
    "eleven radio buttons": modal(asks(element={"type": "radio_buttons", "action_id": "c", "options": options(11)})),
    "no chosen boxes": modal(
        asks(element={"type": "checkboxes", "action_id": "c", "options": options(2), "initial_options": []})
    ),
    "a date that is none": modal(asks(element={"type": "datepicker", "action_id": "d", "initial_date": "Friday"})),
    "a time that is none": modal(asks(element={"type": "timepicker", "action_id": "t", "initial_time": "4pm"})),
    "eleven files": modal(asks(element={"type": "file_input", "action_id": "f", "max_files": 11})),
    "two focuses": modal(
        asks(element={"focus_on_load": True}), asks(block_id="c", element={"focus_on_load": True})
    ),
    "a home with a title": {"type": "home", "title": plain("x"), "blocks": [SECTION]},
}  # fmt: skip


@pytest.mark.parametrize("name", TAKEN_MESSAGES)
def test_a_message_that_slack_takes(name: str) -> None:
    assert limits.of_message(TAKEN_MESSAGES[name]) == []


@pytest.mark.parametrize("name", TAKEN_VIEWS)
def test_a_view_that_slack_takes(name: str) -> None:
    assert limits.of_view(TAKEN_VIEWS[name]) == []


@pytest.mark.parametrize("name", BROKEN_MESSAGES)
def test_a_broken_message(name: str) -> None:
    assert limits.of_message(BROKEN_MESSAGES[name])


@pytest.mark.parametrize("name", BROKEN_VIEWS)
def test_a_broken_view(name: str) -> None:
    assert limits.of_view(BROKEN_VIEWS[name])


@pytest.mark.parametrize(
    "body",
    [
        {"response_action": "errors", "errors": {}},
        {"response_action": "errors", "errors": {"b": ""}},
        {"response_action": "update", "view": {}},
        {"response_action": "close"},
        {"blocks": [SECTION]},
    ],
)
def test_a_broken_answer(body: Json) -> None:
    assert limits.of_answer(body)


def test_the_models_are_asked_too() -> None:
    """The check reports a problem that slack_sdk.models finds."""
    found = limits.of_view({**modal(), "close": {"type": "plain_text", "text": "x" * 30}})
    assert any("slack_sdk says" in problem for problem in found)


@needs(SCHEMA)
def test_every_number_is_slacks() -> None:
    """Our copy of the numbers equals the schema's, where the schema file is present."""
    found = find_sample(SCHEMA)
    assert found is not None
    assert json.loads(found.read_text()) == NUMBERS
