"""What was promised goes out once, or it is known why not."""

from typing import Any

import pytest

from bot.adapter import NotPosted, OutcomeUnknown
from bot.process import build
from bot.service import Bot
from storage.database import Database
from storage.models import PostingState
from tests.people import Everyone
from tests.recorder import Recorder
from tests.stores import Clock


async def states(bot: Bot) -> list[str]:
    """The states of all cards."""
    sql = "SELECT state FROM posting WHERE kind = 'card' ORDER BY id"
    return await bot.database.read(lambda s: [row[0] for row in s.connection().exec_driver_sql(sql)])


async def test_a_card_is_posted_once_and_then_edited(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Whatever happens to the moment, its message stays the same one."""
    await people.ana.types("one")
    await bot.tick()
    await (await people.ben.types("show 1")).press("High-five")
    await (await people.mei.types("show 1")).press("High-five (1)")
    await bot.tick()
    _, standing = recorder.last()
    assert "[High-five (2)]" in standing.text
    assert standing.edits == 1


async def test_an_answer_that_never_came_is_looked_into(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The message was stored and the connection dropped: it is found, and not posted again."""
    await people.ana.types("first")
    await bot.tick()
    recorder.trouble, recorder.stored_first = [OutcomeUnknown()], True
    await people.ana.types("another")
    await bot.tick()
    assert await states(bot) == [PostingState.SENT, PostingState.UNKNOWN]
    clock.forward(seconds=40)
    await bot.tick()
    assert await states(bot) == [PostingState.SENT, PostingState.SENT]
    assert len([text for text in recorder.texts() if "another" in text]) == 1


async def test_what_surely_does_not_stand_is_posted(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The platform says that it has no such message."""
    await people.ana.types("first")
    await bot.tick()
    recorder.trouble, recorder.stored_first = [OutcomeUnknown()], False
    await people.ana.types("another")
    await bot.tick()
    clock.forward(seconds=40)
    await bot.tick()
    assert len([text for text in recorder.texts() if "another" in text]) == 1


async def test_nothing_unknown_is_posted_blindly(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """A platform that cannot tell: it stays unknown for good."""
    await people.ana.types("first")
    await bot.tick()
    recorder.trouble, recorder.can_find = [OutcomeUnknown()], False
    await people.ana.types("another")
    for _ in range(12):
        await bot.tick()
        clock.forward(minutes=30)
    assert await states(bot) == [PostingState.SENT, PostingState.UNKNOWN]
    assert not [text for text in recorder.texts() if "another" in text]


async def test_a_limit_is_waited_for(people: Everyone, bot: Bot, recorder: Recorder, clock: Clock) -> None:
    """Not before the platform said, and then once."""
    await people.ana.types("first")
    await bot.tick()
    recorder.trouble = [NotPosted("Too many messages.", retry_after=30)]
    await people.ana.types("another")
    await bot.tick()
    clock.forward(seconds=29)
    await bot.tick()
    assert not [text for text in recorder.texts() if "another" in text]
    clock.forward(seconds=2)
    await bot.tick()
    assert len([text for text in recorder.texts() if "another" in text]) == 1


async def test_closed_direct_messages_wait_for_the_next_command(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """The Note heads the next private reply, with its buttons, and only that one."""
    from bot.features.captures import Save

    await people.ana.types("first")
    await bot.tick()
    save = Save("aha", "m-ben", "A word of Ben's", "U-ben", "Ben")
    await people.ana.does(save)
    recorder.trouble = []
    real = recorder.post

    async def closed(place: Any, post: Any, key: str) -> Any:
        if place.person:
            raise NotPosted("Ben takes no direct messages.", closed=True)
        return await real(place, post, key)

    recorder.post = closed  # type: ignore[method-assign]
    await bot.tick()
    assert recorder.notes("U-ben") == []
    first = await people.ben.types("list")
    assert first.text.startswith("Ana kept what you wrote.")
    assert "[Remove it]" in first.text
    assert "Ana kept what you wrote" not in (await people.ben.types("list")).text
    assert (await first.press("Remove it")).text.startswith("#2 is removed")


async def test_a_schedule_that_cannot_post_stops_and_says_so_once(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Whoever set it up gets one Note, and it does not try every week for ever."""
    await people.ana.types("first")
    await bot.tick()
    clock.forward(days=4, hours=8)
    recorder.trouble = [NotPosted("The channel is archived.")]
    await bot.tick()
    await bot.tick()
    assert [
        text for text in recorder.notes("U-ana") if "could not be posted: The channel is archived." in text
    ]
    before = len(recorder.standing)
    clock.forward(days=21)
    await people.ana.types("later")
    await bot.tick()
    assert len(recorder.standing) == before + 1


async def test_a_process_that_dies_while_sending(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock, database: Database
) -> None:
    """What was being sent then is looked for by the next process, and posted only if it is not there."""
    await people.ana.types("in the middle")
    await database.write(
        lambda s: s.connection().exec_driver_sql(
            "UPDATE posting SET state = 'sending', claimed_at = created_at WHERE kind = 'card'"
        ).close()
    )  # fmt: skip
    clock.forward(minutes=5)
    again = build(database, [recorder], clock)
    await again.delivery.begin()
    await again.tick()
    await again.tick()
    assert len([text for text in recorder.texts() if "in the middle" in text]) == 1


async def test_what_another_process_left_is_found_without_a_restart(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock, database: Database
) -> None:
    """On a database that several use, one may die while the others go on: after two minutes its posting is free."""
    await people.ana.types("left behind")
    claimed = "UPDATE posting SET state = 'sending', claimed_at = created_at WHERE kind = 'card'"
    await database.write(lambda s: s.connection().exec_driver_sql(claimed).close())
    await bot.tick()
    assert await states(bot) == [PostingState.SENDING]
    clock.forward(minutes=3)
    await bot.tick()
    assert await states(bot) == [PostingState.SENT]
    assert len([text for text in recorder.texts() if "left behind" in text]) == 1


@pytest.mark.parametrize("trouble", [OutcomeUnknown(), NotPosted("Slow down.", retry_after=1)])
async def test_an_edit_is_simply_repeated(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock, trouble: Exception
) -> None:
    """Putting the same words there twice harms nobody."""
    await people.ana.types("before")
    await bot.tick()
    await (await people.ana.types("edit 1")).fill(text="after")
    recorder.trouble = [trouble]
    await bot.tick()
    clock.forward(minutes=1)
    await bot.tick()
    assert "after" in recorder.texts()[-1]
