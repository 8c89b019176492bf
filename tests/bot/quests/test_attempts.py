"""Tests of an experiment's place: the attempt it follows and the quest it counts for."""

import pytest

from bot.core.messages import Field, Form
from bot.moments.commands import Edit
from bot.moments.save_message import PlaceAttempt, Save
from bot.quests.commands import FoundIt, LetGo
from bot.runtime.bot import Bot
from tests.support.databases import Clock
from tests.support.people import Everyone, Person
from tests.support.quests import open_quests
from tests.support.recorder import Recorder

QUEST = "How do people get their data in?"
LET_GO = "This quest is already closed. Reason: Nobody imports any more."


async def attempt(person: Person, text: str, **place: str) -> str:
    """Log a failed experiment by its form, and return the reply."""
    return (await (await person.types("failed")).fill(text=text, **place)).text


async def let_go(person: Person) -> None:
    """Give up the first quest."""
    await (await person.does(LetGo("1", "1"))).fill(reason="Nobody imports any more")


def asked(form: Form, name: str) -> Field:
    """Return a field of a form."""
    (field,) = [field for field in form.fields if field.name == name]
    return field


async def ideas(person: Person) -> list[str]:
    """Return the attempts that the form of a new experiment offers to follow."""
    form = (await person.types("failed")).form
    return [option.label for option in asked(form, "previous").options]


async def quest_card(bot: Bot, recorder: Recorder) -> str:
    """Return the first quest's card after everything due was sent."""
    await bot.tick()
    return next(each.text for each in recorder.standing.values() if each.key == "quest:1")


def stands(recorder: Recorder, title: str) -> bool:
    """Return whether a card with this title is posted."""
    return any(each.text.startswith(f"{title}\n") for each in recorder.standing.values())


