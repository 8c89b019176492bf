"""Tests of `ahabot check` for Discord: a line for each missing thing, and no token in any."""

import asyncio
import base64
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from adapters.discord.check import SERVERS, check_platform
from adapters.discord.connection.gateway import NO_CONTENT
from adapters.discord.manifest import PERMISSIONS
from bot import features
from bot.__main__ import main
from tests.adapters.discord.connection.connected import COMMANDS, Noting, life_at
from tests.fakes.discord.checks.permissions import Can
from tests.fakes.discord.faults import Breaks, Limited, Refuses
from tests.fakes.discord.gateway import Intent
from tests.fakes.discord.server import Discord, serving
from tests.fakes.discord.world import Server

TOKEN = base64.urlsafe_b64encode(b"123456789012345678").decode() + ".very.secret"
SCOPE = "GET /applications/{application_id}/guilds/{guild_id}/commands"
LEAST = (
    Can.VIEW_CHANNEL | Can.SEND_MESSAGES | Can.SEND_MESSAGES_IN_THREADS | Can.CREATE_PUBLIC_THREADS
    | Can.ATTACH_FILES | Can.READ_MESSAGE_HISTORY | Can.ADD_REACTIONS
)  # fmt: skip


@pytest.fixture
async def there() -> AsyncIterator[Discord]:
    """Yield a fake Discord with the bot on one server."""
    async with serving() as there:
        there.token = there.gateway.token = TOKEN
        there.world.found()
        yield there


async def lines(there: Discord, **more: str) -> list[str]:
    """Return the lines that `check` prints about Discord.

    It runs in a thread, because it has an event loop of its own.
    """
    found = [
        str(each) for each in await asyncio.to_thread(check_platform, there.environment | more, COMMANDS)
    ]
    assert not [line for line in found if "secret" in line or TOKEN.partition(".")[0] in line]
    return found


def wrong(found: list[str]) -> list[str]:
    """Return the lines about problems."""
    return [line.partition("discord")[2].strip() for line in found if line.startswith("NOT OK")]


def may(here: Server, there: Discord, permissions: int) -> None:
    """Give the bot exactly these permissions on a server."""
    here.roles[here.id].permissions = 0
    next(role for role in here.roles.values() if role.bot == there.world.bot.id).permissions = permissions


async def test_everything_is_fine(there: Discord) -> None:
    """The lines say who the bot is, where, how many IDENTIFYs are left, the commands, and the permissions."""
    life = life_at(there)
    await life.start(COMMANDS, features.SHORTCUTS, Noting())
    await life.stop()
    may(there.world.home, there, LEAST)
    said = await lines(there)
    assert wrong(said) == []
    assert "DISCORD_TOKEN works: Ahabot, 1 server" in said[0]
    assert "it can't read messages" in said[1]
    assert "1 shard; 999 of 1,000 connection starts (IDENTIFY) left today" in said[2]
    assert "all commands are registered" in said[3]
    assert f"it has all {len(PERMISSIONS)} permissions on the server" in said[4]
    assert len(there.gateway.identifies) == 1


async def test_a_token_that_does_not_work(there: Discord) -> None:
    """There is one sentence, and no further request."""
    said = await lines(there, DISCORD_TOKEN="MTIz.very.secret")
    assert len(said) == 1
    assert "DISCORD_TOKEN" in wrong(said)[0]
    assert len(there.calls) == 1


async def test_message_content(there: Discord) -> None:
    """It may be requested but not granted, or both."""
    assert NO_CONTENT in wrong(await lines(there, DISCORD_MESSAGE_CONTENT="1"))
    there.allows(Intent.CONTENT)
    said = await lines(there, DISCORD_MESSAGE_CONTENT="1")
    assert wrong(said) == []
    assert "Message Content Intent is on" in said[1]


async def test_few_identifies_left(there: Discord) -> None:
    """This is a sign of a crash loop."""
    there.gateway.starts = 40
    assert wrong(await lines(there)) == [
        "1 shard; 40 of 1,000 connection starts (IDENTIFY) left today: it keeps restarting, so it waits longer "
        "each time"
    ]


async def test_commands_that_are_not_registered_yet(there: Discord) -> None:
    """The line counts as fine and says that the next start registers them."""
    said = await lines(there)
    assert wrong(said) == []
    assert "`ahabot run` does that" in said[3]


