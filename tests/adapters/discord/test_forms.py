"""Tests of forms as modals: within every limit, split into steps, with all values coming back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings, strategies

from adapters.discord import forms
from adapters.discord.render import Json
from bot.core.messages import Field, FieldKind, Form, More, Option
from tests.fakes.discord.checks import limits, schema

WORDS = strategies.text(strategies.characters(codec="utf-8", exclude_characters="\0"), max_size=300)


def options(number: int) -> tuple[Option, ...]:
    return tuple(Option(str(each), f"Option {each}") for each in range(number))


SCHEDULE = Form(
    "Retro schedule", "command",
    (
        Field("days", "Days", FieldKind.CHOICES, "4\n5", options=options(7)),
        Field("at", "Time", FieldKind.TIME, "15:00"),
        Field("every", "How often", FieldKind.CHOICE, "1", options=options(2)),
        Field("zone", "Time zone", value="Europe/Lisbon"),
        Field("state", "Status", FieldKind.CHOICE, "0", options=options(2)),
        Field("packs", "Pick from", FieldKind.CHOICES, "0\n11", options=options(12)),
        Field("until", "Pause until", FieldKind.DATE, required=False, hint="I won't post before then."),
        Field("names", "Answers", FieldKind.CHOICE, "1", options=options(2)),
    ),
    submit="Save",
)  # fmt: skip


def problems(modal: Json) -> list[str]:
    """Return what Discord would reject in a modal."""
    body = {"type": 9, "data": modal}
    return [*limits.of_callback(body), *schema.of("ModalInteractionCallbackRequest", body)]


def submitted(modal: Json, chosen: Mapping[str, Any] | None = None) -> Json:
    """Return the submission of a modal.

    Each part has its initial value, or the one that `chosen` holds under its custom id.
    """
    parts = []
    for part in modal["components"]:
        if inner := part.get("component"):
            given = (chosen or {}).get(inner["custom_id"])
            parts.append({"type": 18, "id": 1, "component": _answered(inner, given)})
        else:
            parts.append({"type": 10, "id": 2})
    return {"custom_id": modal["custom_id"], "components": parts}


def _answered(inner: Json, given: Any) -> Json:
    named = {"type": inner["type"], "id": 3, "custom_id": inner["custom_id"]}
    first = [each["value"] for each in inner.get("options", ()) if each.get("default")]
    if inner["type"] == forms.INPUT:
        return {**named, "value": given if given is not None else inner.get("value", "")}
    if inner["type"] == forms.RADIO:
        return {**named, "value": given or (first[0] if first else None)}
    chosen = [each["id"] for each in inner.get("default_values", ())] or first
    return {**named, "values": given if given is not None else chosen}


def filled(form: Form, *chosen: Mapping[str, Any]) -> dict[str, str]:
    """Return the values that all steps of a form give to its command, sent one after another."""
    found: dict[str, str] = {}
    left = iter(chosen)
    for modal in modals(form):
        found |= forms.read_values(submitted(modal, next(left, {})))
    return found


def modals(form: Form) -> Iterator[Json]:
    """Yield the modal of each step."""
    for step in forms.split_steps(form):
        yield forms.build_modal(step, "1...log")


def test_the_longest_form_is_filled_in_in_two_steps() -> None:
    """They have five and three parts. Sent unchanged, they give the initial values."""
    first, second = modals(SCHEDULE)
    assert problems(first) == problems(second) == []
    assert [len(first["components"]), len(second["components"])] == [5, 3]
    assert filled(SCHEDULE) == {field.name: field.value for field in SCHEDULE.fields}
    assert [part["component"]["custom_id"] for part in second["components"]] == ["packs", "until", "names"]


def test_a_form_of_one_step_stays_one() -> None:
    """An intro is one of its parts, and only the first step has it."""
    (now,) = forms.split_steps(replace(SCHEDULE, fields=SCHEDULE.fields[:5]))
    assert len(now.fields) == 5
    now, rest = forms.split_steps(replace(SCHEDULE, intro="What this is *for*."))
    assert (len(now.fields), len(rest.fields), rest.intro) == (4, 4, "")
    modal = forms.build_modal(now, "1...log")
    assert problems(modal) == []
    assert modal["components"][0] == {"type": 10, "content": "What this is \\*for\\*."}


def test_a_long_form_is_not_shown_by_halves() -> None:
    """A form that was not split into steps raises ValueError."""
    with pytest.raises(ValueError, match="too many values to unpack"):
        forms.build_modal(SCHEDULE, "1...log")


KINDS = Form(
    "T", "command",
    (
        Field("line", "A line", value="x", hint="Below."), Field("text", "A text", FieldKind.TEXT, "a\nb"),
        Field("day", "Day", FieldKind.DATE, "soon"), Field("one", "One", FieldKind.CHOICE, "1", options=options(5)),
        Field("maybe", "Maybe", FieldKind.CHOICE, "", False, options=options(5)),
        Field("long", "Long", FieldKind.CHOICE, "6", options=options(7)),
        Field("some", "Some", FieldKind.CHOICES, "1\n2", options=options(10)),
        Field("many", "Many", FieldKind.CHOICES, "1\n11", False, options=options(25)),
        Field("where", "Where", FieldKind.CHANNEL, "77"), Field("none", "None", FieldKind.CHOICE),
        Field("only", "Only", FieldKind.CHOICE, "0", options=options(1)),
    ),
)  # fmt: skip


def test_a_form_as_it_stands() -> None:
    """Its current values equal those of all its steps, sent unchanged."""
    expected = {field.name: field.value for field in KINDS.fields if field.name != "none"}
    given = {
        **expected,
        "where_name": "#77",
        "where_private": "1",
        "where_threads_only": "",
        "where_lacks": "",
    }
    assert (
        forms.current_values(KINDS, lambda channel: f"#{channel}", lambda channel: channel == "77") == given
    )
    gone = forms.fill_form(KINDS, {"one": "no option any more", "some": "2\ngone", "line": "y"})
    standing = forms.current_values(gone, lambda _: "", lambda _: False)
    assert [standing[name] for name in ("one", "some", "line")] == ["", "2", "y"]


@pytest.mark.parametrize(
    ("given", "whole"),
    [
        ({}, True),
        ({"line": " "}, False),
        ({"one": "gone"}, False),
        ({"where": ""}, False),
        ({"many": ""}, True),
    ],
)
def test_whether_all_that_must_be_given_is_there(given: Mapping[str, str], whole: bool) -> None:
    """Optional fields, and fields without options, may be empty."""
    assert forms.is_complete(forms.fill_form(KINDS, given)) == whole


def test_the_step_that_is_wrong() -> None:
    """It is the first step with an invalid value."""
    assert forms.find_wrong_step(SCHEDULE) == 0
    assert forms.find_wrong_step(replace(SCHEDULE, errors={"until": "Which day?"})) == 1
    assert forms.find_wrong_step(replace(SCHEDULE, errors={"until": "Which day?", "at": "Which hour?"})) == 0
    teams = Field("team", "Team", FieldKind.CHOICE, options=TEAMS)
    later = Form("T", "c", (*SCHEDULE.fields[:5], teams), errors={"team": "Which one?"})
    assert forms.find_wrong_step(later) == 1


def test_every_kind_of_field() -> None:
    """A required choice of few has radio buttons, several have checkboxes, more have lists. None is left out."""
    shown = [part["component"] for modal in modals(KINDS) for part in modal["components"]]
    assert [problem for modal in modals(KINDS) for problem in problems(modal)] == []
    assert {each["custom_id"]: each["type"] for each in shown} == {
        "line": forms.INPUT, "text": forms.INPUT, "day": forms.INPUT, "one": forms.RADIO, "maybe": forms.SELECT,
        "long": forms.SELECT, "some": forms.CHECKBOXES, "many": forms.SELECT,
        "where": forms.CHANNELS, "only": forms.SELECT,
    }  # fmt: skip
    expected = {field.name: field.value for field in KINDS.fields if field.name != "none"}
    assert filled(KINDS) == {
        **expected,
        "where_name": "",
        "where_private": "1",
        "where_threads_only": "",
        "where_lacks": "",
    }


def test_what_need_not_be_chosen_can_be_let_go() -> None:
    """The minimum is given explicitly, for phones, and no choice is an empty value."""
    form = replace(KINDS, fields=tuple(each for each in KINDS.fields if not each.required))
    (modal,) = modals(form)
    assert all(part["component"]["min_values"] == 0 for part in modal["components"])
    assert forms.read_values(submitted(modal, {"many": [], "maybe": []})) == {"many": "", "maybe": ""}


TEAMS = tuple(Option(str(number), f"#team-{number:03}") for number in range(130))


def test_many_teams_stand_in_several_lists() -> None:
    """Each list is labelled with its range. The one chosen from counts, even in a later step."""
    form = Form(
        "Which team?", "command", (Field("team", "Which team?", FieldKind.CHOICE, "3", options=TEAMS),)
    )
    first, second = modals(form)
    assert problems(first) == problems(second) == []
    listed = [
        each["value"] for m in (first, second) for p in m["components"] for each in p["component"]["options"]
    ]
    assert listed == [each.value for each in TEAMS]
    assert first["components"][1]["label"] == "Which team? #team-025 – #team-049"
    assert filled(form, {"team": ["7"]}) == {"team": "7"}
    assert filled(form, {"team~3": ["80"]}) == {"team": "80"}
    assert filled(form, {}, {"team~5": ["129"]}) == {"team": "129"}
    assert filled(form) == {"team": ""}


def test_many_to_choose_several_of() -> None:
    """The choices of all lists come back together."""
    field = Field("packs", "Packs", FieldKind.CHOICES, "3\n30", options=TEAMS[:60])
    form = Form("Packs", "command", (field,))
    (modal,) = modals(form)
    assert problems(modal) == []
    assert filled(form) == {"packs": "3\n30"}
    assert filled(form, {"packs": [], "packs+1": ["26", "27"], "packs+2": ["50"]}) == {"packs": "26\n27\n50"}
    longer = replace(form, fields=(replace(field, options=TEAMS),))
    assert filled(longer) == {"packs": "3\n30"}


def test_a_chosen_channel() -> None:
    """The submission has its name. Without knowing whether it is private, it counts as private."""
    modal = forms.build_modal(
        Form("Move", "move", (Field("channel", "Where to?", FieldKind.CHANNEL),)), "1...move"
    )
    assert problems(modal) == []
    data = submitted(modal, {"channel": ["77"]})
    data["resolved"] = {"channels": {"77": {"id": "77", "name": "makers", "type": 0, "permissions": "0"}}}
    told = {"channel": "77", "channel_name": "makers"}
    assert forms.read_values(data) == {
        **told,
        "channel_private": "1",
        "channel_threads_only": "",
        "channel_lacks": "",
    }
    forum = forms.read_values(data, lambda channel: channel != "77", lambda channel: channel == "77")
    assert forum == {**told, "channel_private": "", "channel_threads_only": "1", "channel_lacks": ""}
    data = submitted(modal, {"channel": []})
    nothing = {
        "channel": "",
        "channel_name": "",
        "channel_private": "",
        "channel_threads_only": "",
        "channel_lacks": "",
    }
    assert forms.read_values(data) == nothing


def test_chosen_people() -> None:
    """They come with the names that the server knows them by. A bot, and who is in no server, count as outside."""
    form = Form("Log", "log", (Field("there", "Who?", FieldKind.PEOPLE, "77\n78", False, later=True),))
    modal = forms.build_modal(form, "1...log")
    assert problems(modal) == []
    [part] = modal["components"]
    assert part["component"]["default_values"] == [{"id": "77", "type": "user"}, {"id": "78", "type": "user"}]
    data = submitted(modal, {"there": ["77", "78", "79", "80"]})
    users: dict[str, Json] = {
        "77": {"username": "ana", "global_name": "Ana"},
        "78": {"username": "ben"},
        "80": {"username": "x"},
    }
    users["79"] = {"username": "robot", "bot": True}
    data["resolved"] = {"users": users, "members": {"77": {"nick": "Ana of us"}, "78": {}, "79": {}}}
    told = forms.read_values(data)
    assert told["there"] == "77\n78\n79\n80"
    assert told["there_names"] == "Ana of us\nben\nrobot\nx"
    assert told["there_outside"] == "79\n80"
    nobody = forms.read_values(submitted(modal, {"there": []}))
    assert nobody == {"there": "", "there_names": "", "there_outside": ""}


def test_an_example_stands_in_an_empty_field() -> None:
    """Days and times have one of their own."""
    fields = (Field("text", "What?", placeholder="x" * 120), Field("day", "Day", FieldKind.DATE))
    modal = forms.build_modal(Form("T", "c", fields), "1...c")
    assert problems(modal) == []
    first, day = (part["component"]["placeholder"] for part in modal["components"])
    assert (len(first), day) == (100, "2026-03-20")


def test_what_is_asked_later_leaves_the_modal_where_the_answer_asks_for_it() -> None:
    """Else it comes after what is asked first, as soon as both don't fit one modal."""
    fields = tuple(
        replace(each, later=each.name in ("days", "at"), default=each.value) for each in SCHEDULE.fields
    )
    form = replace(SCHEDULE, fields=fields)
    names = ["every", "zone", "state", "packs", "until", "names"]
    assert [each.name for each in forms.leave_later(replace(form, more=More.ANSWER)).fields] == names
    assert forms.leave_later(form) == form
    assert [each.name for each in forms.order_fields(form).fields] == [*names, "days", "at"]
    short = replace(form, fields=fields[:5])
    assert forms.order_fields(short) == short
    again = forms.keep_order(form, forms.order_fields(form))
    assert [each.name for each in again.fields] == [*names, "days", "at"]


