"""Tests of the gateway over real sockets: it survives any disconnection and uses few IDENTIFYs."""

import asyncio
import logging
import os
import sqlite3
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from adapters.discord.connection import gateway as module
from adapters.discord.connection.client import CLOSE_WITHIN
from adapters.discord.connection.command_tree import COMMANDS_PATH
from adapters.discord.connection.gateway import LONGEST_WAIT, NO_CONTENT, TOO_FEW, WRONG_TOKEN, IdentifyBudget
from bot import features
from bot.settings import SettingError
from tests.adapters.discord.connection.connected import (
    COMMANDS,
    Noting,
    Sleeps,
    as_told,
    does,
    life_at,
    living,
    says,
)
from tests.fakes.discord.gateway import Intent, Line
from tests.fakes.discord.people import People
from tests.fakes.discord.server import Discord, serving
from tests.fakes.discord.world import Channel, Interaction
from tests.support.waiting import until

CONTENT = {"DISCORD_MESSAGE_CONTENT": "1"}
HERE = Path(__file__).parents[4]
WITHIN = 60.0


@pytest.fixture
async def there() -> AsyncIterator[Discord]:
    """Yield a fake Discord with a server, Ana and a channel."""
    async with serving() as there:
        here = there.world.found()
        there.world.add("Ana")
        there.world.make(here, "lantern")
        yield there


@pytest.fixture
def home(there: Discord) -> Channel:
    """Return the channel."""
    return there.world.channel("lantern")


async def pause() -> None:
    """Wait for five milliseconds."""
    await asyncio.sleep(0.005)


async def test_it_connects(there: Discord) -> None:
    """It sends one IDENTIFY with the unprivileged intents, and is ready when Discord says so."""
    sleeps = Sleeps()
    async with living(there, sleeps=sleeps) as life:
        assert life.ready
        (identify,) = there.gateway.identifies
        channels = Intent.GUILDS | Intent.MESSAGES | Intent.REACTIONS
        assert identify["intents"] == channels | Intent.DIRECT_MESSAGES
        assert identify["shard"] == [0, 1]
        assert [each.status for each in there.called("GET " + COMMANDS_PATH)] == [200]
    assert sleeps.waits == []
    assert life.current_http() is None
    assert there.gateway.sessions == {}


async def test_message_content_is_asked_for_where_it_is_set(there: Discord) -> None:
    """It is the only privileged intent."""
    there.allows(Intent.CONTENT)
    async with living(there, more=CONTENT):
        assert there.gateway.identifies[0]["intents"] & Intent.CONTENT


async def test_a_dropped_connection_is_resumed(there: Discord, home: Channel) -> None:
    """Events of the meantime come then, none is lost and none comes twice."""
    desk = Noting()
    async with living(there, desk):
        said = [says(there, home, "Ana", "before")]
        await there.quiet()
        there.gateway.drops()
        said += [says(there, home, "Ana", f"meanwhile {at}") for at in range(3)]
        await until(lambda: there.gateway.resumes)
        said.append(says(there, home, "Ana", "after"))
        await until(lambda: len(desk.of("handle_message")) >= len(said))
        await there.quiet()
        assert sorted(desk.of("handle_message")) == sorted((each,) for each in said)
        assert len(there.gateway.identifies) == 1


async def test_told_to_come_again_it_resumes(there: Discord, home: Channel) -> None:
    """Discord sends op 7 when it restarts one of its servers."""
    desk = Noting()
    async with living(there, desk):
        there.gateway.reconnects()
        said = says(there, home, "Ana", "meanwhile")
        await until(lambda: there.gateway.resumes and desk.of("handle_message"))
        await there.quiet()
        assert desk.of("handle_message") == [(said,)]
        assert len(there.gateway.identifies) == 1


async def test_a_session_that_ended_is_begun_anew(there: Discord, home: Channel) -> None:
    """After op 9 it waits the one to five seconds that Discord asks for, with the same client."""
    desk, sleeps = Noting(), Sleeps()
    async with living(there, desk, sleeps) as life:
        client = life.client
        there.gateway.invalidates()
        await until(lambda: len(there.gateway.identifies) == 2)
        await there.connected()
        (wait,) = sleeps.waits
        assert 1 <= wait <= 5
        said = says(there, home, "Ana", "afterwards")
        await until(lambda: desk.of("handle_message"))
        assert desk.of("handle_message") == [(said,)]
        assert life.client is client


async def test_a_wrong_token_is_one_sentence(there: Discord) -> None:
    """It is detected before an IDENTIFY is used."""
    life = life_at(there, more={"DISCORD_TOKEN": "not.the.one"})
    with pytest.raises(SettingError) as wrong:
        await life.start(COMMANDS, features.SHORTCUTS, Noting())
    assert str(wrong.value) == WRONG_TOKEN
    assert "DISCORD_TOKEN" in WRONG_TOKEN
    assert there.gateway.identifies == []
    assert not life.ready
    await life.stop()


