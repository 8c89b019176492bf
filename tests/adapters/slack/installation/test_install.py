"""Tests of installing in a browser: once, in the browser that started it, with one sentence per error."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha256
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from adapters.slack.installation.oauth import Secrets
from adapters.slack.installation.state import StateSigner
from adapters.slack.installation.tokens import Tokens
from bot.runtime.bot import Bot
from storage.models import Installation, InstallAttempt
from storage.teams import installations
from tests.fakes.slack.company import Browser, Company, browsers, company, for_all, installed, many
from tests.support.databases import Clock


@pytest.fixture
async def slack() -> AsyncIterator[Company]:
    async with company() as slack:
        yield slack


@pytest.fixture
async def tokens(slack: Company, bot: Bot) -> AsyncIterator[Tokens]:
    async with many(slack, bot) as tokens:
        yield tokens


@pytest.fixture
async def two(tokens: Tokens) -> AsyncIterator[tuple[Browser, Browser]]:
    async with browsers(tokens) as two:
        yield two


@pytest.fixture
def browser(two: tuple[Browser, Browser]) -> Browser:
    return two[0]


async def everyone(bot: Bot) -> list[Installation]:
    """Return all installations."""
    return list(await bot.database.read(lambda session: installations.list_installations(session, "slack")))


def attempts(bot: Bot) -> list[tuple[str, str]]:
    """Return the states that came back, and the browsers, as they are stored."""
    rows = bot.database.read_now(lambda session: session.execute(select(InstallAttempt)).scalars().all())
    return [(row.state, row.browser) for row in rows]


def count_writes(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows with each use of the database."""
    used: list[str] = []
    for name in ("write", "read"):
        real = getattr(bot.database, name)

        async def watched(*args: Any, name: str = name, real: Any = real, **kw: Any) -> Any:
            used.append(name)
            return await real(*args, **kw)

        monkeypatch.setattr(bot.database, name, watched)
    return used


async def test_somebody_installs(slack: Company, bot: Bot, tokens: Tokens, browser: Browser) -> None:
    """The last page shows the workspace's name, escaped, and the token works at once."""
    slack.codes["c1"] = installed()
    status, page = await browser.installs("c1")
    assert status == 200
    assert "Ahabot is now in Team &lt;T1&gt;" in page
    assert "/invite @Ahabot" in page
    assert await tokens.find_token("T1") == "xoxb-T1"
    (one,) = await everyone(bot)
    assert (one.bot_person, one.bot_id, one.scopes, one.installed_by) == (
        "U-bot", "B1", "commands,chat:write", "U-ana",
    )  # fmt: skip
    assert "xoxb" not in one.token


async def test_the_way_to_slack(slack: Company, browser: Browser) -> None:
    """The URL has app, scopes and state, on the configured server. The cookie is for this browser only."""
    answer = await browser.client.get("/slack/install", allow_redirects=False)
    there = answer.headers["Location"]
    assert there.startswith(slack.url.replace("/api/", "/oauth/v2/authorize?client_id=client-1&scope="))
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


@pytest.mark.parametrize(
    ("proto", "secure"),
    [("https", True), ("https, http", True), ("HTTPS", True), (" Https ,http", True), ("http", False),
     ("http, https", False), ("", False), ("httpsx", False)],
)  # fmt: skip
async def test_the_cookie_behind_proxies(browser: Browser, proto: str, secure: bool) -> None:
    """It is sent over HTTPS alone where the browser used HTTPS, whatever the proxies use among themselves."""
    answer = await browser.client.get(
        "/slack/install", allow_redirects=False, headers={"X-Forwarded-Proto": proto}
    )
    assert ("Secure" in answer.headers["Set-Cookie"]) is secure


