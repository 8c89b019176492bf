"""Whole conversations with the bot, word for word the same on every platform.

In the first, a team saves a moment, others add their versions, a question is asked and answered in its thread, an
emoji saves a message and its author is told, and on Friday the recap comes with its picture. Another follows a quest
through failed experiments to the breakthrough, the next quest and the quarter's harvest.
"""

from datetime import UTC, datetime

from tests.support.chat import Room, Seen, choice, number_in, the

TUESDAY = datetime(2026, 3, 17, 12, 0, tzinfo=UTC)
WEDNESDAY = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)
THURSDAY = datetime(2026, 3, 19, 12, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 3, 20, 18, 0, tzinfo=UTC)
SUNDAY = datetime(2026, 3, 22, 18, 0, tzinfo=UTC)
NEXT_MONDAY = datetime(2026, 3, 23, 12, 0, tzinfo=UTC)
QUARTERS_END = datetime(2026, 3, 31, 18, 0, tzinfo=UTC)

QUEST = "How do people get their data in?"


async def test_the_main_job(room: Room) -> None:
    """The main use works from the first capture to the recap."""
    kept = await room.types("Ana", "We used to cache tokens, now we sign them.")
    assert kept
    assert "Saved as #1" in kept
    assert "Were others there?" in kept

    channel = await room.channel()
    hello = the(channel, "I'm Ahabot")
    card = the(channel, "Aha #1", "We used to cache tokens, now we sign them.")
    assert "[High-five]" in card
    assert "[I was there]" in card
    assert "[Add my version]" in card

    await _versions(room, card)
    await _a_question(room, hello)
    await _a_failure(room)
    await _an_emoji(room)
    await _friday(room)


async def _versions(room: Room, card: Seen) -> None:
    there = await room.presses("Ben", "I was there", card.id)
    assert there
    assert "Added you to #1." in there
    form = await room.presses("Ben", "Add my version", there.id)
    assert form
    assert "How did you get there?" in form
    told = await room.fills("Ben", form.id, text="For me it was the silence after the demo.")
    assert told
    assert "It stays hidden until someone else adds theirs" in told
    card = await room.message(card.id)
    assert "Ben added a version" in card
    assert "Together: Ana, Ben" in card
    assert "silence" not in card

    form = await room.presses("Mei", "Add my version", card.id)
    assert form
    await room.fills("Mei", form.id, text="The customer's own spreadsheet.")
    card = await room.message(card.id)
    assert "For me it was the silence after the demo." in card
    assert "The customer's own spreadsheet." in card

    assert await room.presses("Mei", "High-five", card.id) is None
    assert "[High-five (1)]" in await room.message(card.id)


async def _a_question(room: Room, hello: Seen) -> None:
    await room.presses("Ana", "Turn on questions", hello.id)
    await room.until(TUESDAY)
    prompt = the(await room.channel(), "A question for us")
    await room.says("Chidi", "That nobody reads the second page.", thread=prompt.id)
    await room.says("Mei", "The import, again.", thread=prompt.id)
    assert "2 answered" in await room.message(prompt.id)


async def _a_failure(room: Room) -> None:
    kept = await room.types("Chidi", "failed We put a wizard in front of the import")
    number = number_in(kept)
    assert kept
    assert "[It was an aha]" in kept
    form = await room.presses("Chidi", "Add details", kept.id)
    assert form
    assert form.fields["text"]["value"] == "We put a wizard in front of the import"
    await room.fills(
        "Chidi", form.id, text="We put a wizard in front of the import", happened="Nobody got past step two.",
        taught="People bring their own spreadsheet; show them a template.",
    )  # fmt: skip
    card = the(await room.channel(), f"Experiment #{number}")
    assert "Nobody got past step two." in card


async def _an_emoji(room: Room) -> None:
    said = await room.says("Ben", "Wait, it is fast because nobody logs in twice.")
    await room.reacts("Ana", "💡", said)
    await room.channel()
    assert "💡" in (await room.message(said)).marks
    note = the(await room.notes("Ben"), "Ana saved what you wrote", "nobody logs in twice")
    assert "[Remove it]" in note
    found = await room.types("Mei", "find logs twice")
    assert found
    assert "Wait, it is fast because nobody logs in twice." in found


async def _friday(room: Room) -> None:
    await room.until(FRIDAY)
    recap = the(await room.channel(), "The week to")
    assert "We put a wizard in front of the import" in recap
    assert "People bring their own spreadsheet; show them a template." in recap
    assert "We used to cache tokens, now we sign them." in recap
    assert "For me it was the silence after the demo." in recap
    assert "Four people took part." in recap
    assert "experiment" in recap.picture
    assert "aha" in recap.picture


