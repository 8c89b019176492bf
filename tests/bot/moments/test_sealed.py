"""Property tests: whatever the order of actions, nobody reads sealed text before its time."""

import asyncio
import logging
import re
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import StringIO
from itertools import count

from hypothesis import HealthCheck, example, given, settings, strategies
from sqlalchemy import select
from sqlmodel import Session

from bot.core.messages import Form
from bot.core.moment import Show
from bot.data.export import write_export
from bot.memory.book.commands import TellCareer
from bot.memory.sequels import AddSequel
from bot.moments.commands import (
    AddVersion,
    Delete,
    DropVersion,
    Edit,
    ItWasAnAha,
    IWasThere,
    ReadOn,
    Restore,
    Undo,
)
from bot.moments.versions import VersionOf
from bot.people.page.commands import Home
from bot.quests.commands import Expect, ExpectNext, KeepResult, LogAttempt, SeeQuest, StartAttempt
from bot.recaps.content import recap_document
from bot.recaps.recap import PostRecap, build_period_recap
from bot.runtime.process import build_bot
from bot.teams.setup import SetKeeping
from storage.engine.database import Database, database_file
from storage.models import Expectation, OwnMoment, Participant, Table, Version
from tests.support.databases import Clock, Lent
from tests.support.people import Everyone, Got, Person
from tests.support.questions import asks, press
from tests.support.recorder import Recorder

MOMENTS = (1, 2)
Step = tuple[str, int, int]
"""An action, the index of its person, and the number of its moment."""


@dataclass
class Telling:
    """A version in the model. Once it was readable it is no secret any more."""

    text: str
    at: datetime
    public: bool = False


@dataclass
class Asked:
    """A question with sealed answers: for two minutes, until all lines are shown, or for ever."""

    message: str
    opens: datetime | None
    given: dict[str, str] = field(default_factory=dict)
    people: list[str] = field(default_factory=list)
    closed: bool = False

    def is_open(self, now: datetime) -> bool:
        """Return whether everyone may read its answers."""
        every = self.closed and set(self.given) >= set(self.people)
        return every or (self.opens is not None and self.opens <= now)


@dataclass
class Model:
    """The rule as the issue states it, independent of the tested code."""

    seals: bool = True
    asked: dict[str, Asked] = field(default_factory=dict)
    parked: list[tuple[str, str]] = field(default_factory=list)
    own: list[tuple[str, str]] = field(default_factory=list)
    """What people keep for themselves, which nobody else may read at any time."""
    expected: list[tuple[str, str]] = field(default_factory=list)
    """Lines that are sealed until the attempt has its result, and words that went away before it."""
    nameless: list[tuple[str, str]] = field(default_factory=list)
    """Lines without a name. The four are fewer than the floor, wherever they write, so nobody ever reads one."""
    now: datetime = Clock().now
    told: dict[int, dict[str, Telling]] = field(default_factory=lambda: {number: {} for number in MOMENTS})
    past: list[tuple[str, Telling]] = field(default_factory=list)
    gone: dict[int, datetime] = field(default_factory=dict)

    def tell(self, number: int, who: str, text: str, now: datetime) -> None:
        """Record a new version, or a person's replacement of their own."""
        mine = self.told[number].get(who)
        if mine is not None:
            self.past.append((who, Telling(mine.text, mine.at, mine.public)))
            mine.text = text
        else:
            self.told[number][who] = Telling(text, now, not self.seals)

    def drop(self, number: int, who: str) -> None:
        """Record that a person removed their version."""
        if who in self.told[number]:
            self.past.append((who, self.told[number].pop(who)))

    def time(self, now: datetime) -> None:
        """Set the time, and open versions of a moment with two versions, an open one, or one 48 hours old."""
        self.now = now
        for number, told in self.told.items():
            old = any(one.public or one.at + timedelta(hours=48) <= now for one in told.values())
            if number not in self.gone and (old or len(told) > 1):
                for one in told.values():
                    one.public = True

    def secrets(self) -> Iterator[tuple[str, str]]:
        """Yield each author and text that nobody else may have read."""
        for told in self.told.values():
            yield from ((who, one.text) for who, one in told.items() if not one.public)
        yield from ((who, one.text) for who, one in self.past if not one.public)
        for asked in self.asked.values():
            if not asked.is_open(self.now):
                yield from asked.given.items()
        yield from self.parked
        yield from self.own
        yield from self.expected
        yield from self.nameless


