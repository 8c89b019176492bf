"""Tests of one bot for many workspaces: installed in a browser, over real HTTP, with a fake Slack."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any

import aiohttp
import pytest
from aiohttp import CookieJar
from yarl import URL

from adapters.slack.adapter import Slack as Adapter
from adapters.slack.adapter import build_adapter as slack_adapter
from adapters.slack.connection.bolt_app import NOT_INSTALLED
from bot.runtime.bot import Bot
from bot.runtime.process import build_bot, run_bot
from bot.settings import SettingError
from storage.engine.database import Database
from storage.teams import teams
from tests.fakes.slack import events, read
from tests.fakes.slack.company import KEY
from tests.fakes.slack.people import People
from tests.fakes.slack.server import CLIENT_ID, CLIENT_SECRET, SECRET, Slack, serving
from tests.fakes.slack.world import Message, Workspace
from tests.support.chat import Owed
from tests.support.databases import Clock
from tests.support.waiting import PATIENT


@dataclass
class Place:
    """A bot for many workspaces, and a fake Slack with its workspaces."""

    slack: Slack
    bot: Bot
    adapter: Adapter
    clock: Clock
    address: str
    session: aiohttp.ClientSession

    async def installs(self, here: Workspace, **how: Any) -> str:
        """Install the bot in a workspace as a browser does, and return the last page."""
        away = await self.session.get(f"{self.address}/slack/install", allow_redirects=False)
        state = URL(away.headers["Location"]).query["state"]
        back = {"state": state, "code": self.slack.consents(here, **how)}
        async with self.session.get(f"{self.address}/slack/oauth_redirect", params=back) as answer:
            return await answer.text()

    def people(self, here: Workspace) -> People:
        """Return the simulated people of a workspace."""
        return People(self.slack, here, owed=Owed(self.bot))

    async def tick(self) -> None:
        """Send what is due, and wait until Slack is quiet."""
        await self.bot.tick()
        await self.slack.quiet()


def environ(slack: Slack) -> dict[str, str]:
    """Return the environment variables of a bot for many workspaces."""
    return {
        "SLACK_SIGNING_SECRET": SECRET, "SLACK_CLIENT_ID": CLIENT_ID, "SLACK_CLIENT_SECRET": CLIENT_SECRET,
        "SLACK_API_URL": slack.api, "AHABOT_SECRET_KEYS": KEY,
    }  # fmt: skip


@asynccontextmanager
async def place(database: Database, clock: Clock) -> AsyncIterator[Place]:
    """Yield a running bot for many workspaces."""
    async with serving() as slack:
        slack.tokens.clear()
        adapter = slack_adapter(environ(slack))
        assert adapter is not None
        adapter.posting.rate_limit.every = 0.0
        bot = build_bot(database, [adapter], clock)
        bot.patience = PATIENT
        jar = CookieJar(unsafe=True)
        async with run_bot(bot, "127.0.0.1", 0) as port, aiohttp.ClientSession(cookie_jar=jar) as session:
            address = f"http://127.0.0.1:{port}"
            slack.over_http(f"{address}/slack/events", session)
            yield Place(slack, bot, adapter, clock, address, session)
            await slack.quiet()


@pytest.fixture
async def there(database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    async with place(database, clock) as there:
        yield there


def workspace(there: Place, team: str, enterprise: str = "") -> Workspace:
    """Create a workspace with Ana and a channel that has not installed the bot."""
    apart = count(1 + 1_000 * len(there.slack.workspaces))
    here = Workspace(team=team, name=team.title(), enterprise=enterprise, numbers=apart)
    here.add("Ana")
    here.make("lantern")
    there.slack.workspaces[team] = here
    return here


async def test_two_workspaces_that_know_nothing_of_each_other(there: Place) -> None:
    """Each has its own token, team and #1. Removed from one, the bot continues in the other."""
    one, two = workspace(there, "T1"), workspace(there, "T2")
    assert "Ahabot is now in T1" in await there.installs(one)
    await there.installs(two)
    for here in (one, two):
        people, channel = there.people(here), here.channel("lantern")
        await people.invites("Ana", channel)
        said = await people.types("Ana", f"only {here.team} knows this", channel.id)
        assert "Saved as #1" in said.text
        await there.tick()
    for here, other in ((one, two), (two, one)):
        shown = " ".join(str(message.blocks) for message in here.messages)
        assert f"only {here.team} knows" in shown
        assert f"only {other.team} knows" not in shown
    await there.people(one).uninstalls()
    before = len(one.messages)
    there.clock.forward(days=5)
    await there.tick()
    assert len(one.messages) == before
    assert "The week to" in " ".join(str(message.blocks) for message in two.messages)
    assert "Ahabot is now in T1" in await there.installs(one)
    people, channel = there.people(one), one.channel("lantern")
    assert "Saved as #2" in (await people.types("Ana", "something new", channel.id)).text
    there.clock.forward(days=7)
    await there.tick()
    assert "The week to" in " ".join(str(message.blocks) for message in one.messages)


