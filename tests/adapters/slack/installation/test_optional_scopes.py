"""Tests of optional scopes under one app: one workspace grants its history and another doesn't."""

from collections.abc import AsyncIterator

import pytest
from yarl import URL

from adapters.slack.adapter import build_adapter as slack_adapter
from adapters.slack.manifest import HISTORY_SCOPES, SCOPES
from bot.core.origin import Replies
from bot.runtime.process import build_bot
from storage.engine.database import Database
from tests.adapters.slack.installation.test_many_workspaces import Place, environ, place, workspace
from tests.fakes.slack import read
from tests.fakes.slack.world import Message, Workspace
from tests.support.databases import Clock

READS = "Replies in this thread are saved as answers"
READS_NOT = "Use the button. I can't read replies here"


@pytest.fixture
async def there(database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    async with place(database, clock) as there:
        yield there


async def asks(there: Place, here: Workspace) -> Message:
    """Have Ana ask a question, and return its card."""
    people, channel = there.people(here), here.channel("lantern")
    await people.invites("Ana", channel)
    await people.types("Ana", "ask What did we learn?", channel.id)
    await there.tick()
    return next(message for message in here.messages if "What did we learn?" in read.words(message.blocks))


async def replies(there: Place, here: Workspace, card: Message, text: str) -> str:
    """Have Ana reply in the card's thread, and return what the card shows then."""
    await there.people(here).says("Ana", text, card.channel, card.ts)
    await there.tick()
    return read.words(card.blocks)


async def test_what_each_workspace_granted_decides(there: Place) -> None:
    """A plain reply is an answer where the card says so, and nothing where it names the button."""
    open_one, closed_one = workspace(there, "T1"), workspace(there, "T2")
    assert "Ahabot is now in T1" in await there.installs(open_one)
    assert "Ahabot is now in T2" in await there.installs(closed_one, without=HISTORY_SCOPES)
    heard, unheard = await asks(there, open_one), await asks(there, closed_one)
    assert READS in read.words(heard.blocks)
    assert READS_NOT in read.words(unheard.blocks)
    assert "1 answered" in await replies(there, open_one, heard, "That nobody reads it.")
    assert "answered" not in await replies(there, closed_one, unheard, "That nobody reads it.")
    form = await there.people(closed_one).presses("Ana", "Answer", unheard)
    assert form.view
    await there.people(closed_one).submits(form.view, text="By the button.")
    await there.tick()
    assert "1 answered" in read.words(unheard.blocks)


async def test_installed_again_the_open_question_says_what_holds_now(there: Place) -> None:
    """It does so at once, without any use of the bot, in both directions."""
    here = workspace(there, "T1")
    await there.installs(here, without=HISTORY_SCOPES)
    card = await asks(there, here)
    assert READS_NOT in read.words(card.blocks)
    await there.installs(here)
    await there.tick()
    assert READS in read.words(card.blocks)
    await there.installs(here, without=HISTORY_SCOPES)
    await there.tick()
    assert READS_NOT in read.words(card.blocks)


async def test_with_the_public_history_alone_no_reply_is_an_answer(there: Place) -> None:
    """Slack sends replies in public channels, but the card says that they aren't read."""
    here = workspace(there, "T1")
    await there.installs(here, without=["groups:history"])
    card = await asks(there, here)
    assert READS_NOT in read.words(card.blocks)
    assert "answered" not in await replies(there, here, card, "That nobody reads it.")


async def test_the_installation_asks_for_them(there: Place) -> None:
    """Slack shows them apart, because the app's manifest names them as optional."""
    away = await there.session.get(f"{there.address}/slack/install", allow_redirects=False)
    asked = URL(away.headers["Location"]).query["scope"].split(",")
    assert asked == [*SCOPES, *HISTORY_SCOPES]


@pytest.mark.parametrize("org", [False, True])
async def test_a_restart_remembers_what_was_granted(there: Place, database: Database, org: bool) -> None:
    """Before any call to Slack; in an organisation's workspace from the first request on."""
    here = workspace(there, "T1", "E1" if org else "")
    await there.installs(here, org=org, without=HISTORY_SCOPES)
    again = slack_adapter(environ(there.slack))
    assert again is not None
    await again.start(build_bot(database, [again], there.clock))
    there.slack.calls.clear()
    if org:
        one = await again.tokens.find_installation("T1", "E1")
        assert one is not None
        again.tokens.recall_scopes(one, "T1")
    assert again.capabilities_in("T1").receives_replies is Replies.NONE
    assert again.capabilities_in("T9").receives_replies is Replies.ALL
    assert there.slack.calls == []
    await again.stop()
