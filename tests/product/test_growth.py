"""What a command costs follows what is due and what is shown, not what exists.

A day in the life of a team is lived twice: in a young database and in one with ten times as many moments, of the
big team and of the small ones around it. What the big team kept in the last year is the same in both. Each command,
event and suggestion, the posts behind it, and the ticks of the days after, must cost about the same. The figures are
counted, so that no other load on the machine changes them; see `tests/support/meter.py`.

Twenty thousand moments show the same growth as the hundred thousand of a team of five years, which take minutes to
write and to live in, on both engines.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from bot.data.export import write_export
from bot.features import COMPOSERS, DECLARATIONS, LISTENERS
from bot.runtime.bot import Bot
from bot.runtime.process import build_bot
from storage.engine.database import Database, open_database
from storage.models import PostingKind
from tests.support.databases import ENGINES, Clock, Copies
from tests.support.day_in_life import EVENTS, SUGGESTED, SUGGESTED_KINDS, Sentence, list_sentences
from tests.support.grown import Shape, grow
from tests.support.meter import Meter
from tests.support.people import Everyone
from tests.support.recorder import Recorder

YOUNG = Shape(big=1_000, small=20, recent=400)
OLD = Shape(big=10_000, small=200, recent=400)

TIMES = 1.5
"""The most that anything may cost more in the old database."""

ALLOWANCE = {"sqlite": 600, "postgresql": 10_000}
"""The steps, or the rows read, that make no difference: those of some dozen rows.

PostgreSQL reads a table of some thousand rows as a whole, because that takes it less time than an index, and not every
time the same ones. The tables that grow have twenty thousand rows and more.
"""

MORE_STATEMENTS = 3
"""The statements more that make no difference. An older team has a page more of something."""

SAME_WEEK = "moments of the same week in all earlier years"
CHECKS = "all goals and checks of the team, which are few"
ROTATION = "how often each question was ever asked, which is one a week: the next one was asked least often"
CYCLE = "the picture shows every experiment and breakthrough since the first"

WHOLE = "a table of some thousand rows is read as a whole, which takes PostgreSQL less time than its index"
OLD_RECAP = "a recap of long ago is drawn again: it reads the questions without names that closed since"

GROWS: dict[str, str] = {
    "sqlite: year-ago": SAME_WEEK,
    "sqlite: start-attempt *": "a rare merge of the search's index; 3,000 captures cost the same in both",
    "sqlite: *cycle": CYCLE,
    "sqlite: the posts after * step={step}*": CYCLE,
    "sqlite: the posts after give-step *": CYCLE,
    "sqlite: the posts after delete *": CYCLE,
    "sqlite: the posts after book *": "the next steps of a person's teams, one a retrospective",
    "sqlite: mission": "the mission's versions, and the team's goals",
    "sqlite: focus-*": CHECKS,
    "sqlite: session-check *": CHECKS,
    "sqlite: ask-now": ROTATION,
    "sqlite: *pick-question *": ROTATION,
    "sqlite: the posts after MessageDeleted *": OLD_RECAP,
    "sqlite: the posts after Channel*": OLD_RECAP,
    "sqlite: RepliesChanged *": "the open questions of a whole workspace, when its permissions change",
    "postgresql: the export of a small team": WHOLE,
}
"""What still grows, by patterns of names, each with its reason.