class Talk:
    """A team of four on an empty database, with a check of everything that anybody reads."""

    def __init__(self, database: Database) -> None:
        self.clock, self.recorder, self.model = Clock(), Recorder(), Model()
        self.bot = build_bot(database, [self.recorder], self.clock)
        self.bot.patience = 30
        people = Everyone(self.bot)
        self.people = (people.ana, people.ben, people.mei, people.noor)
        self.words = (f"zq{number}x" for number in count(1))
        self.log = StringIO()
        self.looked_for: list[str] = []
        path = database_file(database.url)
        assert path is not None
        self.file = sqlite3.connect(path)
        self.looked_at: tuple[int, datetime] | None = None
        self.kept: Got | None = None
        """The answer to the last result that was kept."""

    async def begin(self) -> None:
        """Create an aha and an experiment by Ana."""
        await self.people[0].types("We sign once now")
        await self.people[0].types("failed a wizard")
        await self.bot.tick()

    async def do(self, step: Step) -> None:
        """Perform one action, then check that no sealed text leaked."""
        what, person, number = step
        await KNOWN[what](self, self.people[person], number)
        self.model.time(self.clock.now)
        await self._nothing_leaks()

    async def reads(self, person: Person, got: Got) -> Got:
        """Check that an answer contains no secret of another person, and return it."""
        self.model.time(self.clock.now)
        shown = got.text
        if isinstance(got.answer, Form):
            shown = " ".join([got.answer.title, got.answer.intro, *(one.value for one in got.answer.fields)])
        for who, text in self.model.secrets():
            assert text not in shown or who == person.origin.person, f"{text} in: {shown}"
        return got

    async def _nothing_leaks(self) -> None:
        """Look everywhere, or only in the log while neither the rows nor the time have changed."""
        secrets = [text for _, text in self.model.secrets()]
        everywhere = {"the log": self.log.getvalue()}
        if self._has_changed():
            everywhere |= await self._read_everywhere()
        for where, words in everywhere.items():
            assert not [text for text in secrets if text in words], f"in {where}: {words}"

    def _has_changed(self) -> bool:
        """Return whether anything was written or time has passed since the last look."""
        (version,) = self.file.execute("PRAGMA data_version").fetchone()
        before, self.looked_at = self.looked_at, (version, self.clock.now)
        return self.looked_at != before

    async def _read_everywhere(self) -> dict[str, str]:
        """Return what everybody may read: the chat, the tables, the export and the recaps."""

        def recaps(session: Session) -> str:
            told = (build_period_recap(session, 1, kind, self.clock.now) for kind in ("week", "year"))
            return str([recap_document(each) for each in told])

        posted = [each.post.picture.alt for each in self.recorder.standing.values() if each.post.picture]
        return {
            "the channel": "\n".join(each.text for each in self.recorder.standing.values()),
            "pictures": " ".join(posted),
            "the tables": self._not_looked_for(await self.bot.database.read(_all_else)),
            "the export": await self.bot.database.read(self._exported),
            "recaps": await self.bot.database.read(recaps),
        }

    def _not_looked_for(self, rows: str) -> str:
        """Return the text without people's own search terms, which *Save as an aha* repeats."""
        for typed in self.looked_for:
            rows = rows.replace(typed, "")
        return rows

    def _exported(self, session: Session) -> str:
        out = StringIO()
        write_export(session, 1, self.clock.now, out)
        return out.getvalue()


