"""Tests of `ahabot check` for Slack: a line for each missing thing, and no token in any."""

import asyncio
import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from aiohttp import web

from adapters.slack.check import check_platform
from adapters.slack.installation.check import SCOPE_USES
from adapters.slack.manifest import HISTORY_SCOPES, SCOPES
from bot.__main__ import main
from bot.core.commands import Commands
from bot.encryption import Encryption
from bot.features import DECLARATIONS, SHORTCUTS
from storage.engine.database import open_database
from storage.models import Installation
from storage.teams import installations
from tests.fakes.slack.company import KEY, OTHER_KEY

COMMANDS = Commands(DECLARATIONS, SHORTCUTS)


ALL = ",".join((*SCOPES, *HISTORY_SCOPES))
SECRET = "xoxb-very-secret"
NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)


@dataclass
class Desk:
    """A stand-in for Slack's API, as `check` calls it."""

    url: str = ""
    scopes: str | None = ALL
    said: dict[str, dict[str, Any]] = field(default_factory=dict)
    of_token: dict[str, str] = field(default_factory=dict)
    """The scopes of tokens whose scopes differ from `scopes`."""
    gone: dict[str, str] = field(default_factory=dict)
    """Invalid tokens, each with Slack's error."""
    odd: str = ""
    """An answer to everything, which Slack would not give."""
    asking: int = 0
    most: int = 0
    """The most simultaneous requests so far."""

    async def answer(self, request: web.Request) -> web.Response:
        """Answer a call with `ok`, unless the test set another answer."""
        if self.odd:
            kind = "text/html" if "<" in self.odd else "application/json"
            return web.Response(text=self.odd, content_type=kind)
        method = request.match_info["method"]
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.asking += 1
        self.most = max(self.most, self.asking)
        await asyncio.sleep(0)
        self.asking -= 1
        scopes = self.of_token.get(token, self.scopes)
        headers = {} if scopes is None else {"x-oauth-scopes": scopes}
        if token in self.gone:
            return web.json_response({"ok": False, "error": self.gone[token]})
        fine = {"ok": True, "user": "ahabot", "team": "Acme", "url": "ws://x"}
        if method == "oauth.v2.access":
            fine = {"ok": False, "error": "invalid_code"}
        return web.json_response(self.said.get(method, fine), headers=headers)


@pytest.fixture
def desk() -> Iterator[Desk]:
    """Yield a stand-in for Slack's API on loopback.

    It runs in a thread with a loop of its own, because `check` has a loop of its own too.
    """
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
    """Return the lines that `check` prints about Slack."""
    given = {
        "SLACK_API_URL": desk.url,
        "SLACK_BOT_TOKEN": SECRET,
        "SLACK_APP_TOKEN": "xapp-very-secret",
        **more,
    }
    found = [
        str(finding)
        for finding in check_platform({name: value for name, value in given.items() if value}, COMMANDS)
    ]
    assert "very-secret" not in "".join(found)
    return found


def test_everything_is_fine(desk: Desk) -> None:
    """The lines say who the bot is, that all scopes and the socket work, and what cannot be checked."""
    said = lines(desk)
    assert all(line.startswith("ok") for line in said)
    assert "ahabot in Acme" in said[0]
    assert f"all {len(SCOPE_USES)} required scopes are granted" in said[1]
    assert "the optional scopes are granted too: channels:history, groups:history" in said[2]
    assert "SLACK_APP_TOKEN opens a connection" in said[3]
    assert "ahabot manifest slack" in said[4]
    assert not any("optional" in line for line in lines(desk, SLACK_MESSAGE_CONTENT="0"))


def test_an_optional_scope_that_was_left_out_is_no_problem(desk: Desk) -> None:
    """The line says what is different without it."""
    desk.scopes = ALL.replace(",groups:history", "")
    said = lines(desk)
    assert all(line.startswith("ok") for line in said)
    assert [line.partition("slack")[2].strip() for line in said if "optional" in line] == [
        "the optional scope groups:history isn't granted, so it doesn't follow edits in private channels "
        "(message.groups), and people answer questions with the button, because replies count only with both "
        "history scopes"
    ]


@pytest.mark.parametrize("answer", ["<html>Log in</html>", "[]", "{}", "null"])
def test_a_server_that_answers_oddly(desk: Desk, answer: str) -> None:
    """A proxy's page is no network that is down, and the line says where to look."""
    desk.odd = answer
    odd = [line.partition("slack")[2].strip() for line in lines(desk) if line.startswith("NOT OK")]
    assert (
        odd
        == [
            "the server at SLACK_API_URL doesn't answer like Slack: check that address and any proxy in between"
        ]
        * 2
    )