@pytest.mark.parametrize(
    ("lost", "named"),
    [
        (Can.VIEW_CHANNEL, "View Channels"),
        (Can.SEND_MESSAGES, "Send Messages"),
        (Can.SEND_MESSAGES_IN_THREADS, "Send Messages in Threads"),
        (Can.CREATE_PUBLIC_THREADS, "Create Public Threads"),
        (Can.ATTACH_FILES, "Attach Files"),
        (Can.READ_MESSAGE_HISTORY, "Read Message History"),
        (Can.ADD_REACTIONS, "Add Reactions"),
    ],
)
async def test_each_missing_permission_has_its_name(there: Discord, lost: Can, named: str) -> None:
    """The line has the server and what does not work without it."""
    may(there.world.home, there, LEAST & ~lost)
    (said,) = wrong(await lines(there))
    assert said.startswith(f"on Lantern: the permission {named} is missing: ")


async def test_an_administrator_lacks_nothing(there: Discord) -> None:
    """Other permissions do not matter then."""
    may(there.world.home, there, Can.ADMINISTRATOR)
    assert wrong(await lines(there)) == []


async def test_the_scope_for_commands(there: Discord) -> None:
    """It is missing if the invite link lacked it. An unrelated error does not count as missing."""
    there.faults.put(SCOPE, Refuses(status=403, code=50001))
    (said,) = wrong(await lines(there))
    assert said == "on Lantern: the scope applications.commands is missing, so /aha doesn't work"
    there.faults.put(SCOPE, Breaks(status=503))
    assert wrong(await lines(there)) == []


async def test_many_servers(there: Discord) -> None:
    """The first fifty are named, the rest counted in one line. Each of the fifty is checked once."""
    for at in range(SERVERS + 2):
        may(there.world.found(f"Server {at}"), there, 0)
    said = wrong(await lines(there))
    assert len(said) == SERVERS
    assert said[0].startswith(
        "on Server 0: the permission View Channels is missing: it can't see the team's channel; the permission Send"
    )
    assert said[-1] == "permissions are missing on 3 more servers"
    assert len(there.called(SCOPE)) == SERVERS


async def test_no_server_yet(there: Discord) -> None:
    """The line says how to add the bot. A server's name is printed without control characters."""
    there.world.leaves(there.world.home)
    said = await lines(there)
    assert wrong(said) == []
    assert "`ahabot manifest discord` prints the link" in said[-1]
    may(there.world.found("Lan\x1b[2Jtern"), there, 0)
    assert wrong(await lines(there))[0].startswith("on Lan[2Jtern: ")


async def test_discord_is_away(there: Discord) -> None:
    """One line says so."""
    said = await lines(there, DISCORD_API_URL="http://127.0.0.1:1/api/v10")
    assert len(said) == 1
    assert "can't reach Discord" in wrong(said)[0]
    there.faults.put("GET /oauth2/applications/@me", Limited(seconds=1))
    assert "slow down" in wrong(await lines(there))[0]
    there.faults.put("GET /oauth2/applications/@me", Breaks(status=502))
    assert "status 502" in wrong(await lines(there))[0]


@pytest.mark.parametrize("answer", ["<html>Log in</html>", "[]", "{}", '{"name": 7}'])
async def test_a_server_that_answers_oddly(answer: str) -> None:
    """A proxy's page is no network that is down, and the line says where to look."""

    async def give(_request: web.Request) -> web.Response:
        return web.Response(text=answer, content_type="text/html" if "<" in answer else "application/json")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", give)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/api/v10"
    environ = {"DISCORD_TOKEN": TOKEN, "DISCORD_API_URL": address}
    found = [str(each) for each in await asyncio.to_thread(check_platform, environ, COMMANDS)]
    await runner.cleanup()
    assert wrong(found) == [
        "the server at DISCORD_API_URL doesn't answer like Discord: check that address and any proxy in between"
    ]


async def test_on_the_command_line(
    there: Discord, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """It is printed beside all other checks. The exit code is 1 if something is missing."""
    monkeypatch.chdir(tmp_path)
    for name, value in there.environment.items():
        monkeypatch.setenv(name, value)
    assert await asyncio.to_thread(main, ["check"]) == 0
    assert "DISCORD_TOKEN works" in capsys.readouterr().out
    may(there.world.home, there, 0)
    assert await asyncio.to_thread(main, ["check"]) == 1
    assert "secret" not in capsys.readouterr().out


def test_no_discord_no_lines() -> None:
    """Invalid settings are reported with the platforms."""
    assert check_platform({}, COMMANDS) == []
    assert check_platform({"DISCORD_TOKEN": TOKEN, "DISCORD_SHARD_IDS": "0"}, COMMANDS) == []