async def test_opening_the_page_writes_nothing(
    slack: Company, bot: Bot, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred times, it is neither written nor read. Only the return is, once."""
    slack.codes["c1"] = installed()
    written = count_writes(bot, monkeypatch)
    for _ in range(100):
        await browser.begins()
    assert (written, attempts(bot)) == ([], [])
    assert (await browser.installs("c1"))[0] == 200
    assert len(attempts(bot)) == 1


async def test_what_is_stored_of_a_return_goes_after_ten_minutes(
    slack: Company, bot: Bot, browser: Browser, clock: Clock
) -> None:
    """Every return removes those that have expired, and stores hashes alone."""
    slack.codes |= {f"c{number}": installed() for number in range(4)}
    for number in range(3):
        assert (await browser.installs(f"c{number}"))[0] == 200
    assert len(attempts(bot)) == 3
    clock.forward(minutes=11)
    state = await browser.begins()
    assert (await browser.comes_back(state=state, code="c3"))[0] == 200
    [(stored, _)] = attempts(bot)
    assert stored == sha256(state.encode()).hexdigest()


async def test_a_forged_state(
    slack: Company, bot: Bot, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is refused, whichever part was changed, and the database is not asked."""
    slack.codes["c1"] = installed()
    nonce, expires_at, signature = (await browser.begins()).split(".")
    [cookie] = [each.value for each in browser.client.session.cookie_jar if each.key == "ahabot-install"]
    anothers = StateSigner("another secret", timedelta(minutes=10)).make_state(cookie, bot.clock())
    written = count_writes(bot, monkeypatch)
    for state in (
        anothers,
        f"{nonce}.{int(expires_at) + 1}.{signature}",
        f"{nonce}x.{expires_at}.{signature}",
        f"{nonce}.{expires_at}.{signature.upper()}",
        f"{nonce}.{expires_at}.",
        f"{nonce}.{expires_at}",
        f"..{signature}",
        f"{nonce}.never.{signature}",
        f"{nonce}.{expires_at}.é",
        "x" * 5_000,
        "",
    ):
        assert (await browser.comes_back(state=state, code="c1"))[0] == 400
    assert (written, attempts(bot), list(slack.codes)) == ([], [], ["c1"])
    assert (await browser.comes_back(state=f"{nonce}.{expires_at}.{signature}", code="c1"))[0] == 200


async def test_head_redeems_nothing(slack: Company, bot: Bot, browser: Browser) -> None:
    """A program that looks at the link before the person does leaves it as it was."""
    slack.codes["c1"] = installed()
    state = await browser.begins()
    for path in (f"/slack/oauth_redirect?state={state}&code=c1", "/slack/install"):
        assert (await browser.client.head(path, allow_redirects=False)).status == 405
    assert attempts(bot) == []
    assert (await browser.comes_back(state=state, code="c1"))[0] == 200


async def test_two_processes(slack: Company, tokens: Tokens, bot: Bot, browser: Browser) -> None:
    """A state that one has made counts in the other, and in both together once."""
    slack.codes |= {"c1": installed(), "c2": installed("T2")}
    async with many(slack, bot) as others, browsers(others) as (other, _):
        state = await browser.begins()
        other.client.session.cookie_jar.update_cookies(
            {each.key: each.value for each in browser.client.session.cookie_jar}, other.client.make_url("/")
        )
        answers = await asyncio.gather(
            browser.comes_back(state=state, code="c1"), other.comes_back(state=state, code="c2")
        )
    assert sorted(status for status, _ in answers) == [200, 400]
    assert len(await everyone(bot)) == 1


async def test_a_link_works_once(slack: Company, browser: Browser) -> None:
    """The same callback again, as from a browser's history, installs nothing."""
    slack.codes |= {"c1": installed(), "c2": installed("T2")}
    state = await browser.begins()
    assert (await browser.comes_back(state=state, code="c1"))[0] == 200
    status, page = await browser.comes_back(state=state, code="c2")
    assert status == 400
    assert "already used" in page
    assert "c2" in slack.codes


async def test_another_browser_cannot_go_on(slack: Company, two: tuple[Browser, Browser]) -> None:
    """It fails without a cookie and with its own. The first browser still can."""
    ana, ben = two
    slack.codes["c1"] = installed()
    state = await ana.begins()
    assert (await ben.comes_back(state=state, code="c1"))[0] == 400
    await ben.begins()
    assert (await ben.comes_back(state=state, code="c1"))[0] == 400
    assert (await ana.comes_back(state=state, code="c1"))[0] == 200


async def test_ten_minutes(slack: Company, browser: Browser, clock: Clock) -> None:
    """After that one has to start again."""
    slack.codes["c1"] = installed()
    state = await browser.begins()
    clock.forward(minutes=10)
    status, page = await browser.comes_back(state=state, code="c1")
    assert status == 400
    assert 'href="/slack/install"' in page


@pytest.mark.parametrize("query", [{}, {"state": "x"}, {"code": "x"}, {"state": "\udcff", "code": ""}])
async def test_junk(browser: Browser, query: dict[str, str]) -> None:
    """It gets a sentence and installs nothing."""
    clean = {name: value.encode(errors="replace").decode() for name, value in query.items()}
    assert (await browser.comes_back(**clean))[0] == 400


async def test_somebody_says_no(browser: Browser) -> None:
    """The person declines on Slack's page."""
    status, page = await browser.comes_back(error="access_denied", state=await browser.begins())
    assert status == 200
    assert "Nothing was installed" in page


@pytest.mark.parametrize(
    ("answer", "status", "sentence"),
    [
        ({"ok": False, "error": "invalid_code"}, 400, "took too long"),
        ({"ok": False, "error": "bad_client_secret"}, 502, "Slack refused it (bad_client_secret)"),
        ({"ok": True}, 502, "gave an unexpected answer"),
        ({"ok": True, "team": None, "access_token": "x"}, 502, "gave an unexpected answer"),
    ],
)
async def test_what_slack_may_say(
    slack: Company, bot: Bot, browser: Browser, answer: dict[str, Any], status: int, sentence: str
) -> None:
    """Each error is a sentence, and nothing is stored."""
    slack.answer = answer
    got, page = await browser.installs("c1")
    assert (got, await everyone(bot)) == (status, [])
    assert sentence in page


async def test_slack_hangs_up(slack: Company, browser: Browser) -> None:
    """A missing response is a sentence too."""
    slack.broken = True
    status, page = await browser.installs("c1")
    assert status == 502
    assert "Try again" in page


async def test_the_database_is_away(
    slack: Company, bot: Bot, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The code is not exchanged if the result could not be stored, so it stays valid."""
    from storage.engine.errors import StoreError

    slack.codes["c1"] = installed()
    state = await browser.begins()

    async def away(*_: Any, **__: Any) -> None:
        raise StoreError("The database can't be reached.")

    monkeypatch.setattr(bot.database, "write", away)
    status, page = await browser.comes_back(state=state, code="c1")
    assert status == 503
    assert "The database can't be reached. Nothing was installed." in unescape(page)
    assert "c1" in slack.codes
    monkeypatch.undo()
    assert (await browser.comes_back(state=state, code="c1"))[0] == 200


async def test_installed_again(slack: Company, bot: Bot, tokens: Tokens, browser: Browser) -> None:
    """The new token counts, and there is still one row."""
    slack.codes |= {"c1": installed(), "c2": installed(access_token="xoxb-new", scope="commands")}
    await browser.installs("c1")
    await browser.installs("c2")
    assert await tokens.find_token("T1") == "xoxb-new"
    assert [one.scopes for one in await everyone(bot)] == ["commands"]


async def test_a_whole_organisation(slack: Company, bot: Bot, tokens: Tokens, browser: Browser) -> None:
    """It has no team. A workspace's own installation exists beside it and comes first."""
    slack.codes |= {
        "c1": for_all(),
        "c2": installed("T2", enterprise={"id": "E1", "name": "Acme"}),
    }
    assert "Ahabot is now in Acme" in (await browser.installs("c1"))[1]
    await browser.installs("c2")
    assert [(one.organisation, one.workspace) for one in await everyone(bot)] == [("E1", ""), ("E1", "T2")]
    assert await tokens.find_token("T2") == "xoxb-T2"
    assert await tokens.find_token("E1") == "xoxb-E1"
    assert await tokens.find_token("T3") is None


def test_nothing_shows_a_secret() -> None:
    """Logs may contain the repr of any object."""
    assert "secret" not in repr(Secrets("id", "secret"))