async def test_installed_again_with_the_scope_that_was_missing(there: Place) -> None:
    """What waited in that workspace is posted at once, without any use of the bot. The other one went on."""
    one, two = workspace(there, "T1"), workspace(there, "T2")
    await there.installs(one)
    await there.installs(two)
    for here in (one, two):
        await there.people(here).invites("Ana", here.channel("lantern"))
    await there.tick()
    for name, token in [*there.slack.tokens.items()]:
        if token.workspace == one.team:
            there.slack.tokens[name] = replace(token, scopes=token.scopes - {"chat:write"})
    for here in (one, two):
        told = await there.people(here).types("Ana", "a morning thought", here.channel("lantern").id)
        assert "Saved as #1" in told.text
        await there.tick()
    assert "a morning thought" not in " ".join(str(message.blocks) for message in one.messages)
    assert "a morning thought" in " ".join(str(message.blocks) for message in two.messages)
    assert "chat:write" in (await there.people(one).types("Ana", "find", one.channel("lantern").id)).text
    assert "chat:write" not in (await there.people(two).types("Ana", "find", two.channel("lantern").id)).text
    await there.installs(one)
    await there.tick()
    assert "a morning thought" in " ".join(str(message.blocks) for message in one.messages)


async def test_where_nobody_installed_us(there: Place) -> None:
    """A command gets a sentence, an event an empty 200, and nothing is saved."""
    here = workspace(there, "T1")
    got = await there.people(here).types("Ana", "anybody there?", here.channel("lantern").id)
    assert got.text == NOT_INSTALLED
    assert not await there.bot.database.read(teams.has_teams)


async def test_an_organisation(there: Place) -> None:
    """Installed once for all its workspaces, each of them posts with the same token."""
    one, two = workspace(there, "T1", "E1"), workspace(there, "T2", "E1")
    assert "Ahabot is now in Org" in await there.installs(one, org=True)
    people, channel = there.people(one), one.channel("lantern")
    await people.invites("Ana", channel)
    assert "Saved as #1" in (await people.types("Ana", "a morning thought", channel.id)).text
    await there.tick()
    assert "a morning thought" in " ".join(str(message.blocks) for message in one.messages)
    assert await there.adapter.tokens.find_token("T2") is None
    await there.people(two).invites("Ana", two.channel("lantern"))
    assert await there.adapter.tokens.find_token("T2") == await there.adapter.tokens.find_token("T1")
    assert await there.adapter.tokens.find_token("T3") is None


def said(here: Workspace) -> str:
    """Return all that the bot has written there, in channels and direct messages."""
    return "\n".join(read.words(m.blocks, m.text) for m in here.messages if m.by_bot)


WRITES = {"T1": "Ben", "T2": "Mei"}
"""The person who writes in each workspace. Ana is in both."""


async def talks(there: Place, here: Workspace) -> Message:
    """Have a short conversation that covers invitation, capture, emoji, button and form.

    Returns the message that was saved by emoji.
    """
    people, channel = there.people(here), here.channel("lantern")
    who = here.add(WRITES[here.team]).name
    await people.invites("Ana", channel)
    got = await people.types("Ana", f"Only {here.team} knows this.", channel.id)
    assert "Saved as #1" in got.text
    theirs = await people.says(who, f"{who} said it.", channel.id)
    await people.reacts("Ana", "💡", theirs)
    await there.tick()
    card = next(m for m in here.messages if "Aha #1" in read.words(m.blocks))
    await people.presses(who, "High-five", card)
    form = await people.presses(who, "Add my version", card)
    assert form.view
    said = (await people.submits(form.view, text="My own version.")).text
    assert "It stays hidden until someone else adds theirs" in said
    found = await people.types("Ana", "find said", channel.id)
    assert f"{who} said it." in found.text
    await there.tick()
    assert "[High-five (1)]" in read.words(card.blocks)
    return theirs


