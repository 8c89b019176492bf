"""The fake Slack alone, against slack_sdk's client, Bolt's AsyncApp and its Socket Mode, without our bot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import faults
from tests.fakes.slack.parts import Token
from tests.fakes.slack.people import People
from tests.fakes.slack.server import (
    APP_TOKEN,
    BOT_TOKEN,
    CLIENT_ID,
    CLIENT_SECRET,
    SECRET,
    Slack,
    serving,
)
from tests.fakes.slack.world import Channel, Workspace

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "Are you *there*?"}}
BUTTON = {
    "type": "button",
    "text": {"type": "plain_text", "text": "Yes & no"},
    "action_id": "yes",
    "value": "a & b",
}
ACTIONS = {"type": "actions", "elements": [BUTTON]}
FORM = {
    "type": "modal", "callback_id": "form", "title": {"type": "plain_text", "text": "A form"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {"type": "input", "block_id": "b", "label": {"type": "plain_text", "text": "What"},
         "element": {"type": "plain_text_input", "action_id": "text", "initial_value": "as it was"}}
    ],
}  # fmt: skip


@dataclass
class Scene:
    """A fake Slack, a channel with Ana, Ben and the bot, and a minimal app that records what it receives."""

    slack: Slack
    client: AsyncWebClient
    home: Channel
    people: People
    heard: list[Any] = field(default_factory=list)
    broken: int = 0
    """The number of events that the app still fails on."""

    @property
    def here(self) -> Workspace:
        return self.slack.home

    def app(self) -> AsyncApp:
        """Return a Bolt app with a listener for each kind of payload."""
        app = AsyncApp(client=self.client, signing_secret=SECRET, process_before_response=True)

        @app.event({"type": "message"})
        @app.event("reaction_added")
        @app.event("member_joined_channel")
        @app.event("app_home_opened")
        async def heard(body: dict[str, Any], ack: Any) -> None:
            if self.broken:
                self.broken -= 1
                raise RuntimeError("as the test says")
            self.heard.append(body["event"])
            await ack()

        @app.command("/aha")
        async def command(body: dict[str, Any], ack: Any, client: AsyncWebClient) -> None:
            if body["text"]:
                await ack(text=f"You said {body['text']}", blocks=[SECTION, ACTIONS])
            else:
                await client.views_open(trigger_id=body["trigger_id"], view=FORM)
                await ack()

        @app.action("yes")
        async def pressed(ack: Any, action: dict[str, Any], respond: Any) -> None:
            self.heard.append(action)
            await ack()
            await respond(text="Good.", replace_original=True)

        @app.view("form")
        async def sent(ack: Any, view: dict[str, Any], body: dict[str, Any], client: AsyncWebClient) -> None:
            text = view["state"]["values"]["b"]["text"]["value"]
            self.heard.append(text)
            if text == "no":
                await ack(response_action="errors", errors={"b": "Say more."})
                return
            await ack()
            await client.chat_postEphemeral(channel=self.home.id, user=body["user"]["id"], text="Kept.")

        @app.shortcut("save")
        async def saved(ack: Any, shortcut: dict[str, Any], respond: Any) -> None:
            self.heard.append(shortcut)
            await ack()
            if "message" in shortcut:
                await respond(text="Saved.")

        return app


@asynccontextmanager
async def served(scene: Scene, transport: str) -> AsyncIterator[None]:
    """Run the minimal app over this transport."""
    app = scene.app()
    if transport == "socket":
        handler = AsyncSocketModeHandler(app, APP_TOKEN)
        scene.slack.over_socket()
        await handler.connect_async()  # type: ignore[no-untyped-call]
        yield
        await handler.close_async()  # type: ignore[no-untyped-call]
        return
    runner = web.AppRunner(app.web_app(path="/slack/events"), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession() as session:
        scene.slack.over_http(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events", session)
        yield
    await runner.cleanup()


@pytest.fixture
async def bare(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    """Open a fake Slack without a running app."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    async with serving() as slack:
        slack.home.add("Ana", admin=True)
        slack.home.add("Ben")
        home = slack.home.make("lantern")
        home.members.add(slack.home.bot)
        client = AsyncWebClient(token=BOT_TOKEN, base_url=slack.api, retry_handlers=[])
        yield Scene(slack, client, home, People(slack, slack.home, after=1.0))


@pytest.fixture(params=["http", "socket"])
async def scene(bare: Scene, request: pytest.FixtureRequest) -> AsyncIterator[Scene]:
    """Run the minimal app, once over each transport."""
    async with served(bare, request.param):
        yield bare


