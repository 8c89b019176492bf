"""Tests of quests: opened, tried, found or given up, with a card that follows."""

from bot.core.messages import Form, Option
from bot.memory.sequels import AddSequel
from bot.moments.commands import Edit, Failed
from bot.moments.save_message import PlaceAttempt, Save
from bot.quests.commands import AskWhy, FoundIt, LetGo, LogAttempt, OpenQuest, Quest, SeeQuest
from bot.runtime.bot import Bot
from tests.support.databases import Clock
from tests.support.people import Everyone, Got, Person
from tests.support.questions import press
from tests.support.recorder import Recorder

QUEST = "How do people get their data in?"


async def opened(people: Everyone, bot: Bot, recorder: Recorder, text: str = QUEST) -> str:
    """Let Ana open the first quest, and return its card's message."""
    await people.ana.types(f"quest {text}")
    await bot.tick()
    return recorder.last()[0]


async def attempt(person: Person, text: str, **place: str) -> str:
    """Log a failed experiment by its form, and return the reply."""
    return (await (await person.types("failed")).fill(text=text, **place)).text


def options(form: Form, name: str) -> list[str]:
    """Return the option labels of a field."""
    (field,) = [field for field in form.fields if field.name == name]
    return [option.label for option in field.options]


def chosen(form: Form) -> dict[str, str]:
    """Return the preselected quest and previous attempt of a form."""
    return {field.name: field.value for field in form.fields if field.name in ("quest", "previous")}


def card_of(recorder: Recorder, name: str) -> str:
    """Return the card whose text begins with this kind and number."""
    return next(each.text for each in recorder.standing.values() if each.text.startswith(name))