async def test_nothing_typed_is_lost(room: Room) -> None:
    """Text that was read as a command can still be saved as an aha, with one button.

    The command's name belongs to it where the person typed it, and not where they chose it from a menu.
    """
    asked = await room.types("Ana", "show must go on")
    assert asked
    assert "[Save as an aha]" in asked
    assert "must go on" in asked
    kept = await room.presses("Ana", "Save as an aha", asked.id)
    assert kept
    assert "Saved as #1" in kept
    kept = await room.types("Ben", "failed to understand it until Mei drew it")
    assert kept
    await room.presses("Ben", "It was an aha", kept.id)
    the(await room.channel(), "Aha #2", "to understand it until Mei drew it")


async def test_taking_back(room: Room) -> None:
    """A moment can be deleted and restored, only its author can delete it, and a removed message is not saved again."""
    await room.types("Ana", "A thought too many")
    the(await room.channel(), "Aha #1", "A thought too many")
    removed = await room.types("Ana", "delete 1")
    assert removed
    assert "#1 deleted." in removed
    the(await room.channel(), "Aha #1 was deleted.")
    await room.presses("Ana", "Undo", removed.id)
    the(await room.channel(), "Aha #1", "A thought too many")

    shown = await room.types("Ben", "show 1")
    assert shown
    assert "[Delete]" not in shown
    refused = await room.types("Ben", "delete 1")
    assert refused
    assert "Only Ana or an admin can delete #1." in refused or refused.text == shown.text
    the(await room.channel(), "Aha #1", "A thought too many")

    said = await room.says("Mei", "Half a thought")
    saved = await room.chooses("Ben", "Save as aha", said)
    assert saved
    assert "Saved as #2" in saved
    note = the(await room.notes("Mei"), "Ben saved what you wrote")
    await room.presses("Mei", "Remove it", note.id)
    the(await room.channel(), "Aha #2 was deleted.")
    assert "💡" not in (await room.message(said)).marks
    await room.reacts("Ana", "💡", said)
    found = await room.types("Ana", "find half")
    assert found
    assert "Nothing here has" in found


async def test_a_whole_cycle(room: Room) -> None:
    """A quest leads through three failed experiments, whys and a breakthrough to the next quest and the harvest."""
    opened = await room.types("Ana", f"quest {QUEST}")
    assert opened
    assert "Quest started." in opened
    quest = the(await room.channel(), "Quest", QUEST, "no attempts yet")

    first, second, third = await _three_attempts(room, quest)
    await _a_ladder(room, third)
    card = await _a_breakthrough(room, quest)
    await _its_road(room, card, first, second, third)
    await _two_versions(room, card)
    await _back_to_work(room, card)
    await _the_harvest(room)


async def _three_attempts(room: Room, quest: Seen) -> tuple[Seen, Seen, Seen]:
    """Log three attempts at the same idea on three days, and return their cards."""
    form = await room.presses("Ben", "Log an attempt", quest.id)
    assert form
    kept = await room.fills(
        "Ben", form.id, text="We put a wizard in front of the import", expected="Everyone gets through",
        happened="Nobody got past step two", taught="Nobody reads a wizard",
    )  # fmt: skip
    number = number_in(kept)
    card = the(await room.channel(), f"Experiment #{number}")
    assert "Nobody got past step two" in card
    assert f"Quest: {QUEST}" in card

    await room.until(TUESDAY)
    second = await _next_attempt(room, "Chidi", quest, "We made the wizard shorter", number)
    await room.until(WEDNESDAY)
    third = await _next_attempt(room, "Mei", quest, "We let the wizard guess", number_in(second))
    assert "· v1" in await room.message(card.id)
    assert "· v2" in second
    assert "· v3" in third
    assert "3 attempts" in await room.message(quest.id)
    return card, second, third


async def _next_attempt(room: Room, who: str, quest: Seen, text: str, previous: str) -> Seen:
    form = await room.presses(who, "Log an attempt", quest.id)
    assert form
    kept = await room.fills(who, form.id, text=text, previous=previous)
    return the(await room.channel(), f"Experiment #{number_in(kept)}", text)


