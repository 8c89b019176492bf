"""What people say to the bot, or mistype, is asked about in private, and never published by itself."""

from tests.support.chat import WORDS, Room, Seen, the

KEEP = "[Save as an aha]"


async def _asks(room: Room, line: str, first: str, who: str = "Ana") -> Seen:
    """Type a line, and check the private question: the likely button first, the words, and the line itself last."""
    before = [seen.text for seen in await room.channel()]
    asked = await room.types(who, line)
    assert asked
    assert f"[{first}]" in asked, asked.text
    assert line.split(maxsplit=1)[-1] in asked, "a command that was chosen from a menu is none of the words"
    assert asked.text.index(f"[{first}]") < asked.text.index(KEEP)
    assert "Saved as" not in asked
    assert [seen.text for seen in await room.channel()] == before
    return asked


async def test_what_people_say_to_the_bot_is_done_after_a_press(room: Room) -> None:
    """`stop`, `undo`, `privacy` and their like offer what they ask for, and each step can be taken back."""
    await room.types("Ana", WORDS)
    asked = await _asks(room, "stop", "Pause posts")
    paused = await room.presses("Ana", "Pause posts", asked.id)
    assert paused
    assert "Paused for everyone here until 23 March" in paused
    back = await room.presses("Ana", "Undo", paused.id)
    assert back
    assert "Back on." in back

    asked = await _asks(room, "unsubscribe", "Opt out")
    out = await room.presses("Ana", "Opt out", asked.id)
    assert out
    assert "nobody else can save your messages" in out
    await room.presses("Ana", "Undo", out.id)

    asked = await _asks(room, "undo", "Undo #1")
    assert WORDS in asked
    removed = await room.presses("Ana", "Undo #1", asked.id)
    assert removed
    the(await room.channel(), "Aha #1 was deleted.")
    await room.presses("Ana", "Bring back", removed.id)
    the(await room.channel(), "Aha #1", WORDS)

    assert "Who reads it" in await _asks(room, "privacy", "About me")
    assert "by hand" in await _asks(room, "forget me", "Opt out")
    assert "I can't export from the chat yet." in await _asks(room, "export", "Recent")
    asked = await _asks(room, "settings", "Setup")
    setup = await room.presses("Ana", "Setup", asked.id)
    assert setup
    assert "Team settings" in setup


async def test_a_slip_of_the_finger_is_mended_by_a_press(room: Room) -> None:
    """A misspelt command, one with a colon, and one without its number offer what was meant."""
    await room.types("Ana", WORDS)
    asked = await _asks(room, "faild We cached it", "Log a failed experiment", "Ben")
    kept = await room.presses("Ben", "Log a failed experiment", asked.id)
    assert kept
    assert "Saved as #2" in kept
    the(await room.channel(), "Experiment #2", "We cached it")

    asked = await _asks(room, "Failed: We cached it twice", "Log a failed experiment", "Ben")
    await room.presses("Ben", "Log a failed experiment", asked.id)
    the(await room.channel(), "Experiment #3", "We cached it twice")

    for line in ("/aha show 1", "#1", "shwo 1", "show “1”"):
        asked = await _asks(room, line, "Show #1", "Mei")
        shown = await room.presses("Mei", "Show #1", asked.id)
        assert shown
        assert WORDS in shown
    asked = await _asks(room, "show abc", "Show #3", "Mei")
    assert "[Show #2]" in asked
    shown = await room.presses("Mei", "Show #2", asked.id)
    assert shown
    assert "We cached it" in shown
    asked = await _asks(room, "help nonsense", "failed", "Mei")
    helped = await room.presses("Mei", "schedule", asked.id)
    assert helped
    assert "what I post on a schedule" in helped


async def test_what_was_meant_as_an_aha_is_kept_whole(room: Room) -> None:
    """A press keeps the line with every letter, and it is not asked about again.

    A command's name that was chosen from a menu is no part of the line.
    """
    for number, line in enumerate(("stop", "42", "faild We cached it", "show abc"), 1):
        asked = await room.types("Ana", line)
        assert asked
        kept = await room.presses("Ana", "Save as an aha", asked.id)
        assert kept
        assert f"Saved as #{number}" in kept
        the(await room.channel(), f"Aha #{number}", line.removeprefix("show "))
    for number, line in enumerate(("Fewer tests", "Mind the gap", "Kind words help"), 5):
        kept = await room.types("Ben", line)
        assert kept
        assert f"Saved as #{number}" in kept
