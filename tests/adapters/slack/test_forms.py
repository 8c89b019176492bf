"""Tests of forms as modals: what has the focus, what is shown first, and when the window closes."""

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.slack import forms
from adapters.slack.blocks.later_fields import MORE_ID, show_fields
from adapters.slack.forms import FormOrigin
from adapters.slack.responses import is_plain
from bot.core.context import FormError
from bot.core.messages import (
    Button,
    Card,
    Field,
    FieldKind,
    Form,
    Option,
    Quote,
    Reply,
    Small,
    Style,
    Text,
    text_card,
    text_reply,
)
from bot.moments.commands import Log
from storage.engine.database import Database
from storage.engine.errors import StoreError
from tests.fakes.slack import limits, read
from tests.fakes.slack.chat import SOCKET, SlackRoom, opened
from tests.fakes.slack.world import View

MONDAY = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
Json = dict[str, Any]

LATER = (
    Field("text", "What did you notice?", FieldKind.TEXT, placeholder="We sign once now"),
    Field("before", "Before & <after>", FieldKind.TEXT, later=True, required=False, hint="Like 'a'"),
    Field("quest", "For which quest?", FieldKind.CHOICE, later=True, options=(Option("1", "Why?"),)),
)


def encode(command: Any) -> str:
    return f"press:{command}"


def modal(*fields: Field, **more: Any) -> Json:
    view = forms.build_modal(Form("Log an aha", "log", fields, **more), FormOrigin(channel="C1"), encode)
    assert limits.of_view(view) == []
    return view


def asked(view: Json) -> list[str]:
    return [*read.fields(view["blocks"], {})]


def focused(view: Json) -> list[str]:
    return [
        block["element"]["action_id"]
        for block in view["blocks"]
        if block["type"] == "input" and block["element"].get("focus_on_load")
    ]


def test_the_first_field_has_the_focus() -> None:
    """One element of a view can have it."""
    assert focused(modal(*LATER)) == ["text"]
    choices = Field("kind", "Kind", FieldKind.CHOICE, options=(Option("1", "One"),))
    assert focused(modal(choices, Field("text", "Text"), intro="First this.")) == ["kind"]


def test_an_empty_field_shows_an_example() -> None:
    """Its own, or what its kind asks for. Radio buttons and checkboxes take none."""
    many = tuple(Option(str(number), f"Option {number}") for number in range(12))
    view = modal(
        Field("text", "Text", placeholder="We sign once now"), Field("bare", "Bare"),
        Field("day", "Day", FieldKind.DATE), Field("at", "At", FieldKind.TIME),
        Field("where", "Where", FieldKind.CHANNEL), Field("one", "One", FieldKind.CHOICE, options=many),
        Field("few", "Few", FieldKind.CHOICE, options=many[:2]), Field("some", "Some", FieldKind.CHOICES, options=many),
    )  # fmt: skip
    shown = {
        name: (each["element"].get("placeholder") or {}).get("text")
        for name, each in read.fields(view["blocks"], {}).items()
    }
    assert shown == {
        "text": "We sign once now", "bare": None, "day": "Pick a day", "at": "Pick a time",
        "where": "Pick a channel", "one": "Pick one", "few": None, "some": "Pick any",
    }  # fmt: skip


def test_a_channel_menu_begins_with_the_channel_one_is_in() -> None:
    """Unless another one is chosen already."""
    view = modal(Field("where", "Where", FieldKind.CHANNEL), Field("to", "To", FieldKind.CHANNEL, "C7"))
    here, there = (block["element"] for block in view["blocks"])
    assert here["default_to_current_conversation"] is True
    assert there["initial_conversation"] == "C7"
    assert "default_to_current_conversation" not in there
    assert "response_url_enabled" not in here


def test_later_fields_are_behind_add_more() -> None:
    """They are optional, and one that is filled in or has an error is shown at once."""
    view = modal(*LATER)
    assert asked(view) == ["text"]
    assert view["blocks"][-1]["elements"][0]["text"]["text"] == "Add more"
    filled = Field("before", "Before", FieldKind.TEXT, "We cached", later=True)
    assert asked(modal(LATER[0], filled, LATER[2])) == ["text", "before"]
    assert asked(modal(*LATER, errors={"quest": "Which?"})) == ["text", "quest"]
    assert asked(modal(*LATER[1:])) == ["before", "quest"], "a form shows something"


