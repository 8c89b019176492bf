"""`ahabot check` for Slack: a line for each thing that is missing, and no token in any."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from aiohttp import web

from adapters.slack.check import LACKS, check
from adapters.slack.manifest import HISTORY, SCOPES
from bot.__main__ import main
from tests.adapters.slack.company import KEY

ALL = ",".join((*SCOPES, *HISTORY))
SECRET = "xoxb-very-secret"


@dataclass
class Desk:
    """What Slack says to those who check."""

    url: str = ""
    scopes: str | None = ALL
    said: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def answer(self, request: web.Request) -> web.Response:
        """`ok`, unless something else is to be said."""
        method = request.match_info["method"]
        headers = {} if self.scopes is None else {"x-oauth-scopes": self.scopes}
        fine = {"ok": True, "user": "ahabot", "team": "Acme", "url": "ws://x"}
        if method == "oauth.v2.access":
            fine = {"ok": False, "error": "invalid_code"}
        return web.json_response(self.said.get(method, fine), headers=headers)


@pytest.fixture
def desk() -> Iterator[Desk]:
    """On loopback, in a thread of its own, since `check` has a loop of its own."""
    desk, loop = Desk(), asyncio.new_event_loop()

    async def open_up() -> web.AppRunner:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", desk.answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        desk.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
        return runner

    runner = loop.run_until_complete(open_up())
    thread = Thread(target=loop.run_forever)
    thread.start()
    yield desk
    asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(5)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def lines(desk: Desk, **more: str) -> list[str]:
    """What is said, as the terminal shows it."""
    given = {
        "SLACK_API_URL": desk.url,
        "SLACK_BOT_TOKEN": SECRET,
        "SLACK_APP_TOKEN": "xapp-very-secret",
        **more,
    }
    found = [str(finding) for finding in check({name: value for name, value in given.items() if value})]
    assert "very-secret" not in "".join(found)
    return found


def test_everything_is_fine(desk: Desk) -> None:
    """Who we are, all scopes, the socket; and what nobody can know."""
    said = lines(desk)
    assert all(line.startswith("ok") for line in said)
    assert "ahabot in Acme" in said[0]
    assert f"all {len(LACKS)} scopes are there" in said[1]
    assert "SLACK_APP_TOKEN opens a connection" in said[2]
    assert "ahabot manifest slack" in said[3]


def test_each_missing_scope_has_its_line(desk: Desk) -> None:
    """With what does not work without it."""
    desk.scopes = (
        "commands, chat:write,users:read,channels:read,groups:read,im:write,reactions:read,channels:history"
    )
    missing = [line for line in lines(desk) if line.startswith("NOT OK")]
    assert [line.split(" is missing")[0].split()[-1] for line in missing] == [
        "reactions:write", "files:write", "groups:history",
    ]  # fmt: skip
    assert "a recap's picture" in missing[1]
    assert "message.groups" in missing[2]
    fewer = [line for line in lines(desk, SLACK_MESSAGE_CONTENT="0") if line.startswith("NOT OK")]
    assert len(fewer) == 2


@pytest.mark.parametrize(
    ("method", "error", "sentence"),
    [
        ("auth.test", "invalid_auth", "SLACK_BOT_TOKEN does not work (invalid_auth): copy the bot token"),
        (
            "apps.connections.open",
            "missing_scope",
            "SLACK_APP_TOKEN does not work (missing_scope): make an app",
        ),
        (
            "oauth.v2.access",
            "bad_client_secret",
            "SLACK_CLIENT_SECRET does not work (bad_client_secret): copy",
        ),
    ],
)
def test_a_token_that_does_not_work(desk: Desk, method: str, error: str, sentence: str) -> None:
    """Which one, why, and what to do."""
    desk.said[method] = {"ok": False, "error": error}
    said = lines(desk, SLACK_CLIENT_ID="1", SLACK_CLIENT_SECRET="very-secret", AHABOT_SECRET_KEYS=KEY)
    assert len([line for line in said if line.startswith("NOT OK") and sentence in line]) == 1


def test_many_workspaces_without_keys(desk: Desk) -> None:
    """Named, because the bot would not start."""
    said = lines(desk, SLACK_BOT_TOKEN="", SLACK_CLIENT_ID="1", SLACK_CLIENT_SECRET="2")
    assert next(line for line in said if line.startswith("NOT OK")).split()[3] == "AHABOT_SECRET_KEYS"
    assert any("belong together" in line for line in said)


def test_http(desk: Desk) -> None:
    """Signed requests cannot be asked for; the address is said."""
    assert any(
        "POST /slack/events" in line for line in lines(desk, SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET="s")
    )


def test_on_the_command_line(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Beside everything else that is looked at; 1 where something is missing."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SLACK_API_URL", desk.url)
    monkeypatch.setenv("SLACK_BOT_TOKEN", SECRET)
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-very-secret")
    assert main(["check"]) == 0
    assert "SLACK_BOT_TOKEN works" in capsys.readouterr().out
    desk.scopes = "commands"
    assert main(["check"]) == 1
    assert "very-secret" not in capsys.readouterr().out


def test_slack_is_away() -> None:
    """Said once for each thing that was asked."""
    said = lines(Desk("http://127.0.0.1:1/api/"))
    assert sum("cannot be reached" in line for line in said) == 2


def test_no_slack_no_lines() -> None:
    """And half of it is said where the platforms are."""
    assert check({}) == []
    assert check({"SLACK_BOT_TOKEN": SECRET}) == []
