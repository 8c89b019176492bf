"""Somebody who writes fifty captures a second, notes which were acknowledged, and sends the others again.

That is what a platform does: what nobody answered comes once more, under the same event id.
"""

import asyncio
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import aiohttp

PACE = 1 / 50
TWICE = 3
"""Captures that were acknowledged, and come once more all the same, at each start."""

KEPT = re.compile(r"Kept as #(\d+)")
PEOPLE = ("ana", "ben", "chidi", "mei")
CHANNEL = "team-lantern"


@dataclass
class Typist:
    """What was sent, and under which numbers it was acknowledged."""

    texts: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    sending: set["asyncio.Task[None]"] = field(default_factory=set)

    @property
    def unanswered(self) -> list[str]:
        """The events nobody acknowledged."""
        return [event for event in self.texts if event not in self.numbers]

    async def types(self, address: str) -> None:
        """Again what nobody acknowledged, then ever new captures at a steady pace, until cancelled."""
        self.answered.clear()
        async with here(address) as page:
            try:
                for event in [*self.unanswered, *list(self.numbers)[-TWICE:]]:
                    self._send(page, event)
                for event in self._new():
                    self._send(page, event)
                    await asyncio.sleep(PACE)
            finally:
                await asyncio.gather(*self.sending)

    async def types_again(self, address: str) -> None:
        """Everything that nobody acknowledged, until somebody does."""
        async with here(address) as page, asyncio.timeout(60):
            while self.unanswered:
                for event in self.unanswered:
                    self._send(page, event)
                await asyncio.gather(*self.sending)

    def _new(self) -> Iterator[str]:
        for number in count(len(self.texts) + 1):
            event = f"event-{number}"
            self.texts[event] = f"What we saw, time {number}"
            yield event

    def _send(self, page: aiohttp.ClientSession, event: str) -> None:
        task = asyncio.create_task(self._capture(page, event))
        self.sending.add(task)
        task.add_done_callback(self.sending.discard)

    async def _capture(self, page: aiohttp.ClientSession, event: str) -> None:
        who = PEOPLE[len(event + self.texts[event]) % len(PEOPLE)]
        body = {"person": who, "channel": CHANNEL, "text": f"/aha {self.texts[event]}", "event": event}
        try:
            async with page.post("/api/type", json=body) as response:
                answer = await response.text()
        except aiohttp.ClientError:
            return  # it was killed meanwhile: nobody knows
        if found := KEPT.search(answer):
            self.numbers[event].add(int(found[1]))
            self.answered.set()


def here(address: str) -> aiohttp.ClientSession:
    """A session with the page at this address, which takes requests from itself alone."""
    connections = aiohttp.TCPConnector(limit=0)
    return aiohttp.ClientSession(address, headers={"Origin": address}, connector=connections)


async def does(address: str, doing: str, **body: object) -> None:
    """Something else that a person does on the page."""
    async with here(address) as page, page.post(f"/api/{doing}", json={"person": "ana", **body}) as response:
        assert response.status == 200, await response.text()
