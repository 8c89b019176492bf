"""Installing in a browser: `/slack/install` leads to Slack, and from there people come to the other page.

A link that is merely opened changes nothing: what comes back counts only with the state and the cookie of the
very browser that began, once, within ten minutes.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe
from urllib.parse import urlencode

from aiohttp import ClientError, web
from slack_sdk.errors import SlackApiError

from adapters.slack.installation import oauth, pages
from adapters.slack.installation.oauth import Secrets
from adapters.slack.installation.tokens import Tokens
from storage.engine.errors import StoreError
from storage.teams import installations

log = logging.getLogger(__name__)

INSTALL = "/slack/install"
REDIRECT = "/slack/oauth_redirect"
COOKIE = "ahabot-install"
LASTS = timedelta(minutes=10)
STALE = {"invalid_code", "code_already_used", "bad_redirect_uri"}


class Install:
    """The two pages, for the adapter's `routes`."""

    def __init__(self, tokens: Tokens, secrets: Secrets, scopes: Sequence[str]) -> None:
        self.tokens = tokens
        self.secrets = secrets
        self.scopes = scopes

    def routes(self) -> Sequence[web.RouteDef]:
        """Both are opened by people."""
        return [web.get(INSTALL, self.begin), web.get(REDIRECT, self.finish)]

    async def begin(self, request: web.Request) -> web.StreamResponse:
        """Off to Slack, with a state that only this browser can bring back."""
        state, browser = token_urlsafe(32), token_urlsafe(32)
        try:
            bot = self.tokens.bot
            now = bot.clock()
            await bot.database.write(
                lambda session: installations.begin(session, _hash(state), _hash(browser), now, LASTS), 2
            )
        except StoreError as error:
            return pages.page(503, "Not just now", str(error))
        answer = web.Response(status=302, headers={"Location": self._slack(state), **pages.HEADERS})
        answer.set_cookie(
            COOKIE, browser, max_age=int(LASTS.total_seconds()), path="/slack/", httponly=True,
            secure=_is_https(request), samesite="Lax",
        )  # fmt: skip
        return answer

    async def finish(self, request: web.Request) -> web.StreamResponse:
        """What Slack sends people back with: a code, or a word on why not."""
        if "error" in request.query:
            return pages.page(200, "Nothing was installed", "You can close this page.")
        try:
            return await self._install(request)
        except StoreError as error:
            return pages.page(503, "Not just now", f"{error} Nothing was installed.", again=INSTALL)
        except SlackApiError as error:
            return _refused(oauth.error_of(error))
        except (ClientError, OSError, TimeoutError, KeyError, TypeError, ValueError) as error:
            log.warning("an installation found no good answer: %s", type(error).__name__)
            sentence = "Slack did not answer as it should. Try again in a moment."
            return pages.page(502, "Not installed", sentence, again=INSTALL)

    async def _install(self, request: web.Request) -> web.Response:
        code, bot = request.query.get("code", ""), self.tokens.bot
        state, browser = _hash(request.query.get("state", "")), _hash(request.cookies.get(COOKIE, ""))
        now = bot.clock()
        ours = await bot.database.write(lambda session: installations.redeem(session, state, browser, now), 2)
        if not ours or not code:
            sentence = "This link was used before, is too old, or was begun in another browser."
            return pages.page(400, "Not installed", sentence, again=INSTALL)
        grant = oauth.grant(await oauth.exchange(self.tokens.client(), self.secrets, code), bot.clock())
        await self.tokens.keep(grant, await self._bot_id(grant.fresh.token))
        log.info("installed in %s", grant.workspace or grant.organisation)
        return _welcome(grant.name)

    async def _bot_id(self, token: str) -> str:
        """Under which id our own messages come back to us. Asked once; it is no reason not to install."""
        try:
            return str((await self.tokens.client().auth_test(token=token)).get("bot_id") or "")
        except (SlackApiError, ClientError, OSError, TimeoutError):
            return ""

    def _slack(self, state: str) -> str:
        """Slack's page, of the same region as its API."""
        base = self.tokens.client().base_url.removesuffix("/").removesuffix("/api")
        asked = {"client_id": self.secrets.client_id, "scope": ",".join(self.scopes), "state": state}
        return f"{base}/oauth/v2/authorize?{urlencode(asked)}"


def _welcome(name: str) -> web.Response:
    there = f"Ahabot is in {name} now." if name else "Ahabot is installed now."
    next_step = "In Slack, open a channel of your team and write /invite @Ahabot."
    return pages.page(200, "Done", f"{there} {next_step} You can close this page.")


def _refused(error: str) -> web.Response:
    if error in STALE:
        return pages.page(400, "Not installed", "That took too long, or was done before.", again=INSTALL)
    log.warning("Slack refused an installation: %s", error)
    sentence = f"Slack refused it ({error}). Whoever runs Ahabot finds help with `ahabot check`."
    return pages.page(502, "Not installed", sentence, again=INSTALL)


def _hash(secret: str) -> str:
    """What the database knows of a secret."""
    return sha256(secret.encode()).hexdigest()


def _is_https(request: web.Request) -> bool:
    """Whether the person's browser came by https, where a proxy in front of us tells."""
    return request.headers.get("X-Forwarded-Proto", request.scheme) == "https"
