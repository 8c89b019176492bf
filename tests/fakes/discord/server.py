"""A fake Discord on loopback: its REST API and its gateway over real sockets, for a real discord.py client.

It is as strict as the real one is known to be, checks every body against `limits` and Discord's own schema, and
produces faults on demand. `people` acts in it. To use it:

    async with serving() as discord:
        here = discord.world.found()                     # a server, the bot in it
        discord.world.add("Ana", admin=True)
        home = discord.world.make(here, "team-lantern")  # a channel
        ... start the app with discord.environment ...   # DISCORD_TOKEN, DISCORD_API_URL
        await discord.connected()
        people = People(discord)
        got = await people.types("Ana", "aha log", home, text="We sign them now.")

At its end `serving` fails the test if the app sent a body that Discord would not have taken (`problems`), or if an
answer of the fake server did not match Discord's schema (`slips`).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from aiohttp import web

from tests.fakes.discord import payloads
from tests.fakes.discord.checks import schema
from tests.fakes.discord.checks.rates import Rates
from tests.fakes.discord.faults import Faults, answer, limited, strike
from tests.fakes.discord.gateway import Gateway, Intent
from tests.fakes.discord.parts import Nonces
from tests.fakes.discord.parts import components as components_of
from tests.fakes.discord.routes import ROUTES, Call, Route
from tests.fakes.discord.world import (
    EPHEMERAL,
    TOKEN_LIVES,
    V2,
    Channel,
    DiscordError,
    Interaction,
    Json,
    Member,
    Message,
    Reaction,
    Role,
    Server,
    World,
    now,
)

BOT_TOKEN = "MTIz.lantern.token"
API = "/api/v10"
SETTLE = 0.01
"""Seconds that an answer gets to trigger the app's next call, before the app counts as quiet."""


@dataclass(frozen=True)
class Done:
    """A call that the app made: its route, path and body, and how it was answered."""

    route: str
    path: str
    given: Any
    status: int
    code: int
    at: float
    files: tuple[str, ...] = ()


