"""Tests of delivery: a planned post is sent once, or the reason why not is known."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.charts.drawer import Drawer
from bot.core.events import ChannelJoined, ChannelLeft
from bot.core.origin import OutcomeUnknownError, Place, PostFailedError, SentMessage, Source
from bot.moments.commands import Delete
from bot.moments.save_message import Save
from bot.recaps.recap import PostRecap
from bot.runtime.bot import Bot
from bot.runtime.process import build_bot
from bot.teams.setup import LetKeep, StopKeeping
from storage.delivery import postings, refresh
from storage.engine.database import Database
from storage.engine.errors import StoreError
from storage.models import PostingKind, PostingState
from storage.teams import teams
from tests.support.databases import Clock
from tests.support.drawings import draw_and_die, draw_nothing, draw_plain, plan, start_light
from tests.support.people import Everyone
from tests.support.recorder import Recorder, Standing


async def states(bot: Bot) -> list[str]:
    """Return the states of all cards."""
    sql = "SELECT state FROM posting WHERE kind = 'card' ORDER BY id"
    return await bot.database.read(lambda s: [row[0] for row in s.connection().exec_driver_sql(sql)])


async def test_a_card_is_posted_once_and_then_edited(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Every change of the moment edits the same message."""
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
    """The message was stored and the connection dropped: it is found and not posted again."""
    await people.ana.types("first")
    await bot.tick()
    recorder.trouble, recorder.stored_first = [OutcomeUnknownError()], True
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
    """A message that the platform says does not exist is posted again."""
    await people.ana.types("first")
    await bot.tick()
    recorder.trouble, recorder.stored_first = [OutcomeUnknownError()], False
    await people.ana.types("another")
    await bot.tick()
    clock.forward(seconds=40)
    await bot.tick()
    assert len([text for text in recorder.texts() if "another" in text]) == 1


