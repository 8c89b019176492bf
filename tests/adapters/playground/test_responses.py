"""Tests of private replies and forms: one person sees them, and no way out of the server shows them to others."""

from __future__ import annotations

import asyncio
import json

from adapters.playground.chat.disk import read_picture
from bot.core.messages import (
    Button,
    Card,
    Field,
    FieldKind,
    Form,
    Option,
    Post,
    Reply,
    Text,
    Title,
    text_card,
    text_reply,
)
from bot.core.origin import Place
from bot.core.pictures.drawing import Drawing
from tests.adapters.playground.conftest import Running
from tests.adapters.playground.stand_in import HighFive, Log, Menu, Plan

SECRET = "Only Ana may read this."
FORM = Form("Keep an aha", Log(), (Field("text", "What became clear?", FieldKind.TEXT),))


async def test_a_private_reply_reaches_one_person(here: Running) -> None:
    """Ana's open pages show it. Ben's state and live connection do not contain it."""
    here.bot.answers[Log] = text_reply(SECRET)
    hers, his = await here.page.listen("ana"), await here.page.listen("ben")
    answer = await here.page.do("type", person="ana", channel="random", text="/aha quietly")
    assert (await hers.receive_json())["whisper"] == answer["reply"]
    await here.page.do("type", person="ana", channel="random", text="Now aloud.")
    heard = json.dumps([await his.receive_json() for _ in range(2)])
    assert "Now aloud." in heard
    assert SECRET not in heard + json.dumps(await here.page.world("ben"))
    assert SECRET in json.dumps(await here.page.world("ana"))


async def test_nobody_else_presses_or_dismisses_it(here: Running) -> None:
    """Other people cannot use a private card's id."""
    here.bot.answers[Log] = text_reply(SECRET, buttons=(Button("Fine", HighFive("1")),))
    shown = await here.page.do("type", person="ana", channel="random", text="/aha We sign once.")
    whisper = shown["reply"]["id"]
    status, _ = await here.page.try_to("press", person="ben", card=whisper, button="Fine")
    assert status == 404
    await here.page.do("dismiss", person="ben", whisper=whisper)
    assert (await here.page.world("ana"))["whispers"]
    await here.page.do("dismiss", person="ana", whisper=whisper)
    assert not (await here.page.world("ana"))["whispers"]


async def test_a_reply_may_take_the_place_of_the_card_that_was_pressed(here: Running) -> None:
    """*Remove it* becomes *Removed* in the same place."""
    here.bot.answers[Log] = text_reply("Kept.", buttons=(Button("Remove it", HighFive("1")),))
    first = (await here.page.do("type", person="ana", channel="random", text="/aha We sign once."))["reply"]
    here.bot.answers[HighFive] = text_reply("Removed.", replaces=True)
    body = {"person": "ana", "card": first["id"], "button": "Remove it", "event": "press-1"}
    second = (await here.page.do("press", **body))["reply"]
    assert (second["id"], second["card"]["blocks"][0]["line"]) == (first["id"], ["Removed."])
    again = (await here.page.do("press", **body))["reply"]
    assert again == second, "the same press, sent again after the button had gone"
    assert len((await here.page.world("ana"))["whispers"]) == 1


async def test_a_form_opens_and_is_filled(here: Running) -> None:
    """Its submission is its command with the values, and its event is the form's id."""
    here.bot.answers[Menu] = FORM
    form = (await here.page.do("type", person="ana", channel="random", text="/aha"))["form"]
    await here.page.do("submit", person="ana", form=form["id"], values={"text": "We sign once.", "odd": "x"})
    command, origin = here.bot.last
    assert command == Log("We sign once.")
    assert origin.event == form["id"]


async def test_submitting_twice_is_one_event(here: Running) -> None:
    """A second press or a network retry sends the same event."""
    here.bot.answers[Menu] = FORM
    form = (await here.page.do("type", person="ana", channel="random", text="/aha"))["form"]["id"]
    body = {"person": "ana", "form": form, "values": {"text": "Once."}}
    await asyncio.gather(here.page.do("submit", **body), here.page.do("submit", **body))
    events = {origin.event for command, origin in here.bot.heard if command == Log("Once.")}
    assert events == {form}


async def test_a_form_is_not_for_others(here: Running) -> None:
    """Ben cannot submit a form that was opened for Ana."""
    here.bot.answers[Menu] = FORM
    form = (await here.page.do("type", person="ana", channel="random", text="/aha"))["form"]["id"]
    status, answer = await here.page.try_to("submit", person="ben", form=form, values={"text": "Mine."})
    assert (status, answer["error"]) == (404, "That form is no longer open.")


