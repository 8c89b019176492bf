"""Tests of private cards and menus: they offer what works for the person who looks."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.core.messages import Button, Card, Entry, Quote, Reply
from bot.moments.commands import Edit, HowFar
from bot.prompts.bank.browse import OneQuestion
from bot.quests.commands import SeeQuest, SeeWhys, TakeWhyOut
from bot.runtime.bot import Bot
from tests.support.people import Everyone, Got, Person
from tests.support.recorder import Recorder

REFUSALS = (
    "only Ana can",
    "Only the one who",
    "Only the person who",
    "None of the whys",
    "You have tapped",
    "isn't yours",
)


def buttons_of(card: Card) -> Iterator[Button]:
    """Yield every button of a card: beside quotes, below it and in its menu."""
    yield from (block.button for block in card.blocks if isinstance(block, (Quote, Entry)) and block.button)
    yield from (*card.buttons, *card.menu)


def labels(got: Got) -> list[str]:
    """Return the labels on a private card."""
    assert isinstance(got.answer, Reply)
    return [button.label for button in buttons_of(got.answer.card)]


@pytest.fixture
async def team(people: Everyone, recorder: Recorder) -> Everyone:
    """Return the people of a team in which Ana saved one of each kind, with whys, a quest and a question.

    She is no admin here.
    """
    people.ana.origin = replace(people.ana.origin, admin=False)
    for line in (
        "an aha of ours",
        "failed a wizard",
        "breakthrough a template",
        "quest What makes Monday slow?",
    ):
        await people.ana.types(line)
    await (await people.ana.types("why 2")).fill(text="Nobody looked")
    form = await (await people.ana.types("schedule")).press("Question packs")
    await (await form.press("Suggest a question")).fill(text="What did we see?")
    await people.bot.tick()
    return people


async def private_cards(who: Person) -> list[Got]:
    """Return every private card of Ana's things, as a person sees it."""
    typed = [await who.types(line) for line in ("show 1", "show 2", "show 3", "find", "quest", "schedule")]
    opened = (SeeQuest("1", "1"), SeeWhys("1.2"), OneQuestion("own:1", "1"))
    return typed + [await who.does(command) for command in opened]


@pytest.mark.parametrize("name", ["ana", "ben", "mei"])
async def test_no_button_on_a_private_card_is_refused(team: Everyone, bot: Bot, name: str) -> None:
    """Ana wrote everything, Ben wrote nothing, and Mei is an admin: whatever is offered works for them."""
    team.mei.origin = replace(team.mei.origin, admin=True)
    who = getattr(team, name)
    for got in await private_cards(who):
        assert isinstance(got.answer, Reply), got.text
        for button in buttons_of(got.answer.card):
            pressed = await who.does(bot.commands.decode(bot.commands.encode(button.command)))
            if isinstance(pressed.answer, Reply):
                refused = [said for said in REFUSALS if said in pressed.text]
                assert not refused, f"[{button.label}] on: {got.text}\nanswers: {pressed.text}"


async def test_edit_and_delete_are_offered_to_whom_they_work(team: Everyone) -> None:
    """The author has both, an admin *Delete*, and nobody else either."""
    team.mei.origin = replace(team.mei.origin, admin=True)
    offered = {}
    for who in (team.ana, team.ben, team.mei):
        shown = labels(await who.types("show 1"))
        offered[who.origin.person_name] = [label for label in shown if label in ("Edit", "Delete")]
    assert offered == {"Ana": ["Edit", "Delete"], "Ben": [], "Mei": ["Delete"]}


async def test_a_press_keeps_to_it(team: Everyone) -> None:
    """The updated card has the same buttons."""
    shown = await team.ben.types("show 1")
    for label in ("High-five", "I was there"):
        assert "Edit" not in labels(await shown.press(label))


async def test_what_one_rated_is_not_asked_again(team: Everyone) -> None:
    """*How big a stretch was it?* is there until one's tap."""
    assert "How big a stretch was it?" in labels(await team.ben.types("show 1"))
    await (await team.ben.does(HowFar("1.1"))).press("3 mm")
    assert "How big a stretch was it?" not in labels(await team.ben.types("show 1"))
    assert "How big a stretch was it?" in labels(await team.mei.types("show 1"))


async def test_the_menu_of_a_shared_card_knows_who_asks(team: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Where a platform asks for it in private. What is left is said in a sentence if it is nothing."""
    by_title = {each.text.split("\n")[0]: message for message, each in recorder.standing.items()}
    origin = team.ben.origin
    menus = {}
    for title in ("Aha #1", "Quest", "Why? · Experiment #2"):
        for who in (team.ana, team.ben):
            reply = await bot.more(by_title[title], replace(who.origin, event="more"))
            assert reply is not None
            menus[title, who.origin.person_name] = [button.label for button in reply.card.menu]
    assert menus["Aha #1", "Ana"][0] == "Edit"
    assert menus["Aha #1", "Ana"][-1] == "Delete"
    assert not {"Edit", "Delete"} & {*menus["Aha #1", "Ben"]}
    assert menus["Quest", "Ana"] == ["What do you expect?", "What does it serve?", "Delete quest"]
    assert menus["Quest", "Ben"] == ["What do you expect?", "What does it serve?"]
    assert menus["Why? · Experiment #2", "Ana"] == ["Remove a why"]
    assert menus["Why? · Experiment #2", "Ben"] == []
    nothing = await bot.more(by_title["Why? · Experiment #2"], replace(origin, event="more"))
    assert nothing is not None
    assert Got(team.ben, origin, nothing).text == "Only the person who wrote it or an admin can do more here."


async def test_everyone_sees_the_same_on_the_shared_card(team: Everyone, recorder: Recorder) -> None:
    """A press by a person who may not is answered with what they can do."""
    card = next(each for each in recorder.standing.values() if each.text.startswith("Aha #1"))
    assert "[Edit]" in card.text
    assert (await team.ben.does(Edit("1.1"))).text == (
        "#1 is in Ana's words, so only Ana can change it. You can add your version."
    )
    assert (await team.ben.types("delete 1")).text == (
        "Only Ana or an admin can delete #1. You can add your version."
    )
    assert "None of the whys" in (await team.ben.does(TakeWhyOut("1.2"))).text
