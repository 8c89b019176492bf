"""Tests of forms: what a chosen channel tells the bot."""

import pytest

from adapters.playground.chat.model import Channel, Person
from adapters.playground.errors import ChatError
from adapters.playground.forms import check_form_values, form_to_json
from bot.core.messages import Field, FieldKind, Form, Option

FORM = form_to_json(Form("Move", "move", (Field("channel", "Where?", FieldKind.CHANNEL, public=True),)))
CHANNELS = {"C1": Channel("C1", "garden"), "C2": Channel("C2", "secret", private=True)}


def test_a_chosen_channel_comes_with_its_name_and_its_readers() -> None:
    """As on the other platforms: without them it would be added as an open one with no name."""
    open_one = check_form_values(FORM, {"channel": "C1"}, CHANNELS)
    assert open_one == {
        "channel": "C1", "channel_name": "garden", "channel_private": "", "channel_threads_only": "",
    }  # fmt: skip
    closed = check_form_values(FORM, {"channel": "C2"}, CHANNELS)
    assert (closed["channel_name"], closed["channel_private"]) == ("secret", "1")


def test_a_channel_that_nobody_sees_is_refused() -> None:
    """Its name would tell something."""
    with pytest.raises(ChatError) as wrong:
        check_form_values(FORM, {"channel": "C3"}, CHANNELS)
    assert wrong.value.status == 422


def test_the_page_is_told_which_channels_to_offer() -> None:
    """It leaves private ones out where only public ones can work."""
    assert FORM["fields"][0]["public"] is True


@pytest.mark.parametrize("unseen", ["", " ", "\u200b\u3164\ufe0f", "\u202e"])
def test_a_required_field_with_nothing_to_see_is_needed(unseen: str) -> None:
    form = form_to_json(Form("Log", "log", (Field("text", "What?"), Field("more", "More?", required=False))))
    with pytest.raises(ChatError) as wrong:
        check_form_values(form, {"text": unseen, "more": unseen}, {})
    assert wrong.value.errors == {"text": "Please fill this in."}
    assert check_form_values(form, {"text": "x", "more": unseen}, {})["more"] == unseen


LATER = form_to_json(
    Form(
        "Log", "log",
        (
            Field("text", "What?"),
            Field("quest", "Quest", FieldKind.CHOICE, "none", False, options=(Option("none", "None"),), later=True,
                  default="none"),
            Field("there", "Who?", FieldKind.PEOPLE, required=False, later=True),
        ),
    )
)  # fmt: skip
PEOPLE = {"ben": Person("ben", "Ben"), "mei": Person("mei", "Mei")}


def test_what_nobody_added_is_sent_as_it_is() -> None:
    """The page marks what comes after *Add more*."""
    assert [field["later"] for field in LATER["fields"]] == [False, True, True]
    assert check_form_values(LATER, {"text": "x"}, {}, PEOPLE)["quest"] == "none"


def test_chosen_people_come_with_their_names() -> None:
    """Somebody who isn't there can't be chosen."""
    taken = check_form_values(LATER, {"text": "x", "there": "mei\nben"}, {}, PEOPLE)
    assert (taken["there"], taken["there_names"], taken["there_outside"]) == ("mei\nben", "Mei\nBen", "")
    with pytest.raises(ChatError) as wrong:
        check_form_values(LATER, {"text": "x", "there": "mei\nzoe"}, {}, PEOPLE)
    assert wrong.value.errors == {"there": "Choose from these."}
