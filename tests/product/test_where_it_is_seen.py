"""Dialogues about where words will be seen, and how one takes them back, the same on every platform.

Discord has no commands in direct messages, so there `Room.writes` gives None, and only what the bot itself sends there
leads to a form.
"""

from tests.support.chat import Room, sure, the, with_words

SECRET = "I am leaving in May"

UNDONE = {
    "": "#3 deleted. You can bring it back until tomorrow.",
    "failed ": "#4 deleted. You can bring it back until tomorrow.",
    "breakthrough ": "#5 deleted. You can bring it back until tomorrow.",
    "ask ": "The question is taken back.",
    "quest ": "Undone. Your quest is gone.",
}
"""What is said once the words after each command are taken back."""


async def begun(room: Room) -> None:
    """Let Ana and Ben belong to the team."""
    for who in ("Ana", "Ben"):
        await room.types(who, "We begin with the docks")
    await room.channel()


# From a direct message


async def test_a_direct_message_is_posted_after_a_yes(room: Room) -> None:
    """Before it nobody else sees the words; the answer to the yes names the place and takes them back."""
    await begun(room)
    for word, gone in UNDONE.items():
        asked = await room.writes("Ana", word + SECRET)
        if asked is None:
            return
        assert "Post it in #team-lantern?" in asked
        assert SECRET in asked
        assert "[Post it]" in asked
        assert "[Don't save it]" in asked
        assert not with_words(await room.channel(), SECRET)
        posted = sure(await room.presses("Ana", "Post it", asked.id))
        assert "#team-lantern" in posted
        assert "[Undo]" in posted
        assert len(with_words(await room.channel(), SECRET)) == 1
        undone = sure(await room.presses("Ana", "Undo", posted.id))
        assert gone in undone
        assert not with_words(await room.channel(), SECRET)


async def test_a_direct_message_that_is_not_kept(room: Room) -> None:
    """It is gone, and it says so."""
    await begun(room)
    asked = await room.writes("Ana", SECRET)
    if asked is None:
        return
    said = sure(await room.presses("Ana", "Don't save it", asked.id))
    assert "nobody else saw it" in said
    assert not with_words(await room.channel(), SECRET)
    assert SECRET not in sure(await room.types("Ana", "find leaving"))


async def test_a_form_from_a_direct_message(room: Room) -> None:
    """It names the place before it is sent, and then nobody is asked again."""
    await begun(room)
    form = await room.writes("Ana", "failed")
    if form is None:
        return
    assert "Everyone in #team-lantern will see this." in form
    saved = sure(await room.fills("Ana", form.id, text=SECRET))
    assert "Saved as #3 in #team-lantern." in saved
    assert len(with_words(await room.channel(), SECRET)) == 1


async def test_a_command_of_few_words_in_a_direct_message(room: Room) -> None:
    """What was read as another command is asked about too before it is posted."""
    await begun(room)
    found = await room.writes("Ana", f"find {SECRET}")
    if found is None:
        return
    asked = sure(await room.presses("Ana", "It was an aha", found.id))
    assert "Post it in #team-lantern?" in asked
    assert not with_words(await room.channel(), "leaving")
    posted = sure(await room.presses("Ana", "Post it", asked.id))
    assert "Saved as #3 in #team-lantern." in posted
    assert with_words(await room.channel(), f"find {SECRET}")


async def test_a_form_from_a_note(room: Room) -> None:
    """What somebody edits from the bot's Note to them says who will see it."""
    await begun(room)
    said = await room.says("Ben", "Nobody reads the second page")
    await room.chooses("Ana", "Save as aha", said)
    the(await room.notes("Ben"), "Nobody reads the second page")
    shown = await room.writes("Ben", "show 3")
    if shown is None:
        return
    form = sure(await room.presses("Ben", "Edit", shown.id))
    assert "Everyone in #team-lantern will see this." in form


# The way back


async def test_a_capture_names_its_place(room: Room) -> None:
    """*Undo* removes the card, from search too, and the answer that takes its place brings it back."""
    captures = (("", "An aha of ours"), ("breakthrough ", "We found it"), ("failed ", "We tried"))
    for number, (word, words) in enumerate(captures, 1):
        saved = sure(await room.types("Ana", word + words))
        assert f"Saved as #{number} in #team-lantern. Were others there?" in saved
        assert "They can add their own version." in saved
        assert "[Undo]" in saved
        assert "[Edit]" in saved
        assert saved.text.index("[Undo]") < saved.text.index("[Edit]")
        the(await room.channel(), f"#{number}", words)
        undone = sure(await room.presses("Ana", "Undo", saved.id))
        assert f"#{number} deleted. You can bring it back until tomorrow." in undone
        the(await room.channel(), f"#{number} was deleted.")
        assert not with_words(await room.channel(), words)
        assert words not in sure(await room.types("Ben", f"find {words}"))
        back = sure(await room.presses("Ana", "Bring back", undone.id))
        assert f"#{number} is back. The card is in #team-lantern." in back
        the(await room.channel(), f"#{number}", words)