def test_each_missing_scope_has_its_line(desk: Desk) -> None:
    """The line says what does not work without it."""
    desk.scopes = (
        "app_mentions:read, commands, chat:write,users:read,channels:read,groups:read,im:history,im:write,"
        "reactions:read,channels:history"
    )
    missing = [line for line in lines(desk) if line.startswith("NOT OK")]
    assert [line.split(" is missing")[0].split()[-1] for line in missing] == [
        "reactions:write", "files:write",
    ]  # fmt: skip
    assert "without pictures and files" in missing[1]
    fewer = [line for line in lines(desk, SLACK_MESSAGE_CONTENT="0") if line.startswith("NOT OK")]
    assert len(fewer) == 2


@pytest.mark.parametrize(
    ("method", "error", "sentence"),
    [
        ("auth.test", "invalid_auth", "SLACK_BOT_TOKEN doesn't work (invalid_auth): copy the bot token"),
        (
            "apps.connections.open",
            "missing_scope",
            "SLACK_APP_TOKEN doesn't work (missing_scope): create an app",
        ),
        (
            "oauth.v2.access",
            "bad_client_secret",
            "SLACK_CLIENT_SECRET doesn't work (bad_client_secret): copy",
        ),
    ],
)
def test_a_token_that_does_not_work(desk: Desk, method: str, error: str, sentence: str) -> None:
    """The line says which one, why, and what to do."""
    desk.said[method] = {"ok": False, "error": error}
    one = {} if method == "auth.test" else {"SLACK_BOT_TOKEN": ""}
    many = {"SLACK_CLIENT_ID": "1", "SLACK_CLIENT_SECRET": "very-secret", "AHABOT_SECRET_KEYS": KEY}
    said = lines(desk, **(one and {**one, **many}))
    assert len([line for line in said if line.startswith("NOT OK") and sentence in line]) == 1


def test_many_workspaces_without_keys(desk: Desk) -> None:
    """The line names it, because the bot would not start."""
    said = lines(desk, SLACK_BOT_TOKEN="", SLACK_CLIENT_ID="1", SLACK_CLIENT_SECRET="2")
    assert next(line for line in said if line.startswith("NOT OK")).split()[3] == "AHABOT_SECRET_KEYS"
    assert any("SLACK_CLIENT_SECRET match" in line for line in said)


MANY = {
    "SLACK_BOT_TOKEN": "", "SLACK_CLIENT_ID": "1", "SLACK_CLIENT_SECRET": "2", "AHABOT_SECRET_KEYS": KEY,
}  # fmt: skip


@pytest.fixture
def installed(sqlite_template: Path, tmp_path: Path) -> Callable[..., dict[str, str]]:
    """Return a function that stores installations and returns the variables to find them."""
    shutil.copy(sqlite_template, tmp_path / "ahabot.db")
    url = f"sqlite:///{tmp_path / 'ahabot.db'}"

    def install(*names: str, key: str = KEY, **more: Any) -> dict[str, str]:
        async def put() -> None:
            with closing(open_database(url)) as database:
                for name in names:
                    token = Encryption([key]).encrypt("very-secret-" + name.replace(chr(27), ""))
                    row = Installation(
                        platform="slack", workspace=f"T-{name}", token=token,
                        installed_at=NOW, **more,
                    )  # fmt: skip
                    await database.write(partial(installations.save_installation, given=row, name=name))

        asyncio.run(put())
        return {**MANY, "DATABASE_URL": url}

    return install


def many(desk: Desk, environ: dict[str, str]) -> list[str]:
    """Return the lines about installed workspaces.

    Only the first of them, with the numbers, and those about optional scopes are fine.
    """
    said = lines(desk, **environ)
    start = next(number for number, line in enumerate(said) if "installed in" in line)
    assert said[start].startswith("ok")
    assert all(line.startswith("NOT OK") != ("optional" in line) for line in said[start + 1 : -1])
    return [line.split(maxsplit=1)[1].split("slack", 1)[1].strip() for line in said[start:-1]]


def test_each_workspace_that_installed_us(desk: Desk, installed: Callable[..., dict[str, str]]) -> None:
    """Each one with a problem is named with what it lacks. The others are counted."""
    environ = installed("Lantern", "Harbour", "Meadow", "Li\x1bme")
    desk.gone["very-secret-Harbour"] = "token_revoked"
    desk.of_token["very-secret-Meadow"] = ALL.replace("files:write,", "")
    desk.of_token["very-secret-Lime"] = ALL.replace("files:write,", "").replace("im:write,", "")
    desk.gone["very-secret-Lime"] = "account_inactive"
    assert many(desk, environ) == [
        "installed in 4 workspaces, 1 fine",
        "Harbour: the token doesn't work (token_revoked): install the app again",
        "Meadow: the scope files:write is missing, so its posts come without pictures and files: add it and install "
        "the app again",
        "Lime: the token doesn't work (account_inactive): install the app again",
    ]