async def test_events_come(scene: Scene) -> None:
    said = await scene.people.says("Ana", "a < b & c", scene.home.id)
    await scene.people.reacts("Ben", "💡", said)
    kinds = [event["type"] for event in scene.heard]
    assert kinds == ["message", "reaction_added"]
    assert scene.heard[0]["text"] == "a &lt; b &amp; c"
    assert scene.heard[1]["reaction"] == "bulb"
    assert scene.heard[1]["item"]["ts"] == said.ts


async def test_our_own_messages_come_back(scene: Scene) -> None:
    await scene.client.chat_postMessage(channel=scene.home.id, text="Hello")
    await scene.slack.quiet()
    [(payload, answer, _attempt)] = scene.slack.delivered
    assert payload["event"]["bot_id"] == scene.here.bot_id
    assert answer.ok
    assert scene.heard == []


async def test_a_command_and_its_answer(scene: Scene) -> None:
    got = await scene.people.types("Ana", "a thought", scene.home.id)
    assert got.answer.ok
    assert "Are you there?" in got.text
    pressed = await scene.people.presses("Ana", "Yes & no", got.whispers[0])
    assert scene.heard[-1]["value"] == "a &amp; b"
    assert pressed.text == "Good."
    assert len(scene.here.whispers("U0ANA")) == 1


async def test_a_form(scene: Scene) -> None:
    got = await scene.people.types("Ben", "", scene.home.id)
    assert got.view
    refused = await scene.people.submits(got.view, text="no")
    assert got.view.errors == {"b": "Say more."}
    assert refused.view
    assert refused.view.open
    sent = await scene.people.submits(got.view)
    assert scene.heard == ["no", "as it was"]
    assert sent.text == "Kept."
    assert not got.view.open


async def test_shortcuts(scene: Scene) -> None:
    said = await scene.people.says("Ana", "look", scene.home.id)
    got = await scene.people.chooses("Ben", "save", said)
    assert got.text == "Saved."
    assert scene.heard[-1]["message"]["ts"] == said.ts
    assert (await scene.people.starts("Ben", "save")).answer.ok


async def test_an_event_that_was_not_acknowledged_comes_again(bare: Scene) -> None:
    async with served(bare, "http"):
        bare.broken, bare.slack.waits = 2, (0.0, 0.0, 0.0)
        await bare.people.says("Ana", "again", bare.home.id)
    assert [answer.status for _, answer, _ in bare.slack.delivered] == [500, 500, 200]
    payloads = [payload["event_id"] for payload, _, _ in bare.slack.delivered]
    assert len(set(payloads)) == 1
    assert [event["text"] for event in bare.heard] == ["again"]


async def test_two_connections_and_a_refresh(bare: Scene) -> None:
    async with served(bare, "socket"):
        second = AsyncSocketModeHandler(bare.app(), APP_TOKEN)
        await second.connect_async()  # type: ignore[no-untyped-call]
        assert len(bare.slack.socket.live) == 2
        for number in range(4):
            await bare.people.says("Ana", str(number), bare.home.id)
        assert [event["text"] for event in bare.heard] == ["0", "1", "2", "3"]
        await second.close_async()  # type: ignore[no-untyped-call]
        await bare.slack.socket.disconnect("warning")
        await bare.slack.socket.disconnect("refresh_requested")
        await bare.people.says("Ana", "after", bare.home.id)
        assert bare.heard[-1]["text"] == "after"
        assert bare.slack.socket.opened == 3


