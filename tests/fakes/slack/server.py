"""A fake Slack on loopback: its Web API over real sockets, and its event deliveries to an app.

It is as strict as we know the real one to be, checks every payload with `limits`, and fails on demand.
`people` performs people's actions, and `wire` sends them to the app.
"""

from __future__ import annotations

import asyncio
import base64
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import aiohttp
from aiohttp import web

from tests.fakes.slack import events, limits
from tests.fakes.slack.faults import Drops, Faults, strike
from tests.fakes.slack.methods import METHODS, Call
from tests.fakes.slack.parts import Files, ResponseUrl, Token, Triggers
from tests.fakes.slack.wire import EVENT, Answer, Http, Socket, Wire
from tests.fakes.slack.world import BOT_SCOPES, Json, Message, SlackError, View, Workspace

SECRET = "a-signing-secret"
BOT_TOKEN = "xoxb-lantern"
APP_TOKEN = "xapp-1-A0AHABOT-1-lantern"
CLIENT_ID, CLIENT_SECRET = "111.222", "a-client-secret"


@dataclass(frozen=True)
class Done:
    """A call by the app: its method, arguments and error, and its time on the monotonic clock."""

    method: str
    given: Json
    error: str
    at: float


@dataclass
class Slack:
    """The server with all its state."""

    address: str = ""
    workspaces: dict[str, Workspace] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    app_tokens: set[str] = field(default_factory=lambda: {APP_TOKEN})
    codes: dict[str, Json] = field(default_factory=dict)
    """The response to each OAuth code, which can be exchanged once."""
    faults: Faults = field(default_factory=Faults)
    triggers: Triggers = field(default_factory=Triggers)
    files: Files = field(default_factory=Files)
    urls: dict[str, ResponseUrl] = field(default_factory=dict)
    calls: list[Done] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """The problems of all payloads. A test that ends with any of them fails."""
    socket: Socket = field(default_factory=Socket)
    wire: Wire | None = None
    waits: tuple[float, ...] = (0.05, 0.2, 0.4)
    """Seconds until an unacknowledged event is sent again. On the real Slack: at once, 60, 300."""
    subscribed: frozenset[str] = events.ALL
    delivered: list[tuple[Json, Answer, int]] = field(default_factory=list)
    """Every delivery of an event: its payload, the response, and the number of the attempt from 0."""
    names_scopes: bool = True
    """Whether each response names the scopes of its token."""
    behind: Callable[[str, Json, str], Awaitable[Json]] | None = None
    """Another server that answers API calls instead of this one: method, arguments, token -> the response."""
    tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Add one workspace with the app in it."""
        here = Workspace()
        self.workspaces[here.team] = here
        self.tokens[BOT_TOKEN] = Token(here.team)

    @property
    def home(self) -> Workspace:
        """The first workspace."""
        return next(iter(self.workspaces.values()))

    @property
    def api(self) -> str:
        """The value of SLACK_API_URL."""
        return f"{self.address}/api/"

    def over_http(self, url: str, session: aiohttp.ClientSession, secret: str = SECRET) -> Http:
        """Send events and interactions to the app as HTTP requests to this URL."""
        self.wire = http = Http(url, secret, session)
        return http

    def over_socket(self) -> Socket:
        """Send events and interactions to the app over Socket Mode."""
        self.wire = self.socket
        return self.socket

    def called(self, method: str) -> list[Done]:
        """Return the calls of one method."""
        return [done for done in self.calls if done.method == method]

    # Changes in a workspace, and their events

    def stands(self, here: Workspace, message: Message) -> None:
        """Store a message for everyone and send its event, and the one of the bot's name where it has that."""
        here.messages.append(message)
        self.tell(here, events.said(here, message))
        if f"<@{here.bot}>" in message.text and not here.channels[message.channel].of_two:
            self.tell(here, events.mentioned(here, message))

    def changed(self, here: Workspace, message: Message, before: Json) -> None:
        """Send the event of a changed message."""
        self.tell(here, events.changed(here, message, before))

    def reacted(self, here: Workspace, message: Message, user: str, name: str, on: bool) -> None:
        """Add a person's emoji to a message or remove it, and send the event."""
        users = message.reactions.setdefault(name, [])
        (users.append if on else users.remove)(user)
        if not users:
            del message.reactions[name]
        self.tell(here, events.reaction(message, user, name, on))

    def opened(self, here: Workspace, user: str, body: Json, over: View | None = None) -> View:
        """Open a modal for a person and return it.

        Without `over` it replaces the person's open modals.
        """
        if over is None:
            for view in here.views.values():
                view.open = view.open and view.user != user
        view = View(f"V0{next(here.numbers):06}", user, body, hash=secrets.token_hex(4))
        view.root, view.previous = (over.root, over.id) if over else (view.id, "")
        here.views[view.id] = view
        return view

    def url_for(self, here: Workspace, channel: str, user: str, on: Message | None = None) -> str:
        """Return a new response_url."""
        key = secrets.token_hex(8)
        self.urls[key] = ResponseUrl(here, channel, user, on)
        return f"{self.address}/response/{key}"

    def tell(self, here: Workspace, event: Json) -> None:
        """Send an event in the background when the app is subscribed to it and a member of the channel."""
        wanted = events.is_wanted(event, self.subscribed) and events.is_permitted(event, self._granted(here))
        if self.wire and wanted and events.hears(here, event):
            self.spawn(self.deliver(events.wrapped(here, event)))

    def _granted(self, here: Workspace) -> frozenset[str]:
        """Return the scopes of the newest installation in a workspace, or all where there is none."""
        ours = [
            token.scopes
            for token in self.tokens.values()
            if token.workspace == here.team or (token.enterprise and token.enterprise == here.enterprise)
        ]
        return ours[-1] if ours else BOT_SCOPES

    async def deliver(self, payload: Json, attempts: int | None = None) -> Answer:
        """Send an event, at most `attempts` times until it is acknowledged, and return the last response."""
        assert self.wire is not None
        answer, reason = Answer(0), ""
        for attempt in range(len(self.waits) + 1 if attempts is None else attempts):
            if attempt:
                await asyncio.sleep(self.waits[attempt - 1])
            answer = await self.wire.send(EVENT, payload, attempt, reason)
            self.delivered.append((payload, answer, attempt))
            if answer.ok:
                break
            reason = "http_error" if answer.status else "http_timeout"
        return answer

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run a coroutine as a background task."""
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def quiet(self) -> None:
        """Wait until every event is delivered."""
        while self.tasks:
            await asyncio.gather(*self.tasks)

    async def stop(self) -> None:
        """Cancel all deliveries."""
        tasks = list(self.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # Requests from the app

    async def call(self, request: web.Request) -> web.StreamResponse:
        """Handle a call of an API method."""
        method, given = request.match_info["method"], await _arguments(request)
        fault, error = self.faults.take(method), ""
        try:
            if (
                fault is not None
                and not fault.after
                and (response := await strike(fault, request)) is not None
            ):
                error = type(fault).__name__
                return response
            if self.behind is not None and method != "apps.connections.open":
                done = await self.behind(method, given, _token(request, given))
                error = str(done.get("error", ""))
                return web.json_response(done)
            done = self._method(method, given, request)
            if fault is not None and fault.after and (response := await strike(fault, request)) is not None:
                error = type(fault).__name__
                return response
            return web.json_response({"ok": True, **done}, headers=self._scopes_header(request, given))
        except SlackError as refused:
            error, headers = refused.error, self._scopes_header(request, given)
            return web.json_response({"ok": False, "error": refused.error, **refused.more}, headers=headers)
        finally:
            self.calls.append(Done(method, given, error, monotonic()))

    def _scopes_header(self, request: web.Request, given: Json) -> dict[str, str]:
        """Return the header that names the scopes of a known token, as every real response has it."""
        known = self.tokens.get(_token(request, given)) if self.names_scopes else None
        return {"x-oauth-scopes": ",".join(sorted(known.scopes))} if known else {}

    def _method(self, method: str, given: Json, request: web.Request) -> Json:
        token = _token(request, given)
        if method == "oauth.v2.access":
            return self._exchange(given, request.headers.get("Authorization", ""))
        if method == "apps.connections.open":
            return self._connections(token)
        if method not in METHODS:
            raise SlackError("unknown_method", req_method=method)
        known = self._known(token)
        do, scope = METHODS[method]
        if scope and scope not in known.scopes:
            raise SlackError("missing_scope", needed=scope, provided=",".join(sorted(known.scopes)))
        return do(Call(self, self._meant(known, given), given, token))

    def _meant(self, known: Token, given: Json) -> Workspace:
        """Return the workspace of a call.

        With an organisation's token it is the workspace that has the channel or the person.
        """
        team = str(given.get("team_id") or known.workspace)
        trigger, _ = self.triggers.given.get(str(given.get("trigger_id")), ("", 0.0))
        people = {str(given.get(name)) for name in ("user", "users", "user_id")} | {trigger}
        for here in self.workspaces.values():
            if not known.enterprise or here.enterprise != known.enterprise:
                continue
            if str(given.get("channel")) in here.channels or people & here.users.keys():
                return here
        return self.workspaces.get(team) or self.workspaces[known.workspace]

    def _known(self, token: str) -> Token:
        if not token:
            raise SlackError("not_authed")
        if token.startswith("xapp-"):
            raise SlackError("not_allowed_token_type")
        if (found := self.tokens.get(token)) is None:
            raise SlackError("invalid_auth")
        if found.workspace in ("token_revoked", "account_inactive"):
            raise SlackError(found.workspace)
        if found.until < monotonic():
            raise SlackError("token_expired")
        return found

    def _connections(self, token: str) -> Json:
        if not token:
            raise SlackError("not_authed")
        if token not in self.app_tokens:
            raise SlackError("invalid_auth" if token.startswith("xapp-") else "not_allowed_token_type")
        address = self.address.replace("http", "ws", 1)
        return {"url": f"{address}/link/?ticket={secrets.token_hex(8)}&app_id={self.home.app}"}

    def _exchange(self, given: Json, authorization: str) -> Json:
        """Handle oauth.v2.access: exchange a code for a token, once, or a refresh token for the next pair."""
        ours = (CLIENT_ID, CLIENT_SECRET)
        if authorization.startswith("Basic "):
            pair = tuple(base64.b64decode(authorization[6:]).decode().split(":", 1))
        else:
            pair = (str(given.get("client_id")), str(given.get("client_secret")))
        if pair != ours:
            raise SlackError("invalid_client_id" if pair[0] != CLIENT_ID else "bad_client_secret")
        if given.get("grant_type") == "refresh_token":
            return self._refresh(str(given.get("refresh_token")))
        granted = self.codes.pop(str(given.get("code")), None)
        if granted is None:
            raise SlackError("invalid_code")
        return granted

    def _refresh(self, refresh: str) -> Json:
        old = next((t for t, known in self.tokens.items() if refresh and known.refresh == refresh), "")
        if not old:
            raise SlackError("invalid_refresh_token")
        known = self.tokens.pop(old)
        return self.grant(self.workspaces[known.workspace], rotates=True, scopes=known.scopes)

    def grant(
        self, here: Workspace, rotates: bool = False, org: bool = False, scopes: frozenset[str] = BOT_SCOPES
    ) -> Json:
        """Create a token for the app in a workspace, and return the response of `oauth.v2.access`."""
        self.workspaces[here.team] = here
        token, refresh = f"xoxb-{secrets.token_hex(8)}", f"xoxe-1-{secrets.token_hex(8)}" if rotates else ""
        self.tokens[token] = Token(here.team, scopes, refresh, here.enterprise if org else "")
        for each in self.workspaces.values():
            each.org_wide = each.org_wide or (org and each.enterprise == here.enterprise)
        enterprise = {"id": here.enterprise, "name": "Org"} if here.enterprise else None
        more: Json = {"refresh_token": refresh, "expires_in": 43200} if rotates else {}
        return {
            "access_token": token, "token_type": "bot", "scope": ",".join(sorted(scopes)), "app_id": here.app,
            "bot_user_id": here.bot, "team": None if org else {"id": here.team, "name": here.name},
            "enterprise": enterprise, "is_enterprise_install": org, "authed_user": {"id": "U0ANA"}, **more,
        }  # fmt: skip

    def consents(
        self, here: Workspace, rotates: bool = False, org: bool = False, without: Collection[str] = ()
    ) -> str:
        """Approve an installation, as *Allow* does, `without` some scopes. Return the code for the redirect."""
        code = secrets.token_hex(8)
        self.codes[code] = self.grant(here, rotates, org, BOT_SCOPES - {*without})
        return code

    def ends(self, token: str = BOT_TOKEN, how: str = "token_revoked") -> None:
        """End a token. Calls with it then return `token_revoked` or `account_inactive`."""
        self.tokens[token] = Token(how)

    async def respond(self, request: web.Request) -> web.Response:
        """Handle a request to a response_url."""
        key = request.match_info["key"]
        body: Json = await request.json()
        fault, error = self.faults.take("response_url"), ""
        try:
            if fault is not None and (response := await strike(fault, request)) is not None:
                return response
            if key not in self.urls:
                raise SlackError("invalid_url")
            self.urls[key].use()
            self.answered(self.urls[key], body)
            return web.Response(text="ok")
        except SlackError as refused:
            error = refused.error
            return web.json_response({"ok": False, "error": refused.error}, status=404)
        finally:
            self.calls.append(Done("response_url", body, error, monotonic()))

    def answered(self, url: ResponseUrl, body: Json) -> None:
        """Post, replace or delete a message through a response_url.

        A new message is for one person, or for everyone with `in_channel`.
        """
        here = url.workspace
        if body.get("delete_original"):
            if url.on is not None:
                url.on.deleted = True
            return
        if problems := limits.of_message(body):
            self.problems += problems
            raise SlackError("invalid_blocks")
        for block in body.get("blocks") or []:
            self.files.shown(block)
            if "slack_file" in block and body.get("response_type") != "in_channel":
                self.problems.append("response_url: nobody sees an uploaded file in an ephemeral message")
        if body.get("replace_original") and url.on is not None:
            url.on.text, url.on.blocks = body["text"], body.get("blocks") or []
            url.on.edits += 1
            return
        to = "" if body.get("response_type") == "in_channel" else url.user
        thread = str(body.get("thread_ts") or "")
        blocks = body.get("blocks") or []
        here.messages.append(
            Message(url.channel, here.ts(), here.bot, body.get("text", ""), blocks, thread, True, to=to)
        )

    async def upload(self, request: web.Request) -> web.Response:
        """Handle the upload of a file's bytes."""
        fault = self.faults.take("upload")
        try:
            if fault is not None and (response := await strike(fault, request)) is not None:
                return response
            if request.content_type.startswith("multipart/"):
                part = next(iter((await request.post()).values()))
                data = part.file.read() if isinstance(part, web.FileField) else str(part).encode()
            else:
                data = await request.read()
            self.files.upload(request.match_info["file"], data)
        except SlackError as refused:
            return web.Response(status=400, text=refused.error)
        return web.Response(text="OK")


def _token(request: web.Request, given: Json) -> str:
    head = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    return head or str(given.pop("token", ""))


async def _arguments(request: web.Request) -> Json:
    """Return a request's arguments from its query and its form or JSON, as the real Slack accepts them."""
    given: Json = dict(request.query)
    if request.content_type == "application/json":
        given |= await request.json()
    else:
        given |= dict(await request.post())
    return given


@asynccontextmanager
async def serving(port: int = 0) -> AsyncIterator[Slack]:
    """Serve a fake Slack. At the end, any payload that Slack would reject fails the test."""
    slack = Slack()
    app = web.Application(client_max_size=64 << 20)
    app.router.add_route("*", "/api/{method}", slack.call)
    app.router.add_post("/response/{key}", slack.respond)
    app.router.add_post("/upload/{file}", slack.upload)
    app.router.add_get("/link/", slack.socket.serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    slack.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield slack
        assert not slack.problems, "Slack would not take this:\n" + "\n".join(slack.problems)
    finally:
        await slack.stop()
        await slack.socket.hang_up()
        await runner.cleanup()


def now() -> str:
    """Return the current time as a timestamp in Slack's format."""
    return f"{time.time():.6f}"


DROPPED_AFTER = Drops(after=True)