async def test_a_whole_organisation(there: Place) -> None:
    """One installation serves two workspaces, whose payloads name the organisation, and keeps them apart."""
    one, two = workspace(there, "T1", "E1"), workspace(there, "T2", "E1")
    await there.installs(one, org=True)
    assert {user for here in (one, two) for user in here.users} == {"W0ANA", "U0AHABOT"}
    for here in (one, two):
        await talks(there, here)
    for here, other in ((one, two), (two, one)):
        assert f"Only {here.team} knows this." in said(here)
        assert "Ana saved what you wrote" in said(here)
        assert f"{other.team} knows" not in said(here)
        assert f"{WRITES[other.team]} said" not in said(here)
    lines = await there.bot.database.read(teams.list_team_summaries)
    assert [(line.channel, line.moments) for line in lines] == [
        (here.channel("lantern").id, 2) for here in (one, two)
    ]
    there.slack.tell(one, events.access(False, "T1"))
    await there.slack.quiet()
    before = len(one.messages)
    there.clock.forward(days=5)
    await there.tick()
    assert len(one.messages) == before
    assert "The week to" in said(two)
    there.slack.tell(one, events.access(True, "T1"))
    await there.slack.quiet()
    assert len(one.messages) == before
    people = there.people(one)
    assert "Saved as #3" in (await people.types("Ana", "Something new.", one.channel("lantern").id)).text
    there.clock.forward(days=7)
    await there.tick()
    assert "The week to" in said(one)


@pytest.mark.parametrize("org", [False, True])
async def test_an_event_asks_slack_nothing(there: Place, org: bool) -> None:
    """The token is in the database, so many events of two workspaces make no call."""
    both = [workspace(there, team, "E1" if org else "") for team in ("T1", "T2")]
    for here in both[: 1 if org else 2]:
        await there.installs(here, org=org)
    for here in both:
        message = await talks(there, here)
        await there.people(here).reacts(WRITES[here.team], "👀", message)
    there.slack.calls.clear()
    for here in both:
        people, channel = there.people(here), here.channel("lantern")
        for number in range(10):
            message = await people.says(WRITES[here.team], f"Nothing of ours {number}", channel.id)
            await people.reacts("Ana", "👀", message)
    assert there.slack.calls == []


async def test_a_token_that_is_twelve_hours_old(there: Place) -> None:
    """It is renewed before a post, unnoticed."""
    here = workspace(there, "T1")
    await there.installs(here, rotates=True)
    people, channel = there.people(here), here.channel("lantern")
    await people.invites("Ana", channel)
    first = await there.adapter.tokens.find_token("T1")
    there.clock.now += timedelta(hours=13)
    said = await people.types("Ana", "the morning after", channel.id)
    assert "Saved as #1" in said.text
    await there.tick()
    assert "the morning after" in " ".join(str(message.blocks) for message in here.messages)
    assert await there.adapter.tokens.find_token("T1") not in (first, None)


async def test_thrown_out_without_a_word(there: Place) -> None:
    """Without an event, the next post reveals it, once, and the token is forgotten."""
    here = workspace(there, "T1")
    await there.installs(here)
    people, channel = there.people(here), here.channel("lantern")
    await people.invites("Ana", channel)
    await people.types("Ana", "a morning thought", channel.id)
    await there.tick()
    for token in list(there.slack.tokens):
        there.slack.ends(token, "account_inactive")
    there.clock.forward(days=5)
    await there.tick()
    assert await there.adapter.tokens.find_token("T1") is None
    calls = len(there.slack.calls)
    there.clock.forward(days=14)
    await there.tick()
    assert len(there.slack.calls) == calls


async def test_a_restart(there: Place, database: Database) -> None:
    """The tokens are in the database, so nobody installs again."""
    here = workspace(there, "T1")
    await there.installs(here)
    again = slack_adapter(environ(there.slack))
    assert again is not None
    await again.start(build_bot(database, [again], there.clock))
    assert await again.tokens.find_token("T1") == await there.adapter.tokens.find_token("T1")
    await again.stop()


def test_without_keys_it_does_not_start() -> None:
    """The error is one sentence."""
    given = {"SLACK_SIGNING_SECRET": "s", "SLACK_CLIENT_ID": "1", "SLACK_CLIENT_SECRET": "2"}
    with pytest.raises(SettingError, match="AHABOT_SECRET_KEYS is missing"):
        slack_adapter(given)