def test_add_more_shows_the_rest_and_keeps_what_is_there() -> None:
    """Slack keeps what is typed under the same ids. The next field has the focus then."""
    view = modal(*LATER)
    (button,) = view["blocks"][-1]["elements"]
    came_back = read.handed_back(view) | {"id": "V1", "state": {"values": {}}, "hash": "h", "team_id": "T1"}
    whole = show_fields(came_back, button["value"])
    assert limits.of_view(whole) == []
    assert asked(whole) == ["text", "before", "quest"]
    assert focused(whole) == ["before"]
    assert whole["blocks"][0]["block_id"] == view["blocks"][0]["block_id"]
    assert read.fields(whole["blocks"], {})["before"]["label"] == "Before & <after>"
    assert not any(
        each["required"] for name, each in read.fields(whole["blocks"], {}).items() if name != "text"
    )
    unchanged = {name: view[name] for name in view if name != "blocks"}
    assert {name: whole[name] for name in whole if name != "blocks"} == unchanged


def test_fields_that_nobody_saw_are_sent_with_the_values_they_have() -> None:
    """As on every platform, so that a form means the same whether it was opened whole or not."""
    view = modal(
        Field("text", "Text"),
        Field("kind", "Kind", FieldKind.CHOICE, "1", default="1", options=(Option("1", "One"),), later=True),
        Field("more", "More", later=True),
    )
    view["state"] = {"values": read.state(view["blocks"], {"text": "We sign once"})}
    assert asked(view) == ["text"]
    assert forms.read_values(view) == {"text": "We sign once", "kind": "1", "more": ""}


def test_fields_that_a_button_cannot_hold_are_shown_at_once() -> None:
    """A button's value has 2,000 characters."""
    many = tuple(
        Option(f"{number * 7919 % 10007}", f"{number * 104729 % 100003} why") for number in range(400)
    )
    view = modal(LATER[0], Field("quest", "Quest", FieldKind.CHOICE, options=many, later=True))
    assert asked(view) == ["text", "quest"]


@pytest.mark.parametrize("value", ["", "not packed", "bm90IHBhY2tlZA==", "é", "eJyrBQAAeQB6"])
def test_a_forged_button_shows_nothing(value: str) -> None:
    with pytest.raises(ValueError, match="did not pack"):
        show_fields(modal(*LATER), value)


def test_a_form_closes_after_sentences_alone() -> None:
    """Its window stays for people's words, a list, and a button that asks for the next step."""
    undo = Button("Undo", "undo")
    assert is_plain(text_card("Saved as #1."))
    assert is_plain(text_reply("Saved as #1.", buttons=(undo,)).card)
    assert is_plain(Card((Text(("Saved.",)), Small(("Others see it.",)))))
    assert not is_plain(Card((Text(("Saved.",)),), (Button("Add details", "edit", Style.PRIMARY),)))
    assert not is_plain(Card((Text(("Saved.",)), Quote("We sign once.")), (undo,)))
    assert not is_plain(Card((Text(("One",), undo),)))
    assert not is_plain(Card((Text(("Saved.",)),), (), (undo,)))


def answers_with(room: SlackRoom, *answers: Any) -> None:
    """Let the bot answer with these, one after another."""
    told = [*answers]

    async def handle(_command: Any, _origin: Any) -> Any:
        return told.pop(0)

    vars(room.bot)["handle"] = handle


async def test_nothing_typed_is_lost_by_add_more(room: SlackRoom) -> None:
    form = Form("Log an aha", Log(), LATER)
    answers_with(room, form, text_reply("Saved as #1."))
    room.people.after = 2
    view = (await room.people.types("Ana", "log", room.home.id)).view
    assert view
    room.people.types_in(view, text="We <sign> once & sleep")
    more = await room.people.presses("Ana", "Add more", view)
    assert more.view is view
    assert asked(view.body) == ["text", "before", "quest"]
    sent = room.people.submission(view, {"before": "We cached"})
    assert forms.read_values(sent["view"]) == {
        "text": "We <sign> once & sleep", "before": "We cached", "quest": "",
    }  # fmt: skip
    got = await room.people.submits(view, before="We cached")
    assert "Saved as #1." in got.text
    assert not view.open


async def test_an_old_add_more_button_does_nothing(room: SlackRoom) -> None:
    """The form was changed by another answer meanwhile. It stays as it is."""
    answers_with(room, Form("Log an aha", Log(), LATER))
    room.people.after = 2
    view = (await room.people.types("Ana", "log", room.home.id)).view
    assert view
    pressed = read.button(view.body["blocks"], "Add more")
    assert pressed
    payload = room.people.press(room.here.person("Ana"), view, pressed | {"action_id": MORE_ID})
    view.hash = "changed"
    assert room.slack.wire
    answer = await room.slack.wire.send("interaction", payload)
    await room.settled()
    assert answer.ok
    assert asked(view.body) == ["text"]