def _all_else(session: Session) -> str:
    """Return every row of every table except those that hold secrets, as text."""
    holding = [each.__tablename__ for each in (Version, Participant, Expectation, OwnMoment)]
    tables = [table for table in Table.metadata.sorted_tables if table.name not in holding]
    rows = (session.execute(select(table)).all() for table in tables)
    return "\n".join(map(str, rows))


async def _tells(talk: Talk, person: Person, number: int) -> None:
    text = next(talk.words)
    got = await person.does(AddVersion(f"1.{number}", f"It was {text}"))
    if got.text.startswith("Your version"):
        talk.model.tell(number, person.origin.person, text, talk.clock.now)
    await talk.reads(person, got)


async def _asks(talk: Talk, person: Person, number: int) -> None:
    """Open the version form from the moment and from its card."""
    await talk.reads(person, await person.does(AddVersion(f"1.{number}")))
    await talk.reads(person, await person.does(VersionOf(f"m{number}")))


async def _drops(talk: Talk, person: Person, number: int) -> None:
    got = await person.does(DropVersion(f"1.{number}"))
    if "Removed your version" in got.text:
        talk.model.drop(number, person.origin.person)
    await talk.reads(person, got)


async def _looks(talk: Talk, person: Person, number: int) -> None:
    for command in (f"show {number}", "list", "recap", "recap year", "help", f"edit {number}", "quest", "cycle",
                    "memory fuel", "memory note", "schedule", "me", f"why {number}"):  # fmt: skip
        await talk.reads(person, await person.types(command))
    for other in (ReadOn(f"1.{number}", "1"), Home()):
        await talk.reads(person, await person.does(other))


async def _notes(talk: Talk, person: Person, _: int) -> None:
    """Keep a note, an aha of the career and what was written in direct messages for oneself, a second later."""
    talk.clock.forward(seconds=1)
    note, career, kept = next(talk.words), next(talk.words), next(talk.words)
    who = person.origin.person
    talk.model.own += [(who, note), (who, career), (who, kept)]
    await talk.reads(person, await person.types(f"memory note It was {note}"))
    await talk.reads(person, await person.does(TellCareer(f"It was {career}", "spring 2014")))
    await talk.reads(person, await person.types("memory note"))
    await person.types("We met here")
    asked = await person.types(f"It was {kept}", direct=True, channel=f"D-{who}")
    await talk.reads(person, await asked.press("Save just for me"))


async def _searches(talk: Talk, person: Person, _: int) -> None:
    """Search for each secret of another person, and expect no trace of it."""
    talk.model.time(talk.clock.now)
    for who, text in list(talk.model.secrets()):
        talk.looked_for.append(f"find {text}")
        got = await person.types(f"find {text}")
        assert "#" not in got.text, f"{who}'s {text} is found: {got.text}"


async def _does(talk: Talk, person: Person, command: object) -> None:
    await talk.reads(person, await person.does(command))


async def _deletes(talk: Talk, _: Person, number: int) -> None:
    if "deleted. You can bring it back" in (await talk.people[0].does(Delete(f"1.{number}"))).text:
        talk.model.gone[number] = talk.clock.now


async def _restores(talk: Talk, _: Person, number: int) -> None:
    if "is back" in (await talk.people[0].does(Restore(f"1.{number}"))).text:
        del talk.model.gone[number]


async def _seal(talk: Talk, person: Person, on: bool) -> None:
    await _does(talk, person, SetKeeping("1", "💡", "1", "UTC", "sealed" if on else "open"))
    talk.model.seals = on


async def _waits(talk: Talk, hours: float, tick: bool = True) -> None:
    talk.clock.forward(hours=hours)
    talk.model.time(talk.clock.now)
    if tick:
        await talk.bot.tick()


async def _asks_for(talk: Talk, person: Person, sort: str, opens: timedelta | None) -> None:
    """Ask a question of a form with sealed answers, unless one of that form is still sealed."""
    before = talk.model.asked.get(sort)
    if before is None or before.is_open(talk.clock.now):
        message = await asks(person, sort, "What is next?")
        talk.model.asked[sort] = Asked(message, talk.clock.now + opens if opens else None)