async def test_nobody_acknowledges(bare: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.fakes.slack.wire.ANSWER_WITHIN", 0.1)
    bare.slack.over_socket()
    got = await bare.people.types("Ana", "a thought", bare.home.id)
    assert got.text == '/aha failed with the error "operation_timeout"'


@pytest.mark.parametrize("transport", ["forged", "stale", "unsigned"])
async def test_bolt_refuses_what_slack_did_not_send(bare: Scene, transport: str) -> None:
    async with served(bare, "http"), aiohttp.ClientSession() as session:
        http = bare.slack.over_http(bare.slack.wire.url, session)  # type: ignore[union-attr]
        stamp = 1_500_000_000.0 if transport == "stale" else None
        secret = "another" if transport == "forged" else ""
        if transport == "unsigned":
            async with session.post(http.url, json={"type": "event_callback"}) as answer:
                assert answer.status == 401
            return
        assert (await http.raw(b"{}", {"Content-Type": "application/json"}, stamp, secret)).status == 401


async def refused(call: Any) -> str:
    """Return the error of a call that must fail."""
    with pytest.raises(SlackApiError) as wrong:
        await call
    return str(wrong.value.response["error"])


async def test_messages(bare: Scene) -> None:
    """Messages are posted, changed, replied to, linked and read back."""
    client, home = bare.client, bare.home.id
    first = await client.chat_postMessage(
        channel=home, text="one", metadata={"event_type": "posting", "event_payload": {"key": "k"}}
    )
    await client.chat_postMessage(channel=home, text="two", thread_ts=first["ts"])
    await client.chat_update(channel=home, ts=first["ts"], text="uno")
    history = await client.conversations_history(channel=home, include_all_metadata=True)
    assert [m["text"] for m in history["messages"]] == ["uno"]
    assert history["messages"][0]["metadata"]["event_payload"] == {"key": "k"}
    replies = await client.conversations_replies(channel=home, ts=first["ts"])
    assert [m["text"] for m in replies["messages"]] == ["uno", "two"]
    link = await client.chat_getPermalink(channel=home, message_ts=first["ts"])
    assert link["permalink"].endswith(first["ts"].replace(".", ""))
    direct = await client.conversations_open(users="U0ANA")
    await client.chat_postMessage(channel=direct["channel"]["id"], text="a note")
    assert len(bare.here.standing(bare.here.direct("U0ANA").id)) == 1


async def test_what_is_refused(bare: Scene) -> None:
    client, here = bare.client, bare.here
    private, public = here.make("secret", private=True), here.make("elsewhere")
    said = await bare.people.says("Ana", "mine", bare.home.id) if bare.slack.wire else None
    assert said is None
    assert await refused(client.chat_postMessage(channel="C404", text="x")) == "channel_not_found"
    assert await refused(client.chat_postMessage(channel=private.id, text="x")) == "channel_not_found"
    assert await refused(client.chat_postMessage(channel=public.id, text="x")) == "not_in_channel"
    bare.home.archived = True
    assert await refused(client.chat_postMessage(channel=bare.home.id, text="x")) == "is_archived"
    bare.home.archived, bare.home.trouble = False, "restricted_action"
    assert await refused(client.chat_postMessage(channel=bare.home.id, text="x")) == "restricted_action"
    bare.home.trouble = ""
    assert await refused(client.chat_postMessage(channel=bare.home.id, text="x", thread_ts="1.1")) == (
        "thread_not_found"
    )
    assert await refused(client.users_info(user="U404")) == "user_not_found"
    for token, error in (
        ("xoxb-other", "invalid_auth"),
        ("", "not_authed"),
        (APP_TOKEN, "not_allowed_token_type"),
    ):
        assert await refused(AsyncWebClient(token=token, base_url=bare.slack.api).auth_test()) == error
    bare.slack.tokens["xoxb-narrow"] = Token(here.team, frozenset())
    narrow = AsyncWebClient(token="xoxb-narrow", base_url=bare.slack.api)
    assert await refused(narrow.chat_postMessage(channel=bare.home.id, text="x")) == "missing_scope"
    bare.slack.ends(BOT_TOKEN, "account_inactive")
    assert await refused(client.auth_test()) == "account_inactive"


async def test_reactions(bare: Scene) -> None:
    said = await bare.client.chat_postMessage(channel=bare.home.id, text="look")
    place = {"channel": bare.home.id, "timestamp": said["ts"]}
    await bare.client.reactions_add(name="bulb", **place)
    assert await refused(bare.client.reactions_add(name="bulb", **place)) == "already_reacted"
    found = await bare.client.reactions_get(**place)
    assert found["message"]["text"] == "look"
    await bare.client.reactions_remove(name="bulb", **place)
    assert await refused(bare.client.reactions_remove(name="bulb", **place)) == "no_reaction"


async def test_trigger_ids(bare: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """A trigger id works once, and for three seconds."""
    trigger = bare.slack.triggers.give("U0ANA")
    opened = await bare.client.views_open(trigger_id=trigger, view=FORM)
    assert await refused(bare.client.views_open(trigger_id=trigger, view=FORM)) == "exchanged_trigger_id"
    monkeypatch.setattr("tests.fakes.slack.parts.TRIGGER_LIVES", -1)
    late = bare.slack.triggers.give("U0ANA")
    assert await refused(bare.client.views_open(trigger_id=late, view=FORM)) == "expired_trigger_id"
    assert await refused(bare.client.views_open(trigger_id="1.2.3", view=FORM)) == "invalid_trigger_id"
    view = opened["view"]
    await bare.client.views_update(view_id=view["id"], view=FORM, hash=view["hash"])
    assert await refused(bare.client.views_update(view_id=view["id"], view=FORM, hash=view["hash"])) == (
        "hash_conflict"
    )
    await bare.client.views_publish(user_id="U0ANA", view={"type": "home", "blocks": [SECTION]})
    assert bare.here.homes["U0ANA"].body["blocks"][0]["text"]["text"] == "Are you *there*?"


async def test_response_urls(bare: Scene) -> None:
    """A response_url works five times."""
    url = bare.slack.url_for(bare.here, bare.home.id, "U0ANA")
    async with aiohttp.ClientSession() as session:
        codes = [(await session.post(url, json={"text": str(number)})).status for number in range(6)]
    assert codes == [200] * 5 + [404]
    assert [m.text for m in bare.here.whispers("U0ANA")] == ["0", "1", "2", "3", "4"]


async def test_a_picture_goes_up(bare: Scene) -> None:
    place = await bare.client.files_getUploadURLExternal(filename="week.png", length=4, alt_txt="A week")
    async with aiohttp.ClientSession() as session:
        answer = await session.post(place["upload_url"], data=b"\x89PNG")
        assert answer.status == 200
    picture = {"type": "image", "slack_file": {"id": place["file_id"]}, "alt_text": "A week"}
    assert await refused(bare.client.chat_postMessage(channel=bare.home.id, text="x", blocks=[picture])) == (
        "invalid_blocks"
    )
    await bare.client.files_completeUploadExternal(files=[{"id": place["file_id"], "title": "Week"}])
    await bare.client.chat_postMessage(channel=bare.home.id, text="x", blocks=[picture])
    bare.slack.files.disabled = True
    assert (
        await refused(bare.client.files_getUploadURLExternal(filename="a", length=1))
        == "file_uploads_disabled"
    )


async def test_faults(bare: Scene) -> None:
    """Each fault reaches the client, and only calls with `after` store their message."""
    client, home, wrong = bare.client, bare.home.id, bare.slack.faults
    wrong.put("chat.postMessage", faults.Limited(seconds=7))
    with pytest.raises(SlackApiError) as limited:
        await client.chat_postMessage(channel=home, text="limited")
    assert limited.value.response.status_code == 429
    assert limited.value.response.headers["Retry-After"] == "7"
    wrong.put("chat.postMessage", faults.Breaks(after=True, status=503))
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel=home, text="stored")
    wrong.put("chat.postMessage", faults.Drops(after=True))
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=home, text="dropped")
    wrong.put("chat.postMessage", faults.Refuses(error="fatal_error"))
    assert await refused(client.chat_postMessage(channel=home, text="refused")) == "fatal_error"
    assert [m.text for m in bare.here.standing(home)] == ["stored", "dropped"]
    assert [done.error for done in bare.slack.called("chat.postMessage")] == [
        "Limited", "Breaks", "Drops", "fatal_error"
    ]  # fmt: skip


