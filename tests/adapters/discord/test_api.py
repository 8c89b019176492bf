"""Tests of calls to Discord: their outcome, what is never sent, and when to stop."""

import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.discord import api as module
from adapters.discord.api import ApiClient
from adapters.discord.connection.gateway import Gateway
from adapters.discord.errors import DiscordApiError, to_post_failed
from adapters.discord.rate_limit import InvalidRequestBudget
from bot.core.messages import Picture
from bot.core.origin import OutcomeUnknownError
from tests.adapters.discord.connection.connected import does, living
from tests.fakes.discord.faults import Breaks, Dawdles, Drops, Limited, Refuses
from tests.fakes.discord.server import Discord, serving
from tests.fakes.discord.world import Channel, Interaction

SEND = "/channels/{channel_id}/messages"
CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"
FOLLOW_UP = "POST /webhooks/{webhook_id}/{webhook_token}"
V2 = 1 << 15
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000"
    "050001a5f645400000000049454e44ae426082"
)


@pytest.fixture
async def there() -> AsyncIterator[Discord]:
    """Yield a fake Discord with a server, Ana and a channel."""
    async with serving() as there:
        here = there.world.found()
        there.world.add("Ana")
        there.world.make(here, "lantern")
        yield there


@pytest.fixture
def home(there: Discord) -> Channel:
    """Return the channel."""
    return there.world.channel("lantern")


@pytest.fixture
async def life(there: Discord) -> AsyncIterator[Gateway]:
    """Yield a connected gateway."""
    async with living(there) as life:
        yield life


@pytest.fixture
async def calls(there: Discord, life: Gateway) -> AsyncIterator[ApiClient]:
    """Yield an API client."""
    calls = ApiClient(there.api, life.current_http, life.budget)
    yield calls
    await calls.close()


def words(text: str = "hello") -> dict[str, Any]:
    """Return the body of a message."""
    return {"flags": V2, "components": [{"type": 10, "content": text}]}


async def test_a_message_is_made_and_changed_and_mentions_nobody(
    there: Discord, home: Channel, calls: ApiClient
) -> None:
    """This holds for any content."""
    said = await calls.call_api("POST", SEND, json=words("@everyone"), channel_id=home.id)
    again = {"channel_id": home.id, "message_id": said["id"]}
    await calls.call_api("PATCH", f"{SEND}/{{message_id}}", json=words("@here"), **again)
    made, changed = there.called(f"POST {SEND}"), there.called(f"PATCH {SEND}/{{message_id}}")
    assert made[0].given["allowed_mentions"] == {"parse": []}
    assert changed[0].given["allowed_mentions"] == {"parse": []}


async def test_pictures_go_with_it(there: Discord, home: Channel, calls: ApiClient) -> None:
    """They are attachments, by number."""
    body = {
        "flags": V2,
        "attachments": [{"id": 0, "filename": "weeks.png", "description": "Twelve quiet weeks"}],
        "components": [{"type": 12, "items": [{"media": {"url": "attachment://weeks.png"}}]}],
    }
    picture = Picture(PNG, "Twelve quiet weeks", "weeks.png")
    said = await calls.call_api("POST", SEND, json=body, files=[picture.file], channel_id=home.id)
    kept = there.world.message(said["id"])
    assert kept is not None
    assert [(each.name, each.data) for each in kept.attachments] == [("weeks.png", PNG)]
    assert there.called(f"POST {SEND}")[0].given["allowed_mentions"] == {"parse": []}


async def test_a_question_has_its_query(there: Discord, home: Channel, calls: ApiClient) -> None:
    """A GET request has a query and no body."""
    for at in range(3):
        await calls.call_api("POST", SEND, json=words(str(at)), channel_id=home.id)
    assert len(await calls.call_api("GET", SEND, params={"limit": 2}, channel_id=home.id)) == 2