async def _pressed(talk: Talk, person: Person, sort: str, label: str) -> Got | None:
    """Press a button on the newest question of a form, if it has that button, and return the answer."""
    await talk.bot.tick()
    asked = talk.model.asked.get(sort)
    buttons = talk.recorder.standing[asked.message].post.card.buttons if asked else ()
    if asked is None or label not in [button.label for button in buttons]:
        return None
    return await talk.reads(person, await press(person, asked.message, label))


async def _gives(talk: Talk, person: Person, sort: str, label: str) -> None:
    """Send an answer by form, and record it in the model."""
    got = await _pressed(talk, person, sort, label)
    if got is None or not isinstance(got.answer, Form):
        return
    text = next(talk.words)
    who, asked = person.origin.person, talk.model.asked[sort]
    if sort == "park_it":
        talk.model.parked.append((who, text))
    else:
        asked.given[who] = text
    await talk.reads(person, await got.fill(text=f"It was {text}"))


async def _round(talk: Talk, person: Person, _: int) -> None:
    """Run a round with three people, closed by the person who asked. Its lines open within two days."""
    known = talk.model.asked.get("brings")
    if known is not None and not known.is_open(talk.clock.now):
        return
    await _asks_for(talk, person, "brings", None)
    for one in talk.people[1:]:
        await _pressed(talk, one, "brings", "I'm in")
    await _pressed(talk, person, "brings", "Close the round")
    asked = talk.model.asked["brings"]
    asked.people, asked.closed = [one.origin.person for one in talk.people[1:]], True
    asked.opens = talk.clock.now + timedelta(days=2)


async def _back(talk: Talk, person: Person) -> None:
    await _pressed(talk, person, "park_it", "Show what I parked")


async def _quest(talk: Talk, person: Person, _: int) -> None:
    await talk.reads(person, await person.types("quest How do they get in?"))


async def _tries(talk: Talk, person: Person, number: int) -> None:
    """Start an attempt at the first quest, whose waiting lines it takes, or for the second moment at none."""
    quest = "1" if number == 1 else "none"
    await talk.reads(person, await person.does(StartAttempt(quest, "1", "A wizard")))


async def _logs(talk: Talk, person: Person, _: int) -> None:
    """Log an attempt at the first quest with its result, which opens what waits there."""
    got = await (await person.does(LogAttempt("1", "1"))).fill(text="A form on one page")
    if found := re.match(r"Saved as #(\d+)", got.text):
        await _learns(talk, person, int(found[1]))


async def _moves(talk: Talk, person: Person, number: int) -> None:
    """Place an attempt in the first quest, in the second one or in none, by whoever wrote it."""
    quest = ("1", "2", "none")[talk.people.index(person) % 3]
    for author in talk.people:
        got = await author.does(Edit(f"1.{number + 2}"))
        if isinstance(got.answer, Form) and any(one.name == "quest" for one in got.answer.fields):
            await got.fill(quest=quest)
            await _learns(talk, person, number + 2)


async def _removes(talk: Talk, person: Person, number: int) -> None:
    for author in talk.people:
        await talk.reads(person, await author.does(Undo(f"1.{number + 2}")))


async def _brings_back(talk: Talk, person: Person, number: int) -> None:
    for author in talk.people:
        if "is back" in (await author.does(Restore(f"1.{number + 2}"))).text:
            await _learns(talk, person, number + 2)


async def _learns(talk: Talk, person: Person, number: int) -> None:
    """Forget the secrets that a moment with its result tells. Everybody has read them."""
    shown = (await person.types(f"show {number}")).text
    if "· under way" not in shown.partition("\n")[0]:
        talk.model.expected = [(who, text) for who, text in talk.model.expected if text not in shown]