def test_workspaces_that_left_the_history_out(desk: Desk, installed: Callable[..., dict[str, str]]) -> None:
    """They are fine, and named with what is different there."""
    environ = installed("Lantern", "Harbour", "Meadow")
    for name in ("Harbour", "Meadow"):
        desk.of_token[f"very-secret-{name}"] = ALL.replace(",channels:history", "")
    summary, told = many(desk, environ)
    assert summary == "installed in 3 workspaces, all fine"
    assert told.startswith(
        "Harbour, Meadow: the optional scope channels:history isn't granted, so it doesn't"
    )


def test_hundreds_of_workspaces(desk: Desk, installed: Callable[..., dict[str, str]]) -> None:
    """One line has what they all lack, and only a few are checked at a time."""
    environ = installed(*(f"n{number}" for number in range(300)))
    assert many(desk, environ) == ["installed in 300 workspaces, all fine"]
    desk.scopes = ALL.replace("files:write,", "")
    summary, lack = many(desk, environ)
    assert summary == "installed in 300 workspaces, 0 fine"
    assert lack.startswith("n0, n1, n2, n3, n4 and 295 more: the scope files:write is missing")
    assert desk.most <= 8


def test_a_token_that_is_renewed_when_it_is_used(
    desk: Desk, installed: Callable[..., dict[str, str]]
) -> None:
    """A check does not use its refresh token. A token that no key decrypts is named."""
    environ = installed("Lantern", refresh_token=Encryption([KEY]).encrypt("r"))
    installed("Harbour", key=OTHER_KEY)
    desk.gone["very-secret-Lantern"] = "token_expired"
    assert many(desk, environ) == [
        "installed in 2 workspaces, 1 fine",
        "Harbour: can't read the stored token: put the key that encrypted it back into AHABOT_SECRET_KEYS",
    ]


def test_nobody_installed_it_yet(desk: Desk, tmp_path: Path) -> None:
    """This holds with a database and without one."""
    said = lines(desk, **MANY, DATABASE_URL=f"sqlite:///{tmp_path / 'none.db'}")
    assert any("nobody has installed the app yet" in line for line in said)
    assert not (tmp_path / "none.db").exists()


def test_one_workspace_and_many(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Both at once give one sentence, on the command line too, and the bot does not start."""
    monkeypatch.chdir(tmp_path)
    for name, value in {**MANY, "SLACK_BOT_TOKEN": SECRET, "SLACK_SIGNING_SECRET": "s"}.items():
        monkeypatch.setenv(name, value)
    assert main(["check"]) == 1
    shown = capsys.readouterr()
    assert "Remove SLACK_BOT_TOKEN so that people can install the app at /slack/install" in shown.out
    assert main(["run"]) == 2
    assert "Remove SLACK_BOT_TOKEN" in capsys.readouterr().err


def test_http(desk: Desk) -> None:
    """Signed requests cannot be tested, so the line names the address."""
    assert any(
        "POST /slack/events" in line for line in lines(desk, SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET="s")
    )


def test_on_the_command_line(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """It is printed beside all other checks. The exit code is 1 if something is missing."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SLACK_API_URL", desk.url)
    monkeypatch.setenv("SLACK_BOT_TOKEN", SECRET)
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-very-secret")
    assert main(["check"]) == 0
    assert "SLACK_BOT_TOKEN works" in capsys.readouterr().out
    desk.scopes = "commands"
    assert main(["check"]) == 1
    assert "very-secret" not in capsys.readouterr().out


def test_no_secret_in_the_log(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Slack's library would log what it sends, including the client secret."""
    caplog.set_level(logging.DEBUG)
    lines(desk, SLACK_BOT_TOKEN="", SLACK_CLIENT_ID="1.2", SLACK_CLIENT_SECRET="very-secret")
    assert "very-secret" not in caplog.text


def test_slack_is_away() -> None:
    """There is one line for each thing that was checked."""
    said = lines(Desk("http://127.0.0.1:1/api/"))
    assert sum("can't reach Slack" in line for line in said) == 2


def test_no_slack_no_lines() -> None:
    """Incomplete settings are reported with the platforms."""
    assert check_platform({}, COMMANDS) == []
    assert check_platform({"SLACK_BOT_TOKEN": SECRET}, COMMANDS) == []
