"""Tests of the limits: bodies that Discord takes pass, and each broken body is reported for the right reason."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.discord.bare import pixel
from tests.fakes.discord.checks import limits, schema
from tests.support.samples import needs

Json = dict[str, Any]

QUIET: Json = {"allowed_mentions": {"parse": []}}
V2 = 1 << 15
SEND = ("POST", "/channels/{channel_id}/messages")
EDIT = ("PATCH", "/channels/{channel_id}/messages/{message_id}")
ANSWER = ("POST", "/interactions/{interaction_id}/{interaction_token}/callback")
REGISTER = ("PUT", "/applications/{application_id}/commands")


def said(**more: Any) -> Json:
    return {"content": "words", **QUIET, **more}


def only(**more: Any) -> Json:
    return {**QUIET, **more}


def button(number: int = 0, **more: Any) -> Json:
    return {"type": 2, "style": 1, "label": "Go", "custom_id": f"go:{number}", **more}


def row(*inner: Json) -> Json:
    return {"type": 1, "components": list(inner)}


def options(count: int, **more: Any) -> list[Json]:
    return [{"label": f"One {number}", "value": f"v{number}", **more} for number in range(count)]


def menu(number: int = 0, **more: Any) -> Json:
    return {"type": 3, "custom_id": f"menu:{number}", "options": options(2), **more}


def text(content: str = "words", **more: Any) -> Json:
    return {"type": 10, "content": content, **more}


def card(*inner: Json, **more: Any) -> Json:
    return {"flags": V2, "components": [{"type": 17, "components": list(inner)}], **QUIET, **more}


def alone(*inner: Json) -> Json:
    return {"flags": V2, "components": list(inner), **QUIET}


def gallery(url: str = "attachment://chart.png", **more: Any) -> Json:
    return {"type": 12, "items": [{"media": {"url": url}, "description": "A chart", **more}]}


def answer(data: Json | None = None, kind: int = 4) -> Json:
    return {"type": kind, "data": said() if data is None else data}


def asks(number: int = 0, label: str = "What", **more: Any) -> Json:
    inner = {"type": 4, "custom_id": f"text:{number}", "style": 2, **more}
    return {"type": 18, "label": label, "component": inner}


def chooses(**more: Any) -> Json:
    return {"type": 18, "label": "Which", "component": menu(**more)}


def modal(*parts: Json, **more: Any) -> Json:
    data = {"title": "A form", "custom_id": "form", "components": list(parts) or [asks()], **more}
    return {"type": 9, "data": data}


def option(name: str = "text", kind: int = 3, **more: Any) -> Json:
    return {"type": kind, "name": name, "description": "What", **more}


def command(*inner: Json, **more: Any) -> Json:
    return {"name": "aha", "description": "Keep what you found", "options": list(inner), **more}


def sub(name: str = "log", *inner: Json, **more: Any) -> Json:
    return option(name, 1, options=list(inner), **more)


def sized(characters: int) -> list[Json]:
    """Return one command with so many characters in all."""
    told = command(
        *[sub(f"s{n:02}", *[option(f"o{m}", description="x" * 100) for m in range(4)]) for n in range(18)]
    )
    spare = characters - limits.size_of(told)
    inner = [sub(f"t{n}", description="x" * 100) for n in range(spare // 102)]
    told["options"] += inner
    spare = characters - limits.size_of(told)
    told["options"] += [sub("u" * (spare - 1 if spare < 33 else 32), description="x" * max(1, spare - 32))]
    return [told]


PIXEL = {"chart.png": pixel()}
UPLOADED: Json = {"attachments": [{"id": 0, "filename": "chart.png", "description": "A chart"}]}
EMBED = {"title": "t", "description": "d"}

TAKEN_MESSAGES: dict[str, Json] = {
    "content": said(),
    "content of 2,000": said(content="x" * 2000),
    "an embed of 6,000": only(embeds=[{"description": "x" * 4096, "fields": [
        {"name": "n" * 104, "value": "x" * 900}, {"name": "n" * 50, "value": "x" * 850}]}]),
    "a picture in an embed": only(embeds=[{"title": "t", "image": {"url": "https://a.example/b.png"}}]),
    "five rows of five": said(components=[row(*[button(r * 5 + n) for n in range(5)]) for r in range(5)]),
    "a menu of 25": said(components=[row(menu(options=options(25), max_values=25))]),
    "a link": said(components=[row({"type": 2, "style": 5, "label": "Go", "url": "https://a.example"})]),
    "only an emoji": said(components=[row(button(label=None, emoji={"name": "🙌"}))]),
    "a card": card(text(), {"type": 14}, row(button()), row(menu())),
    "a section": card({"type": 9, "components": [text()], "accessory": button()}),
    "40 components": alone(*[text(str(number)) for number in range(40)]),
    "4,000 characters": alone(text("x" * 2000), text("x" * 2000)),
    "a silent one": said(flags=1 << 12),
    "a nonce": said(nonce="n" * 25, enforce_nonce=True),
    "a reply": said(message_reference={"message_id": "1", "fail_if_not_exists": False}),
}  # fmt: skip
TAKEN_ANSWERS: dict[str, Json] = {
    "words": answer(),
    "private ones": answer(said(flags=1 << 6)),
    "a private card": answer(card(text(), flags=V2 | 1 << 6)),
    "a promise": {"type": 5, "data": {"flags": 1 << 6}},
    "nothing": {"type": 6},
    "other words": answer(kind=7),
    "no buttons any more": answer({"components": []}, kind=7),
    "choices": {"type": 8, "data": {"choices": [{"name": "#42 Tokens", "value": "42"}]}},
    "no choices": {"type": 8, "data": {"choices": []}},
    "a form": modal(),
    "a form of five": modal(text("Some words"), *[asks(n) for n in range(3)], chooses()),
    "an old form": modal(row({"type": 4, "custom_id": "t", "style": 1, "label": "What"})),
    "choose a channel": modal({"type": 18, "label": "Where", "component": {"type": 8, "custom_id": "c"}}),
    "radio buttons": modal({"type": 18, "label": "Which", "component": {
        "type": 21, "custom_id": "r", "options": options(2)}}),
}  # fmt: skip
TAKEN_COMMANDS: dict[str, list[Json]] = {
    "none": [],
    "a command": [command(option(required=True), option("loud", 5))],
    "25 subcommands": [command(*[sub(f"s{number}", option()) for number in range(25)])],
    "groups": [command(option("goal", 2, options=[sub("new"), sub("list")]))],
    "an entry of a menu": [{"type": 3, "name": "Save as aha"}, {"type": 3, "name": "Add my version"}],
    "another language": [
        command(name_localizations={"de": "aha"}, description_localizations={"de": "Behalten"})
    ],
    "choices": [command(option(choices=[{"name": "Week", "value": "week"}]))],
    "8,000 characters": sized(8000),
    "a hundred": [command(name=f"c{number}") for number in range(100)],
}

BROKEN_MESSAGES: dict[str, tuple[Json, str]] = {
    "nothing": ({**QUIET}, "empty message"),
    "blank": (said(content=" \n"), "empty message"),
    "content of 2,001": (said(content="x" * 2001), "2001 characters"),
    "no allowed_mentions": ({"content": "words"}, "allowed_mentions"),
    "an embed without it": ({"embeds": [EMBED]}, "allowed_mentions"),
    "a card without it": ({"flags": V2, "components": [text()]}, "allowed_mentions"),
    "anyone may be rung": (said(allowed_mentions={"parse": ["users"]}), "parse []"),
    "somebody is rung": (said(allowed_mentions={"parse": [], "users": ["1"]}), "rings somebody"),
    "the replied one is rung": (said(allowed_mentions={"parse": [], "replied_user": True}), "rings somebody"),
    "eleven embeds": (only(embeds=[EMBED] * 11), "11, 10 are taken"),
    "embeds of 6,001": (only(embeds=[{"description": "x" * 3000}, {"description": "x" * 3001}]), "6001"),
    "a description of 4,097": (only(embeds=[{"description": "x" * 4097}]), "4097"),
    "a title of 257": (only(embeds=[{"title": "x" * 257}]), "257"),
    "an empty embed": (only(embeds=[{"color": 1}]), "embeds[0]: empty"),
    "26 fields": (only(embeds=[{"fields": [{"name": "n", "value": "v"}] * 26}]), "more than 25 fields"),
    "a field of nothing": (only(embeds=[{"fields": [{"name": "n", "value": ""}]}]), "without name or value"),
    "six rows": (said(components=[row(button(n)) for n in range(6)]), "6 rows"),
    "six buttons": (said(components=[row(*[button(n) for n in range(6)])]), "6 buttons"),
    "an empty row": (said(components=[row()]), "an empty row"),
    "a button alone": (said(components=[button()]), "is not a row"),
    "a text without the flag": (said(components=[text()]), "without the flag"),
    "two menus in a row": (said(components=[row(menu(0), menu(1))]), "fills its row"),
    "a button beside a menu": (said(components=[row(menu(), button())]), "fills its row"),
    "a form's field in a row": (said(components=[row(asks()["component"])]), "in a row"),
    "a label of 81": (said(components=[row(button(label="x" * 81))]), "81 characters"),
    "an empty button": (said(components=[row(button(label=""))]), "nothing on it"),
    "no custom_id": (said(components=[row({"type": 2, "style": 1, "label": "Go"})]), "has a custom_id"),
    "a link with one": (said(components=[row(button(style=5, url="https://a.example"))]), "no custom_id"),
    "a style that is none": (said(components=[row(button(style=9))]), "style 9"),
    "a custom_id of 101": (said(components=[row(button(custom_id="x" * 101))]), "more than 100"),
    "one custom_id twice": (said(components=[row(button(), button())]), "2 times"),
    "26 options": (said(components=[row(menu(options=options(26)))]), "26 options"),
    "no options": (said(components=[row(menu(options=[]))]), "0 options"),
    "one value twice": (said(components=[row(menu(options=options(2, value="v")))]), "2 times"),
    "an option of 101": (said(components=[row(menu(options=options(1, label="x" * 101)))]), "101"),
    "an option without value": (said(components=[row(menu(options=options(1, value="")))]), "without value"),
    "more values than options": (said(components=[row(menu(max_values=3))]), "3 values of 2"),
    "from 2 to 1 values": (said(components=[row(menu(min_values=2, max_values=1))]), "from 2 to 1"),
    "two chosen at first": (said(components=[row(menu(options=options(2, default=True)))]), "chosen at first"),
    "a card beside content": (card(text(), content="words"), "beside content"),
    "a card beside embeds": (card(text(), embeds=[EMBED]), "beside content"),
    "41 components": (alone(*[text(str(n)) for n in range(41)]), "41 in all"),
    "41 in a container": (card(*[text(str(n)) for n in range(40)]), "41 in all"),
    "4,001 characters": (alone(text("x" * 2000), text("x" * 2001)), "4001"),
    "an empty text": (card(text(" ")), "an empty text"),
    "a button alone in v2": (alone(button()), "may not stand alone"),
    "an empty container": (card(), "empty container"),
    "a box in a box": (card({"type": 17, "components": [text()]}), "17 in a 17"),
    "four texts in a section": (
        card({"type": 9, "components": [text()] * 4, "accessory": button()}), "one to three texts"),
    "a section with nothing beside it": (card({"type": 9, "components": [text()]}), "beside it"),
    "eleven pictures": (
        card({"type": 12, "items": [{"media": {"url": "https://a.example/b.png"}}] * 11}), "one to ten"),
    "one component id twice": (card(text(id=7), text(id=7)), "component id 7"),
    "a private message": (said(flags=1 << 6), "flags: 64"),
    "a nonce of 26": (said(nonce="n" * 26), "26 characters"),
    "enforce_nonce alone": (said(enforce_nonce=True), "without a nonce"),
    "a picture that was not uploaded": (card(gallery("attachment://other.png")), "other.png was not uploaded"),
    "one in an embed": (
        only(embeds=[{"title": "t", "image": {"url": "attachment://other.png"}}]), "other.png was not uploaded"),
    "an attachment that was not uploaded": (
        said(attachments=[{"id": 0, "filename": "other.png"}]), "other.png was not uploaded"),
}  # fmt: skip
BROKEN_ANSWERS: dict[str, tuple[Json, str]] = {
    "a type that is none": ({"type": 99}, "type 99"),
    "empty words": (answer({**QUIET}), "empty message"),
    "words that may ring": (answer({"content": "words"}), "allowed_mentions"),
    "other words that may ring": (answer({"content": "words"}, kind=7), "allowed_mentions"),
    "a promise with words": ({"type": 5, "data": {"flags": V2}}, "when deferring"),
    "26 choices": ({"type": 8, "data": {"choices": [{"name": "n", "value": "v"}] * 26}}, "26, 25"),
    "a choice of 101": ({"type": 8, "data": {"choices": [{"name": "x" * 101, "value": "v"}]}}, "1 to 100"),
    "a choice's value of 101": (
        {"type": 8, "data": {"choices": [{"name": "n", "value": "v" * 101}]}}, "101 characters"),
    "choices of none": ({"type": 8, "data": {}}, "choices: none"),
    "six parts": (modal(*[asks(n) for n in range(6)]), "6 parts"),
    "no parts": ({"type": 9, "data": {"title": "t", "custom_id": "c", "components": []}}, "0 parts"),
    "a title of 46": (modal(title="x" * 46), "title"),
    "no title": (modal(title=""), "title"),
    "a form's custom_id of 101": (modal(custom_id="x" * 101), "custom_id"),
    "a label of 46": (modal(asks(label="x" * 46)), "label: 1 to 45"),
    "a button in a form": (modal(row(button())), "one text input"),
    "a text input alone": (modal(asks()["component"]), "type 4 in a modal"),
    "a label of nothing": (modal({"type": 18, "label": "What"}), "one component"),
    "one field twice": (modal(asks(1), asks(1)), "2 times"),
    "a first value too long": (modal(asks(value="x" * 11, max_length=10)), "11 characters"),
    "lengths the wrong way": (modal(asks(min_length=9, max_length=3)), "from 9 to 3"),
    "a label in a label": (modal({"type": 18, "label": "What", "component": {
        "type": 4, "custom_id": "t", "style": 1, "label": "Twice"}}), "within a label"),
    "wanted, and none may be": (modal(chooses(min_values=0, required=True)), "none may be chosen"),
    "a menu that is off": (modal(chooses(disabled=True)), "cannot be disabled"),
    "one radio button": (
        modal({"type": 18, "label": "W", "component": {"type": 21, "custom_id": "r", "options": options(1)}}),
        "1 options, 2 to 10"),
}  # fmt: skip
BROKEN_COMMANDS: dict[str, tuple[Any, str]] = {
    "no list": ({}, "not a list"),
    "a hundred and one": ([command(name=f"c{n}") for n in range(101)], "101 of type 1"),
    "16 entries of a menu": ([{"type": 3, "name": f"Save {n}"} for n in range(16)], "16 of type 3"),
    "one twice": ([command(), command()], "2 times"),
    "a name with a space": ([command(name="two words")], "not a name"),
    "a name in capitals": ([command(name="Aha")], "not a name"),
    "a name of 33": ([command(name="x" * 33)], "not a name"),
    "a translated name in capitals": ([command(name_localizations={"de": "Aha"})], "not a name"),
    "no description": ([command(description="")], "description"),
    "a description of 101": ([command(description="x" * 101)], "description"),
    "a subcommand of 101": ([command(sub(description="x" * 101))], "description"),
    "an entry with a description": ([{"type": 3, "name": "Save", "description": "x"}], "no description"),
    "26 subcommands": ([command(*[sub(f"s{n}") for n in range(26)])], "26 options"),
    "an option twice": ([command(option(), option())], "2 times"),
    "wanted after free": ([command(option("a"), option("b", required=True))], "required options come first"),
    "an option beside subcommands": ([command(sub(), option())], "subcommands beside options"),
    "26 choices": (
        [command(option(choices=[{"name": f"n{n}", "value": f"v{n}"} for n in range(26)]))], "26 choices"),
    "choices beside autocomplete": (
        [command(option(autocomplete=True, choices=[{"name": "n", "value": "v"}]))], "beside autocomplete"),
    "choices for a person": ([command(option(kind=6, autocomplete=True))], "choices for type 6"),
    "a choice of 101": ([command(option(choices=[{"name": "x" * 101, "value": "v"}]))], "choice's name"),
    "lengths the wrong way": ([command(option(min_length=9, max_length=3))], "from 9 to 3"),
    "a type that is none": ([command(option(kind=12))], "type 12"),
    "8,001 characters": (sized(8001), "8001 characters"),
    "a group of none": ([command(option("goal", 2, options=[]))], "of none"),
}  # fmt: skip


@pytest.mark.parametrize("size", [8000, 8001])
def test_that_large_commands_are_as_large_as_they_say(size: int) -> None:
    assert limits.size_of(sized(size)[0]) == size


@pytest.mark.parametrize("name", TAKEN_MESSAGES)
def test_a_message_that_discord_takes(name: str) -> None:
    assert limits.of_message(TAKEN_MESSAGES[name]) == []
    assert schema.of_request(*SEND, TAKEN_MESSAGES[name]) == []


@pytest.mark.parametrize("name", TAKEN_ANSWERS)
def test_an_answer_that_discord_takes(name: str) -> None:
    assert limits.of_callback(TAKEN_ANSWERS[name]) == []
    assert schema.of_request(*ANSWER, TAKEN_ANSWERS[name]) == []


@pytest.mark.parametrize("name", TAKEN_COMMANDS)
def test_commands_that_discord_takes(name: str) -> None:
    assert limits.of_commands(TAKEN_COMMANDS[name]) == []
    assert schema.of_request(*REGISTER, TAKEN_COMMANDS[name]) == []


@pytest.mark.parametrize("name", BROKEN_MESSAGES)
def test_a_broken_message(name: str) -> None:
    body, reason = BROKEN_MESSAGES[name]
    found = limits.of_message(body)
    assert any(reason in problem for problem in found), found


@pytest.mark.parametrize("name", BROKEN_ANSWERS)
def test_a_broken_answer(name: str) -> None:
    body, reason = BROKEN_ANSWERS[name]
    found = limits.of_callback(body)
    assert any(reason in problem for problem in found), found


@pytest.mark.parametrize("name", BROKEN_COMMANDS)
def test_broken_commands(name: str) -> None:
    body, reason = BROKEN_COMMANDS[name]
    found = limits.of_commands(body)
    assert any(reason in problem for problem in found), found


def test_files() -> None:
    """Uploaded, declared and shown files must be the same, and a picture must decode."""
    assert limits.of_message(card(gallery(), **UPLOADED), PIXEL) == []
    assert limits.of_message(card(gallery(), **UPLOADED)) != []
    assert any("not told of" in p for p in limits.of_message(said(attachments=[]), PIXEL))
    assert any("does not decode" in p for p in limits.of_message(said(**UPLOADED), {"chart.png": b"\x89PNG"}))
    assert any("empty" in p for p in limits.of_message(said(**UPLOADED), {"chart.png": b""}))
    big = {"words.txt": b"x" * (limits.UPLOAD + 1)}
    assert any(str(limits.UPLOAD) in p for p in limits.of_message(said(), big))


def test_edits() -> None:
    """An edit is checked with the flag and the files of the existing message, and may be empty."""
    assert limits.of_message({"components": []}, edit=True) == []
    assert limits.of_message(only(components=[text()]), v2=True, edit=True) == []
    assert any("without the flag" in p for p in limits.of_message(only(components=[text()]), edit=True))
    assert any("beside content" in p for p in limits.of_message(said(), v2=True, edit=True))
    assert limits.of_message(only(components=[gallery()]), v2=True, standing=["chart.png"], edit=True) == []
    assert any("allowed" in p for p in limits.of_message({"content": "words"}, edit=True))


BROKEN_BY_SCHEMA: dict[str, tuple[tuple[str, str], Any, str]] = {
    "a key that is none": (SEND, said(contents="x"), "'contents' was unexpected"),
    "a key in a button": (SEND, said(components=[row(button(text="Go"))]), "'text' was unexpected"),
    "a key in a container": (SEND, card(text(colour=1)), "'colour' was unexpected"),
    "a number as content": (SEND, said(content=7), "content: 7 is not of type"),
    "a component without type": (SEND, said(components=[{"components": []}]), "components[0]"),
    "a colour too large": (SEND, only(embeds=[{"title": "t", "color": 1 << 24}]), "embeds[0].color"),
    "an id below nothing": (SEND, card(text(id=-1)), "id"),
    "a mention of nothing": (SEND, said(allowed_mentions={"parse": ["all"]}), "allowed_mentions"),
    "a nonce on an edit": (EDIT, said(nonce="n"), "'nonce' was unexpected"),
    "a key in an answer": (ANSWER, {"type": 4, "data": said(ephemeral=True)}, "'ephemeral' was unexpected"),
    "a title of 46": (ANSWER, modal(title="x" * 46), "title"),
    "a key in a form": (ANSWER, modal(asks(hint="x")), "'hint' was unexpected"),
    "a placeholder of 101": (ANSWER, modal(asks(placeholder="x" * 101)), "placeholder"),
    "a command's key": (REGISTER, [command(help="x")], "'help' was unexpected"),
    "an option's type": (REGISTER, [command(option(kind=12))], "[0].options[0]"),
    "a command without name": (REGISTER, [{"description": "x"}], "'name' is a required property"),
}


@needs(schema.NAME)
@pytest.mark.parametrize("name", BROKEN_BY_SCHEMA)
def test_what_discords_own_description_refuses(name: str) -> None:
    route, body, reason = BROKEN_BY_SCHEMA[name]
    found = schema.of_request(*route, body)
    assert any(reason in problem for problem in found), found
