"""Tests of tokens: stored, renewed and ended."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from adapters.slack.installation.authorize import Authorizer, apply_access_change
from adapters.slack.installation.oauth import TokenSet, parse_grant
from adapters.slack.installation.tokens import Tokens
from bot.core.origin import OutcomeUnknownError, PostFailedError
from bot.runtime.bot import Bot
from bot.settings import SettingError
from storage.engine.errors import StoreError
from storage.models import Installation
from storage.teams import installations, presence, teams
from tests.fakes.slack.company import KEY, OTHER_KEY, Company, company, for_all, installed, many
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.recorder import Recorder

HALF_DAY: dict[str, Any] = {"expires_in": 43_200, "refresh_token": "xoxe-1"}


@pytest.fixture
async def slack() -> AsyncIterator[Company]:
    async with company() as slack:
        yield slack


@pytest.fixture
async def tokens(slack: Company, bot: Bot) -> AsyncIterator[Tokens]:
    async with many(slack, bot) as tokens:
        yield tokens


async def install(tokens: Tokens, said: dict[str, Any]) -> None:
    """Store an installation from a response of `oauth.v2.access`."""
    await tokens.save_installation(parse_grant(said, tokens.bot.clock()), "B1")


async def row(bot: Bot) -> Installation:
    """Return the only installation."""
    (one,) = await bot.database.read(lambda session: installations.list_installations(session, "slack"))
    return one


def news(kind: str = "app_uninstalled", at: int = 1_900_000_000, **more: Any) -> dict[str, Any]:
    """Return an event about the end of the installation, or of another kind."""
    return {"team_id": "T1", "event_time": at, "event": {"type": kind, **more}}


async def test_one_workspace_has_its_token_from_the_environment() -> None:
    """The database is not queried."""
    tokens = Tokens(None, token="xoxb-env")  # type: ignore[arg-type]
    assert await tokens.find_token("T1") == "xoxb-env"


async def test_before_the_start_slack_shall_ask_again(slack: Company) -> None:
    """An event that comes too early is sent again and not lost."""
    tokens = Tokens(None)  # type: ignore[arg-type]
    with pytest.raises(StoreError, match="starting"):
        await tokens.find_token("T1")


async def test_keys_are_changed(slack: Company, bot: Bot, tokens: Tokens) -> None:
    """A new first key encrypts every token again. Only after that the old key can be removed."""
    await install(tokens, installed(**HALF_DAY))
    before = await row(bot)
    async with many(slack, bot, OTHER_KEY, KEY):
        pass
    after = await row(bot)
    assert before.token != after.token
    assert before.refresh_token != after.refresh_token
    async with many(slack, bot, OTHER_KEY) as alone:
        assert await alone.find_token("T1") == "xoxb-T1"
    with pytest.raises(SettingError, match="Add that key again"):
        async with many(slack, bot, KEY):
            pass


async def test_a_token_is_renewed_an_hour_early(
    slack: Company, bot: Bot, tokens: Tokens, clock: Clock
) -> None:
    """It is renewed once for simultaneous requests, and the next time with the new refresh token."""
    await install(tokens, installed(**HALF_DAY))
    clock.forward(hours=10)
    assert await tokens.find_token("T1") == "xoxb-T1"
    slack.refresh["xoxe-1"] = {
        "ok": True,
        "access_token": "n1",
        "refresh_token": "xoxe-2",
        "expires_in": 43_200,
    }
    clock.forward(hours=1, minutes=30)
    given = await asyncio.gather(*(tokens.find_token("T1") for _ in range(8)))
    assert set(given) <= {"xoxb-T1", "n1"}
    assert slack.asked == ["refresh_token"]
    assert await tokens.find_token("T1") == "n1"
    slack.refresh["xoxe-2"] = {
        "ok": True,
        "access_token": "n2",
        "refresh_token": "xoxe-3",
        "expires_in": 43_200,
    }
    clock.forward(hours=12)
    assert set(await asyncio.gather(*(tokens.find_token("T1") for _ in range(8)))) == {"n2"}
    assert slack.asked == ["refresh_token"] * 2


async def test_two_processes_renew_once(slack: Company, bot: Bot, tokens: Tokens, clock: Clock) -> None:
    """The row says which process is renewing."""
    await install(tokens, installed(**HALF_DAY))
    slack.refresh["xoxe-1"] = {
        "ok": True,
        "access_token": "n1",
        "refresh_token": "xoxe-2",
        "expires_in": 43_200,
    }
    clock.forward(hours=13)
    async with many(slack, bot) as other:
        assert {*await asyncio.gather(tokens.find_token("T1"), other.find_token("T1"))} == {"n1"}
    assert slack.asked == ["refresh_token"]


async def test_slack_does_not_renew_just_now(slack: Company, bot: Bot, tokens: Tokens, clock: Clock) -> None:
    """The old token is used until it expires. Then the outcome is unknown, and a retry works."""
    await install(tokens, installed(**HALF_DAY))
    slack.answer = {"ok": False, "error": "internal_error"}
    clock.forward(hours=11, minutes=30)
    assert await tokens.find_token("T1") == "xoxb-T1"
    clock.forward(hours=1)
    with pytest.raises(OutcomeUnknownError):
        await tokens.find_token("T1")
    slack.answer, slack.broken = None, True
    with pytest.raises(OutcomeUnknownError):
        await tokens.find_token("T1")
    slack.broken = False
    slack.refresh["xoxe-1"] = {
        "ok": True,
        "access_token": "n1",
        "refresh_token": "xoxe-2",
        "expires_in": 43_200,
    }
    assert await tokens.find_token("T1") == "n1"


async def test_a_process_that_died_while_renewing(
    slack: Company, bot: Bot, tokens: Tokens, clock: Clock
) -> None:
    """After half a minute another one may renew."""
    await install(tokens, installed(**HALF_DAY))
    clock.forward(hours=11, minutes=30)
    one = await row(bot)
    assert await tokens._claim_renewal(one, clock())
    assert await tokens.find_token("T1") == "xoxb-T1"
    assert slack.asked == []
    slack.refresh["xoxe-1"] = {
        "ok": True,
        "access_token": "n1",
        "refresh_token": "xoxe-2",
        "expires_in": 43_200,
    }
    clock.forward(minutes=1)
    assert await tokens.find_token("T1") == "n1"


async def test_a_refresh_token_that_is_no_good_is_the_end(
    slack: Company, bot: Bot, tokens: Tokens, clock: Clock
) -> None:
    """It lasts until the app is installed again."""
    await install(tokens, installed(**HALF_DAY))
    clock.forward(hours=13)
    assert await tokens.find_token("T1") is None
    await install(tokens, installed())
    assert await tokens.find_token("T1") == "xoxb-T1"


async def slack_people(bot: Bot, people: Everyone, recorder: Recorder) -> Recorder:
    """Move the tests' people to a Slack workspace, and return its recorder."""
    bot.adapters["slack"] = recorder
    for one in (people.ana, people.ben):
        one.origin = _in_slack(one.origin)
    await people.ana.types("something")
    await bot.tick()
    return recorder