async def _a_ladder(room: Room, card: Seen) -> None:
    """Add three whys, two of them under the first, and mark one as the insight."""
    form = await room.presses("Ana", "Ask why", card.id)
    assert form
    await room.fills("Ana", form.id, text="Its guesses were wrong")
    ladder = the(await room.channel(), "Why?", "Its guesses were wrong")
    assert ladder.thread == card.id

    form = await room.presses("Ben", "Ask why", ladder.id)
    assert form
    await room.fills("Ben", form.id, text="Every customer has a format of their own")
    form = await room.presses("Chidi", "Ask why", ladder.id)
    assert form
    under = choice(form, "under", "Its guesses were wrong")
    await room.fills("Chidi", form.id, text="We never looked at a real file", under=under)
    ladder = await room.message(ladder.id)
    assert "1 Its guesses were wrong" in ladder
    assert "› 1.1 Every customer has a format of their own" in ladder
    assert "› 1.2 We never looked at a real file" in ladder
    assert "With Ana, Ben, Chidi" in ladder

    form = await room.presses("Mei", "Mark the insight", ladder.id)
    assert form
    told = await room.fills("Mei", form.id, why=choice(form, "why", "never looked at a real file"))
    assert told
    assert "Why 1.2 is now the insight" in told
    assert "1.2 💡 We never looked at a real file" in await room.message(ladder.id)
    assert "We never looked at a real file" in await room.message(card.id)


async def _a_breakthrough(room: Room, quest: Seen) -> Seen:
    """Log the breakthrough that completes the quest, and return its card."""
    await room.until(THURSDAY)
    form = await room.presses("Ana", "Found it", quest.id)
    assert form
    kept = await room.fills(
        "Ana", form.id, text="Show them a template", planned="A wizard", came_as="Their own spreadsheet",
        powers="Imports on the first day", value="door opened\ntrust",
    )  # fmt: skip
    assert kept
    assert f"That's what you were looking for: “{QUEST}”" in kept
    card = the(await room.channel(), f"Breakthrough #{number_in(kept)}", "Show them a template")
    assert "Their own spreadsheet" in card
    assert "Value: door opened, trust" in card
    assert f"Answers the quest: {QUEST}" in card
    assert "Quest · found" in await room.message(quest.id)
    assert "Show them a template" in await room.message(quest.id)
    return card


async def _its_road(room: Room, card: Seen, *attempts: Seen) -> None:
    """Link the suggested attempts to the breakthrough, and check that every card names the link."""
    form = await room.presses("Ana", "How we got here", card.id)
    assert form
    numbers = [number_in(attempt) for attempt in attempts]
    assert set(form.fields["chosen"]["value"].split()) == set(numbers)
    told = await room.fills("Ana", form.id, chosen="\n".join(numbers))
    assert told
    assert "3 attempts · 3 days · 4 people" in told
    card = await room.message(card.id)
    assert "3 attempts · 3 days · 4 people" in card
    assert "With Ana, Ben, Chidi, Mei" in card
    for attempt in attempts:
        assert f"Led to: Breakthrough #{number_in(card)}" in await room.message(attempt.id)


async def _two_versions(room: Room, card: Seen) -> None:
    """Check that the first version is hidden until there is a second, and that both are shown then."""
    for who, text in (("Ben", "For me it was the fourth call"), ("Mei", "For me it was one file")):
        form = await room.presses(who, "Add my version", card.id)
        assert form
        assert "fourth call" not in await room.message(card.id)
        await room.fills(who, form.id, text=text)
    opened = await room.message(card.id)
    assert "For me it was the fourth call" in opened
    assert "For me it was one file" in opened


async def _back_to_work(room: Room, card: Seen) -> None:
    """Check that the follow-up, due on a Sunday, comes on Monday in the card's thread, and open the next quest."""
    await room.until(SUNDAY)
    assert not [seen for seen in await room.channel() if "What's next?" in seen]
    await room.until(NEXT_MONDAY)
    asked = the(await room.channel(), "What's next?", "What do you want to find out next?")
    assert asked.thread == card.id
    form = await room.presses("Chidi", "Start the next quest", asked.id)
    assert form
    told = await room.fills("Chidi", form.id, text="What makes Monday slow?")
    assert told
    assert "Quest started." in told
    the(await room.channel(), "Quest", "What makes Monday slow?", "no attempts yet", "[Found it]")
    assert "Chidi started the next quest: What makes Monday slow?" in await room.message(asked.id)


async def _the_harvest(room: Room) -> None:
    """Check that the harvest replaces the quarter's last recap and has its picture."""
    await room.until(QUARTERS_END)
    harvest = the(await room.channel(), "Our quarter: January to March 2026")
    assert "2 quests (1 found) · 3 experiments · 1 breakthrough" in harvest
    assert "Show them a template" in harvest
    assert "3 attempts · 3 days · 4 people" in harvest
    assert "Imports on the first day" in harvest
    assert "Nobody reads a wizard" in harvest
    assert "What we got out of it: door opened, trust" in harvest
    assert "3 experiments and 1 breakthrough" in harvest.picture