@pytest.mark.parametrize(
    ("fault", "code", "status"),
    [
        (Refuses(status=403, code=50013), 50013, 403),
        (Refuses(status=404, code=10003), 10003, 404),
        (Refuses(status=403, code=50007), 50007, 403),
    ],
)
async def test_what_discord_surely_did_not_do(
    there: Discord, home: Channel, calls: ApiClient, fault: Any, code: int, status: int
) -> None:
    """The error has Discord's code, and the call is made once."""
    there.faults.put(f"POST {SEND}", fault)
    with pytest.raises(DiscordApiError) as no:
        await calls.call_api("POST", SEND, json=words(), channel_id=home.id)
    assert (no.value.code, no.value.status, no.value.after) == (code, status, None)
    assert len(there.called(f"POST {SEND}")) == 1


@pytest.mark.parametrize("fault", [Breaks(status=503), Breaks(status=503, after=True), Drops(after=True)])
async def test_what_nobody_knows(there: Discord, home: Channel, calls: ApiClient, fault: Any) -> None:
    """The message may exist or not."""
    there.faults.put(f"POST {SEND}", fault)
    with pytest.raises(OutcomeUnknownError):
        await calls.call_api("POST", SEND, json=words(), channel_id=home.id)


async def test_an_answer_that_takes_too_long(
    there: Discord, home: Channel, calls: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The outcome is unknown."""
    monkeypatch.setattr(module, "CALL_TIMEOUT", 0.05)
    there.faults.put(f"POST {SEND}", Dawdles(seconds=0.5))
    with pytest.raises(OutcomeUnknownError, match="TimeoutError"):
        await calls.call_api("POST", SEND, json=words(), channel_id=home.id)


async def test_slow_down(there: Discord, home: Channel, calls: ApiClient) -> None:
    """discord.py handles a short wait. A long one, or one from before Discord itself, is reported in seconds."""
    there.faults.put(f"POST {SEND}", Limited(seconds=0.01))
    await calls.call_api("POST", SEND, json=words(), channel_id=home.id)
    for fault in (Limited(seconds=40), Limited(seconds=40, via=False)):
        there.faults.put(f"POST {SEND}", fault)
        with pytest.raises(DiscordApiError) as no:
            await calls.call_api("POST", SEND, json=words(), channel_id=home.id)
        assert (no.value.status, no.value.after) == (429, 40)


async def test_nobody_is_there(there: Discord, home: Channel, life: Gateway, calls: ApiClient) -> None:
    """Before connecting and after stopping nothing is sent, and a later retry makes sense."""
    nobody = ApiClient(there.api, lambda: None, InvalidRequestBudget())
    with pytest.raises(DiscordApiError) as no:
        await nobody.call_api("POST", SEND, json=words(), channel_id=home.id)
    assert no.value.after
    await life.stop()
    with pytest.raises(DiscordApiError) as gone:
        await calls.call_api("POST", SEND, json=words(), channel_id=home.id)
    assert gone.value.after
    assert there.called(f"POST {SEND}") == []


async def test_too_many_mistakes_stop_us_before_discord_does(
    there: Discord, home: Channel, life: Gateway
) -> None:
    """A process may use a tenth of Discord's limit. After ten minutes it may send again."""
    now = 0.0
    budget = InvalidRequestBudget(limit=3, clock=lambda: now)
    life.budget._latest = budget._latest
    life.budget._clock = budget._clock
    calls = ApiClient(there.api, life.current_http, budget)
    there.faults.put(f"POST {SEND}", Refuses(status=403, code=50013), times=2)
    there.faults.put(f"POST {SEND}", Limited(seconds=0.01))
    for _ in range(2):
        with pytest.raises(DiscordApiError):
            await calls.call_api("POST", SEND, json=words(), channel_id=home.id)
    await calls.call_api("POST", SEND, json=words(), channel_id=home.id)
    now = 60.0
    with pytest.raises(DiscordApiError) as no:
        await calls.call_api("POST", SEND, json=words(), channel_id=home.id)
    assert (no.value.status, no.value.after) == (429, 540)
    assert len(there.called(f"POST {SEND}")) == 4
    now = 601.0
    await calls.call_api("POST", SEND, json=words(), channel_id=home.id)


def test_only_mistakes_count() -> None:
    """A tenth of Discord's limit is for invalid requests, and a 404 is none."""
    budget = InvalidRequestBudget(clock=lambda: 0.0)
    for status in (200, 204, 400, 404, 500) * 1000:
        budget.count(status)
    assert budget.seconds_to_wait() == 0
    for _ in range(1000):
        budget.count(403)
    assert budget.seconds_to_wait() == 600


@pytest.fixture
def asked(there: Discord, home: Channel) -> Interaction:
    """Return an interaction of Ana's."""
    return does(there, home, "Ana", 2, {"id": "5", "name": "aha", "type": 1, "options": []})


async def test_an_answer_to_a_person(there: Discord, calls: ApiClient, asked: Interaction) -> None:
    """It is sent, followed up, edited and deleted, and mentions nobody."""
    app = there.world.app
    assert await calls.send_callback(asked.id, asked.token, {"type": 4, "data": words() | {"flags": V2 | 64}})
    assert await calls.send_follow_up(app, asked.token, words("more") | {"flags": V2 | 64})
    assert await calls.edit_original(app, asked.token, {"components": words("other")["components"]})
    assert await calls.delete_original(app, asked.token)
    first, more, changed, _ = [done for done in there.calls if asked.token in done.path]
    assert first.given["data"]["allowed_mentions"] == {"parse": []}
    assert more.given["allowed_mentions"] == changed.given["allowed_mentions"] == {"parse": []}


async def test_deferring_brings_no_message(there: Discord, calls: ApiClient, asked: Interaction) -> None:
    """So it has no `allowed_mentions`."""
    assert await calls.send_callback(asked.id, asked.token, {"type": 5, "data": {"flags": 64}})
    assert there.called(CALLBACK)[0].given == {"type": 5, "data": {"flags": 64}}


async def test_an_answer_that_comes_too_late(
    there: Discord, calls: ApiClient, asked: Interaction, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing is raised or retried, even if another process answered, and no secret is logged."""
    caplog.set_level(logging.INFO)
    body = {"type": 5, "data": {"flags": 64}}
    assert await calls.send_callback(asked.id, asked.token, body)
    assert not await calls.send_callback(asked.id, asked.token, body)
    asked.answered = 0
    asked.ages(40)
    assert not await calls.send_callback(asked.id, asked.token, body)
    asked.answered = 5
    asked.ages(16 * 60)
    assert not await calls.send_follow_up(there.world.app, asked.token, words())
    assert len(there.called(CALLBACK)) == 3
    for code in (40060, 10062, 50027):
        assert f"code {code}" in caplog.text
    assert asked.token not in caplog.text


@pytest.mark.parametrize("fault", [Breaks(status=502), Drops(), Limited(seconds=0.01)])
async def test_an_answer_that_does_not_arrive(
    there: Discord, calls: ApiClient, asked: Interaction, fault: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """It is not sent again, because the first one may have arrived, and it is logged."""
    there.faults.put(CALLBACK, fault)
    assert not await calls.send_callback(asked.id, asked.token, {"type": 5})
    assert len(there.called(CALLBACK)) <= 1
    assert "a callback" in caplog.text
    assert asked.token not in caplog.text


@pytest.mark.parametrize(
    ("refused", "sentence"),
    [
        (DiscordApiError(10003, 404), "That channel no longer exists."),
        (DiscordApiError(50001, 403), "I can't see that channel."),
        (DiscordApiError(50013, 403), "I'm not allowed to do that there."),
        (DiscordApiError(50007, 403), "They don't accept direct messages from me."),
        (DiscordApiError(50083, 400), "That thread is archived or locked."),
        (DiscordApiError(0, 429, 3.0), "Discord is asking me to slow down."),
        (DiscordApiError(0, 401), "I've lost my access to Discord."),
        (DiscordApiError(0, 0, 10.0), "I can't reach Discord right now."),
        (DiscordApiError(99999, 400), "Discord refused that."),
    ],
)
def test_a_sentence_for_each_no(refused: DiscordApiError, sentence: str) -> None:
    """It is for the person who set the post up. It says if a retry makes sense, or direct messages are closed."""
    told = to_post_failed(refused)
    assert str(told).startswith(sentence)
    assert told.retry_after == refused.after
    assert told.closed == (refused.code == 50007)