def _in_slack(origin: Any) -> Any:
    return replace(origin, platform="slack", workspace="T1")


ENDS = [
    [news()],
    [news("tokens_revoked", tokens={"oauth": [], "bot": ["U-bot"]})],
    [news(), news("tokens_revoked", tokens={"bot": ["U-bot"]})],
    [news("tokens_revoked", tokens={"bot": ["U-bot"]}), news()],
    [news(), news()],
]


@pytest.mark.parametrize("events", ENDS)
async def test_taken_out_and_invited_again(
    slack: Company, bot: Bot, tokens: Tokens, people: Everyone, recorder: Recorder, clock: Clock,
    events: list[dict[str, Any]],
) -> None:  # fmt: skip
    """In any order or twice, the token is forgotten and nothing posted. Reinstalled, the recap comes."""
    await install(tokens, installed())
    await slack_people(bot, people, recorder)
    for event in events:
        await apply_access_change(tokens, event)
    assert await tokens.find_token("T1") is None
    before = len(recorder.standing)
    clock.forward(days=5)
    await bot.tick()
    assert len(recorder.standing) == before
    await install(tokens, installed())
    await people.ana.types("something new")
    clock.forward(days=7)
    await bot.tick()
    assert any("The week to" in text for text in recorder.texts())


@pytest.mark.parametrize(
    "event",
    [
        news(at=1_500_000_000),
        news("tokens_revoked", tokens={"oauth": ["U1"]}),
        news("tokens_revoked", tokens=[]),
        {"event": "junk"},
        {"team_id": None, "event": {"type": "app_uninstalled"}},
    ],
)
async def test_news_that_is_not_about_this_installation(
    tokens: Tokens, event: dict[str, Any], bot: Bot
) -> None:
    """It is late and of an earlier one, about a person's token, or malformed."""
    await install(tokens, installed())
    await apply_access_change(tokens, event)
    assert await tokens.find_token("T1") == "xoxb-T1"


