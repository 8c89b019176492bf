"""Tests of access to the playground: from this machine and page only, and never with real tokens."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aiohttp import ClientSession, WSServerHandshakeError

from adapters.playground import settings
from tests.adapters.playground.conftest import Running

SENT = {"person": "ana", "channel": "random", "text": "hello", "event": "e1"}


async def post(session: ClientSession, url: str, body: str, **headers: str) -> tuple[int, Any]:
    async with session.post(url, data=body, headers=headers) as answer:
        return answer.status, json.loads(await answer.text())


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}", "[::1]:{port}", "localhost"])
async def test_names_of_this_machine_are_let_in(here: Running, host: str) -> None:
    """The page opens as 127.0.0.1, as localhost and by the IPv6 address."""
    port = here.page.base.rpartition(":")[2]
    name = host.format(port=port)
    status, _ = await post(
        here.page.session, f"{here.page.base}/api/type", json.dumps(SENT),
        **{"Host": name, "Origin": f"http://{name}", "Content-Type": "application/json"},
    )  # fmt: skip
    assert status == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost:80:80", "127.0.0.1:x", ""]
)
@pytest.mark.parametrize("address", ["/", "/page/main.js", "/api/world?person=ana", "/pictures/x.png"])
async def test_another_name_for_this_machine_is_turned_away(here: Running, host: str, address: str) -> None:
    """A site whose name points to loopback gets nothing, not even the page."""
    async with here.page.session.get(here.page.base + address, headers={"Host": host}) as answer:
        assert answer.status == 403
        assert (await answer.json())["error"] == "The playground only answers at 127.0.0.1 or localhost."


@pytest.mark.parametrize(
    "origin", [None, "null", "http://evil.example", "https://127.0.0.1", "http://127.0.0.1"]
)
async def test_another_site_cannot_act(here: Running, origin: str | None) -> None:
    """A form or script on another site or port can send nothing."""
    headers = {"Content-Type": "application/json"} | ({"Origin": origin} if origin else {})
    status, answer = await post(here.page.session, f"{here.page.base}/api/type", json.dumps(SENT), **headers)
    assert (status, answer["error"]) == (403, "The playground only accepts requests from its own page.")
    assert not (await here.page.world("ana"))["messages"]


async def test_another_site_cannot_listen(here: Running) -> None:
    """A WebSocket is open to every site unless the server checks its Origin."""
    with pytest.raises(WSServerHandshakeError, match="403"):
        await here.page.session.ws_connect(
            f"{here.page.base}/api/live?person=ana", origin="http://evil.example"
        )


async def test_a_plain_form_is_turned_away(here: Running) -> None:
    """Only JSON is accepted, which a cross-site form cannot send."""
    headers = {"Origin": here.page.base, "Content-Type": "text/plain"}
    status, answer = await post(here.page.session, f"{here.page.base}/api/type", json.dumps(SENT), **headers)
    assert (status, answer["error"]) == (403, "The playground only accepts JSON.")


async def test_the_page_may_run_nothing_but_its_own(here: Running) -> None:
    """The policy allows only this server's files: no inline script, other host or frame."""
    async with here.page.session.get(f"{here.page.base}/") as answer:
        policy = answer.headers["Content-Security-Policy"]
        text = await answer.text()
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "<script>" not in text
    assert "http://" not in text.replace("http://www.w3.org", "")


@pytest.mark.parametrize("name", ["..%2Fadapter.py", "main.js%00", "nothing.js", "..%5Cadapter.py"])
async def test_only_files_of_the_page_are_served(here: Running, name: str) -> None:
    """A file name is looked up in a table and never used as a path."""
    async with here.page.session.get(f"{here.page.base}/page/{name}") as answer:
        assert answer.status == 404


@pytest.mark.parametrize(
    "name", ["SLACK_BOT_TOKEN", "SLACK_CLIENT_ID", "SLACK_SIGNING_SECRET", "DISCORD_TOKEN"]
)
def test_it_does_not_start_beside_real_tokens(name: str) -> None:
    """The sentence names the variable and never its value."""
    said = settings.find_refusal({name: "xoxb-secret"})
    assert said is not None
    assert name in said
    assert "secret" not in said


def test_it_starts_where_there_are_none() -> None:
    """An empty variable is no token."""
    assert settings.find_refusal({"SLACK_BOT_TOKEN": " ", "PATH": "/bin"}) is None