async def test_a_removed_last_attempt_does_not_end_its_idea(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """The attempt before it can be followed again, and the next gets the number after the removed one."""
    await attempt(people.ana, "a wizard")
    await attempt(people.ana, "a shorter wizard", previous="1")
    removed = await people.ana.types("delete 2")
    assert await ideas(people.ben) == ["#1 · a wizard", "None of these"]
    await attempt(people.ben, "a template", previous="1")
    await bot.tick()
    assert stands(recorder, "Experiment #3 · v3")
    assert await ideas(people.ben) == ["#3 · v3 · a template", "None of these"]
    await removed.press("Undo")
    await bot.tick()
    assert all(stands(recorder, f"Experiment #{number} · v{number}") for number in (1, 2, 3))
    assert await ideas(people.ben) == ["#3 · v3 · a template", "None of these"]


async def test_an_attempt_at_a_quest_let_go_meanwhile_stands_by_itself(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """It is saved, the reply says how the quest ended, and the closed quest's card does not change."""
    await people.ana.types(f"quest {QUEST}")
    form = await people.ben.types("failed")
    await let_go(people.ana)
    kept = await form.fill(text="a wizard")
    said = f"Saved as #1 in #lantern. {LET_GO} #1 was saved after that, so it doesn't count for the quest."
    assert kept.text.startswith(said)
    assert "no attempts yet" in await quest_card(bot, recorder)
    edited = await (await people.ben.does(Edit("1.1"))).fill(text="a long wizard")
    assert edited.text == "#1 updated. The card is in #lantern.\n[Edit]"


async def test_an_attempt_at_a_quest_found_meanwhile(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The same holds, and the reply names the breakthrough."""
    await people.ana.types(f"quest {QUEST}")
    form = await people.ben.types("failed")
    await (await people.mei.does(FoundIt("1", "1"))).fill(text="Show them a template")
    said = (
        "Saved as #2 in #lantern. This quest is already closed: breakthrough #1 found it. "
        "#2 was saved after that, so it doesn't count for the quest."
    )
    assert (await form.fill(text="a wizard")).text.startswith(said)
    assert "no attempts yet" in await quest_card(bot, recorder)


async def test_what_was_kept_while_the_quest_was_open_counts(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """It counts even if placed after the end, and its author hears once how the quest ended."""
    await people.ana.types(f"quest {QUEST}")
    kept = await people.ben.types("failed a wizard")
    form = await kept.press("Add details")
    clock.forward(hours=1)
    await let_go(people.ana)
    counts = "#1 was saved before that, so it counts for the quest."
    said = f"#1 updated. {LET_GO} {counts} The card is in #lantern.\n[Edit]"
    assert (await form.fill(wrong="that people know their format")).text == said
    assert "1 attempt\n" in await quest_card(bot, recorder)
    again = await (await people.ben.does(Edit("1.1"))).fill(text="a long wizard")
    assert again.text == "#1 updated. The card is in #lantern.\n[Edit]"
    assert "1 attempt\n" in await quest_card(bot, recorder)


async def test_who_places_a_saved_message_is_told_as_well(people: Everyone, clock: Clock) -> None:
    """That person gets the same sentence as the author would."""
    await people.ana.types(f"quest {QUEST}")
    kept = await people.ana.does(Save("experiment", "said-1", "We tried a wizard", "U-ben", "Ben"))
    form = await kept.press("Add to a quest")
    clock.forward(hours=1)
    await let_go(people.mei)
    said = f"#1 updated. {LET_GO} #1 was saved before that, so it counts for the quest."
    assert (await form.fill()).text == said
    assert (await people.ana.does(PlaceAttempt("1.1", quest="1"))).text == "#1 updated."


async def test_a_corrected_word_joins_no_quest_opened_since(people: Everyone, clock: Clock) -> None:
    """Fixing a typo, even as the first edit, does not select a newer quest."""
    await people.ben.types("failed a wizrad")
    clock.forward(days=40)
    await people.ana.types(f"quest {QUEST}")
    assert asked((await people.ben.does(Edit("1.1"))).form, "quest").value == "none"


async def test_a_corrected_word_joins_no_quest_that_was_declined(people: Everyone) -> None:
    """After *None of these*, the only open quest is not preselected again."""
    await people.ana.types(f"quest {QUEST}")
    await attempt(people.ben, "a wizrad", quest="none")
    assert asked((await people.ben.does(Edit("1.1"))).form, "quest").value == "none"


async def test_the_quest_that_was_open_is_chosen_when_the_rest_is_added(people: Everyone) -> None:
    """It is preselected in the form that follows a typed line."""
    await people.ana.types(f"quest {QUEST}")
    kept = await people.ben.types("failed a wizard")
    assert asked((await kept.press("Add details")).form, "quest").value == "1"


async def test_the_next_attempt_looks_for_what_the_last_one_did(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """With several quests, it joins its predecessor's quest. An edit can still set none."""
    await people.ana.types(f"quest {QUEST}")
    await people.ana.types("quest What makes Monday slow?")
    await attempt(people.ben, "A wizard", quest="1")
    await attempt(people.ben, "A shorter wizard", previous="1")
    assert "2 attempts" in await quest_card(bot, recorder)
    form = await people.ben.does(Edit("1.2"))
    assert asked(form.form, "quest").value == "1"
    await form.fill(quest="none")
    assert "1 attempt\n" in await quest_card(bot, recorder)
    form = await people.ben.does(Edit("1.2"))
    assert asked(form.form, "quest").value == "none"
    await form.fill(text="A wizard of one page")
    assert "1 attempt\n" in await quest_card(bot, recorder)


@pytest.mark.parametrize("number", [30, 300])
async def test_every_quest_can_be_reached(
    people: Everyone, bot: Bot, recorder: Recorder, number: int
) -> None:
    """The form lists the newest and says so; an older one is written, in any form that asks for a quest."""
    await people.ana.types("ours")
    await open_quests(bot.database, number)
    form = await people.ana.types("failed")
    assert len(asked(form.form, "quest").options) == 25
    assert (
        asked(form.form, "quest_other").hint
        == "Only the newest 24 are listed. For an older one, type some of its words."
    )
    assert "Saved as #2" in (await form.fill(text="a wizard", quest_other="CITY  3; find")).text
    assert "Saved as #3" in (await (await people.ben.types("failed")).fill(text="a form")).text
    placed = await (await people.mei.does(PlaceAttempt("1.3"))).fill(quest_other="city 5;")
    assert placed.text == "#3 updated."
    await (await people.ana.does(Edit("1.2"))).fill(quest_other="how would city 2; find us?")
    found = await (await people.ana.types("breakthrough")).fill(text="A map", quest_other="city 4;")
    assert "That's what you were looking for: “How would city 4; find us?”" in found.text
    await bot.tick()
    cards = [each.text for each in recorder.standing.values()]
    for title, quest in (("Experiment #2", "city 2;"), ("Experiment #3", "city 5;")):
        assert any(card.startswith(title) and quest in card for card in cards)
    edited = (await people.ana.does(Edit("1.2"))).form
    assert any("city 2;" in option.label for option in asked(edited, "quest").options)


async def test_words_that_name_no_quest_come_back(people: Everyone, bot: Bot) -> None:
    """Nothing is saved; the form has everything that was typed, with a sentence beside the field."""
    await people.ana.types("ours")
    await open_quests(bot.database, 30)
    form = await people.ana.types("failed")
    for typed, said in (
        ("would CITY", "30 open quests have these words. Type more of the one you mean."),
        ("Madrid", "No open quest has these words."),
    ):
        wrong = await form.fill(text="a wizard", taught="patience", quest_other=typed)
        assert wrong.form.errors == {"quest_other": said}
        kept = {field.name: field.value for field in wrong.form.fields}
        assert (kept["text"], kept["taught"], kept["quest_other"]) == ("a wizard", "patience", typed)
    assert "Saved as #2" in (await form.fill(text="a wizard", quest_other="city 2;")).text
    unseen = await people.ana.types("failed")
    assert "Saved as #3" in (await unseen.fill(text="a map", quest_other=" \u3164\u200b")).text
    for opens in (Edit("1.2"), PlaceAttempt("1.2")):
        wrong = await (await people.ana.does(opens)).fill(quest_other="Madrid")
        assert wrong.form.errors == {"quest_other": "No open quest has these words."}


async def test_every_attempt_can_be_followed(people: Everyone) -> None:
    """An experiment older than those in the list is given by its number."""
    for each in range(1, 27):
        await people.ana.types(f"failed try {each}")
    form = await people.ben.types("failed")
    assert len(asked(form.form, "previous").options) == 25
    hint = "Only the newest 24 are listed. For an older one, type its number, like #12."
    assert asked(form.form, "previous_other").hint == hint
    for typed, said in (
        ("first", "Type an experiment's number, like #12."),
        ("#99", "#99 isn't an experiment."),
    ):
        wrong = await form.fill(text="once more", previous_other=typed)
        assert wrong.form.errors == {"previous_other": said}
    await form.fill(text="once more", previous_other=" #1 ")
    assert "#27 · v2 · once more" in await ideas(people.mei)
