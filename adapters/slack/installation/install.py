"""The browser installation: `/slack/install` redirects to Slack, `/slack/oauth_redirect` returns.

Opening a link changes nothing by itself, and nothing is stored before a valid return. A return
counts only with the state and the cookie of the browser that began, once, within ten minutes.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from secrets import token_urlsafe
from urllib.parse import urlencode

from aiohttp import ClientError, web
from slack_sdk.errors import SlackApiError

from adapters.language import browser_language
from adapters.slack.installation import oauth, pages
from adapters.slack.installation.oauth import Secrets
from adapters.slack.installation.state import StateSigner, hash_text
from adapters.slack.installation.tokens import Tokens
from bot.core.language.database_errors import explain_database_error
from bot.core.language.words import _, speaking
from storage.engine.errors import StoreError
from storage.teams import installations

log = logging.getLogger(__name__)

INSTALL = "/slack/install"
REDIRECT = "/slack/oauth_redirect"
COOKIE_NAME = "ahabot-install"
STATE_LIFETIME = timedelta(minutes=10)
"""How long a started installation can be finished."""
STALE_CODE_ERRORS = {"invalid_code", "code_already_used", "bad_redirect_uri"}
"""Slack's error codes for a code that is too old, used or not valid."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Install:
    """The two installation pages, for the adapter's `routes`."""

    def __init__(self, tokens: Tokens, secrets: Secrets, scopes: Sequence[str]) -> None:
        self.tokens = tokens
        self.secrets = secrets
        self.scopes = scopes
        self.signer = StateSigner(secrets.client_secret, STATE_LIFETIME)

    def page_routes(self) -> Sequence[web.RouteDef]:
        """Return the routes of the two pages, which people open in a browser.

        They take no HEAD, which programs send to look at a link.
        """
        return [
            web.get(INSTALL, _in_browser_language(self.begin_install), allow_head=False),
            web.get(REDIRECT, _in_browser_language(self.finish_install), allow_head=False),
        ]

    async def begin_install(self, request: web.Request) -> web.StreamResponse:
        """Redirect to Slack with a new state, and set the cookie that belongs to it.

        Return a 503 page before the bot has started.
        """
        browser = token_urlsafe(32)
        try:
            state = self.signer.make_state(browser, self.tokens.bot.clock())
        except StoreError as error:
            return pages.build_page(503, _("Not right now"), explain_database_error(error))
        answer = web.Response(status=302, headers={"Location": self._authorize_url(state), **pages.HEADERS})
        answer.set_cookie(
            COOKIE_NAME, browser, max_age=int(STATE_LIFETIME.total_seconds()), path="/slack/", httponly=True,
            secure=_is_https(request), samesite="Lax",
        )  # fmt: skip
        return answer

    async def finish_install(self, request: web.Request) -> web.StreamResponse:
        """Handle the return from Slack, with a code or with an error.

        Return a page that says how it went: 200, 400, 502 or 503.
        """
        if "error" in request.query:
            return pages.build_page(200, _("Nothing was installed"), _("You can close this page."))
        try:
            return await self._complete_install(request)
        except StoreError as error:
            sentence = f"{explain_database_error(error)} " + _("Nothing was installed.")
            return pages.build_page(503, _("Not right now"), sentence, again=INSTALL)
        except SlackApiError as error:
            return _refusal_page(oauth.error_code(error))
        except (ClientError, OSError, TimeoutError, KeyError, TypeError, ValueError) as error:
            log.warning("Slack gave no usable answer to an installation: %s", type(error).__name__)
            sentence = _("Slack gave an unexpected answer. Try again in a moment.")
            return pages.build_page(502, _("Not installed"), sentence, again=INSTALL)

    async def _complete_install(self, request: web.Request) -> web.Response:
        code, bot = request.query.get("code", ""), self.tokens.bot
        ours = code and await self._redeem_state(
            request.query.get("state", ""), request.cookies.get(COOKIE_NAME, "")
        )
        if not ours:
            sentence = _("This link has expired, was already used, or was started in another browser.")
            return pages.build_page(400, _("Not installed"), sentence, again=INSTALL)
        grant = oauth.parse_grant(
            await oauth.exchange_code(self.tokens.client(), self.secrets, code), bot.clock()
        )
        await self.tokens.save_installation(grant, await self._fetch_bot_id(grant.fresh.token))
        log.info("installed in %s", grant.workspace or grant.organisation)
        return _welcome_page(grant.name)

    async def _redeem_state(self, state: str, browser: str) -> bool:
        """Return whether the state is valid and comes back for the first time, and store that it did.

        An invalid one is found without the database.
        """
        bot = self.tokens.bot
        now = bot.clock()
        expires_at = self.signer.verify_state(state, browser, now)
        if expires_at is None:
            return False
        hashes = hash_text(state), hash_text(browser)
        return await bot.database.write(
            lambda session: installations.redeem_state(session, *hashes, expires_at, now), 2
        )

    async def _fetch_bot_id(self, token: str) -> str:
        """Return the bot ID that the bot's own messages carry, or an empty string on failure.

        It is fetched once. A failure does not stop the installation.
        """
        try:
            return str((await self.tokens.client().auth_test(token=token)).get("bot_id") or "")
        except (SlackApiError, ClientError, OSError, TimeoutError):
            return ""

    def _authorize_url(self, state: str) -> str:
        """Return the URL of Slack's consent page, on the same host as the API."""
        base = self.tokens.client().base_url.removesuffix("/").removesuffix("/api")
        asked = {"client_id": self.secrets.client_id, "scope": ",".join(self.scopes), "state": state}
        return f"{base}/oauth/v2/authorize?{urlencode(asked)}"


def _in_browser_language(handler: Handler) -> Handler:
    async def speaking_handler(request: web.Request) -> web.StreamResponse:
        with speaking(browser_language(request.headers.get("Accept-Language", ""))):
            return await handler(request)

    return speaking_handler


def _welcome_page(name: str) -> web.Response:
    there = _("Ahabot is now in {workspace}.", workspace=name) if name else _("Ahabot is now installed.")
    next_step = _("In Slack, open your team's channel and type /invite @Ahabot.")
    closing = _("You can close this page.")
    return pages.build_page(200, _("Done"), f"{there} {next_step} {closing}")


def _refusal_page(error: str) -> web.Response:
    if error in STALE_CODE_ERRORS:
        return pages.build_page(
            400, _("Not installed"), _("That took too long, or was already done."), again=INSTALL
        )
    log.warning("Slack refused an installation: %s", error)
    sentence = _(
        "Slack refused it ({error}). The people who run Ahabot can find out more with `ahabot check`.",
        error=error,
    )
    return pages.build_page(502, _("Not installed"), sentence, again=INSTALL)


def _is_https(request: web.Request) -> bool:
    """Return whether the browser used HTTPS, also behind proxies (`X-Forwarded-Proto`).

    Each proxy adds its own to the list. The first is the browser's.
    """
    first, _, _ = request.headers.get("X-Forwarded-Proto", request.scheme).partition(",")
    return first.strip().lower() == "https"