async def test_what_cannot_be_taken_is_said_beside_its_field(here: Running) -> None:
    """The playground validates as other chats do, so the core gets no choice that was not offered."""
    options = (Option("a", "A"), Option("b", "B"))
    fields = (
        Field("line", "A line"),
        Field("one", "One", FieldKind.CHOICE, options=options),
        Field("several", "Several", FieldKind.CHOICES, options=options),
        Field("day", "Day", FieldKind.DATE),
        Field("hour", "Hour", FieldKind.TIME),
        Field("channel", "Where", FieldKind.CHANNEL),
        Field("text", "More", FieldKind.TEXT, required=False),
    )
    here.bot.answers[Menu] = Form("When I speak", Plan(), fields)
    form = (await here.page.do("type", person="mei", channel="random", text="/aha"))["form"]["id"]
    wrong = {"one": "c", "several": "a\nc", "day": "soon", "hour": "25:00", "channel": "quiet-corner"}
    status, answer = await here.page.try_to("submit", person="mei", form=form, values=wrong)
    assert status == 422
    assert answer["errors"].keys() == {"line", "one", "several", "day", "hour", "channel"}
    right = {
        "line": "x",
        "one": "b",
        "several": "a\nb",
        "day": "2026-03-20",
        "hour": "16:00",
        "channel": "random",
    }
    await here.page.do("submit", person="mei", form=form, values=right)
    assert here.bot.last[0] == Plan(**right)


async def test_a_form_that_comes_back_is_a_new_one(here: Running) -> None:
    """An invalid form comes back with its error, to be sent as another event."""
    here.bot.answers[Menu] = FORM
    form = (await here.page.do("type", person="ana", channel="random", text="/aha"))["form"]
    here.bot.answers[Log] = Form("Keep an aha", Log(), FORM.fields, errors={"text": "Shorter, please."})
    again = (await here.page.do("submit", person="ana", form=form["id"], values={"text": "Long."}))["form"]
    assert again["errors"] == {"text": "Shorter, please."}
    assert again["id"] != form["id"]


async def test_a_note_goes_to_one_persons_messages(here: Running) -> None:
    """Only Mei sees what the bot wrote to Mei."""
    note = Post(Card((Text((SECRET,)),)))
    sent = await here.playground.post(Place("playground", person="mei"), note, key="n1")
    assert sent.channel == "with-mei"
    assert SECRET in json.dumps(await here.page.world("mei"))
    assert SECRET not in json.dumps(await here.page.world("ana"))


async def test_a_closed_room_stays_closed(here: Running) -> None:
    """Mei is not in the private channel: she cannot read, write, react or press there."""
    await here.people.invite_bot("ana", "quiet-corner")
    card = Card((Title(SECRET),), (Button("High-five", HighFive("1")),))
    sent = await here.playground.post(Place("playground", "quiet-corner"), Post(card), key="p1")
    assert SECRET not in json.dumps(await here.page.world("mei"))
    tries = [
        await here.page.try_to("type", person="mei", channel="quiet-corner", text="Hello?"),
        await here.page.try_to("react", person="mei", message=sent.message, emoji="👍", on=True),
        await here.page.try_to("press", person="mei", card=sent.message, button="High-five"),
        await here.page.try_to("invite", person="mei", channel="quiet-corner", on=False),
    ]
    assert [status for status, _ in tries] == [404] * 4


async def test_in_a_thread_the_answer_stays_in_the_thread(here: Running) -> None:
    """A private reply appears where the person is looking."""
    root = (await here.people.type_line("ana", "random", "A question.")).message
    here.bot.answers[Log] = Reply(text_card("Kept."))
    shown = await here.people.type_line("ana", "random", "/aha from the thread", thread=root)
    assert here.bot.last[1].thread == root
    assert shown.json is not None
    assert shown.json["thread"] == root


async def test_a_private_picture_goes_with_its_card(here: Running) -> None:
    """One person sees it, and its file is deleted with the last card that shows it."""
    drawn = Drawing(lambda _figures: b"\x89PNG a search", "1 experiment", "How our search goes", "search.png")
    here.bot.answers[Log] = Reply(text_card(SECRET), picture=drawn)
    hers = await here.page.listen("ana")
    shown = (await here.page.do("type", person="ana", channel="random", text="/aha We sign once."))["reply"]
    assert shown["picture"]["alt"] == "How our search goes"
    assert (await hers.receive_json())["whisper"]["picture"] == shown["picture"]
    assert "How our search goes" not in json.dumps(await here.page.world("ben"))
    store = here.playground.chat.world
    name = shown["picture"]["src"].rpartition("/")[2]
    assert read_picture(store.path, name) == drawn.png
    again = (await here.page.do("type", person="ben", channel="random", text="/aha We sign once."))["reply"]
    await here.page.do("dismiss", person="ana", whisper=shown["id"])
    assert read_picture(store.path, name) == drawn.png
    await here.page.do("dismiss", person="ben", whisper=again["id"])
    assert read_picture(store.path, name) is None
