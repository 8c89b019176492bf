"""Tests of the mission: written by anyone, in versions, with what served each line."""

from bot.core.messages import Form
from bot.goals.commands import AlignGoal, MissionVersions, TakeMissionBack, WriteMission
from bot.runtime.bot import Bot
from tests.support.databases import Clock
from tests.support.people import Everyone, Got
from tests.support.questions import press
from tests.support.recorder import Recorder

WHO, HOW = "Small schools that teach in the evening", "By phone, in their own words"


async def written(people: Everyone, bot: Bot, recorder: Recorder) -> str:
    """Let Ana write the mission, and return its card's message."""
    await (await people.ana.types("mission")).fill(who=WHO, how=HOW)
    await bot.tick()
    return recorder.last()[0]


def value(form: Form, name: str) -> str:
    """Return the value of a form's field."""
    return next(field.value for field in form.fields if field.name == name)


async def test_a_mission_in_four_lines(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The first one gets a card in the channel. A line may stay open."""
    form = await people.ana.types("mission")
    assert [field.label for field in form.form.fields] == [
        "Who we serve",
        "How we serve them best",
        "The one key thing we offer",
        "Why it matters to us",
    ]
    said = await form.fill(who=WHO, how=HOW)
    assert said.text == "Mission saved. The card is in #lantern.\n[Undo] [Edit mission]"
    await bot.tick()
    card = recorder.last()[1].text
    assert card.startswith(f"Our mission\n\nWho we serve\n“{WHO}”\n")
    assert "Still open: The one key thing we offer, Why it matters to us." in card
    assert "Written by Ana on 16 March 2026" in card
    assert (await people.ben.types("mission")).text.startswith("Our mission\n")


async def test_an_empty_or_long_one_comes_back(people: Everyone) -> None:
    """Each with one sentence, and the words stay."""
    form = await people.ana.types("mission")
    empty = await form.fill(who=" ")
    assert empty.form.errors == {"who": "Please write at least one of the four lines."}
    long = await form.fill(who="x" * 301, how=HOW)
    assert long.form.errors == {
        "who": "Please use at most 300 characters, so it fits on the card. This has 301."
    }
    assert value(long.form, "how") == HOW


async def test_anyone_changes_it_and_earlier_versions_stay(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """With who wrote them and when, in private pages."""
    message = await written(people, bot, recorder)
    for number in range(1, 4):
        clock.forward(days=1)
        form = await people.ben.does(WriteMission("1"))
        assert value(form.form, "who") == (WHO if number == 1 else f"Schools, take {number - 1}")
        await form.fill(who=f"Schools, take {number}")
    card = await people.ana.sees(message)
    assert "“Schools, take 3”" in card
    assert "Written by Ben on 19 March 2026" in card
    page = await press(people.mei, message, "Earlier versions")
    assert "By Ben" in page.text
    assert "18 March 2026, 09:00" in page.text
    assert "take 2" in page.text
    assert WHO not in page.text
    assert f"By Ana\n16 March 2026, 09:00\n“{WHO}” — Who we serve" in (await page.press("Older")).text


async def test_two_people_edit_at_once(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The second sees the newer words above their own, and saves theirs with one more press."""
    message = await written(people, bot, recorder)
    anas, bens = await people.ana.does(WriteMission("1")), await people.ben.does(WriteMission("1"))
    await anas.fill(who="Evening schools", offer="A timetable")
    told = await bens.fill(who="Schools with one teacher")
    assert told.form.intro.splitlines() == [
        "Ana has changed the mission since you opened this. Your words are below. Theirs are:",
        "Who we serve: Evening schools",
        "The one key thing we offer: A timetable",
        "To save yours instead, send them again. Their version stays under “Earlier versions”.",
    ]
    assert value(told.form, "who") == "Schools with one teacher"
    assert "Evening schools" in await people.ana.sees(message)
    assert (await told.fill()).text.startswith("Mission saved")
    assert "“Schools with one teacher”" in await people.ana.sees(message)
    assert "Evening schools" in (await people.mei.does(MissionVersions("1"))).text


async def test_the_same_words_and_the_same_delivery_change_nothing(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """A form sent twice writes one version."""
    await written(people, bot, recorder)
    form = await people.ben.does(WriteMission("1"))
    assert "I changed nothing" in (await form.fill()).text
    changed = await people.ben.does(WriteMission("1"))
    first, second = await changed.fill(why="Rent"), await changed.fill(why="Rent")
    assert first.text == second.text
    assert "no earlier version" not in (await people.ana.does(MissionVersions("1"))).text


async def test_a_version_is_taken_back_within_a_day(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """By its author, while it is the newest. The one before it counts again."""
    message = await written(people, bot, recorder)
    said = await (await people.ben.does(WriteMission("1"))).fill(who="Everyone")
    assert "Only the person who wrote" in (await people.mei.does(said.button("Undo"))).text
    assert (await said.press("Undo")).text == "Undone. The mission is as it was before."
    assert f"“{WHO}”" in await people.ana.sees(message)
    assert "already undone that" in (await said.press("Undo")).text
    again: Got = await (await people.ben.does(WriteMission("1"))).fill(who="Everyone")
    assert "changed the mission since" in (await people.ana.does(TakeMissionBack("1", "1"))).text
    clock.forward(hours=24)
    assert "more than a day ago" in (await again.press("Undo")).text


async def test_the_only_version_taken_back_leaves_a_sentence(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """And the form comes again."""
    form = await people.ana.types("mission")
    said = await form.fill(who=WHO)
    await bot.tick()
    await said.press("Undo")
    assert await people.ana.sees(recorder.last()[0]) == "The mission was removed."
    assert (await people.ana.types("mission")).form.title == "Our mission"


async def test_the_card_counts_what_served_each_line(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """In this calendar quarter and the last, moments and goals, and never per person."""
    message = await written(people, bot, recorder)
    for person in (people.ana, people.ben):
        kept = await person.types("the school called")
        await (await kept.press("What does it serve?")).fill(line="who")
    card = await people.ana.sees(message)
    assert "Jan–Mar 2026: 2 moments · Oct–Dec 2025: nothing" in card
    assert "Nothing serves it yet" in card
    assert "Ben" not in card
    await people.ben.types("delete 2")
    assert "Jan–Mar 2026: 1 moment ·" in await people.ana.sees(message)
    clock.forward(days=31)
    kept = await people.mei.types("a school wrote")
    await (await kept.press("What does it serve?")).fill(line="who")
    card = await people.ana.sees(message)
    assert "Apr–Jun 2026: 1 moment · Jan–Mar 2026: 1 moment" in card
    assert "Nothing served it in Jan–Mar 2026 or Apr–Jun 2026" in card


async def test_new_words_of_a_line_start_at_nothing(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """What served its earlier words is told beside them, and counts again where these words come back."""
    message = await written(people, bot, recorder)
    kept = await people.ana.types("the school called")
    await (await kept.press("What does it serve?")).fill(line="who")
    made = await people.ana.types("goal new Ten schools")
    await (await people.ana.does(AlignGoal("1", "1"))).fill(line="who")
    assert "Jan–Mar 2026: 1 moment, 1 goal · Oct–Dec 2025: nothing" in await people.ana.sees(message)
    await (await press(people.ben, message, "Edit mission")).fill(who="Hospitals")
    card = await people.ana.sees(message)
    assert (
        "Nothing serves it yet · Jan–Mar 2026: 1 moment for its earlier words, 1 goal for its earlier words"
        in card
    )
    clock.forward(minutes=5)
    kept = await people.mei.types("a hospital wrote")
    await (await kept.press("What does it serve?")).fill(line="who")
    card = await people.ana.sees(message)
    assert (
        "Jan–Mar 2026: 1 moment, 1 moment for its earlier words, 1 goal for its earlier words · Oct–Dec 2025: nothing"
        in card
    )
    clock.forward(minutes=5)
    await (await press(people.ben, message, "Edit mission")).fill(who=WHO)
    card = await people.ana.sees(message)
    assert "Jan–Mar 2026: 1 moment, 1 goal, 1 moment for its earlier words" in card
    await made.press("Undo")
    assert "Jan–Mar 2026: 1 moment, 1 moment for its earlier words" in await people.ana.sees(message)
