"""A sender of fifty captures a second that records acknowledgements and repeats the other captures.

Platforms do the same: they send an unacknowledged event again, with the same event id.
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
"""Number of acknowledged captures that are sent again at each start."""

KEPT = re.compile(r"Saved as #(\d+)")
PEOPLE = ("ana", "ben", "chidi", "mei")
CHANNEL = "team-lantern"


@dataclass
class Typist:
    """The captures sent, and the moment numbers in their acknowledgements, by event id."""

    texts: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    sending: set["asyncio.Task[None]"] = field(default_factory=set)

    @property
    def unanswered(self) -> list[str]:
        """The ids of unacknowledged events."""
        return [event for event in self.texts if event not in self.numbers]

    async def types(self, address: str) -> None:
        """Repeat unacknowledged captures and TWICE others, then send 50 new ones a second, until cancelled."""
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
        """Repeat unacknowledged captures until all are acknowledged. Fail after 60 seconds."""
        async with here(address) as page, asyncio.timeout(100):
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
            return  # the process was killed, so the outcome is unknown
        if found := KEPT.search(answer):
            self.numbers[event].add(int(found[1]))
            self.answered.set()


def here(address: str) -> aiohttp.ClientSession:
    """Return a client for the page at this URL. It sends the page's Origin, because others are refused."""
    connections = aiohttp.TCPConnector(limit=0)
    return aiohttp.ClientSession(address, headers={"Origin": address}, connector=connections)


async def does(address: str, doing: str, **body: object) -> None:
    """Send another action of the page, as Ana unless `person` is given."""
    async with here(address) as page, page.post(f"/api/{doing}", json={"person": "ana", **body}) as response:
        assert response.status == 200, await response.text()