async def test_nothing_unknown_is_posted_blindly(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """If the platform cannot look the message up, its state stays unknown."""
    await people.ana.types("first")
    await bot.tick()
    recorder.trouble, recorder.can_find = [OutcomeUnknownError()], False
    await people.ana.types("another")
    for _ in range(12):
        await bot.tick()
        clock.forward(minutes=30)
    assert await states(bot) == [PostingState.SENT, PostingState.UNKNOWN]
    assert not [text for text in recorder.texts() if "another" in text]


async def test_a_limit_is_waited_for(people: Everyone, bot: Bot, recorder: Recorder, clock: Clock) -> None:
    """The post is sent once, no earlier than the platform allows."""
    await people.ana.types("first")
    await bot.tick()
    recorder.trouble = [PostFailedError("Too many messages.", retry_after=30)]
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
    """The Note is added to the top of the next private reply, with its buttons, and only to that one."""
    await people.ana.types("first")
    await bot.tick()
    save = Save("aha", "m-ben", "A word of Ben's", "U-ben", "Ben")
    await people.ana.does(save)
    recorder.trouble = []
    real = recorder.post

    async def closed(place: Any, post: Any, key: str) -> Any:
        if place.person:
            raise PostFailedError("Ben takes no direct messages.", closed=True)
        return await real(place, post, key)

    recorder.post = closed  # type: ignore[method-assign]
    await bot.tick()
    assert recorder.notes("U-ben") == []
    first = await people.ben.types("list")
    assert first.text.startswith("Ana saved what you wrote.")
    assert "[Remove it]" in first.text
    assert "Ana saved what you wrote" not in (await people.ben.types("list")).text
    assert (await first.press("Remove it")).text.startswith("#2 deleted")


async def test_a_schedule_that_cannot_post_stops_and_says_so_once(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The person who set it up gets one Note, and it stops trying every week."""
    await people.ana.types("first")
    await bot.tick()
    clock.forward(days=4, hours=8)
    recorder.trouble = [PostFailedError("The channel is archived.")]
    await bot.tick()
    await bot.tick()
    assert [
        text
        for text in recorder.notes("U-ana")
        if "I couldn't post the recap in #lantern. The channel is archived." in text
    ]
    before = len(recorder.standing)
    clock.forward(days=21)
    await people.ana.types("later")
    await bot.tick()
    assert len(recorder.standing) == before + 1


async def test_a_process_that_dies_while_sending(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock, database: Database
) -> None:
    """The next process looks the post up, and posts it only if it is not there."""
    await people.ana.types("in the middle")
    await database.write(
        lambda s: s.connection().exec_driver_sql(
            "UPDATE posting SET state = 'sending', claimed_at = created_at WHERE kind = 'card'"
        ).close()
    )  # fmt: skip
    clock.forward(minutes=5)
    again = build_bot(database, [recorder], clock)
    await again.delivery.recover_orphaned()
    await again.tick()
    await again.tick()
    assert len([text for text in recorder.texts() if "in the middle" in text]) == 1


async def test_what_another_process_left_is_found_without_a_restart(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock, database: Database
) -> None:
    """On a shared database, a dead process's posting is free for the others after two minutes."""
    await people.ana.types("left behind")
    claimed = "UPDATE posting SET state = 'sending', claimed_at = created_at WHERE kind = 'card'"
    await database.write(lambda s: s.connection().exec_driver_sql(claimed).close())
    await bot.tick()
    assert await states(bot) == [PostingState.SENDING]
    clock.forward(minutes=3)
    await bot.tick()
    assert await states(bot) == [PostingState.SENT]
    assert len([text for text in recorder.texts() if "left behind" in text]) == 1


@pytest.mark.parametrize("trouble", [OutcomeUnknownError(), PostFailedError("Slow down.", retry_after=1)])
async def test_an_edit_is_simply_repeated(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock, trouble: Exception
) -> None:
    """Repeating an edit with the same content is harmless."""
    await people.ana.types("before")
    await bot.tick()
    await (await people.ana.types("edit 1")).fill(text="after")
    recorder.trouble = [trouble]
    await bot.tick()
    clock.forward(minutes=1)
    await bot.tick()
    assert "after" in recorder.texts()[-1]


async def rows(bot: Bot, sql: str) -> list[Any]:
    """Return the rows of an SQL query."""
    return await bot.database.read(
        lambda s: [tuple(row) for row in s.connection().exec_driver_sql(sql).all()]
    )


async def sql(bot: Bot, statement: str) -> None:
    """Run one SQL statement."""
    await bot.database.write(lambda s: s.connection().exec_driver_sql(statement).close())


async def test_a_removal_while_a_recap_is_composed_reaches_it(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words that are removed just after they were read for the recap never appear in the channel."""
    await people.ana.types("a quiet word")
    await people.ana.types("another one")
    await bot.tick()
    clock.forward(hours=1)
    real = bot.delivery.composers[PostingKind.RECAP]
    gone: list[bool] = []

    def composing(*given: Any) -> Any:
        made = real(*given)
        if not gone:
            gone.append(True)
            asyncio.run_coroutine_threadsafe(_remove_first(people), loop).result(5)
        return made

    loop = asyncio.get_running_loop()
    monkeypatch.setattr(bot.delivery, "composers", {**bot.delivery.composers, PostingKind.RECAP: composing})
    await people.ana.does(PostRecap())
    await bot.tick()
    recaps = [text for text in recorder.texts() if text.startswith("The week to")]
    assert gone
    assert len(recaps) == 1
    assert "a quiet word" not in recaps[0]
    assert "another one" in recaps[0]


async def _remove_first(people: Everyone) -> None:
    assert "deleted" in (await people.ana.types("delete 1")).text


@pytest.mark.parametrize("trouble", [OutcomeUnknownError(), PostFailedError("Away.", retry_after=1)])
async def test_a_removal_outlasts_an_outage(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock, trouble: Exception
) -> None:
    """The removal of a message is retried until it succeeds, at most an hour apart."""
    await people.ana.types("secret")
    await bot.tick()
    await people.ana.types("delete 1")
    recorder.trouble = [trouble] * 60
    for _ in range(60):
        await bot.tick()
        clock.forward(hours=1)
    await bot.tick()
    assert recorder.trouble == []
    assert "secret" not in recorder.texts()[-1]


async def test_an_edit_of_a_message_that_is_gone_ends(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """An edit of a deleted message is not retried."""
    await people.ana.types("secret")
    await bot.tick()
    recorder.standing.clear()
    await people.ana.types("delete 1")
    await bot.tick()
    assert await rows(bot, "SELECT state, due_at FROM posting WHERE kind = 'card'") == [("sent", None)]


async def test_what_fails_before_the_call_is_simply_tried_again(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was sent, so the platform is not asked to look for the message."""
    recorder.can_find = False
    await people.ana.types("first")
    with monkeypatch.context() as patch:

        def faulty(*_: Any) -> Any:
            raise ValueError("a fault")

        patch.setattr(bot.delivery, "composers", dict.fromkeys(bot.delivery.composers, faulty))
        await bot.tick()
    assert await states(bot) == [PostingState.PLANNED]
    clock.forward(minutes=1)
    await bot.tick()
    assert await states(bot) == [PostingState.SENT]


def recap_of(recorder: Recorder) -> Standing:
    """Return the posted recap."""
    (recap,) = (one for one in recorder.standing.values() if one.text.startswith("The week to"))
    return recap


@pytest.fixture
def drawer(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Drawer]:
    """Return a drawer that the bot draws with, whose process has nothing to load."""
    drawer = Drawer(start_light, within=60)
    monkeypatch.setattr(bot.delivery, "drawer", drawer)
    yield drawer
    drawer.stop()


async def ask_for_recap(people: Everyone, clock: Clock) -> None:
    """Let Ana post the recap of a week in which she kept a moment."""
    await people.ana.types("A word of ours")
    clock.forward(hours=1)
    await people.ana.does(PostRecap())


@pytest.mark.usefixtures("drawer")
async def test_a_recap_without_its_picture(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The words are posted with those for the picture. It is put in later, when it can be drawn."""
    monkeypatch.setattr("bot.recaps.recap.plan_recap_chart", lambda *_: plan(draw_and_die))
    await ask_for_recap(people, clock)
    await bot.tick()
    assert recap_of(recorder).post.picture is None
    assert recap_of(recorder).text.endswith("In words.")
    monkeypatch.setattr("bot.recaps.recap.plan_recap_chart", lambda *_: plan(draw_plain))
    clock.forward(minutes=1)
    await bot.tick()
    picture = recap_of(recorder).post.picture
    assert picture is not None
    assert (picture.png, picture.alt) == (draw_plain(""), "In words.")
    assert "In words." not in recap_of(recorder).text


@pytest.mark.usefixtures("drawer")
async def test_a_picture_that_can_never_be_drawn(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its message is edited for it once, and not for ever."""
    monkeypatch.setattr("bot.recaps.recap.plan_recap_chart", lambda *_: plan(draw_nothing))
    await ask_for_recap(people, clock)
    for _ in range(4):
        await bot.tick()
        clock.forward(minutes=1)
    assert recap_of(recorder).edits == 1


@pytest.mark.usefixtures("drawer")
async def test_a_recap_without_its_picture_is_sent_all_the_same(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the database cannot note that the picture is to come later, the message itself is no doubt sent."""

    def fail(*_: Any) -> None:
        raise StoreError("The database is out.")

    monkeypatch.setattr("bot.recaps.recap.plan_recap_chart", lambda *_: plan(draw_and_die))
    monkeypatch.setattr(refresh, "compose_again", fail)
    await ask_for_recap(people, clock)
    await bot.tick()
    assert recap_of(recorder).text.endswith("In words.")
    found = await rows(bot, "SELECT state FROM posting WHERE kind = 'recap'")
    assert [row[0] for row in found] == [PostingState.SENT]


async def test_a_recap_whose_picture_is_being_drawn_at_shutdown(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock, drawer: Drawer
) -> None:
    """It is not posted without it. After the next start it goes out whole."""
    await ask_for_recap(people, clock)
    drawer.stop()
    await bot.delivery.start_lanes()
    await bot.delivery.stop(within=30)
    assert not any(one.text.startswith("The week to") for one in recorder.standing.values())
    again = build_bot(bot.database, [recorder], clock)
    await again.tick()
    assert recap_of(recorder).post.picture is not None


async def test_a_lane_that_ends_looks_for_more(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """A post planned while its lane was busy does not wait for the next tick."""
    await people.ana.types("first")
    bot.wake.clear()
    await bot.delivery.start_lanes()
    await asyncio.gather(*bot.delivery._lanes.values())
    assert bot.wake.is_set()


async def test_a_tick_ends_when_nothing_waits_behind_a_lane(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """A lane that ends while due posts are looked up leaves no post unsent."""
    reached, gate, ticking = asyncio.Event(), asyncio.Event(), asyncio.current_task()
    post, read = recorder.post, bot.database.read_in_background

    async def held(place: Any, said: Any, key: str) -> Any:
        reached.set()
        await gate.wait()
        return await post(place, said, key)

    async def looked(work: Any) -> Any:
        found = await read(work)
        if asyncio.current_task() is ticking:
            gate.set()
            await asyncio.gather(*bot.delivery._lanes.values())
        return found

    recorder.post = held  # type: ignore[method-assign,assignment]
    await people.ana.types("a lantern")
    await bot.delivery.start_lanes()
    await reached.wait()
    await people.ana.types("a compass")
    bot.database.read_in_background = looked  # type: ignore[method-assign]
    await bot.delivery.deliver_all()
    assert any("a lantern" in text for text in recorder.texts())
    assert any("a compass" in text for text in recorder.texts())


async def test_one_destination_does_not_starve_another(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """Many posts for one channel, or for a missing platform, do not delay others."""
    await people.ana.types("first")
    await people.ana.types("elsewhere", channel="C2", channel_name="attic")
    await bot.tick()
    await bot.database.write(lambda session: _crowd(session))
    await people.ana.types("a small one", channel="C2")
    await bot.delivery.start_lanes()
    assert any(lane[1] == "C2" for lane in bot.delivery._lanes)
    for lane in bot.delivery._lanes.values():
        lane.cancel()
    await asyncio.gather(*bot.delivery._lanes.values(), return_exceptions=True)


def _crowd(session: Any) -> None:
    """Plan 500 older postings: half for one channel, half for a platform that is not running."""
    long_ago = datetime(2026, 3, 1, tzinfo=UTC)
    away = teams.ensure_workspace(session, "gone", "W9", "", long_ago)
    here = teams.ensure_workspace(session, "recorder", "W1", "", long_ago)
    for number in range(250):
        for workspace, channel in ((here, "C1"), (away, f"C{number}")):
            postings.plan_posting(
                session,
                f"crowd:{workspace}:{number}",
                PostingKind.HELLO,
                workspace,
                long_ago,
                channel=channel,
            )


async def test_a_note_that_headed_a_reply_is_not_sent_again(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """The person has read it, and no message exists that could be updated."""
    await people.ana.does(Save("aha", "m-ben", "A word of Ben's", "U-ben", "Ben"))
    real = recorder.post

    async def closed(place: Any, post: Any, key: str) -> Any:
        if place.person:
            raise PostFailedError("Ben takes no direct messages.", closed=True)
        return await real(place, post, key)

    recorder.post = closed  # type: ignore[method-assign]
    await bot.tick()
    assert "Ana saved" in (await people.ben.types("list")).text
    recorder.post = real  # type: ignore[method-assign]
    await (await people.ben.types("edit 1")).fill(text="Better words")
    await bot.tick()
    assert recorder.notes("U-ben") == []
    assert "Ana saved" not in (await people.ben.types("list")).text


async def test_a_tap_touches_only_the_card(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """A tap does not refresh the author's Note or the mark."""
    await people.ana.does(Save("aha", "m-ben", "A word of Ben's", "U-ben", "Ben"))
    await bot.tick()
    await (await people.mei.types("show 1")).press("High-five")
    behind = await rows(bot, "SELECT kind FROM posting WHERE sent_revision < revision")
    assert behind == [("card",)]


async def test_a_pause_ends_in_the_morning_of_the_person(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """In Singapore 8:00 is midnight in UTC. There is no Note before that, and one after it."""
    await people.mei.types("list")
    await sql(bot, "UPDATE person SET paused_until = '2026-03-18' WHERE external_id = 'U-mei'")
    await people.ana.does(Save("aha", "m-mei", "A word of Mei's", "U-mei", "Mei"))
    clock.now = datetime(2026, 3, 17, 23, 59, tzinfo=UTC)
    await bot.tick()
    assert recorder.notes("U-mei") == []
    clock.forward(minutes=2)
    await bot.tick()
    assert len(recorder.notes("U-mei")) == 1


async def test_a_pause_taken_back_releases_what_waits(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Ending the pause, as `me` does, releases the postponed Notes."""
    await people.mei.types("list")
    await sql(bot, "UPDATE person SET paused_until = '2026-03-30' WHERE external_id = 'U-mei'")
    await people.ana.does(Save("aha", "m-mei", "A word of Mei's", "U-mei", "Mei"))
    await bot.tick()
    await sql(bot, "UPDATE person SET paused_until = NULL WHERE external_id = 'U-mei'")
    ((mei,),) = await rows(bot, "SELECT id FROM person WHERE external_id = 'U-mei'")
    await bot.database.write(lambda session: postings.release_notes(session, mei, bot.clock()))
    await bot.tick()
    assert len(recorder.notes("U-mei")) == 1


async def test_limits_in_a_row_leave_the_schedule_on(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """A limit is waited for up to a day. Then that post is given up, and the next one comes."""
    await people.ana.types("first")
    await bot.tick()
    clock.forward(days=4, hours=8)
    real, limited = recorder.post, []

    async def limit(place: Any, post: Any, key: str) -> Any:
        limited.append(key)
        raise PostFailedError("Too many messages.", retry_after=5)

    recorder.post = limit  # type: ignore[method-assign]
    for _ in range(36):
        await bot.tick()
        clock.forward(hours=1)
    recorder.post = real  # type: ignore[method-assign]
    assert len(limited) >= 35
    assert not [note for note in recorder.notes("U-ana") if "I couldn't post the" in note]
    on = await rows(bot, "SELECT count(*) FROM schedule WHERE next_at IS NULL AND active")
    assert on == [(0,)]
    assert (await rows(bot, "SELECT count(*) FROM posting WHERE kind = 'note_stopped'")) == [(0,)]


async def saved_by_bulb(people: Everyone, recorder: Recorder) -> None:
    """Save a message of Ben's with Ana's 💡."""
    await people.ana.types("first")
    recorder.said["m-ben"] = Source("A word of Ben's", "U-ben", "Ben")
    await people.bot.tick()
    await people.ana.reacts("m-ben", people.ben)
    await people.bot.fetching.fetch_all()


@pytest.mark.parametrize("forget", [False, True])
async def test_a_bulb_of_ours_goes_though_its_answer_was_lost(
    people: Everyone,
    bot: Bot,
    recorder: Recorder,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    forget: bool,
) -> None:
    """We put it and never learned so. When the moment goes, it goes, however often the platform is silent."""
    real = recorder.mark

    async def lost(place: Place, message: str, on: bool) -> None:
        await real(place, message, on)
        raise OutcomeUnknownError

    monkeypatch.setattr(recorder, "mark", lost)
    await saved_by_bulb(people, recorder)
    await bot.tick()
    assert recorder.marks == {"m-ben"}
    if forget:
        clock.forward(seconds=20)
        await people.ana.unreacts("m-ben")
    else:
        for _ in range(60):
            clock.forward(hours=1)
            await bot.tick()
        await people.ben.types("delete 2")
    monkeypatch.setattr(recorder, "mark", real)
    clock.forward(hours=2)
    await bot.tick()
    assert recorder.marks == set()


async def test_a_bulb_that_was_refused_at_last(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be there from an earlier try, so it is taken off all the same."""
    real, errors = recorder.mark, iter([OutcomeUnknownError(), PostFailedError("Not here any more.")])

    async def broken(place: Place, message: str, on: bool) -> None:
        await real(place, message, on)
        raise next(errors)

    monkeypatch.setattr(recorder, "mark", broken)
    await saved_by_bulb(people, recorder)
    for _ in range(2):
        await bot.tick()
        clock.forward(hours=1)
    monkeypatch.setattr(recorder, "mark", real)
    await people.ben.types("delete 2")
    await bot.tick()
    assert recorder.marks == set()


async def test_two_teams_and_one_message(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Our 💡 stays while one of them still has it."""
    talk: dict[str, Any] = {"channel": "C-talk", "channel_name": "talk"}
    save = Save("aha", "m-ben", "A word of Ben's", "U-ben", "Ben")
    await people.ana.types("ours")
    await people.ana.does(LetKeep("1", "C-talk", "talk"))
    await people.ana.does(save, **talk)
    await people.ana.does(StopKeeping("1", "C-talk"))
    await people.mei.types("another team", **talk)
    await people.mei.does(save, **talk)
    await bot.tick()
    for at, marks in (("1.2", {"m-ben"}), ("2.2", set())):
        await people.ben.does(Delete(at), channel="D-ben", direct=True, private=True)
        await bot.tick()
        assert recorder.marks == marks


async def test_a_card_whose_answer_was_lost_is_emptied(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Its moment was removed before anybody knew of it: it is found and emptied, at whatever hour it shows."""
    await people.ana.types("first")
    await bot.tick()
    real_find, shown_at = recorder.find, clock.now + timedelta(seconds=20)

    async def find_late(place: Place, key: str) -> SentMessage | None:
        return await real_find(place, key) if clock.now >= shown_at else None

    recorder.find = find_late  # type: ignore[method-assign]
    recorder.trouble, recorder.stored_first = [OutcomeUnknownError()], True
    await people.ben.types("a thought too many")
    await bot.tick()
    clock.forward(seconds=2)
    await people.ben.types("delete 2")
    await bot.tick()
    recorder.stored_first = False
    clock.forward(minutes=2)
    await bot.tick()
    assert not [text for text in recorder.texts() if "a thought too many" in text]
    assert "Aha #2 was deleted." in recorder.texts()


async def test_emptying_a_found_card_is_tried_without_end(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """It stands there with words that a person removed."""
    await people.ana.types("first")
    await bot.tick()
    recorder.trouble, recorder.stored_first = [OutcomeUnknownError()], True
    await people.ben.types("a thought too many")
    await bot.tick()
    recorder.stored_first = False
    clock.forward(minutes=1)
    recorder.trouble = [PostFailedError("Away.", retry_after=1)] * 60
    await people.ben.types("delete 2")
    for _ in range(70):
        await bot.tick()
        clock.forward(hours=1)
    assert recorder.trouble == []
    assert not [text for text in recorder.texts() if "a thought too many" in text]


async def test_what_was_removed_while_we_were_out_goes_when_we_are_back(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """A card in a channel that threw the bot out is emptied after the next invitation."""
    await people.ana.types("a thought too many")
    await bot.tick()
    await people.ana.does(ChannelLeft())
    recorder.trouble = [PostFailedError("Not in that channel.")] * 2
    await people.ana.does(Delete("1.1"), channel="D-ana", direct=True, private=True)
    await bot.tick()
    recorder.trouble = []
    assert [text for text in recorder.texts() if "a thought too many" in text]
    await people.ana.does(ChannelJoined())
    await bot.tick()
    assert not [text for text in recorder.texts() if "a thought too many" in text]
