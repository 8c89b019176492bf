"""Tests of the parts that a team turns off: they are out of sight, and come back as they were."""

from datetime import timedelta

from bot.memory.fuel import Memory
from bot.quests.commands import SeeQuest
from bot.runtime.bot import Bot
from tests.support.databases import Clock
from tests.support.people import Everyone, Got, Person
from tests.support.questions import until
from tests.support.recorder import Recorder

FAILED = {"text": "We cached the tokens", "happened": "Logins got slower"}


async def turns_off(person: Person, *parts: str) -> Got:
    """Turn parts off in the setup, and leave the others on."""
    form = await (await person.types("setup")).press("Parts")
    on = [option.value for option in form.form.fields[0].options if option.value not in parts]
    return await form.fill(parts="\n".join(on))


async def test_a_team_says_what_it_uses(people: Everyone) -> None:
    """Four check boxes, all ticked at first. The setup tells what is off."""
    form = await (await people.ana.types("setup")).press("Parts")
    assert form.form.title == "Parts"
    assert form.form.fields[0].label == "What this team uses"
    assert form.form.fields[0].value == "quests\ngoals\nfocus\nmemory"
    assert "Off in this team" not in (await people.ben.types("setup")).text
    said = await form.fill(parts="quests\nmemory")
    assert said.text == (
        "Off in this team: Goals and mission, Focus. "
        "What you saved there stays, and comes back when you turn it on again."
    )
    assert "Off in this team: Goals and mission, Focus." in (await people.ben.types("setup")).text
    again = await (await people.ben.types("setup")).press("Parts")
    assert again.form.fields[0].value == "quests\nmemory"
    assert (await again.fill(parts="quests\ngoals\nfocus\nmemory")).text == "Everything is on."


async def test_all_can_be_off(people: Everyone) -> None:
    said = await turns_off(people.ana, "quests", "goals", "focus", "memory")
    assert "Off in this team: Quests, Goals and mission, Focus, Memory." in said.text
    assert "#1" in (await people.ana.types("We sign tokens now")).text


async def test_what_is_off_is_answered_in_one_sentence(people: Everyone) -> None:
    """Typed, pressed on an old card, or in an old form: it says so, keeps the words, and one press turns it on."""
    opened = await people.ana.types("quest Why do logins fail?")
    old_form = await (await people.ana.types("quest")).press("Start a quest")
    await turns_off(people.ben, "quests")
    said = await people.ana.types("quest Why do imports fail?")
    assert said.text == "Quests are off in this team.\n“Why do imports fail?”\n[Turn on quests]"
    for refused in (
        await people.ana.does(SeeQuest("1", "1")),
        await people.ana.types("cycle"),
        await old_form.fill(text="Why do exports fail?"),
    ):
        assert refused.text.startswith("Quests are off in this team.")
    assert opened.text
    on = await said.press("Turn on quests")
    assert on.text.startswith("It's on for the whole team now.")
    assert "Why do logins fail?" in (await people.ana.types("quest")).text


async def test_what_is_off_is_no_button_on_a_card(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Cards posted or edited from then on have no button for it, and no entry in their menus."""
    await people.ana.types("goal Sign once by summer")
    await people.ana.types("We sign tokens now")
    await bot.tick()
    card = recorder.last()[0]
    assert {"What does it serve?", "Delete"} <= set(labels(recorder, card))
    await turns_off(people.ana, "goals", "memory")
    await people.ana.types("We sign every token once")
    await bot.tick()
    kept = labels(recorder, recorder.last()[0])
    assert "Delete" in kept
    assert "What does it serve?" not in kept


def labels(recorder: Recorder, message: str) -> list[str]:
    """Return the labels of a card's buttons and of its menu."""
    card = recorder.standing[message].post.card
    return [button.label for button in (*card.buttons, *card.menu)]


async def test_a_form_does_not_ask_about_it_and_leaves_it_alone(people: Everyone) -> None:
    """An experiment keeps its quest when it is edited meanwhile."""
    await people.ana.types("quest Why do logins fail?")
    form = await people.ana.types("failed")
    assert "quest" in {field.name for field in form.form.fields}
    await form.fill(**FAILED)
    await turns_off(people.ana, "quests")
    assert "quest" not in {field.name for field in (await people.ana.types("failed")).form.fields}
    edit = await (await people.ana.types("show 1")).press("Edit")
    assert "quest" not in {field.name for field in edit.form.fields}
    await edit.fill(text="We cached all tokens")
    await (await people.ana.types("cycle")).press("Turn on quests")
    assert "1 attempt" in (await people.ana.types("quest")).text


async def test_it_is_in_no_help_menu_or_page(people: Everyone) -> None:
    await people.ana.types("quest Why do logins fail?")
    assert "Quests you started" in (await people.ana.types("me")).text
    assert "[Quests]" in (await people.ana.types("menu")).text
    await turns_off(people.ana, "quests", "focus")
    assert "Quests you started" not in (await people.ana.types("me")).text
    assert "[Quests]" not in (await people.ana.types("menu")).text
    said = (await people.ana.types("help")).text
    assert "/aha quest" not in said
    assert "/aha focus" not in said


async def test_it_asks_nothing_by_itself(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The question what is next after a breakthrough waits while quests are off, and comes if they are on in time."""
    await people.ana.types("breakthrough We sign once")
    await bot.tick()
    await turns_off(people.ana, "quests")
    await until(bot, clock, clock.now + timedelta(days=4))
    assert not [text for text in recorder.texts() if "What's next?" in text]
    await (await people.ana.types("quest")).press("Turn on quests")
    await until(bot, clock, clock.now + timedelta(days=4))
    assert [text for text in recorder.texts() if "What's next?" in text]


async def test_an_outsider_turns_nothing_on(people: Everyone) -> None:
    """What was refused for being off says so to people of the team alone, and memory is private."""
    await people.ana.types("We sign tokens now")
    await turns_off(people.ana, "memory")
    said = await people.ana.does(Memory())
    assert said.text == "Memory is off in this team.\n[Turn on memory]"