async def test_a_capture_is_edited_from_its_answer(room: Room) -> None:
    """*Edit* opens the form with the words."""
    saved = sure(await room.types("Ana", "An aha of ours"))
    form = sure(await room.presses("Ana", "Edit", saved.id))
    assert form.fields["text"]["value"] == "An aha of ours"
    edited = sure(await room.fills("Ana", form.id, text="A better aha"))
    assert "#1 updated. The card is in #team-lantern." in edited
    the(await room.channel(), "Aha #1", "A better aha")


async def test_a_saved_message_can_be_undone_by_both(room: Room) -> None:
    """The person who saved it has no *Edit*, because the words are not theirs."""
    said = await room.says("Ben", "Nobody reads the second page")
    saved = sure(await room.chooses("Ana", "Save as aha", said))
    assert "Saved as #1 in the thread under that message. I'll tell Ben, who can remove it." in saved
    assert "[Undo]" in saved
    assert "[Edit]" not in saved
    the(await room.channel(), "Aha #1", "Nobody reads the second page")
    undone = sure(await room.presses("Ana", "Undo", saved.id))
    assert "#1 deleted" in undone
    the(await room.channel(), "#1 was deleted.")
    assert "💡" not in (await room.message(said)).marks


async def test_what_is_added_to_a_moment_is_undone(room: Room) -> None:
    """A version, a line, a why and a link name the place, and go again."""
    await room.types("Mei", "failed We put a wizard in front of the import")
    await room.types("Mei", "breakthrough They bring their own spreadsheet")
    card = the(await room.channel(), "Breakthrough #2")
    form = sure(await room.presses("Ana", "Add my version", card.id))
    told = sure(await room.fills("Ana", form.id, text="It was the silence"))
    assert "Your version of #2 is saved." in told
    assert "The card is in #team-lantern." in told
    assert "Ana added a version" in await room.message(card.id)
    assert "Removed your version of #2." in sure(await room.presses("Ana", "Undo", told.id))
    assert "Ana added a version" not in await room.message(card.id)

    form = sure(await room.presses("Ana", "What's possible now?", card.id))
    told = sure(await room.fills("Ana", form.id, text="Templates for all"))
    assert "Added to #2." in told
    assert "Templates for all" in await room.message(card.id)
    await room.presses("Ana", "Undo", told.id)
    assert "Templates for all" not in await room.message(card.id)

    tried = the(await room.channel(), "Experiment #1")
    form = sure(await room.presses("Ana", "Ask why", tried.id))
    told = sure(await room.fills("Ana", form.id, text="Nobody reads a wizard"))
    assert "Your why is now on #1. The card is in #team-lantern." in told
    the(await room.channel(), "Nobody reads a wizard")
    assert "Removed why 1" in sure(await room.presses("Ana", "Undo", told.id))
    assert not with_words(await room.channel(), "Nobody reads a wizard")

    form = sure(await room.presses("Ana", "Link", card.id))
    told = sure(await room.fills("Ana", form.id, chosen="1"))
    assert "in #team-lantern" in told
    assert "Led to: Breakthrough #2" in await room.message(tried.id)
    undone = sure(await room.presses("Ana", "Undo", told.id))
    assert "no longer linked to #1" in undone
    assert "Led to" not in await room.message(tried.id)


async def test_what_is_asked_is_undone(room: Room) -> None:
    """A quest, a question and an answer name the place, and go again."""
    opened = sure(await room.types("Ana", "quest How do people get their data in?"))
    assert "Quest started. The card is in #team-lantern." in opened
    the(await room.channel(), "How do people get their data in?")
    assert "Undone. Your quest is gone." in sure(await room.presses("Ana", "Undo", opened.id))
    assert not with_words(await room.channel(), "How do people")

    asked = sure(await room.types("Ana", "ask What did we see?"))
    assert "I'm posting your question in #team-lantern." in asked
    prompt = the(await room.channel(), "What did we see?")
    form = sure(await room.presses("Ben", "Answer", prompt.id))
    answer = sure(await room.fills("Ben", form.id, text="A hole in the fence"))
    assert "Your answer is under the question in #team-lantern." in answer
    assert "A hole in the fence" in await room.message(prompt.id)
    assert "Your answer is removed." in sure(await room.presses("Ben", "Undo", answer.id))
    assert "A hole in the fence" not in await room.message(prompt.id)
    assert "The question is taken back." in sure(await room.presses("Ana", "Undo", asked.id))
    assert not with_words(await room.channel(), "What did we see?")


async def test_a_quest_let_go_is_opened_again(room: Room) -> None:
    """The reason is gone then."""
    await room.types("Ana", "quest How do people get their data in?")
    card = the(await room.channel(), "How do people get their data in?")
    form = sure(await room.presses("Ben", "Close quest", card.id))
    gone = sure(await room.fills("Ben", form.id, reason="Nobody needs it"))
    assert "#team-lantern" in gone
    assert "Nobody needs it" in await room.message(card.id)
    assert "The quest is open again. The card is in #team-lantern." in sure(
        await room.presses("Ben", "Undo", gone.id)
    )
    assert "Nobody needs it" not in await room.message(card.id)
    assert "[Log an attempt]" in await room.message(card.id)