async def test_a_broken_payload_fails_the_test() -> None:
    there = serving()
    slack = await there.__aenter__()
    home = slack.home.make("lantern")
    home.members.add(slack.home.bot)
    client = AsyncWebClient(token=BOT_TOKEN, base_url=slack.api)
    said = client.chat_postMessage(channel=home.id, text="x", blocks=[{"type": "section"}])
    assert await refused(said) == "invalid_blocks"
    with pytest.raises(AssertionError, match="a section without words"):
        await there.__aexit__(None, None, None)


async def test_oauth(bare: Scene) -> None:
    """A code and a refresh token work once each, and a revoked token is invalid."""
    client, there = AsyncWebClient(base_url=bare.slack.api), Workspace("T0OTHER", "Other")
    code = bare.slack.consents(there, rotates=True)

    async def exchange(secret: str = CLIENT_SECRET, **more: str) -> Any:
        about = {"client_id": CLIENT_ID, "client_secret": secret, **more}
        return await client.api_call("oauth.v2.access", data=about)

    assert await refused(exchange("no", code=code)) == "bad_client_secret"
    granted = await exchange(code=code)
    assert await refused(exchange(code=code)) == "invalid_code"
    refresh = {"grant_type": "refresh_token", "refresh_token": granted["refresh_token"]}
    again = await exchange(**refresh)
    assert await refused(exchange(**refresh)) == "invalid_refresh_token"
    assert await refused(client.auth_test(token=granted["access_token"])) == "invalid_auth"
    tested = await client.auth_test(token=again["access_token"])
    assert tested["team_id"] == "T0OTHER"
    await client.auth_revoke(token=again["access_token"])
    assert await refused(client.auth_test(token=again["access_token"])) == "invalid_auth"


async def test_several_at_once(scene: Scene) -> None:
    await asyncio.gather(*(scene.people.says("Ana", str(number), scene.home.id) for number in range(20)))
    assert sorted(int(event["text"]) for event in scene.heard) == list(range(20))
