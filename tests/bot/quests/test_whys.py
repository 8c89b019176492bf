"""Tests of whys: collected in the experiment's thread, with one insight and no culprit."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from bot.core.events import MessageDeleted
from bot.core.messages import FieldKind, Quote, Reply
from bot.core.origin import PostFailedError
from bot.moments.commands import AddVersion, Edit
from bot.quests.commands import AskWhy, MarkInsight, SeeWhys, TakeWhyOut, WhyOf
from bot.runtime.bot import Bot
from tests.support.databases import Clock
from tests.support.people import HOME, Everyone, Got, Person
from tests.support.recorder import Recorder, Standing


async def tried(people: Everyone, bot: Bot, recorder: Recorder) -> str:
    """Let Ana log experiment #1, and return its card's message."""
    await people.ana.types("failed a wizard for the import")
    await bot.tick()
    return recorder.last()[0]


async def test_a_why_before_the_card_is_posted(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The whys wait for the experiment's card and are posted only in its thread."""
    await people.ana.types("list")
    await bot.tick()
    await people.ana.types("failed a wizard for the import")
    await add(people.mei, "Nobody got past step two")
    recorder.trouble = [PostFailedError("not now", retry_after=30)]
    await bot.tick()
    assert [each.key for each in recorder.standing.values()] == ["hello:1"]
    clock.forward(minutes=2)
    await bot.tick()
    clock.forward(minutes=2)
    standing = await ladder(bot, recorder)
    card = next(message for message, each in recorder.standing.items() if each.key.startswith("card:"))
    assert standing.place.thread == card


async def test_a_first_why_taken_out_before_it_was_posted(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """No empty card is posted. The next why creates one."""
    await tried(people, bot, recorder)
    await add(people.mei, "Nobody got past step two")
    await (await people.mei.does(TakeWhyOut("1.1"))).fill()
    await bot.tick()
    await add(people.ben, "It asks for a format nobody knows")
    assert "It asks for a format nobody knows" in (await ladder(bot, recorder)).text


async def test_a_ladder_that_was_deleted(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """A deleted card comes back only with a new why, and then with all of them."""
    await tried(people, bot, recorder)
    await add(people.mei, "Nobody got past step two")
    await ladder(bot, recorder)
    message = next(m for m, each in recorder.standing.items() if each.key.startswith("ladder:"))
    del recorder.standing[message]
    await people.ana.does(MessageDeleted(message))
    await bot.tick()
    await (await people.ana.does(Edit("1.1"))).fill(text="a wizard for the export")
    await bot.tick()
    assert not any(each.key.startswith("ladder:") for each in recorder.standing.values())
    await add(people.ben, "It asks for a format nobody knows")
    text = (await ladder(bot, recorder)).text
    assert "Nobody got past step two" in text
    assert "It asks for a format nobody knows" in text


async def add(person: Person, text: str, under: str = "") -> str:
    """Add a why by the form, below the preselected or the given one, and return the reply."""
    form = await person.does(AskWhy("1.1"))
    return (await form.fill(text=text, **({"under": under} if under else {}))).text


async def ladder(bot: Bot, recorder: Recorder) -> Standing:
    """Return the posted card of the whys."""
    await bot.tick()
    return next(each for each in recorder.standing.values() if each.key.startswith("ladder:"))


async def test_rungs_and_a_branch_in_the_thread(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """A why goes below the newest one unless another is chosen. No why has a name beside it."""
    card = await tried(people, bot, recorder)
    asked = await people.mei.does(AskWhy("1.1"))
    assert [field.name for field in asked.form.fields] == ["text"]
    assert asked.form.intro == "a wizard for the import"
    assert "is now on #1. The card is in #lantern" in (await asked.fill(text="Nobody got past step two")).text
    await add(people.ben, "It asks for a format nobody knows")
    await add(people.ana, "We named it after our parser")
    await add(people.noor, "They had no file at hand", under="1")
    standing = await ladder(bot, recorder)
    assert standing.place.thread == card
    assert standing.text == (
        "Why? · Experiment #1\n"
        "1 Nobody got past step two\n"
        "› 1.1 It asks for a format nobody knows\n"
        "› › 1.1.1 We named it after our parser\n"
        "› 1.2 They had no file at hand\n"
        "With Ana, Ben, Mei, Noor\n"
        "[Ask why] [Mark the insight]\n[Remove a why]"
    )
    assert "4 whys" in recorder.standing[card].text
    assert "wizard" in (await people.ben.types("find parser")).text


async def test_a_why_of_its_own_stands_beside_the_first(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """*None* in the form adds it on the top level."""
    await tried(people, bot, recorder)
    await add(people.ana, "first")
    await add(people.ana, "beside it", under="0")
    assert "1 first\n2 beside it\n" in (await ladder(bot, recorder)).text


async def test_the_insight_stands_out_and_on_the_card(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """There is at most one. Marking another moves it, and *None of these* removes it."""
    card = await tried(people, bot, recorder)
    await add(people.ana, "first")
    await add(people.ben, "second")
    form = await people.mei.does(MarkInsight("1.1"))
    assert [option.label for option in form.form.fields[0].options] == [
        "1 · first",
        "1.1 · second",
        "None of these",
    ]
    assert (
        await form.fill(why="2")
    ).text == "Why 1.1 is now the insight of #1. The card is in #lantern.\n[Undo]"
    assert "› 1.1 💡 second" in (await ladder(bot, recorder)).text
    assert "Insight\n“second”" in recorder.standing[card].text
    await (await people.ana.does(MarkInsight("1.1"))).fill(why="1")
    text = (await ladder(bot, recorder)).text
    assert "1 💡 first" in text
    assert text.count("💡") == 1
    await (await people.ana.does(MarkInsight("1.1"))).fill(why="none")
    assert "💡" not in (await ladder(bot, recorder)).text
    assert "Insight" not in recorder.standing[card].text


async def test_two_people_mark_the_insight_at_once(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The first mark counts. The second person is told, and can move it."""
    await tried(people, bot, recorder)
    await add(people.ana, "first")
    await add(people.ben, "second")
    anas, bens = await people.ana.does(MarkInsight("1.1")), await people.ben.does(MarkInsight("1.1"))
    meis = await people.mei.does(MarkInsight("1.1"))
    await anas.fill(why="1")
    late = await bens.fill(why="2")
    assert late.text.startswith("Somebody has just marked why 1 as the insight, so I left it.")
    assert (await meis.fill(why="1")).text == "Why 1 is already the insight."
    assert "1 💡 first" in (await ladder(bot, recorder)).text
    again = await late.press("Mark the insight")
    assert again.form.fields[0].value == "1"
    assert "Why 1.1 is now the insight of #1" in (await again.fill(why="2")).text


async def test_the_same_form_sent_twice_is_one_rung(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """A late delivery does not bring a removed why back."""
    await tried(people, bot, recorder)
    form = await people.ben.does(AskWhy("1.1"))
    await form.fill(text="once")
    await form.fill(text="once")
    assert "1 once\nWith Ben" in (await ladder(bot, recorder)).text
    await (await people.ben.does(TakeWhyOut("1.1"))).fill()
    await form.fill(text="once")
    assert "once" not in (await ladder(bot, recorder)).text


async def test_taking_a_rung_out(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Only one's own can be removed. Whys below it and all numbers stay, and its text is erased."""
    card = await tried(people, bot, recorder)
    await add(people.ben, "a secret")
    await add(people.mei, "below it")
    await (await people.mei.does(MarkInsight("1.1"))).fill(why="1")
    mine = await people.mei.does(TakeWhyOut("1.1"))
    assert [option.label for option in mine.form.fields[0].options] == ["1.1 · below it"]
    assert "isn't yours" in (await people.mei.does(TakeWhyOut("1.1", "1"))).text
    assert (await (await people.ben.does(TakeWhyOut("1.1"))).fill()).text == "Removed why 1 from #1."
    text = (await ladder(bot, recorder)).text
    assert "1 This why was removed.\n› 1.1 below it\nWith Mei" in text
    assert "secret" not in text + recorder.standing[card].text
    assert "Nothing here has" in (await people.ana.types("find secret")).text
    await (await people.mei.does(TakeWhyOut("1.1"))).fill()
    assert (await ladder(bot, recorder)).text == "#1 has no whys right now.\n[Ask why]"


async def test_an_admin_may_take_out_anybody_s(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The rule is the same as for moments."""
    await tried(people, bot, recorder)
    await add(people.ben, "something that must go")
    page = await people.ana.does(SeeWhys("1.1"))
    assert list(offered(await page.press("Remove a why"))) == ["1 · something that must go"]
    assert (await (await people.ana.does(TakeWhyOut("1.1"))).fill()).text == "Removed why 1 from #1."


async def sixty(person: Person, deep: bool) -> None:
    """Add sixty whys by one person, each below the last or all on the top level."""
    for step in range(60):
        await person.does(AskWhy("1.1", str(step) if deep else "0", "", f"because {step + 1}."))


async def pages_of_ladder(person: Person) -> list[Got]:
    """Return all private pages of the whys."""
    pages = [await person.does(SeeWhys("1.1"))]
    while "[Read more]" in pages[-1].text:
        pages.append(await pages[-1].press("Read more"))
    return pages


def rungs_on(page: Got) -> dict[str, str]:
    """Return the texts of the whys on a private page, by number."""
    assert isinstance(page.answer, Reply)
    return {block.by: block.words for block in page.answer.card.blocks if isinstance(block, Quote)}


def offered(got: Got) -> dict[str, str]:
    """Return the option values of a form's only field, by label."""
    (field,) = got.form.fields
    assert len(field.options) <= 25
    assert len(field.hint) <= 100, "Discord shows no more"
    assert field.value in ("", *(option.value for option in field.options))
    return {option.label: option.value for option in field.options}


async def test_a_ladder_sixty_deep_is_readable(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The card shows the part around the newest why. Private pages have all, each with a button to ask on."""
    await tried(people, bot, recorder)
    await sixty(people.ben, deep=True)
    text = (await ladder(bot, recorder)).text
    assert "12 of 60 whys" in text
    assert "› › › › 1.1…60 because 60." in text
    assert "because 48." not in text
    assert len(text) < 1_500
    pages = await pages_of_ladder(people.mei)
    seen = "".join(page.text for page in pages)
    assert all(f"“because {step + 1}.”" in seen for step in range(60))
    form = await pages[-1].press("Ask why")
    (choice,) = [field for field in form.form.fields if field.kind is FieldKind.CHOICE]
    assert len(choice.options) <= 25
    assert choice.value in [option.value for option in choice.options]


async def test_a_ladder_sixty_wide_is_readable(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """With sixty whys on the top level and one below the oldest, the card shows the newest."""
    await tried(people, bot, recorder)
    await sixty(people.ben, deep=False)
    text = (await ladder(bot, recorder)).text
    assert "60 because 60." in text
    assert "48 because 48." not in text
    await people.mei.does(AskWhy("1.1", "1", "", "and that because."))
    text = (await ladder(bot, recorder)).text
    assert "1 because 1.\n› 1.1 and that because.\n2 because 2." in text


@pytest.mark.parametrize("deep", [True, False], ids=["deep", "wide"])
async def test_each_of_sixty_rungs_can_be_the_insight(
    people: Everyone, bot: Bot, recorder: Recorder, deep: bool
) -> None:
    """The card's form offers the newest. Each page offers its own whys."""
    card = await tried(people, bot, recorder)
    await sixty(people.ben, deep)
    form = await people.mei.does(MarkInsight("1.1"))
    assert not any("because 8." in label for label in offered(form))
    assert (
        form.form.fields[0].hint
        == "Only the newest 24 are listed. For older ones, tap Read more below the whys."
    )
    pages = await pages_of_ladder(people.mei)
    for page in pages:
        labels = offered(await page.press("Mark the insight"))
        assert "none" not in labels.values(), "on a page that would read as: none of this page"
        assert list(labels)[: len(rungs_on(page))] == [
            f"{at} · {said}" for at, said in rungs_on(page).items()
        ]
    eighth = "1.1…8" if deep else "8"
    marking = await pages[1].press("Mark the insight")
    said = await marking.fill(why=offered(marking)[f"{eighth} · because 8."])
    assert said.text == f"Why {eighth} is now the insight of #1. The card is in #lantern.\n[Undo]"
    assert "Insight\n“because 8.”" in await people.mei.sees(card)
    again = await pages[-1].press("Mark the insight")
    assert again.form.fields[0].value == offered(again)[f"{eighth} · because 8."]


async def test_a_page_marks_its_own_rungs_also_when_others_came_and_went(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """New whys do not push out those of a page. If its first one is gone, the newest are offered."""
    await tried(people, bot, recorder)
    await sixty(people.ben, deep=False)
    page = (await pages_of_ladder(people.mei))[1]
    for _ in range(7):
        await people.mei.does(AskWhy("1.1", "1", "", "and that because."))
    assert list(offered(await page.press("Mark the insight")))[:2] == ["7 · because 7.", "8 · because 8."]
    await people.ben.does(TakeWhyOut("1.1", "7"))
    assert "60 · because 60." in offered(await page.press("Mark the insight"))


async def test_the_oldest_of_sixty_can_be_taken_out(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Its page offers only one's own whys. A page without any has no such button."""
    await tried(people, bot, recorder)
    await sixty(people.ben, deep=False)
    assert "tap Read more" in (await people.ben.does(TakeWhyOut("1.1"))).form.fields[0].hint
    assert "[Remove a why]" not in (await people.mei.does(SeeWhys("1.1"))).text
    taking = await (await people.ben.does(SeeWhys("1.1"))).press("Remove a why")
    assert (await taking.fill(why=offered(taking)["1 · because 1."])).text == "Removed why 1 from #1."
    assert "because 1." not in rungs_on(await people.ben.does(SeeWhys("1.1"))).values()


async def test_a_rung_far_down_has_a_number_of_its_own(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """The number is short and unique, and stays the same after branches and removals."""
    await tried(people, bot, recorder)
    await sixty(people.ben, deep=True)
    before = {said: at for page in await pages_of_ladder(people.mei) for at, said in rungs_on(page).items()}
    assert [before[f"because {step}."] for step in (5, 6, 7, 60)] == [
        "1.1.1.1.1",
        "1.1.1.1.1.1",
        "1.1…7",
        "1.1…60",
    ]
    await people.mei.does(AskWhy("1.1", "30", "", "a branch"))
    await people.mei.does(AskWhy("1.1", "0", "", "beside it"))
    await people.ben.does(TakeWhyOut("1.1", "60"))
    pages = await pages_of_ladder(people.mei)
    after = {said: at for page in pages for at, said in rungs_on(page).items()}
    before.pop("because 60.")
    assert after == {**before, "a branch": "1.1…61", "beside it": "2"}
    assert len(set(after.values())) == 61


async def was_an_aha(people: Everyone, bot: Bot, recorder: Recorder) -> Got:
    """Turn Ana's experiment with whys into an aha, and return the reply."""
    kept = await people.ana.types("failed a wizard for the import")
    await bot.tick()
    await add(people.ben, "Nobody got past step two")
    await add(people.mei, "It asks for a format nobody knows")
    await (await people.mei.does(MarkInsight("1.1"))).fill(why="2")
    await bot.tick()
    return await kept.press("It was an aha")


async def test_the_ladder_of_what_was_an_aha_stays_to_be_read(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """It has no buttons to add a why or mark the insight."""
    assert (
        await was_an_aha(people, bot, recorder)
    ).text == "#1 is an aha now, with every word you typed. The card is in #lantern.\n[Undo] [Edit]"
    assert (await ladder(bot, recorder)).text == (
        "Why? · Aha #1\n"
        "1 Nobody got past step two\n"
        "› 1.1 💡 It asks for a format nobody knows\n"
        "With Ben, Mei\n"
        "#1 was an experiment when these were written. They stay, but you can't add more.\n"
        "[Remove a why]"
    )
    shown = await people.noor.types("show 1")
    assert (await shown.press("Show the whys")).text == (
        "“Nobody got past step two” — 1\n"
        "“It asks for a format nobody knows” — 1.1 · the insight\n"
        "Whys of #1 · page 1 of 1"
    )
    late = "#1 is an aha now, so you can't ask why any more. The whys so far stay."
    assert late in (await people.mei.does(AskWhy("1.1", "", "", "and why that?"))).text
    assert late in (await people.mei.does(MarkInsight("1.1"))).text


async def test_one_s_own_why_comes_out_of_what_was_an_aha(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """The button is on the card and its pages until none of one's own is left."""
    await was_an_aha(people, bot, recorder)
    taking = await people.ben.does(TakeWhyOut("1.1"))
    assert list(offered(taking)) == ["1 · Nobody got past step two"]
    assert (await taking.fill()).text == "Removed why 1 from #1."
    assert "1 This why was removed.\n› 1.1 💡 It asks" in (await ladder(bot, recorder)).text
    page = await people.mei.does(SeeWhys("1.1"))
    assert (await (await page.press("Remove a why")).fill()).text == "Removed why 1.1 from #1."
    assert (await ladder(bot, recorder)).text == "#1 has no whys right now."
    assert "step two" not in "".join(await words_left(bot))


async def test_a_long_ladder_of_what_was_an_aha_is_read_to_its_end(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """All pages are there, without buttons to ask on or to mark."""
    kept = await people.ana.types("failed a wizard for the import")
    await sixty(people.ben, deep=True)
    await kept.press("It was an aha")
    assert (await ladder(bot, recorder)).text.endswith("more.\n[Read more] [Remove a why]")
    seen = "".join(page.text for page in await pages_of_ladder(people.mei))
    assert "“because 1.”" in seen
    assert "“because 60.”" in seen
    assert "[Ask why]" not in seen
    assert "[Mark the insight]" not in seen


async def test_a_removed_experiment_takes_its_ladder_along(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """Its whys leave the thread and search at once, and come back with an undo."""
    await tried(people, bot, recorder)
    await add(people.ben, "Nobody got past step two")
    await bot.tick()
    removed = await people.ana.types("delete 1")
    assert (await ladder(bot, recorder)).text == "Experiment #1 was deleted."
    assert (await people.ben.does(AskWhy("1.1", "", "", "late"))).text == "#1 was deleted.\n“late”"
    await removed.press("Undo")
    assert "Nobody got past step two" in (await ladder(bot, recorder)).text


async def words_left(bot: Bot) -> list[str]:
    """Return the texts that remain in the tables of whys and of stored commands."""
    both = text("SELECT text FROM why UNION ALL SELECT command FROM pending")
    return await bot.database.read(lambda session: list(session.execute(both).scalars()))


async def test_what_was_taken_out_or_removed_is_in_no_table(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """A removed why is erased at once, and all whys with the experiment's text."""
    await tried(people, bot, recorder)
    asked = await (await people.ben.does(AskWhy("1.1"))).fill(text="Mei forgot to sign it")
    await asked.press("Send as it is")
    await add(people.mei, "It stays below")
    assert any("sign it" in each for each in await words_left(bot))
    await (await people.ben.does(TakeWhyOut("1.1"))).fill()
    assert sorted(await words_left(bot)) == ["", "It stays below"]
    await people.ana.types("delete 1")
    clock.forward(days=2)
    await bot.tick()
    assert await words_left(bot) == []


async def test_from_a_message_s_menu(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The card of an experiment or of its whys opens the form. A card of an aha offers what works there."""
    card = await tried(people, bot, recorder)
    assert (await people.mei.does(WhyOf(card))).form.title == "Ask why"
    await add(people.mei, "first")
    await bot.tick()
    thread = recorder.last()[0]
    assert (await people.mei.does(WhyOf(thread))).form.title == "Ask why"
    assert "wasn't written by a person" in (await people.mei.does(WhyOf("m-unknown"))).text
    await people.ana.types("An aha of ours")
    await bot.tick()
    assert (await people.mei.does(WhyOf(recorder.last()[0]))).text == (
        "You can only ask why about an experiment, and Aha #2 isn't one.\n[Add my version] [Show]"
    )


async def test_typed_with_a_number(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """`why 1` opens the same form. A sentence that begins with that word is asked about."""
    await tried(people, bot, recorder)
    assert (await people.mei.types("why 1")).form.title == "Ask why"
    assert "why does it always rain" in (await people.mei.types("why does it always rain")).text
    assert "There is no #420" in (await people.mei.types("why 420")).text


@pytest.mark.parametrize("blaming", ["Ben forgot to sign it", "Das ist deine Schuld"])
async def test_a_culprit_is_asked_about_and_never_refused(
    people: Everyone, bot: Bot, recorder: Recorder, blaming: str
) -> None:
    """The text comes back in private with another wording. Sent unchanged, it is saved once."""
    await tried(people, bot, recorder)
    form = await people.mei.does(AskWhy("1.1"))
    asked = await form.fill(text=blaming)
    assert "blames a person" in asked.text
    assert f"“{blaming}”" in asked.text
    await bot.tick()
    assert not [each for each in recorder.standing.values() if each.key.startswith("ladder:")]
    differently = await asked.press("Say it differently")
    assert differently.form.fields[0].value == blaming
    assert differently.form.fields[0].hint in asked.text
    await asked.press("Send as it is")
    await asked.press("Send as it is")
    assert f"1 {blaming}\nWith Mei" in (await ladder(bot, recorder)).text


async def test_said_differently_it_stands_where_it_was_meant(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """The form opens again with the text and the chosen why above it."""
    await tried(people, bot, recorder)
    await add(people.ana, "first")
    await add(people.ana, "second")
    form = await people.mei.does(AskWhy("1.1"))
    again = await (await form.fill(text="Who forgot the flag?", under="1")).press("Say it differently")
    await again.fill(text="Nothing reminds anybody of the flag")
    assert "› 1.2 Nothing reminds anybody of the flag" in (await ladder(bot, recorder)).text


async def test_a_rung_taken_out_is_not_asked_on(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Its place has no button, and an old button asks on from the newest one."""
    await tried(people, bot, recorder)
    await add(people.ben, "first")
    await add(people.mei, "second")
    page = await people.ana.does(SeeWhys("1.1"))
    await (await people.ben.does(TakeWhyOut("1.1"))).fill()
    form = await page.press("Ask why")
    assert {field.name: field.value for field in form.form.fields}["under"] == "2"
    assert (await people.noor.does(SeeWhys("1.1"))).text == (
        "“This why was removed.” — 1\n“second” — 1.1 [Ask why]\nWhys of #1 · page 1 of 1\n[Mark the insight]"
    )


async def test_the_largest_experiment_fits_one_message(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """With all parts at full length, six versions and an insight, it fits the smallest platform limit."""
    await people.ana.types("quest " + "q" * 5_000)
    parts = dict.fromkeys(("expected", "happened", "wrong", "taught"), "p" * 2_900)
    await (await people.ana.types("failed")).fill(text="t" * 2_900, **parts)
    for number in range(6):
        person = Person(bot, replace(HOME, person=f"U-{number}", person_name=f"Person {number}"))
        await person.does(AddVersion("1.1", "v" * 2_900))
    await people.ana.does(AskWhy("1.1", "", "", "w" * 2_900))
    await (await people.ana.does(MarkInsight("1.1"))).fill(why="1")
    await bot.tick()
    text = next(each.text for each in recorder.standing.values() if each.key.startswith("card:"))
    assert text.count("v" * 299) == 3
    assert "3 more versions" in text
    assert len(text) < 3_800
