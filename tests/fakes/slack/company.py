"""A fake of Slack's installation API: `oauth.v2.access` for codes and refresh tokens, and `auth.test`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiohttp import ClientSession, CookieJar, web
from aiohttp.test_utils import TestClient, TestServer
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.installation.install import Install
from adapters.slack.installation.oauth import Secrets
from adapters.slack.installation.tokens import Tokens
from bot.encryption import Encryption
from bot.runtime.bot import Bot

SECRETS = Secrets("client-1", "app-secret-1")
KEY = "3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
OTHER_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


@dataclass
class Company:
    """The server for tokens. `codes` and `refresh` map each code and refresh token to its response."""

    codes: dict[str, dict[str, Any]] = field(default_factory=dict)
    refresh: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    answer: dict[str, Any] | None = None
    """The response to every `oauth.v2.access` request, while it is set."""
    broken: bool = False
    """Whether the server closes the connection without a response."""
    url: str = ""

    async def access(self, request: web.Request) -> web.Response:
        """Handle `oauth.v2.access` for codes and refresh tokens. Each can be used once."""
        given = await request.post()
        self.asked.append(str(given.get("grant_type", "code")))
        if self.broken:
            assert request.transport is not None
            request.transport.close()
        if self.answer is not None:
            return web.json_response(self.answer)
        if given.get("client_secret") != SECRETS.client_secret:
            return web.json_response({"ok": False, "error": "bad_client_secret"})
        if given.get("grant_type") == "refresh_token":
            found = self.refresh.pop(str(given.get("refresh_token")), None)
            return web.json_response(found or {"ok": False, "error": "invalid_refresh_token"})
        found = self.codes.pop(str(given.get("code")), None)
        return web.json_response(found or {"ok": False, "error": "invalid_code"})

    async def test(self, request: web.Request) -> web.Response:
        """Handle `auth.test`."""
        self.asked.append("auth.test")
        return web.json_response({"ok": True, "bot_id": "B1", "user_id": "U-bot", "team_id": "T1"})


def installed(team: str = "T1", **more: Any) -> dict[str, Any]:
    """Return the response to a code, for one workspace."""
    return {
        "ok": True, "access_token": f"xoxb-{team}", "token_type": "bot", "scope": "commands,chat:write",
        "bot_user_id": "U-bot", "app_id": "A1", "team": {"id": team, "name": f"Team <{team}>"},
        "enterprise": None, "is_enterprise_install": False, "authed_user": {"id": "U-ana"}, **more,
    }  # fmt: skip


def for_all(organisation: str = "E1", **more: Any) -> dict[str, Any]:
    """Return the response to a code for a whole organisation, which has no team."""
    of_it = {"team": None, "enterprise": {"id": organisation, "name": "Acme"}, "is_enterprise_install": True}
    return installed(access_token=f"xoxb-{organisation}", **of_it | more)


@asynccontextmanager
async def company() -> AsyncIterator[Company]:
    """Serve the API on loopback."""
    slack = Company()
    app = web.Application()
    app.add_routes([web.post("/api/oauth.v2.access", slack.access), web.post("/api/auth.test", slack.test)])
    async with TestServer(app) as server:
        slack.url = str(server.make_url("/api/"))
        yield slack


@asynccontextmanager
async def many(slack: Company, bot: Bot, *keys: str) -> AsyncIterator[Tokens]:
    """Start `Tokens` for many workspaces, encrypted with these keys."""
    async with ClientSession() as session:
        client = AsyncWebClient(base_url=slack.url, session=session, retry_handlers=[])
        tokens = Tokens(lambda: client, encryption=Encryption(keys or (KEY,)), secrets=SECRETS)
        await tokens.start(bot)
        yield tokens


@dataclass
class Browser:
    """A person's browser, with its own cookies."""

    client: TestClient[Any, Any]

    async def begins(self) -> str:
        """Open the install page and return the `state` that is sent to Slack."""
        answer = await self.client.get("/slack/install", allow_redirects=False)
        assert answer.status == 302
        return parse_qs(urlsplit(answer.headers["Location"]).query)["state"][0]

    async def comes_back(self, **query: str) -> tuple[int, str]:
        """Open the redirect page and return its status and text."""
        answer = await self.client.get("/slack/oauth_redirect", params=query)
        return answer.status, await answer.text()

    async def installs(self, code: str) -> tuple[int, str]:
        """Open both pages with this code, and return the second one's status and text."""
        return await self.comes_back(state=await self.begins(), code=code)


@asynccontextmanager
async def browsers(tokens: Tokens) -> AsyncIterator[tuple[Browser, Browser]]:
    """Open two browsers on our installation pages."""
    app = web.Application()
    app.add_routes(Install(tokens, SECRETS, ("commands", "chat:write")).page_routes())
    async with TestServer(app) as server:
        one: TestClient[Any, Any] = TestClient(server, cookie_jar=CookieJar(unsafe=True))
        two: TestClient[Any, Any] = TestClient(server, cookie_jar=CookieJar(unsafe=True))
        async with one, two:
            yield Browser(one), Browser(two)