@dataclass
class Discord:
    """The server and its state."""

    world: World = field(default_factory=World)
    token: str = BOT_TOKEN
    faults: Faults = field(default_factory=Faults)
    rates: Rates = field(default_factory=Rates)
    calls: list[Done] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """Problems of the app's bodies. A test that leaves some here has failed."""
    slips: list[str] = field(default_factory=list)
    """Errors in the server's own answers."""
    answer_within: float = 30.0
    """Seconds until an unanswered interaction is lost: three on Discord, which would test the machine."""
    token_lives: float = TOKEN_LIVES
    checks: bool = True
    """Whether bodies are also checked against Discord's schema, which takes about a millisecond each."""
    nonces: Nonces = field(default_factory=Nonces)
    down: bool = False
    """Whether the server is unreachable: every connection ends without an answer."""
    busy: int = 0
    tasks: set[asyncio.Task[Any]] = field(default_factory=set)
    gateway: Gateway = field(init=False)

    def __post_init__(self) -> None:
        """Create the gateway on the same state."""
        self.gateway = Gateway(self.world, self.token)

    @property
    def address(self) -> str:
        """The address that it listens on."""
        return self.world.address

    @property
    def api(self) -> str:
        """The value for DISCORD_API_URL."""
        return self.address + API

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables of an app on this server."""
        return {"DISCORD_TOKEN": self.token, "DISCORD_API_URL": self.api}

    def allows(self, *intents: Intent) -> None:
        """Switch privileged intents on in the developer portal. None are on at first."""
        for intent in intents:
            self.gateway.privileged |= intent

    @property
    def reads(self) -> bool:
        """Whether the app may see everyone's words."""
        return bool(self.gateway.privileged & Intent.CONTENT)

    def called(self, route: str) -> list[Done]:
        """Return the calls of one route, such as `POST /channels/{channel_id}/messages`."""
        return [done for done in self.calls if done.route == route]

    async def connected(self, sessions: int = 1, within: float = 60.0) -> None:
        """Wait until so many sessions of the app are connected and told of their servers, at most `within` seconds."""
        async with asyncio.timeout(within):
            while len(self.gateway.live) < sessions:
                self.gateway.ready.clear()
                await self.gateway.ready.wait()
        await self.quiet()

    # Changes and the events that report them

    def stands(self, message: Message) -> Message:
        """Store a new message, and send its event unless it is ephemeral. An unlocked thread is no longer archived."""
        self.world.messages[message.id] = message
        place = self.world.channels[message.channel]
        place.archived = place.archived and place.locked
        if not message.to:
            place.last = message.id
            self.said("MESSAGE_CREATE", message)
        return message

    def stood(self, place: Channel, components: list[Json], content: str = "", user: str = "") -> Message:
        """Store an earlier message of the app, with components that are not checked; `user` makes it ephemeral."""
        message = Message(self.world.mint.mint(), place.id, self.world.bot.id, content, to=user)
        message.flags = (V2 if any(each["type"] != 1 for each in components) else 0) | (
            EPHEMERAL if user else 0
        )
        message.components = components_of(self.world, message, components)
        return self.stands(message)

    def changed(self, message: Message, counts: bool = True) -> None:
        """Count an edit of a message, and send its event. With `counts` the message shows that it was edited."""
        message.edits += 1
        message.chosen.clear()
        message.edited = now() if counts else message.edited
        if not message.to:
            self.said("MESSAGE_UPDATE", message)

    def said(self, name: str, message: Message) -> None:
        """Send an event with a message, its words only to sessions that may see them."""
        place = self.world.channels[message.channel]
        self.gateway.tell(
            name,
            lambda intents: payloads.message_event(self.world, message, bool(intents & Intent.CONTENT)),
            place.server,
            Intent.MESSAGES if place.server else Intent.DIRECT_MESSAGES,
            place,
        )

    def gone(self, *messages: Message) -> None:
        """Delete one or several messages of one channel, and send one event."""
        for message in messages:
            message.deleted = True
        seen = [message for message in messages if not message.to]
        if not seen:
            return
        place = self.world.channels[seen[0].channel]
        told: Json = {"channel_id": place.id} | ({"guild_id": place.server} if place.server else {})
        needs = Intent.MESSAGES if place.server else Intent.DIRECT_MESSAGES
        if len(messages) == 1:
            self.gateway.tell("MESSAGE_DELETE", told | {"id": seen[0].id}, place.server, needs, place)
        else:
            ids = [message.id for message in seen]
            self.gateway.tell("MESSAGE_DELETE_BULK", told | {"ids": ids}, place.server, needs, place)

    def reacted(self, message: Message, user: str, emoji: Json, on: bool = True, burst: bool = False) -> bool:
        """Put a user's emoji on a message, or take it off, and return whether that changed anything."""
        name = f"{emoji['name']}:{emoji['id']}" if emoji["id"] else str(emoji["name"])
        each = message.reactions.setdefault(name, Reaction(emoji))
        users = each.burst if burst else each.normal
        changes = (user in users) != on
        if changes:
            (users.append if on else users.remove)(user)
        if not each.normal and not each.burst:
            del message.reactions[name]
        if changes and not message.to:
            name = "MESSAGE_REACTION_ADD" if on else "MESSAGE_REACTION_REMOVE"
            self._of_reaction(name, message, payloads.reacted(self.world, message, user, emoji, on, burst))
        return changes

    def cleared(self, message: Message, name: str = "") -> None:
        """Remove all reactions of a message, or all of one emoji."""
        told: Json = {"channel_id": message.channel, "message_id": message.id}
        if server := self.world.channels[message.channel].server:
            told["guild_id"] = server
        if name:
            emoji = payloads.emoji_part(message.reactions.pop(name).emoji)
            self._of_reaction("MESSAGE_REACTION_REMOVE_EMOJI", message, told | {"emoji": emoji})
        else:
            message.reactions.clear()
            self._of_reaction("MESSAGE_REACTION_REMOVE_ALL", message, told)

    def _of_reaction(self, name: str, message: Message, told: Json) -> None:
        place = self.world.channels[message.channel]
        needs = Intent.REACTIONS if place.server else Intent.DIRECT_REACTIONS
        self.gateway.tell(name, told, place.server, needs, place)

    def began(self, thread: Channel, starter: Message | None = None) -> Channel:
        """Store a new thread, or a post in a forum, and send its event."""
        self.world.channels[thread.id] = thread
        self._of_thread("THREAD_CREATE", thread, {"newly_created": True})
        if starter is not None:
            starter.flags |= 1 << 5
            self.changed(starter, counts=False)
        return thread

    def moved(self, place: Channel) -> None:
        """Send the event of a changed channel or thread: its name, overwrites, archived, locked."""
        if place.is_thread:
            self._of_thread("THREAD_UPDATE", place, {})
        elif place.server:
            told = payloads.channel(self.world, place)
            self.gateway.tell("CHANNEL_UPDATE", told, place.server, Intent.GUILDS)

    def _of_thread(self, name: str, place: Channel, more: Json) -> None:
        told = payloads.channel(self.world, place) | more
        self.gateway.tell(name, told, place.server, Intent.GUILDS, place)

    def made(self, place: Channel) -> Channel:
        """Send the event of a new channel."""
        told = payloads.channel(self.world, place)
        self.gateway.tell("CHANNEL_CREATE", told, place.server, Intent.GUILDS)
        return place

    def removed(self, place: Channel) -> None:
        """Delete a channel or thread with its threads and messages, and send its event."""
        told = payloads.channel(self.world, place)
        name = "CHANNEL_DELETE"
        if place.is_thread:
            name, told = "THREAD_DELETE", {key: told[key] for key in ("id", "guild_id", "parent_id", "type")}
        self.gateway.tell(name, told, place.server, Intent.GUILDS)
        for each in [place, *(c for c in self.world.channels.values() if c.parent == place.id)]:
            each.deleted = True
            for message in self.world.standing(each.id):
                message.deleted = True

    def of_role(self, server: Server, role: Role, name: str = "GUILD_ROLE_UPDATE") -> None:
        """Send the event of a new or changed role."""
        told = {"guild_id": server.id, "role": payloads.role(role)}
        self.gateway.tell(name, told, server.id, Intent.GUILDS)

    def of_member(self, server: Server, who: Member) -> None:
        """Send the event of a member's new roles or name. The bot always gets the event about itself."""
        told = payloads.member(who) | {"guild_id": server.id}
        needs = 0 if who.user.bot else Intent.MEMBERS
        self.gateway.tell("GUILD_MEMBER_UPDATE", told, server.id, needs)

    def welcomed(self, server: Server) -> None:
        """Send the event of a server that the bot has joined."""
        told = payloads.server_created(self.world, server, again=False)
        self.gateway.tell("GUILD_CREATE", told, server.id, Intent.GUILDS)

    def expelled(self, server: Server) -> None:
        """Send the event of a server that the bot is no longer on."""
        self.gateway.tell("GUILD_DELETE", {"id": server.id}, server.id, Intent.GUILDS)

    def outage(self, server: Server, on: bool = True) -> None:
        """Start or end an outage of a server. The bot stays on the server meanwhile."""
        server.unavailable = on
        if on:
            told = {"id": server.id, "unavailable": True}
            self.gateway.tell("GUILD_DELETE", told, server.id, Intent.GUILDS)
        else:
            back = payloads.server_created(self.world, server, again=True)
            self.gateway.tell("GUILD_CREATE", back, server.id, Intent.GUILDS)

    def did(self, interaction: Interaction) -> None:
        """Store a user's action with the app, and send it to each session of the shard, whatever its intents."""
        self.world.interactions[interaction.token] = interaction
        told = payloads.interaction(self.world, interaction)
        self.gateway.tell("INTERACTION_CREATE", told, interaction.channel.server)

    # Waiting

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run `work` as a background task."""
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def quiet(self) -> None:
        """Wait until the app has read all its events and makes no more calls."""
        while True:
            made, told = len(self.calls), self._told()
            await self.gateway.caught_up()
            await asyncio.sleep(SETTLE)
            if not self.busy and (made, told) == (len(self.calls), self._told()):
                return

    def _told(self) -> int:
        return sum(session.count for session in self.gateway.sessions.values())

    # Calls of the app

    async def call(self, route: Route, request: web.Request) -> web.StreamResponse:
        """Serve one call of a route."""
        if self.down:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        self.busy += 1
        done = _Doing(route.name, request.path.removeprefix(API))
        try:
            response = await self._faulty(route, request, done)
        except DiscordError as refused:
            done.code = refused.code
            told = {"message": refused.message, "code": refused.code, **refused.more}
            response = answer(told, refused.status)
        finally:
            self.busy -= 1
        done.status = response.status
        self._limits_told(route, request, response)
        self.rates.answered(response.status)
        self.calls.append(done.done())
        return response

    async def _faulty(self, route: Route, request: web.Request, done: _Doing) -> web.Response:
        """Answer the call, with the fault that is queued for it."""
        fault = self.faults.take(route.name)
        done.given, files = await _body(request)
        done.files = tuple(files)
        if fault is not None and not fault.after and (struck := await strike(fault, request)) is not None:
            return struck
        response = await self._answered(route, request, done.given, files)
        if fault is not None and fault.after and (struck := await strike(fault, request)) is not None:
            return struck
        return response

    async def _answered(
        self, route: Route, request: web.Request, body: Any, files: dict[str, bytes]
    ) -> web.Response:
        params = dict(request.match_info)
        if wait := self.rates.bucket(route.name, params).take():
            return limited(wait)
        if route.needs_token and request.headers.get("Authorization") != f"Bot {self.token}":
            raise DiscordError(401, 0, "401: Unauthorized")
        call = Call(self, params, body, dict(request.query), files, request.headers.get("Content-Type", ""))
        if self.checks and request.body_exists:
            call.checked(schema.of_request(route.method, route.schema, _spelled(body)), route.name)
        told = route.do(call)
        if told is None:
            return answer_nothing()
        if self.checks:
            self.slips += [
                f"{route.name}: {slip}" for slip in schema.of_response(route.method, route.schema, told)
            ]
        return answer(told, 200)

    def _limits_told(self, route: Route, request: web.Request, response: web.Response) -> None:
        bucket = self.rates.bucket(route.name, dict(request.match_info))
        if response.status != 429 or "Via" in response.headers:
            for name, value in self.rates.headers(route.name, bucket).items():
                response.headers.setdefault(name, value)

    async def file(self, request: web.Request) -> web.Response:
        """Serve a file of a message, as the CDN does."""
        for message in self.world.messages.values():
            for each in message.attachments:
                if each.id == request.match_info["id"] and not message.deleted:
                    return web.Response(body=each.data, content_type=each.kind)
        return web.Response(status=404, text="This content is no longer available.")

    async def stop(self) -> None:
        """Cancel all tasks and end all connections."""
        tasks = list(self.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.gateway.closed = True
        self.gateway.drops()

    @asynccontextmanager
    async def outage_of_everything(self) -> AsyncIterator[None]:
        """Make the server unreachable for a while: REST and gateway end connections without an answer."""
        self.down = self.gateway.closed = True
        self.gateway.drops()
        try:
            yield
        finally:
            self.down = self.gateway.closed = False


@dataclass
class _Doing:
    """A call that is being answered."""

    route: str
    path: str
    given: Any = None
    status: int = 0
    code: int = 0
    files: tuple[str, ...] = ()

    def done(self) -> Done:
        return Done(self.route, self.path, self.given, self.status, self.code, monotonic(), self.files)


def answer_nothing() -> web.Response:
    """Return a 204 response."""
    return web.Response(status=204)


async def _body(request: web.Request) -> tuple[Any, dict[str, bytes]]:
    """Return the request's JSON and files. A form has the JSON in `payload_json`, with the files beside it."""
    if request.content_type != "multipart/form-data":
        text = await request.text()
        return (json.loads(text) if text else {}), {}
    form = await request.post()
    told = form.get("payload_json", "{}")
    body = json.loads(bytes(told) if isinstance(told, bytes | bytearray) else str(told))
    files = {
        part.filename: part.file.read()
        for name, part in form.items()
        if isinstance(part, web.FileField) and name.startswith("files[")
    }
    return body, files