async def _expects(talk: Talk, person: Person, command: Expect | ExpectNext, name: str) -> None:
    """Seal a line on the quest's card or on an attempt, with a name or without one."""
    got = await talk.reads(person, await person.does(command))
    if not isinstance(got.answer, Form):
        return
    text = next(talk.words)
    which = {one.name: one.options[0].value for one in got.answer.fields if one.name == "which"}
    sealed = talk.model.expected if name == "signed" else talk.model.nameless
    sealed.append((person.origin.person, text))
    await talk.reads(person, await got.fill(text=f"It was {text}", name=name, **which))


async def _takes_out(talk: Talk, person: Person, _: int) -> None:
    """Look for one's own line on the quest and the attempts, and take it out."""
    for command in (SeeQuest("1", "1"), *(Show(f"1.{number}") for number in (3, 4))):
        got = await talk.reads(person, await person.does(command))
        if "[Remove my expectation]" in got.text:
            await talk.reads(person, await got.press("Remove my expectation"))


async def _knows(talk: Talk, person: Person, number: int) -> None:
    """Keep the result of an attempt. What is then told, nobody has to keep quiet about any more."""
    got = await person.does(KeepResult(f"1.{number + 2}", outcome="failed", happened="It broke"))
    if "Saved the result" in got.text:
        talk.kept = got
        await _learns(talk, person, number + 2)
    await talk.reads(person, got)


async def _takes_back(talk: Talk, person: Person, _: int) -> None:
    """Take the last result back. New lines are sealed then, as long as it has no other."""
    if talk.kept is not None and "[Undo]" in talk.kept.text:
        await talk.reads(person, await talk.kept.press("Undo"))


STEPS: dict[str, Callable[[Talk, Person, int], Awaitable[None]]] = {
    "tells": _tells,
    "asks": _asks,
    "drops": _drops,
    "looks": _looks,
    "searches": _searches,
    "notes": _notes,
    "was there": lambda talk, person, number: _does(talk, person, IWasThere(f"1.{number}")),
    "looks ahead": lambda talk, person, number: _does(talk, person, AddSequel(f"1.{number}", text="more")),
    "posts a recap": lambda talk, person, _: _does(talk, person, PostRecap("week", "1")),
    "deletes": _deletes,
    "restores": _restores,
    "seals": lambda talk, person, _: _seal(talk, person, on=True),
    "opens": lambda talk, person, _: _seal(talk, person, on=False),
    "an hour": lambda talk, *_: _waits(talk, 1),
    "two days less an hour": lambda talk, *_: _waits(talk, 47),
    "away for two days": lambda talk, *_: _waits(talk, 49, tick=False),
    "a week": lambda talk, *_: _waits(talk, 24 * 7),
}
OFTEN = ("tells", "tells", "tells", "drops", "looks", "searches", "an hour")

BEGINNINGS: dict[str, Callable[[Talk, Person, int], Awaitable[None]]] = {
    "asks first": lambda talk, person, _: _asks_for(talk, person, "aha_first", timedelta(minutes=2)),
    "asks to park": lambda talk, person, _: _asks_for(talk, person, "park_it", None),
    "a round of lines": _round,
}
ON_QUESTIONS: dict[str, Callable[[Talk, Person, int], Awaitable[None]]] = {
    "answers first": lambda talk, person, _: _gives(talk, person, "aha_first", "Answer"),
    "parks": lambda talk, person, _: _gives(talk, person, "park_it", "Park it"),
    "gets it back": lambda talk, person, _: _back(talk, person),
    "writes a line": lambda talk, person, _: _gives(talk, person, "brings", "Write my line"),
    "a minute": lambda talk, *_: _waits(talk, 1 / 60),
}
ON_ATTEMPTS: dict[str, Callable[[Talk, Person, int], Awaitable[None]]] = {
    "tries": _tries,
    "expects": lambda talk, person, _: _expects(talk, person, ExpectNext("1", "1"), "signed"),
    "expects nameless": lambda talk, person, _: _expects(talk, person, ExpectNext("1", "1"), "unsigned"),
    "expects of it": lambda talk, person, number: _expects(talk, person, Expect(f"1.{number + 2}"), "signed"),
    "expects of it nameless": lambda talk, person, number: _expects(
        talk, person, Expect(f"1.{number + 2}"), "unsigned"
    ),
    "takes it out": _takes_out,
    "knows": _knows,
    "logs": _logs,
    "moves": _moves,
    "takes the result back": _takes_back,
    "undoes": _removes,
    "brings back": _brings_back,
    "another aha": lambda talk, _, number: _does(talk, talk.people[0], ItWasAnAha(f"1.{number + 2}")),
}
KNOWN = {**STEPS, **BEGINNINGS, **ON_QUESTIONS, **ON_ATTEMPTS, "opens a quest": _quest}
ALSO = ("notes", "looks", "searches", "posts a recap", "an hour", "two days less an hour", "a week")