async def test_a_form_that_was_taken_closes(room: SlackRoom) -> None:
    """The sentence comes to the channel where the form was opened, for that person alone."""
    opened = await room.types("Ana", "log")
    assert opened
    view = room.here.views[opened.id]
    saved = await room.fills("Ana", opened.id, text="We sign once.")
    assert saved
    assert "Saved as #1" in saved
    assert not view.open
    said = room.here.message(saved.id)
    assert said
    assert (said.to, said.channel) == (room.here.person("Ana").id, room.home.id)
    undone = await room.presses("Ana", "Undo", saved.id)
    assert undone
    assert "undone" in undone.text.casefold() or "#1" in undone


async def test_a_form_that_cannot_tell_elsewhere_tells_in_its_window(room: SlackRoom) -> None:
    """Its way back is used up after thirty minutes or five messages."""
    opened = await room.types("Ana", "log")
    assert opened
    for url in room.slack.urls.values():
        url.uses = 0
    saved = await room.fills("Ana", opened.id, text="We sign once.")
    assert saved
    assert saved.id == opened.id
    assert "Saved as #1" in saved


async def test_a_window_stays_for_an_answer_with_something_to_do(room: SlackRoom) -> None:
    answers_with(
        room,
        Form("Log an aha", Log(), LATER[:1]),
        Reply(Card((Text(("Saved.",)),), (Button("Add details", Log(), Style.PRIMARY),))),
    )
    room.people.after = 2
    view = (await room.people.types("Ana", "log", room.home.id)).view
    assert view
    got = await room.people.submits(view, text="We sign once.")
    assert got.view is view
    assert "Saved." in got.text
    assert view.open


def test_an_error_in_a_hidden_field_shows_it() -> None:
    """The form had sent it without that field, so the error is said at the top too."""
    form = Form("Log an aha", "log", LATER)
    wrong = FormError(form, {"quest": "Which?"}).form
    assert forms.build_field_errors(wrong, modal(*LATER)) is None


async def _zone_form(room: SlackRoom) -> View:
    await room.types("Ana", "a thought")
    menu = await room.types("Ana", "setup")
    assert menu
    asked = await room.presses("Ana", "Change settings", menu.id)
    assert asked
    view: View = room.here.views[asked.id]
    return view


async def test_a_zone_is_picked_by_typing_a_city(room: SlackRoom) -> None:
    view = await _zone_form(room)
    assert read.fields(view.body["blocks"], {})["zone"]["value"] == "Europe/Lisbon"
    element = read.fields(view.body["blocks"], {})["zone"]["element"]
    assert element["initial_option"]["text"]["text"] == "Lisbon time"
    assert await room.people.looks_up(view, "zone", "ber") != {}
    offered = await room.people.looks_up(view, "zone", "berlin")
    assert offered == {"Berlin · Germany": "Europe/Berlin"}
    assert "São Paulo · Brazil" in await room.people.looks_up(view, "zone", "sao")
    done = await room.people.submits(view, zone=offered["Berlin · Germany"])
    assert "Berlin time" in done.text


async def test_a_text_that_is_no_zone_is_explained(room: SlackRoom) -> None:
    """It is offered as it was typed, so that it can be sent."""
    view = await _zone_form(room)
    offered = await room.people.looks_up(view, "zone", "At & lantis")
    assert offered == {"At & lantis": "At & lantis"}
    await room.people.submits(view, zone="At & lantis")
    assert list(view.errors.values()) == ["I don't know that time zone. Try a city, like Lisbon."]


async def test_nobody_suggests_while_the_database_is_away(
    room: SlackRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty list, and no error."""
    view = await _zone_form(room)

    async def away(*_: Any) -> Any:
        raise StoreError

    monkeypatch.setattr(room.bot, "suggest", away)
    assert await room.people.looks_up(view, "zone", "berlin") == {}


async def test_cities_are_suggested_in_the_persons_language(database: Database) -> None:
    async with opened(database, MONDAY, SOCKET, locale="de-DE") as room:
        await room.types("Ana", "a thought")
        menu = await room.types("Ana", "setup")
        assert menu
        form = await room.presses("Ana", "Einstellungen ändern", menu.id)
        assert form
        view = room.here.views[form.id]
        assert await room.people.looks_up(view, "zone", "lissa") == {"Lissabon · Portugal": "Europe/Lisbon"}
        assert room.slack.problems == []
