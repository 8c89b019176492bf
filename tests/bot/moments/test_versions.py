"""Tests of added versions: sealed at first, then shown side by side."""

from dataclasses import replace

from bot.moments.commands import AddVersion, Edit, Failed, ReadOn
from bot.moments.versions import VersionOf
from bot.runtime.bot import Bot
from tests.support.databases import Clock
from tests.support.people import HOME, Everyone, Person
from tests.support.recorder import Recorder


async def tell(person: Person, text: str) -> str:
    """Add a person's version to the first moment by its form, and return the reply."""
    form = await person.does(AddVersion("1.1"))
    return (await form.fill(text=text)).text


async def test_one_is_sealed_two_are_open(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """A sealed one shows its author only. Two are open, in the order of names, and found by search."""
    await people.ana.types("We sign once now")
    assert "stays hidden" in await tell(people.mei, "It was the spreadsheet")
    await bot.tick()
    assert "Mei added a version. It opens when a second one comes in" in recorder.texts()[-1]
    assert "spreadsheet" not in recorder.texts()[-1]
    assert "Nothing here has" in (await people.mei.types("find spreadsheet")).text
    assert "next to the others" in await tell(people.ben, "It was the silence")
    await bot.tick()
    card = recorder.texts()[-1]
    assert card.index("“It was the silence” — Ben") < card.index("“It was the spreadsheet” — Mei")
    assert "We sign once now" in (await people.mei.types("find spreadsheet")).text


async def test_alone_it_opens_after_two_days(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Reading checks the time itself, so no tick is needed at that hour."""
    await people.ana.types("We sign once now")
    await tell(people.mei, "It was the spreadsheet")
    clock.forward(hours=47)
    assert "spreadsheet" not in (await people.ben.types("show 1")).text
    clock.forward(hours=2)
    assert "spreadsheet" in (await people.ben.types("show 1")).text
    await bot.tick()
    assert "spreadsheet" in recorder.texts()[-1]
    assert "We sign" in (await people.ben.types("find spreadsheet")).text


async def test_one_s_own_is_rewritten_not_doubled(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The form shows the current text. A second version by the same person opens nothing."""
    await people.ana.types("We sign once now")
    await tell(people.mei, "It was the spreadsheet")
    form = await people.mei.does(AddVersion("1.1"))
    assert form.form.fields[0].value == "It was the spreadsheet"
    assert "is updated" in (await form.fill(text="It was Ben's spreadsheet")).text
    await bot.tick()
    assert "when a second one comes in" in recorder.texts()[-1]


async def turn_the_seal(people: Everyone, to: str) -> str:
    """Change in the setup whether versions are sealed, and return the reply."""
    form = await (await people.ana.types("setup")).press("Change settings")
    return (await form.fill(seals=to)).text


async def test_a_team_may_turn_the_seal_off(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """New versions are then open at once, and one that was sealed before stays sealed."""
    await people.ana.types("We sign once now")
    await people.ana.types("Imports need a template")
    await tell(people.mei, "It was the spreadsheet")
    assert "visible right away" in await turn_the_seal(people, "open")
    assert "visible right away" in (await people.ben.types("setup")).text
    assert "spreadsheet" not in (await people.ben.types("show 1")).text
    form = await people.ben.types("version 2")
    assert (await form.fill(text="The wizard wept")).text.startswith(
        "Your version of #2 is saved. The card is in #lantern."
    )
    assert "“The wizard wept” — Ben" in (await people.mei.types("show 2")).text
    assert "#2" in (await people.mei.types("find wept")).text
    assert "for two days" in await turn_the_seal(people, "sealed")
    await people.ana.types("A third thing")
    form = await people.ben.types("version 3")
    assert "stays hidden" in (await form.fill(text="Nobody may read this")).text


async def test_open_stays_open(people: Everyone) -> None:
    """They stay open when one of the two is taken out again."""
    await people.ana.types("We sign once now")
    await tell(people.mei, "It was the spreadsheet")
    form = await people.ben.types("version 1")
    await (await form.fill(text="It was the silence")).press("Undo")
    card = (await people.noor.types("show 1")).text
    assert "spreadsheet" in card
    assert "silence" not in card
    assert "Together: Ana, Mei" in card


async def test_asked_for_by_its_number(people: Everyone) -> None:
    """`version 1` opens one's own version only. For an unknown number the reply names the latest."""
    await people.ana.types("We sign once now")
    await tell(people.mei, "It was the spreadsheet")
    assert (await people.ben.types("version 1")).form.fields[0].value == ""
    assert (await people.mei.types("version 1")).form.fields[0].value == "It was the spreadsheet"
    assert (await people.ben.types("version 7")).text == "There is no #7 here; the latest is #1."


async def test_the_author_edits_instead(people: Everyone) -> None:
    """The moment's own text is its author's version."""
    await people.ana.types("We sign once now")
    form = await people.ana.does(AddVersion("1.1"))
    assert form.form.title == "Edit #1"


async def test_typed_words_change_no_more_than_they_say(people: Everyone, bot: Bot) -> None:
    """A version typed by the author replaces nothing, and a new text changes no other part."""
    await people.ana.does(Failed("A wizard", expected="Everyone gets in", taught="Nobody reads"))
    told = await people.ana.does(AddVersion("1.1", "It was the spreadsheet"))
    assert told.text.startswith("You wrote #1, so its text is your version. Use Edit to change it.")
    assert told.text.endswith("“It was the spreadsheet”")
    await people.ana.does(Edit("1.1", "A wizard of five pages"))
    form = (await people.ana.types("edit 1")).form
    stands = {field.name: field.value for field in form.fields}
    assert (stands["text"], stands["expected"], stands["taught"]) == (
        "A wizard of five pages", "Everyone gets in", "Nobody reads",
    )  # fmt: skip
    await (await people.ana.types("edit 1")).fill(taught="")
    emptied = (await people.ana.types("edit 1")).form
    assert {field.name: field.value for field in emptied.fields}["taught"] == ""


async def test_from_a_message_s_menu(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """On a moment's card it opens the form. On other messages it says what to do first."""
    await people.ana.types("We sign once now")
    await bot.tick()
    card, _ = recorder.last()
    assert (await people.mei.does(VersionOf(card))).form.title == "Add my version"
    assert "wasn't written by a person" in (await people.mei.does(VersionOf("m-unknown"))).text


async def test_on_a_removed_moment(people: Everyone) -> None:
    """A form sent after the removal says so and returns the text."""
    await people.ana.types("We sign once now")
    form = await people.mei.does(AddVersion("1.1"))
    await people.ana.types("delete 1")
    assert (await form.fill(text="Too late")).text == "#1 was deleted.\n“Too late”"


async def test_many_versions_stay_one_glance(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """An experiment's card shows three versions. *Read more* has all of them and everything that was cut."""
    form = await people.ana.types("failed")
    await form.fill(text="A cache", taught="It taught us " + "much " * 100)
    for number in range(8):
        one = Person(bot, replace(HOME, person=f"U-{number}", person_name=f"Person {number}"))
        await tell(one, f"Person {number} says " + "so " * 150)
    await bot.tick()
    card = recorder.texts()[-1]
    assert card.count(" says ") == 3
    assert "5 more versions: Read more" in card
    assert "[Read more]" in card
    page, told = await people.mei.does(ReadOn("1.1", "1")), ""
    while "[Read more]" in page.text:
        told, page = told + page.text, await page.press("Read more")
    told += page.text
    assert told.count(" says ") == 8
    assert told.count(" so") == 8 * 150
    assert told.count("much") == 100


async def test_what_waits_for_its_words_takes_no_version(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """The text is returned with one sentence. The moment's author gets the edit form."""
    await people.ana.types("list")
    await people.ana.reacts("m-unread", people.ben)
    await bot.tick()
    assert (await people.mei.types("version 1")).text == (
        "#1 has no text yet. Once it does, you can add your version."
    )
    assert "“Too early”" in (await people.mei.does(AddVersion("1.1", "Too early"))).text
    assert (await people.ben.types("version 1")).form.title == "Edit #1"


async def test_one_version_more(people: Everyone, bot: Bot) -> None:
    """The count of one is in the singular."""
    await people.ana.does(Failed("A cache", taught="Nothing"))
    for number in range(4):
        one = Person(bot, replace(HOME, person=f"U-{number}", person_name=f"Person {number}"))
        await tell(one, f"Person {number} says so")
    assert "1 more version: Read more" in (await people.mei.types("show 1")).text