async def test_no_news_but_an_error(
    tokens: Tokens,
    bot: Bot,
    people: Everyone,
    recorder: Recorder,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A post's error has the same meaning. Nobody is notified, and the schedule does not change."""
    await install(tokens, installed())
    await slack_people(bot, people, recorder)
    assert await tokens.handle_refusal("T1", "channel_not_found", "xoxb-T1") is False
    assert await tokens.handle_refusal("T1", "token_revoked", "an older one") is False
    assert await tokens.find_token("T1") == "xoxb-T1"
    clock.forward(days=5)

    async def post(*_: Any) -> Any:
        await tokens.handle_refusal("T1", "account_inactive", "xoxb-T1")
        raise PostFailedError("The workspace took Ahabot out.")

    monkeypatch.setattr(recorder, "post", post)
    await bot.tick()
    monkeypatch.undo()
    assert await tokens.find_token("T1") is None
    assert recorder.notes("U-ana") == []
    await install(tokens, installed())
    await people.ana.types("something new")
    clock.forward(days=7)
    await bot.tick()
    assert any("The week to" in text for text in recorder.texts())


async def test_one_workspace_taken_out_comes_back_when_it_speaks(
    bot: Bot, people: Everyone, recorder: Recorder, clock: Clock
) -> None:
    """With the environment's token there is no installation row, but a removal counts."""
    tokens = Tokens(None, token="xoxb-env")  # type: ignore[arg-type]
    await tokens.start(bot)
    await slack_people(bot, people, recorder)
    await apply_access_change(tokens, news())
    before = len(recorder.standing)
    clock.forward(days=5)
    await bot.tick()
    assert len(recorder.standing) == before
    await people.ana.types("here again")
    clock.forward(days=7)
    await bot.tick()
    assert any("The week to" in text for text in recorder.texts())


async def test_one_workspace_comes_back_with_a_start(bot: Bot, people: Everyone, recorder: Recorder) -> None:
    """If Slack accepts the token again, no command is needed first."""
    tokens = Tokens(None, token="xoxb-env")  # type: ignore[arg-type]
    await tokens.start(bot)
    await slack_people(bot, people, recorder)
    await apply_access_change(tokens, news())
    assert await bot.database.read(lambda session: presence.is_removed(session, 1))
    await tokens.record_presence("T1", "Lantern")
    assert not await bot.database.read(lambda session: presence.is_removed(session, 1))


async def test_whose_token_answers_an_event(slack: Company, tokens: Tokens) -> None:
    """It comes from the database without a call to Slack. An unknown workspace has none."""
    await install(tokens, installed())
    found = await Authorizer(tokens).authorize_request(None, "T1", "U-ana")
    assert found is not None
    assert (found.bot_token, found.bot_user_id, found.bot_id, found.user_id) == (
        "xoxb-T1", "U-bot", "B1", "U-ana",
    )  # fmt: skip
    assert found.bot_scopes == ["commands", "chat:write"]
    assert await Authorizer(tokens).authorize_request(None, "T-else", "U-ana") is None
    assert slack.asked == []


async def test_an_organisation_s_workspaces(bot: Bot, tokens: Tokens) -> None:
    """An event tells a workspace's organisation. From then on its posts find the token too."""
    await install(tokens, for_all())
    authorize = Authorizer(tokens)
    for_no_team = await authorize.authorize_request("E1", None, "W-ana")
    assert for_no_team is not None
    assert await tokens.find_token("T9") is None
    found = await authorize.authorize_request("E1", "T9", "W-ana")
    assert found is not None
    assert (found.bot_token, found.team_id, found.enterprise_id) == ("xoxb-E1", "T9", "E1")
    assert await tokens.find_token("T9") == "xoxb-E1"
    whole = {"enterprise_id": "E1", "is_enterprise_install": True}
    await apply_access_change(
        tokens, {**news(), "team_id": "T9", "enterprise_id": "E1", "authorizations": [whole]}
    )
    assert await tokens.find_token("T9") is None
    assert await authorize.authorize_request("E1", "T9", "W-ana") is None


def access(granted: bool, *teams: Any, at: int = 1_900_000_000) -> dict[str, Any]:
    """Return an event in which an organisation's admins grant or revoke access to workspaces."""
    kind = f"team_access_{'granted' if granted else 'revoked'}"
    return {**news(kind, at, team_ids=list(teams)), "team_id": None, "enterprise_id": "E1"}


IN_TIME = [
    [(False, 1), (True, 2)],
    [(False, 1), (False, 1), (True, 2), (True, 2)],
    [(False, 1), (True, 2), (False, 3), (True, 4), (True, 2)],
]
OUT = [[(False, 1)], [(False, 3), (True, 2)], [(True, 2), (False, 3), (True, 2)]]


@pytest.mark.parametrize(
    ("told", "comes"), [*((told, True) for told in IN_TIME), *((told, False) for told in OUT)]
)
async def test_let_out_of_one_workspace_and_in_again(
    bot: Bot, tokens: Tokens, people: Everyone, recorder: Recorder, clock: Clock,
    told: list[tuple[bool, int]], comes: bool,
) -> None:  # fmt: skip
    """The latest news decides, in any order of delivery, and other workspaces keep the token."""
    await install(tokens, for_all())
    await Authorizer(tokens).authorize_request("E1", "T1", "W-ana")
    await Authorizer(tokens).authorize_request("E1", "T2", "W-ana")
    await slack_people(bot, people, recorder)
    for granted, at in told:
        await apply_access_change(tokens, access(granted, "T1", at=1_900_000_000 + at))
    before = len(recorder.standing)
    assert await tokens.find_token("T2") == "xoxb-E1"
    clock.forward(days=5)
    await bot.tick()
    assert (len(recorder.standing) > before) is comes
    assert not await bot.database.read(lambda session: presence.is_removed(session, 2))


async def test_let_out_where_it_has_an_installation_of_its_own(bot: Bot, tokens: Tokens) -> None:
    """That one continues. Older or malformed news does not stop anything either."""
    await install(tokens, for_all())
    await install(tokens, installed("T1", enterprise={"id": "E1", "name": "Acme"}))
    await Authorizer(tokens).authorize_request("E1", "T2", "W-ana")
    await apply_access_change(tokens, access(False, "T1"))
    await apply_access_change(tokens, access(False, "T2", at=1_500_000_000))
    await apply_access_change(tokens, access(False, None, 7, "", {}))
    await apply_access_change(tokens, {"event": {"type": "team_access_revoked", "team_ids": "T2"}})
    for workspace_id in (1, 2):
        assert not await bot.database.read(partial(presence.is_removed, workspace_id=workspace_id))


async def test_workspaces_have_names(bot: Bot, tokens: Tokens, people: Everyone, recorder: Recorder) -> None:
    """A name comes from the installation or from `auth.test`, and a new one replaces the old."""
    await install(tokens, installed())
    await slack_people(bot, people, recorder)

    async def named() -> list[str]:
        return [line.workspace for line in await bot.database.read(teams.list_team_summaries)]

    assert await named() == ["Team <T1>"]
    await tokens.record_presence("T1", "Lantern")
    assert await named() == ["Lantern"]
    await Authorizer(tokens).authorize_request("E1", "T1", "W-ana")
    assert await named() == ["Lantern"]


async def test_a_database_that_is_away_is_no_missing_installation(
    tokens: Tokens, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It raises an error, so that the event is sent again."""

    async def away(*_: Any) -> None:
        raise StoreError("The database can't be reached.")

    monkeypatch.setattr(bot.database, "read", away)
    with pytest.raises(StoreError):
        await Authorizer(tokens).authorize_request(None, "T1", "U-ana")


def test_tokens_are_not_shown() -> None:
    """Logs may contain the repr of any object."""
    assert "xoxb" not in repr(TokenSet("xoxb-1", "xoxe-1", None))