async def test_a_token_that_only_the_gateway_refuses(there: Discord) -> None:
    """The gateway closes with code 4004."""
    there.gateway.token = "another"
    life = life_at(there)
    with pytest.raises(SettingError, match="DISCORD_TOKEN"):
        await life.start(COMMANDS, features.SHORTCUTS, Noting())
    await life.stop()


async def test_message_content_that_the_portal_does_not_allow(there: Discord) -> None:
    """The sentence names the variable and the switch, and no IDENTIFY is used."""
    life = life_at(there, more=CONTENT)
    with pytest.raises(SettingError) as wrong:
        await life.start(COMMANDS, features.SHORTCUTS, Noting())
    assert str(wrong.value) == NO_CONTENT
    assert "DISCORD_MESSAGE_CONTENT" in NO_CONTENT
    assert "Message Content Intent" in NO_CONTENT
    assert there.gateway.identifies == []
    await life.stop()


@pytest.mark.parametrize(("code", "sentence"), [(4014, NO_CONTENT), (4004, WRONG_TOKEN), (4011, TOO_FEW)])
async def test_what_is_switched_off_later_is_logged_and_tried_again(
    there: Discord, caplog: pytest.LogCaptureFixture, code: int, sentence: str
) -> None:
    """A running bot logs what is wrong, waits long, and continues once it is fixed."""
    there.allows(Intent.CONTENT)
    sleeps = Sleeps()
    async with living(there, sleeps=sleeps, more=CONTENT | {"DISCORD_SHARD_COUNT": "1"}) as life:
        sleeps.over.clear()
        await there.gateway.closes(code)
        await until(sleeps.began.is_set)
        assert sleeps.waits[0] >= LONGEST_WAIT * 0.8
        assert sentence in caplog.text
        assert life.current_http() is None
        sleeps.over.set()
        await until(lambda: len(there.gateway.identifies) == 2)
        await there.connected()


async def test_more_shards_are_asked_for_where_none_are_set(there: Discord) -> None:
    """After code 4011 without DISCORD_SHARD_COUNT, the next client asks for the number."""
    sleeps = Sleeps()
    async with living(there, sleeps=sleeps):
        await there.gateway.closes(4011)
        await until(lambda: len(there.gateway.identifies) == 2)
        await there.connected()
        assert max(sleeps.waits) < 10