def _spelled(body: Any, name: str = "", parent: str = "") -> Any:
    """Return a body as the schema wants it where Discord takes both: ids as texts, permissions as integers."""
    match body:
        case dict():
            return {key: _spelled(value, key, name) for key, value in body.items()}
        case list():
            return [_spelled(each, name, parent) for each in body]
        case str() if name == "default_member_permissions" and body.isdigit():
            return int(body)
        case int() if not isinstance(body, bool) and _is_id(body, name, parent):
            return str(body)
        case _:
            return body


def _is_id(number: int, name: str, parent: str) -> bool:
    """Return whether a number is a snowflake or the number of an upload. The ids of components stay numbers."""
    return (name == "id" and (parent == "attachments" or number > 1 << 40)) or name.endswith("_id")


@asynccontextmanager
async def serving(port: int = 0, discord: Discord | None = None) -> AsyncIterator[Discord]:
    """Run a fake Discord. At the end, a body that Discord would not have taken fails the test."""
    discord = discord or Discord()
    app = web.Application(client_max_size=64 << 20)
    for route in ROUTES:

        async def called(request: web.Request, route: Route = route) -> web.StreamResponse:
            return await discord.call(route, request)

        app.router.add_route(route.method, API + route.path, called)
    app.router.add_get("/attachments/{channel}/{id}/{name}", discord.file)
    app.router.add_get("/gateway/", discord.gateway.serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    discord.world.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield discord
        wrong = [*discord.problems, *discord.gateway.problems]
        assert not wrong, "Discord would not take this:\n" + "\n".join(wrong)
        assert not discord.slips, "Our Discord is not like Discord:\n" + "\n".join(discord.slips)
    finally:
        await discord.stop()
        await runner.cleanup()