On SQLite a pattern that nothing fits any more must go. PostgreSQL's plans are not the same every time.
"""

NOT_COMPOSED = {
    PostingKind.FOLLOW_UP,
    PostingKind.HARVEST,
    PostingKind.LOOK_BACK,
    PostingKind.MISSION,
    PostingKind.NOTE_CHECKPOINT,
    PostingKind.NOTE_LONG,
    PostingKind.NOTE_REMOVED,
    PostingKind.NOTE_STOPPED,
    PostingKind.NOTE_SURVIVAL,
    PostingKind.NOTE_TAKEN_BACK,
    PostingKind.NOTE_UNPOSTED,
    PostingKind.NOTE_UNSAVED,
    PostingKind.QUIET,
}
"""The kinds of postings that a day does not compose yet: they need a longer story."""


@dataclass
class Day:
    """What was measured in a day: by name the costs by statement, and the statements."""

    costs: dict[str, tuple[Counter[str], Counter[str]]] = field(default_factory=dict)
    composed: set[str] = field(default_factory=set)


@dataclass
class Life:
    """A bot in a database that has grown, with a meter at its connections."""

    bot: Bot
    people: Everyone
    meter: Meter
    clock: Clock
    day: Day = field(default_factory=Day)

    async def measure(self, name: str, work: Callable[[], Awaitable[Any]]) -> None:
        """Do something and note what it costs. What is done under one name is added up."""
        self.meter.take()
        await work()
        costs, statements = self.meter.take()
        before = self.day.costs.setdefault(name, (Counter(), Counter()))
        before[0].update(costs)
        before[1].update(statements)

    async def live(self) -> Day:
        """Live the day: all sentences, all events, all suggestions and the days after."""
        for name, composer in list(self.bot.delivery.composers.items()):
            self._note_composed(name, composer)
        for sentence in list_sentences():
            await self._say(sentence)
        for number, (who, event) in enumerate(EVENTS):
            name = f"{type(event).__name__} {number}"
            await self.measure(name, lambda who=who, event=event: self.people.find_person(who).does(event))  # type: ignore[misc]
            await self.measure(f"the posts after {name}", self._deliver)
        for kind in SUGGESTED_KINDS:
            for typed in SUGGESTED:
                for who in ("ana", "small"):
                    asked = self.people.find_person(who).origin
                    await self.measure(
                        f"suggesting a {kind} for {typed!r} to {who}",
                        lambda kind=kind, typed=typed, asked=asked: self.bot.suggest(kind, typed, asked),  # type: ignore[misc]
                    )
        await self.measure("the export of a small team", self._export_small)
        for name, hours in (("a minute", 1 / 60), ("a day", 24), ("three days", 48), ("a week", 96)):
            self.clock.forward(hours=hours)
            await self.measure(f"a tick {name} later", self.bot.tick)
            await self.measure(f"the next due time {name} later", self.bot.next_due)
        return self.day

    async def _say(self, sentence: Sentence) -> None:
        command = self.bot.database.read_now(sentence.build)
        await self.measure(
            sentence.line, lambda: self.people.find_person(sentence.who).does(command, from_form=True)
        )
        await self.measure(f"the posts after {sentence.line}", self._deliver)

    async def _deliver(self) -> None:
        """Send what is due, without the rest of a tick, which is measured by itself later."""
        await self.bot.fetching.fetch_all()
        await self.bot.delivery.deliver_all()

    async def _export_small(self) -> None:
        self.bot.database.read_now(lambda session: write_export(session, 2, self.clock(), StringIO()))

    def _note_composed(self, name: str, composer: Any) -> None:
        def compose(*given: Any) -> Any:
            self.day.composed.add(name)
            return composer(*given)

        composers: Any = self.bot.delivery.composers
        composers[name] = compose


@asynccontextmanager
async def living(url: str, shape: Shape) -> AsyncIterator[Life]:
    """Open a bot in a database that grows to a shape behind the first moment of its team."""
    database: Database = open_database(url)
    meter, clock, recorder = Meter(database), Clock(), Recorder()
    bot = build_bot(database, [recorder], clock)
    bot.patience, recorder.bot = 300, bot
    bot.delivery.composers = dict(bot.delivery.composers)
    people = Everyone(bot)
    await people.ana.types("We sign tokens now")
    await bot.tick()
    grow(database, shape)
    _keep_statistics(database)
    try:
        yield Life(bot, people, meter, clock)
    finally:
        database.close()


def _keep_statistics(database: Database) -> None:
    """Let PostgreSQL look at its tables, as its autovacuum does within a minute of many new rows."""
    if database.writing.dialect.name == "postgresql":
        with database.writing.begin() as connection:
            connection.exec_driver_sql("ANALYZE")


@pytest.fixture(scope="module", params=ENGINES)
def urls(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str, str]:
    """Return the engine and the URLs of two empty databases."""
    if request.param == "sqlite":
        folder: Path = tmp_path_factory.mktemp("growth")
        template = request.getfixturevalue("sqlite_template")
        paths = [shutil.copy(template, folder / f"{name}.db") for name in ("young", "old")]
        return (request.param, *(f"sqlite:///{path}" for path in paths))
    copies: Copies = request.getfixturevalue("copies")
    return (request.param, *(copies.server.url(copies.make()) for _ in range(2)))


def test_every_command_and_event_has_a_sentence() -> None:
    """A new one needs a line in `tests/support/day_in_life.py`, so that it is measured too."""
    assert {each.key for each in DECLARATIONS} == {each.key for each in list_sentences()}
    assert {type(event) for _, event in EVENTS} == LISTENERS.keys()


@pytest.mark.timeout(3600)
async def test_nothing_grows_with_what_exists(urls: tuple[str, str, str]) -> None:
    """Only what is named in GROWS costs more in an old database, and all of that does."""
    engine, *both = urls
    days = []
    for url, shape in zip(both, (YOUNG, OLD), strict=True):
        async with living(url, shape) as life:
            days.append(await life.live())
    young, old = days
    assert young.costs.keys() == old.costs.keys()
    left = COMPOSERS.keys() - old.composed
    grown = {name: words for name in old.costs if (words := describe_growth(engine, name, young, old))}
    new = [words for name, words in grown.items() if reason_of(engine, name) is None]
    mended = [
        each
        for each in GROWS
        if engine == "sqlite"
        and each.startswith(engine)
        and not any(matches(each, engine, name) for name in grown)
    ]
    assert not new, f"{len(new)} grow:\n" + "\n".join(new)
    assert left <= NOT_COMPOSED, "these are not composed any more"
    assert not mended, f"these do not grow any more, take them out of GROWS: {mended}"


def reason_of(engine: str, name: str) -> str | None:
    """Return why something may still grow, or None."""
    return next((reason for each, reason in GROWS.items() if matches(each, engine, name)), None)


def matches(known: str, engine: str, name: str) -> bool:
    """Return whether a pattern of GROWS, such as `sqlite: focus-*`, fits a name."""
    return fnmatchcase(f"{engine}: {name}", known)


def describe_growth(engine: str, name: str, young: Day, old: Day) -> str:
    """Return a sentence about what grew, with both figures and the statement or table that grew most, or nothing."""
    (costs, statements), (more, more_statements) = young.costs[name], old.costs[name]
    before, after = costs.total(), more.total()
    if after > TIMES * before + ALLOWANCE[engine]:
        most = max(more, key=lambda each: more[each] - costs[each])
        what = "steps" if engine == "sqlite" else "rows read"
        return (
            f"`{name}`: {before} {what} became {after}, most in ({costs[most]} → {more[most]}) {most[:600]}"
        )
    before, after = statements.total(), more_statements.total()
    if after > TIMES * before + MORE_STATEMENTS:
        most = max(more_statements, key=lambda each: more_statements[each] - statements[each])
        return f"`{name}`: {before} statements became {after}, most of {most[:600]}"
    return ""