async def test_an_event_that_lacks_a_key_ends_nothing(
    there: Discord, home: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged without people's text, and skipped."""
    desk = Noting()
    async with living(there, desk) as life:
        client = life.client
        broken = {"channel_id": home.id, "content": "a secret of ours", "guild_id": home.server}
        there.gateway.tell("MESSAGE_CREATE", broken, home.server)
        there.gateway.tell("MESSAGE_REACTION_ADD", {"emoji": None}, home.server)
        there.gateway.tell("GUILD_CREATE", {"id": "1"}, home.server)
        said = says(there, home, "Ana", "whole")
        await until(lambda: desk.of("handle_message"))
        assert desk.of("handle_message") == [(said,)]
        assert life.client is client
        assert len(there.gateway.identifies) == 1
    assert "reading MESSAGE_CREATE failed with" in caplog.text
    assert "secret" not in caplog.text


async def test_an_interaction_that_lacks_a_key_is_handed_on(there: Discord, home: Channel) -> None:
    """A person waits for its answer."""
    desk = Noting()
    async with living(there, desk):
        press = {"custom_id": "x", "component_type": 2}
        did = Interaction("77", "token", 3, there.world.person("Ana"), home, press)
        told = as_told(there, did)
        del told["version"]
        there.gateway.tell("INTERACTION_CREATE", told, home.server)
        await until(lambda: desk.of("handle_unreadable"))
        assert desk.of("handle_button") == []


async def test_a_ready_that_cannot_be_read_makes_a_new_client(
    there: Discord, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new client follows after a short wait."""
    whole, broken = there.gateway._ready, [{"v": 10}]
    monkeypatch.setattr(there.gateway, "_ready", lambda *some: broken.pop() if broken else whole(*some))
    sleeps = Sleeps()
    async with living(there, sleeps=sleeps) as life:
        assert life.ready
        assert len(there.gateway.identifies) == 2
        assert 0 < sleeps.waits[0] < 5


async def test_what_the_desk_raises_ends_nothing(
    there: Discord, home: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    """The handler's exception is logged with its place and without people's text."""
    desk = Noting()

    words = "a secret of ours"

    async def raises(_message: object) -> None:
        raise ValueError(words)

    setattr(desk, "handle_edit", raises)  # noqa: B010  # Noting answers every name
    async with living(there, desk):
        said = says(there, home, "Ana", "whole")
        message = there.world.message(said)
        assert message is not None
        there.changed(message)
        await until(lambda: "an edit failed with ValueError" in caplog.text)
        says(there, home, "Ana", "more")
        await until(lambda: len(desk.of("handle_message")) == 2)
    assert "secret" not in caplog.text


async def test_few_identifies_left_make_it_wait(there: Discord, caplog: pytest.LogCaptureFixture) -> None:
    """It also waits after restarts, because Discord counts: a crash loop waits longer each time."""
    there.gateway.starts = 100
    sleeps = Sleeps()
    sleeps.over.clear()
    life = life_at(there, sleeps)
    begun = asyncio.create_task(life.start(COMMANDS, features.SHORTCUTS, Noting()))
    try:
        await until(sleeps.began.is_set)
        assert sleeps.waits == [pytest.approx(4 * 3600 / 99 * 0.9**2)]
        assert there.gateway.identifies == []
        assert "100 more connection starts" in caplog.text
        assert not life.ready
        sleeps.over.set()
        await begun
        await there.connected()
        await until(lambda: life.ready)
    finally:
        await life.stop()


async def test_a_session_ended_with_few_left_closes_first(there: Discord) -> None:
    """No open connection waits for minutes. A new client waits before it connects."""
    sleeps = Sleeps()
    async with living(there, sleeps=sleeps) as life:
        client = life.client
        there.gateway.starts = 100
        there.gateway.invalidates()
        await until(lambda: len(there.gateway.identifies) == 2)
        assert life.client is not client
        assert max(sleeps.waits) > 60


def test_they_never_run_out() -> None:
    """A bot that crashes after each IDENTIFY for a day never uses all of them."""
    day, now, used = 86_400.0, 0.0, 0
    while True:
        now += IdentifyBudget(1000, 1000 - used, day - now).seconds_to_wait()
        if now >= day:
            break
        used += 1
    assert 900 < used < 1000


def test_plenty_left_costs_no_wait() -> None:
    """Many shards do not wait either. With none left, it waits for the next window."""
    assert IdentifyBudget(1000, 1000, 86_400).seconds_to_wait() == 0
    assert IdentifyBudget(1000, 950, 86_400).seconds_to_wait(16) < 1
    assert IdentifyBudget(1000, 10, 60).seconds_to_wait(16) == 60
    assert IdentifyBudget(1000, 0, 60).seconds_to_wait() == 60


async def test_a_stop_finishes_what_is_in_hand(there: Discord, home: Channel) -> None:
    """It accepts nothing new meanwhile."""
    desk = Noting()
    async with living(there, desk) as life:
        desk.may_go_on.clear()
        first = says(there, home, "Ana", "in hand")
        await until(lambda: ("begun", "handle_message", first) in desk.notes)
        stopping = asyncio.create_task(life.stop())
        await until(lambda: not life.is_accepting)
        says(there, home, "Ana", "too late")
        await there.quiet()
        assert not stopping.done()
        desk.may_go_on.set()
        await stopping
        assert desk.of("handle_message") == [(first,)]
        assert not desk.of("begun")
        assert there.gateway.live == []


async def test_a_stop_waits_for_nothing_that_hangs(
    there: Discord, home: Channel, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It takes 2.5 seconds and one to disconnect. With the core's six that is below ten."""
    assert module.FINISH_WITHIN + CLOSE_WITHIN + 6 < 10
    monkeypatch.setattr(module, "FINISH_WITHIN", 0.05)
    desk = Noting()
    async with living(there, desk) as life:
        desk.may_go_on.clear()
        said = says(there, home, "Ana", "hangs")
        await until(lambda: ("begun", "handle_message", said) in desk.notes)
        await life.stop()
        assert "1 answers were cut off" in caplog.text
        desk.may_go_on.set()
        await there.quiet()


async def test_a_stop_while_it_connects_anew(there: Discord, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Discord that accepts the connection and sends nothing does not delay the stop."""
    async with living(there) as life:
        monkeypatch.setattr(Line, "put", lambda *_: None)
        before = set(there.gateway.lines)
        there.gateway.drops()
        await until(lambda: there.gateway.lines - before)
        async with asyncio.timeout(WITHIN):
            await life.stop()
        assert life.current_http() is None


async def test_two_processes_at_once(there: Discord, home: Channel) -> None:
    """Both get every event, so none is lost while one takes over from the other."""
    old_desk, new_desk = Noting(), Noting()
    async with living(there, new_desk) as new:
        async with living(there, old_desk, sessions=2):
            said = [says(there, home, "Ana", "to both")]
            await until(lambda: old_desk.of("handle_message") and new_desk.of("handle_message"))
        said.append(says(there, home, "Ana", "to the new one"))
        await until(lambda: len(new_desk.of("handle_message")) == 2)
        assert new.ready
        assert new_desk.of("handle_message") == [(each,) for each in said]
        assert old_desk.of("handle_message") == [(said[0],)]


async def test_shards_of_several_processes(there: Discord) -> None:
    """Each has its own shards, and the one with the first shard registers the commands."""
    other = there.world.found("Beacon")
    second = there.world.make(other, "beacon")
    first_desk, second_desk = Noting(), Noting()
    async with (
        living(there, first_desk, more={"DISCORD_SHARD_IDS": "0", "DISCORD_SHARD_COUNT": "2"}),
        living(there, second_desk, sessions=2, more={"DISCORD_SHARD_IDS": "1", "DISCORD_SHARD_COUNT": "2"}),
    ):
        assert sorted(each["shard"] for each in there.gateway.identifies) == [[0, 2], [1, 2]]
        said = [says(there, each, "Ana", "hello") for each in (there.world.channel("lantern"), second)]
        on = [(int(each.server) >> 22) % 2 for each in (there.world.channel("lantern"), second)]
        await until(lambda: first_desk.of("handle_message") and second_desk.of("handle_message"))
        assert sorted(on) == [0, 1]
        assert first_desk.of("handle_message") == [(said[on.index(0)],)]
        assert second_desk.of("handle_message") == [(said[on.index(1)],)]
    assert len(there.called("PUT " + COMMANDS_PATH)) == 1
    assert len(there.called("GET " + COMMANDS_PATH)) == 1


async def test_shards_of_one_process_take_turns(there: Discord) -> None:
    """Discord requires five seconds between IDENTIFYs. The gateway is ready when all are connected."""
    sleeps = Sleeps()
    async with living(there, sleeps=sleeps, sessions=2, more={"DISCORD_SHARD_COUNT": "2"}) as life:
        assert life.ready
        assert [each["shard"] for each in there.gateway.identifies] == [[0, 2], [1, 2]]
        (wait,) = sleeps.waits
        assert 4 < wait <= 5


async def test_discord_away_at_the_start(there: Discord, monkeypatch: pytest.MonkeyPatch) -> None:
    """The start does not wait for it, and the bot keeps trying."""
    monkeypatch.setattr(module, "READY_WITHIN", 0.05)
    life = life_at(there)
    async with there.outage_of_everything():
        await life.start(COMMANDS, features.SHORTCUTS, Noting())
        assert not life.ready
        assert life.current_http() is None
    await there.connected()
    await until(lambda: life.ready)
    await life.stop()


async def test_the_library_logs_no_bodies(there: Discord) -> None:
    """At DEBUG it would log people's text."""
    logging.getLogger("discord").setLevel(logging.NOTSET)
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.DEBUG)
    try:
        async with living(there):
            assert not logging.getLogger("discord.gateway").isEnabledFor(logging.DEBUG)
            assert not logging.getLogger("discord.http").isEnabledFor(logging.DEBUG)
    finally:
        root.setLevel(before)


async def test_buttons_and_forms_come_without_anything_remembered(there: Discord, home: Channel) -> None:
    """The messages and forms are from another process."""
    desk = Noting()
    async with living(there, desk):
        message = there.world.message(says(there, home, "Ana", "x"))
        does(there, home, "Ana", 3, {"custom_id": "1.fine", "component_type": 2}, message)
        does(there, home, "Ana", 5, {"custom_id": "1.log", "components": []})
        await until(lambda: desk.of("handle_button") and desk.of("handle_form"))
        assert desk.of("handle_button") == [("1.fine",)]
        assert desk.of("handle_form") == [("1.log",)]


@pytest.fixture
async def process(there: Discord, tmp_path: Path) -> AsyncIterator[Process]:
    """Yield a connected `ahabot run` process with a database file of its own."""
    kept = {
        name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "MPLCONFIGDIR") if name in os.environ
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=tmp_path, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL,
        env={**kept, **there.environment, "PYTHONPATH": str(HERE), "PORT": "0"},
    )  # fmt: skip
    try:
        await there.connected(within=60)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_told_to_stop_it_answers_and_ends_well(
    there: Discord, home: Channel, process: Process, tmp_path: Path
) -> None:
    """On SIGTERM, text that waits for the database is saved and its author gets the reply."""
    people = People(there)
    with _held(tmp_path / "ahabot.db"):
        typing = asyncio.create_task(people.types("Ana", "aha log", home, text="We sign them now."))
        await until(lambda: there.world.interactions)
        await there.quiet()
        process.terminate()
        await pause()
        assert not typing.done()
    got = await typing
    assert "Saved as #1" in got.text
    assert await asyncio.wait_for(process.wait(), 10) == 0
    assert there.gateway.sessions == {}


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Lock the database file, as another program would, so that writes have to wait."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()