async def test_a_quest_from_its_first_word_to_what_found_it(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """Its card counts the attempts, and at the end names the breakthrough."""
    said = await people.ana.types(f"quest {QUEST}")
    assert said.text.startswith("Quest started. The card is in #lantern.")
    await bot.tick()
    message, standing = recorder.last()
    assert standing.text == (
        f"Quest\n“{QUEST}”\nAna · since 16 March 2026 · no attempts yet\n"
        "[Log an attempt] [We're trying something] [Found it] [Close quest]\n"
        "[What do you expect?] [What does it serve?] [Delete quest]"
    )
    form = await people.ben.does(LogAttempt("1", "1"))
    kept = await form.fill(text="We put a wizard in front of it", expected="Everyone gets through")
    assert kept.text.startswith("Saved as #1 in #lantern.")
    assert "1 attempt\n" in await people.ana.sees(message)
    assert f"Quest: {QUEST}" in recorder.last()[1].text

    found = await (await people.mei.does(FoundIt("1", "1"))).fill(text="Show them a template")
    assert found.text.startswith(f"Saved as #2 in #lantern. That's what you were looking for: “{QUEST}”")
    card = await people.ana.sees(message)
    assert card.startswith("Quest · found\n")
    assert "Found by breakthrough #2\n“Show them a template”" in card
    assert "[Found it]" not in card
    assert "[Log an attempt]" not in card


async def test_letting_go_asks_why(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Anyone may give a quest up, and the card shows the reason."""
    message = await opened(people, bot, recorder)
    form = await people.ben.does(LetGo("1", "1"))
    assert (await form.fill(reason=" ")).form.title == "Close quest"
    assert "closed" in (await form.fill(reason="Nobody imports any more")).text
    card = await people.ana.sees(message)
    assert card.startswith("Quest · closed\n")
    assert "Why it was closed\n“Nobody imports any more”" in card
    assert "No open quests." in (await people.ana.types("quest")).text


async def test_what_is_closed_is_not_taken_back(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """An old button does not remove the given reason."""
    asked = await people.ana.types("quest How do people get their data in?")
    await (await people.ben.does(LetGo("1", "1"))).fill(reason="Nobody imports any more")
    late = await asked.press("It was an aha")
    assert late.text == "This quest is already closed. Reason: Nobody imports any more"


async def test_a_quest_closes_once(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The second person gets one sentence, and a breakthrough is saved all the same."""
    message = await opened(people, bot, recorder)
    bens, meis = await people.ben.does(LetGo("1", "1")), await people.mei.does(FoundIt("1", "1"))
    anas = await people.ana.does(FoundIt("1", "1"))
    await meis.fill(text="Show them a template")
    late = await bens.fill(reason="Nobody imports any more")
    assert late.text == "This quest is already closed: breakthrough #1 found it.\n“Nobody imports any more”"
    second = await anas.fill(text="Read their spreadsheet")
    assert second.text.startswith(
        "Saved as #2 in #lantern. This quest is already closed: breakthrough #1 found it."
    )
    assert "Show them a template" in await people.ana.sees(message)
    assert (
        await people.noor.does(LogAttempt("1", "1"))
    ).text == "This quest is already closed: breakthrough #1 found it."


async def test_one_let_go_stays_so(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """A second person who gives it up sees the first reason."""
    await opened(people, bot, recorder)
    meis = await people.mei.does(FoundIt("1", "1"))
    await (await people.ben.does(LetGo("1", "1"))).fill(reason="Nobody imports any more")
    said = "This quest is already closed. Reason: Nobody imports any more"
    assert (await people.ana.does(LetGo("1", "1"))).text == said
    assert (await meis.fill(text="A template")).text.startswith(f"Saved as #1 in #lantern. {said}")


async def test_what_is_open_in_private(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """`quest` alone lists the open quests in pages. Each opens with its buttons."""
    empty = await people.ana.types("quest")
    form = await empty.press("Start a quest")
    assert (await form.fill(text="quest number 1")).text.startswith("Quest started. The card is in #lantern.")
    for number in range(2, 8):
        await people.ben.types(f"quest quest number {number}")
    await attempt(people.ben, "tried", quest="7")
    page = await people.mei.types("quest")
    assert page.text.splitlines()[1] == "• “quest number 7” — Ben · 1 attempt [Show]"
    assert "number 3" in page.text
    assert "number 2" not in page.text
    older = await page.press("Older")
    assert "“quest number 1” — Ana · no attempts yet" in older.text
    seen = await page.press("Show")
    assert seen.text.startswith("Quest\n“quest number 7”")
    assert (await seen.press("Log an attempt")).form.title == "Log an attempt"


async def test_a_long_quest_is_kept_whole(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The card shows its beginning, and private pages the rest."""
    text = "why " * 2_000
    await opened(people, bot, recorder, text)
    assert len(recorder.last()[1].text) < 1_000
    page = await people.ben.does(SeeQuest("1", "1", "1"))
    words = page.text
    while "[Read more]" in page.text:
        page = await page.press("Read more")
        words += page.text
    assert words.count("why") == 2_000


async def test_the_same_delivery_opens_one(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """This holds even after it was taken back."""
    first = await people.ana.types(f"quest {QUEST}", event="delivery-1")
    await people.ana.types(f"quest {QUEST}", event="delivery-1")
    await bot.tick()
    assert sum(QUEST in text for text in recorder.texts()) == 1
    await first.press("It was an aha")
    again = await people.ana.types(f"quest {QUEST}", event="delivery-1")
    assert again.text.startswith("You started that quest and then undid it.")


async def test_a_first_word_read_wrongly(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """`quest logs …` was a sentence. One press saves it whole and removes the quest from its attempts."""
    said = await people.ana.types("Quest lines are what keeps people reading")
    await attempt(people.ben, "tried", quest="1")
    await bot.tick()
    message = next(m for m, s in recorder.standing.items() if s.key == "quest:1")
    assert "Quest" in card_of(recorder, "Experiment #1")
    assert (await said.press("It was an aha")).text.startswith(
        "Saved as #2 in #lantern. It has every word you typed, and"
    )
    assert await people.ana.sees(message) == "This quest was deleted."
    assert "“Quest lines are what keeps people reading”" in card_of(recorder, "Aha #2")
    assert "Quest" not in card_of(recorder, "Experiment #1")
    assert "is gone" in (await people.ben.does(LogAttempt("1", "1"))).text


async def test_what_it_found_is_open_again_when_it_was_none(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """The word `breakthrough` was part of a sentence, so the quest is open again."""
    await people.ana.types(f"quest {QUEST}")
    kept = await people.ana.types("breakthrough or not, we ship on Friday")
    found = await people.ana.does(Edit("1.1", "or not, we ship on Friday", quest="1"))
    assert found.text.endswith("” The card is in #lantern.\n[Edit]")
    await kept.press("It was an aha")
    await bot.tick()
    card = next(each for each in recorder.standing.values() if each.key == "quest:1")
    assert "[Found it]" in card.text
    assert "Found by" not in card.text
    again = await (await people.ben.types("breakthrough")).fill(text="A template", quest="1")
    assert "That's what you were looking for" in again.text


async def test_found_by_what_was_removed(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The breakthrough can be restored for a day. After that the quest is open again."""
    message = await opened(people, bot, recorder)
    await (await people.ben.types("breakthrough")).fill(text="A template", quest="1")
    await people.ben.types("delete 1")
    assert "was deleted, so the quest reopens tomorrow." in await people.ana.sees(message)
    clock.forward(hours=25)
    await bot.tick()
    card = await people.ana.sees(message)
    assert "[Found it]" in card
    assert "Found by" not in card
    assert QUEST in (await people.mei.types("quest")).text


async def test_its_words_can_be_removed_however_it_ended(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """Its author or an admin can do it, after a confirmation, and nobody else."""
    await people.ben.types(f"quest {QUEST}")
    await attempt(people.ben, "A wizard", quest="1")
    await (await people.mei.does(LetGo("1", "1"))).fill(reason="Nobody asks any more")
    await bot.tick()
    message = next(m for m, s in recorder.standing.items() if s.key == "quest:1")
    said = await press(people.mei, message, "Delete quest")
    assert said.text == "Only the person who started a quest, or an admin, can delete it."
    asked = await press(people.ana, message, "Delete quest")
    assert asked.text.startswith(
        "This deletes the quest for good, and what people expect of its next attempt. Its attempts stay."
    )
    assert (await asked.press("Delete for good")).text == "Quest deleted."
    assert await people.ana.sees(message) == "This quest was deleted."
    assert not any("Nobody asks" in text or QUEST in text for text in recorder.texts())
    assert "A wizard" in (await people.ben.types("show 1")).text


async def test_only_its_opener_takes_it_back(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Others can give it up."""
    said = await (await people.ana.does(OpenQuest())).fill(text=QUEST)
    command = said.button("Undo")
    assert "Anyone can close it" in (await people.ben.does(command)).text
    assert (await said.press("Undo")).text == "Undone. Your quest is gone."


async def test_the_form_of_an_experiment_asks_where_it_belongs(people: Everyone) -> None:
    """The only open quest is preselected. Without any choice the field is left out."""
    bare = (await people.ana.types("failed")).form
    asked = ["text", "expected", "happened", "wrong", "taught", "there"]
    assert [field.name for field in bare.fields] == asked
    await people.ana.types(f"quest {QUEST}")
    form = await people.ana.types("failed")
    assert chosen(form.form) == {"quest": "1"}
    assert options(form.form, "quest") == [QUEST, "None of these"]
    await form.fill(text="a wizard")
    await people.ana.types("quest Another one")
    form = await people.ben.types("failed")
    assert chosen(form.form) == {"quest": "none", "previous": "none"}
    assert options(form.form, "previous") == ["#1 · a wizard", "None of these"]


async def test_what_was_typed_is_kept_and_placed_with_the_rest(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """`failed …` asks nothing at first. Its form preselects the only quest, and later edits do not change it."""
    await people.ana.types(f"quest {QUEST}")
    kept = await people.ben.types("failed a wizard")
    form = await kept.press("Add details")
    assert chosen(form.form) == {"quest": "1"}
    await form.fill(wrong="that people know their format")
    await bot.tick()
    card = card_of(recorder, "Experiment #1")
    assert "We were wrong about\n“that people know their format”" in card
    assert f"Quest: {QUEST}" in card
    form = await people.ben.does(Edit("1.1"))
    await form.fill(quest="none")
    await bot.tick()
    assert "Quest" not in card_of(recorder, "Experiment #1")
    assert chosen((await people.ben.does(Edit("1.1"))).form) == {"quest": "none"}


async def test_a_later_edit_joins_no_quest_by_itself(people: Everyone) -> None:
    """Fixing a word weeks later does not put it in a quest opened since."""
    await people.ben.types("failed a wizrad")
    await (await people.ben.does(Edit("1.1"))).fill(text="a wizard")
    await people.ana.types(f"quest {QUEST}")
    assert chosen((await people.ben.does(Edit("1.1"))).form) == {"quest": "none"}


async def test_attempts_at_one_idea_are_a_chain(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """With v1, v2, v3 the next attempt follows the last, whichever was chosen."""
    await attempt(people.ana, "a wizard")
    await bot.tick()
    assert card_of(recorder, "Experiment #1\n")
    await attempt(people.ben, "a shorter wizard", previous="1")
    await attempt(people.mei, "a wizard that knows you", previous="1")
    await bot.tick()
    for title in ("Experiment #1 · v1\n", "Experiment #2 · v2\n", "Experiment #3 · v3\n"):
        assert card_of(recorder, title)
    form = (await people.ana.types("failed")).form
    assert options(form, "previous") == ["#3 · v3 · a wizard that knows you", "None of these"]


async def test_a_removed_attempt_keeps_its_place(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The others keep their numbers, and the quest's card counts one less until it is restored."""
    quest = await opened(people, bot, recorder)
    await attempt(people.ana, "first")
    await attempt(people.ana, "second", previous="1")
    await attempt(people.ana, "third", previous="2")
    assert "3 attempts" in await people.ana.sees(quest)
    removed = await people.ana.types("delete 2")
    assert "2 attempts" in await people.ana.sees(quest)
    assert card_of(recorder, "Experiment #3 · v3\n")
    assert options((await people.ana.types("failed")).form, "previous")[0] == "#3 · v3 · third"
    await removed.press("Undo")
    assert "3 attempts" in await people.ana.sees(quest)


async def test_a_chain_makes_no_loop(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """An attempt cannot follow its own follower. The error is at the field, and nothing typed is lost."""
    for number, text in enumerate(("first", "second", "third")):
        await attempt(people.ana, text, previous=str(number) if number else "")
    form = await people.ana.does(Edit("1.1"))
    again = await form.fill(text="first, in new words", previous="3")
    assert again.form.errors == {"previous": "That attempt already follows #1, so #1 can't follow it."}
    assert again.form.fields[0].value == "first, in new words"
    itself = await people.ana.does(Edit("1.1", "first", previous="1"))
    assert itself.form.errors
    await (await people.ana.does(Edit("1.2"))).fill(text="second, in new words")
    await bot.tick()
    assert card_of(recorder, "Experiment #2 · v2\n“second, in new words”")
    assert card_of(recorder, "Experiment #3 · v3\n")


async def test_where_an_attempt_moves_its_followers_numbers_change(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """Their posted cards change too, including the attempt left behind."""
    await attempt(people.ana, "one idea")
    await attempt(people.ana, "another idea")
    await attempt(people.ana, "its next", previous="2")
    await attempt(people.ana, "and its next", previous="3")
    await bot.tick()
    await people.ana.does(Edit("1.2", "another idea", previous="1"))
    await bot.tick()
    for number, version in ((1, 1), (2, 2), (3, 3), (4, 4)):
        assert card_of(recorder, f"Experiment #{number} · v{version}\n")
    await people.ana.does(Edit("1.2", "another idea", previous="none"))
    await bot.tick()
    for title in ("Experiment #1\n", "Experiment #2 · v1\n", "Experiment #4 · v3\n"):
        assert card_of(recorder, title)


async def test_the_breakthrough_that_found_it_is_removed(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """The quest stays found, without the text, which comes back with an undo."""
    message = await opened(people, bot, recorder)
    await (await people.ana.does(FoundIt("1", "1"))).fill(text="Show them a template")
    await people.ana.sees(message)
    removed = await people.ana.types("delete 1")
    card = await people.ana.sees(message)
    assert "Breakthrough #1 was deleted, so the quest reopens tomorrow." in card
    assert "template" not in card
    await removed.press("Undo")
    assert "template" in await people.ana.sees(message)


async def test_an_experiment_that_was_an_aha_leaves_its_chain(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """The chain closes behind it."""
    await attempt(people.ana, "first")
    second = await people.ana.types("failed to see that it was the second")
    await people.ana.does(Edit("1.2", "to see that it was the second", previous="1"))
    await attempt(people.ana, "third", previous="2")
    await second.press("It was an aha")
    await bot.tick()
    assert card_of(recorder, "Experiment #3 · v2\n")


async def test_a_saved_message_is_placed_by_who_kept_it(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """Anyone may set its place, but not its text. Without any choice nothing is asked."""
    said = Save("experiment", "said-1", "We tried a wizard", "U-ben", "Ben")
    assert "[Add to a quest]" not in (await people.ana.does(said)).text
    await people.ana.types(f"quest {QUEST}")
    kept = await people.ana.does(Save("experiment", "said-2", "And a shorter one", "U-ben", "Ben"))
    form = await kept.press("Add to a quest")
    assert chosen(form.form) == {"quest": "1", "previous": "none"}
    assert (await form.fill(previous="1")).text == "#2 updated."
    await bot.tick()
    assert "Experiment #2 · v2\n" in (text := card_of(recorder, "Experiment #2"))
    assert f"Quest: {QUEST}" in text
    own = await people.ben.does(Save("experiment", "said-3", "And none", "U-ben", "Ben"))
    assert "[Add details]" in own.text
    loop = await people.ana.does(PlaceAttempt("1.1", previous="2"))
    assert loop.form.errors


async def test_what_is_not_there_any_more_is_left_out(people: Everyone) -> None:
    """A form that names a missing quest or experiment still saves its text."""
    kept = await people.ana.does(Failed("words", quest="999", previous="77"))
    assert kept.text.startswith("Saved as #1 in #lantern.")
    await people.ana.types("An aha of ours")
    assert (await people.ana.does(Failed("more", quest="x", previous="2"))).text.startswith(
        "Saved as #3 in #lantern."
    )


async def test_another_team_s_quest_stays_there(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Its number from another channel gets one sentence and none of its text."""
    await people.ana.types(f"quest {QUEST}", channel="C9", channel_name="harbour")
    await people.ben.types("An aha of ours")
    answer = await people.ben.does(SeeQuest("1", "2"))
    assert answer.text == "That quest is gone, or it belongs to another channel."
    form = (await people.ben.types("failed")).form
    assert "quest" not in chosen(form)


async def test_in_a_direct_message_there_may_be_none(people: Everyone) -> None:
    """With one team it is that team's. Without a team, the sentence says what to do."""
    got: Got = await people.ana.types("quest", channel="D1", direct=True)
    assert "I don't know your team yet" in got.text
    await people.ana.types(f"quest {QUEST}")
    got = await people.ana.does(Quest(), channel="D1", direct=True)
    assert QUEST in got.text
    assert (
        Option("1", QUEST)
        in (await (await got.press("Show")).press("Log an attempt")).form.fields[-1].options
    )


async def test_who_asks_why_and_who_looks_is_heard(people: Everyone, clock: Clock) -> None:
    """A recap counts everyone who contributed to a quest."""
    await people.ana.types("failed A wizard")
    await (await people.ben.does(AskWhy("1.1"))).fill(text="Nobody reads")
    await people.mei.types(f"quest {QUEST}")
    await people.ana.types("An aha of ours")
    await people.noor.does(AddSequel("1.2", text="Fewer pages"))
    clock.forward(hours=1)
    assert "Four people took part." in (await people.ana.types("recap")).text