def test_sentences_stand_below_their_fields() -> None:
    """The error replaces the hint, and the typed text stays."""
    field = Field("zone", "Zone", value="Lisboa", hint="A city, like Lisbon.")
    (hinted,) = forms.build_modal(Form("T", "c", (field,)), "1...c")["components"]
    wrong = Form("T", "c", (field,), errors={"zone": "I don't know that time zone."})
    (told,) = forms.build_modal(wrong, "1...c")["components"]
    assert hinted["description"] == "A city, like Lisbon."
    assert told["description"] == "I don't know that time zone."
    assert told["component"]["value"] == "Lisboa"


def test_a_long_label_goes_on_below() -> None:
    """It is split between words, so that all of it is readable."""
    label = "What did you set out to do before you found out what it was?"
    (part,) = forms.build_modal(Form("T", "c", (Field("a", label, hint="One line."),)), "1...c")["components"]
    assert part["label"] == "What did you set out to do before you found…"
    assert part["description"] == "out what it was? One line."


@settings(deadline=None, max_examples=40)
@given(WORDS, WORDS, strategies.sampled_from(FieldKind), strategies.booleans(), strategies.integers(0, 60))
def test_any_words_fit(words: str, value: str, kind: FieldKind, required: bool, many: int) -> None:
    """The modal is valid whatever text a form holds."""
    chosen = tuple(Option(f"{number}{words}", words or "x") for number in range(many))
    fields = (Field("first", words, kind, value * 20, required, words, chosen), Field("second", "Second"))
    form = Form(words, "c", fields, intro=words * 20, errors={"second": words})
    assert [problem for modal in modals(form) for problem in problems(modal)] == []