def one_of(*names: str) -> strategies.SearchStrategy[Step]:
    """Return a strategy for one of these steps, by anybody."""
    return strategies.tuples(
        strategies.sampled_from(names), strategies.integers(0, 3), strategies.sampled_from(MOMENTS)
    )


on_versions = strategies.lists(one_of(*STEPS, *OFTEN), max_size=12)
on_questions = strategies.builds(
    lambda first, then: [*first, *then],
    strategies.lists(one_of(*BEGINNINGS), min_size=1, max_size=2),
    strategies.lists(one_of(*ON_QUESTIONS, *ON_QUESTIONS, *ALSO), min_size=3, max_size=10),
)
on_attempts = strategies.builds(
    lambda done: [("opens a quest", 0, 1), ("opens a quest", 0, 2), *done],
    strategies.lists(one_of(*ON_ATTEMPTS, "expects", "expects", "tries", *ALSO), min_size=4, max_size=12),
)
at_leisure = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@given(on_questions)
@at_leisure
def test_no_answer_leaks_before_its_time(lent: Lent, done: list[Step]) -> None:
    """Answers to an aha first, lines of a round and parked texts are tested alike."""
    _play(lent, done)


FIVE_LINES_OF_THREE: list[Step] = [
    ("opens a quest", 0, 1),
    *(("expects nameless", person, 1) for person in (1, 2, 3)),
    ("tries", 0, 2),
    *(("expects of it nameless", person, 1) for person in (1, 2)),
    ("moves", 0, 1),
    ("knows", 0, 1),
]


@given(on_attempts)
@example(FIVE_LINES_OF_THREE)
@at_leisure
def test_no_expectation_leaks_before_the_result(lent: Lent, done: list[Step]) -> None:
    """Signed or not, about an attempt or a quest's next one, taken out, moved, removed, restored or turned into an aha.

    Nor does one without a name at any time, since fewer than five wrote one.
    """
    _play(lent, done)


@given(on_versions)
@at_leisure
def test_no_sealed_text_leaks(lent: Lent, done: list[Step]) -> None:
    """Commands, search, recaps, pages, exports, postings, logs and rows do not contain it."""
    _play(lent, done)


def _play(lent: Lent, done: list[Step]) -> None:
    url = lent.url("sqlite")
    try:
        asyncio.run(_through(lent.lend(url), done))
    finally:
        lent.take_back(url)


async def _through(database: Database, done: list[Step]) -> None:
    talk, root = Talk(database), logging.getLogger()
    handler, level = logging.StreamHandler(talk.log), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        await talk.begin()
        for step in done:
            await talk.do(step)
    finally:
        talk.file.close()
        root.setLevel(level)
        root.removeHandler(handler)


def test_the_model_itself_knows_a_secret() -> None:
    """A lone version is secret. Two versions, or one after 48 hours, are not."""
    now, model = Clock().now, Model()
    model.tell(1, "U-ben", "one", now)
    model.time(now)
    assert list(model.secrets()) == [("U-ben", "one")]
    model.time(now + timedelta(hours=48))
    assert list(model.secrets()) == []
    model.tell(2, "U-ben", "two", now)
    model.tell(2, "U-mei", "three", now)
    model.time(now)
    assert list(model.secrets()) == []
