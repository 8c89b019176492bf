"""A robot that tries to name the authors of anonymous answers and taps, and the stories that it watches.

In each story a group of 4 to 12 people is asked a question without names, among other things that go on. After every
event the robot sees all that anybody but an author can see, and it knows who was active. Of a public or private
command that is no answer it knows who gave it. What it does not know of a *quiet* person is whether they answered or
did something that leaves nothing: wrote in the channel, or opened the form and closed it. Everyone is quiet at least
once before the close, so everyone could have written each answer.
"""

from __future__ import annotations

import json
import logging
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from itertools import permutations
from math import sqrt
from random import Random
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from bot.core.messages import Reply
from bot.core.origin import Origin
from bot.core.plain_text import render_plain_card
from bot.data.export import write_export
from bot.logs import CHATTY
from bot.moments.comfort import Millimetres
from bot.people.page.commands import Home
from bot.prompts.answers import GiveAnswer
from bot.prompts.card import AllAnswers
from bot.recaps.card import compose_recap_card
from bot.recaps.content import recap_document
from bot.recaps.recap import build_period_recap
from bot.runtime.bot import Bot
from bot.runtime.metrics import Metrics
from bot.runtime.process import build_bot
from storage.delivery import refresh
from storage.engine.database import Database, database_file
from storage.models import Posting
from tests.support.databases import Clock, empty
from tests.support.people import Got, Person
from tests.support.recorder import Recorder

QUESTION = "What was hard?"
TOKEN = re.compile("<[0-9a-f]{8}>")
"""An answer: whoever sees one knows which it is."""
UTC = ZoneInfo("UTC")
DOCUMENTS = ("recap", "export")
"""What the robot reads beside the chat, the log and the metrics. It takes most of the robot's time."""


@dataclass(frozen=True)
class Step:
    """One event as the robot knows it: who was active, and every surface afterwards.

    `quiet` says that the person may have answered. `tapped` says that they tapped, but not what.
    """

    who: str
    quiet: bool
    seen: Mapping[str, str]
    tapped: bool = False


@dataclass
class Score:
    """How many guesses were right, and how many a blind guesser has right, with its variance."""

    guesses: int = 0
    right: int = 0
    expected: float = 0
    variance: float = 0

    @property
    def deviation(self) -> float:
        """The distance from a blind guess in standard deviations."""
        return (self.right - self.expected) / sqrt(self.variance) if self.variance else 0

    def __str__(self) -> str:
        """Return the score as one line."""
        return f"{self.right} of {self.guesses} right, blind {self.expected:.1f}, {self.deviation:+.1f} deviations"


class LogLines(logging.Handler):
    """A handler that remembers every line of every logger, down to DEBUG."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Remember a line, unless the program itself leaves that logger out."""
        if record.levelno < logging.WARNING and record.name.startswith(CHATTY):
            return
        self.lines.append(f"{record.name}: {record.getMessage()}")


@dataclass
class Story:
    """One team's story, drawn by lot. `authors` and `values` are the truth that the robot looks for."""

    bot: Bot
    recorder: Recorder
    clock: Clock
    rng: Random
    logged: LogLines
    name: str
    documents: Collection[str] = DOCUMENTS
    steps: list[Step] = field(default_factory=list)
    authors: dict[str, str] = field(default_factory=dict)
    values: list[tuple[str, int]] = field(default_factory=list)
    late: list[tuple[Person, Got]] = field(default_factory=list)
    team: int = 0
    question: int = 0
    seen_version: int = 0
    shown: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Draw the group, and how many of it will answer."""
        path = database_file(self.bot.database.url)
        assert path is not None
        self.file = sqlite3.connect(path)
        self.admin = self._person("admin", admin=True)
        self.group = [self._person(f"p{number}") for number in range(self.rng.randint(4, 12))]
        self.share = self.rng.uniform(0.45, 0.95)

    def _person(self, key: str, admin: bool = False) -> Person:
        origin = Origin(
            "recorder", f"W-{self.name}", f"C-{self.name}", f"U-{key}-{self.name}", key, "", channel_name="lantern",
            admin=admin,
        )  # fmt: skip
        return Person(self.bot, origin)

    async def tell(self) -> None:
        """Tell the story: the question, a day of events in random order, the close, and what comes late."""
        await self._begin()
        for what, who in self._draw_events():
            await self._take_step(what, who)
            self.clock.forward(minutes=self.rng.randint(1, 25))
        await self._close()
        for who, form in self.late[:2]:
            await form.fill(text=self._token(), alone=self.rng.choice(("", "yes")))
            await self._look(who, quiet=True)
        await self._take_step("refresh", self.admin)

    async def _begin(self) -> None:
        await self.admin.types("Sign tokens once")
        form = await self.admin.types("ask")
        self.asked = await form.fill(text=QUESTION, sort="nameless")
        await self.bot.tick()
        [(self.question, self.team)] = [
            (one.id, one.team_id) for one in self._postings() if one.text == QUESTION and one.team_id
        ]
        self.closes = next(one.turns_at for one in self._postings() if one.id == self.question)
        await self._look(self.admin)

    def _postings(self) -> Sequence[Posting]:
        def read(session: Session) -> Sequence[Posting]:
            mine = select(Posting).where(col(Posting.channel) == self.admin.origin.channel)
            return session.exec(mine).all()

        return self.bot.database.read_now(read)

    def _draw_events(self) -> list[tuple[str, Person]]:
        """Return what happens before the close: everyone is quiet once, one twice, and there is noise.

        In a third of the stories four people tap on a moment.
        """
        events = [("quiet", who) for who in (*self.group, self.rng.choice(self.group))]
        noise = ("says", "finds", "taps", "refresh", "removes", "restarts", "reopens")
        events += [(self.rng.choice(noise), self.rng.choice(self.group)) for _ in range(2)]
        events += [("taps", who) for who in self.rng.sample(self.group, 4)] * (self.rng.random() < 0.35)
        events += [("withdraws", self.admin)] * (self.rng.random() < 0.05)
        self.rng.shuffle(events)
        return events

    async def _take_step(self, what: str, who: Person) -> None:
        """Let something happen, and look at everything."""
        match what:
            case "quiet":
                await self._be_quiet(who)
            case "says":
                await who.types(f"A thought {self.rng.random()}")
            case "finds":
                await who.types("find tokens")
            case "taps":
                await self._tap(who)
            case "refresh":
                await self._refresh_card()
            case "removes":
                await (await self.admin.types("delete 1")).press("Undo")
            case "restarts":
                self._restart()
            case "reopens":
                await who.does(AllAnswers(str(self.question), "1", str(self.team)))
            case "withdraws":
                await self.asked.press("Undo")
            case _:
                raise ValueError(what)
        await self._look(who, quiet=what == "quiet", tapped=what == "taps")

    async def _be_quiet(self, who: Person) -> None:
        """Let a person answer, or do what nobody can tell from it."""
        person = who.origin.person
        repeats = person in self.authors.values()
        if not repeats and self.rng.random() > self.share:
            if self.rng.random() < 0.5:
                form = await who.does(GiveAnswer(str(self.question), str(self.team)))
                self.late += [(who, form)] if not isinstance(form.answer, Reply) else []
            return
        token = self._token()
        box = "yes" if self.rng.random() < 0.2 else ""
        said = await who.does(GiveAnswer(str(self.question), str(self.team), token, box))
        if said.text.startswith("Your answer is saved"):
            self.authors[token] = person

    def _token(self) -> str:
        return f"<{self.rng.getrandbits(32):08x}>"

    async def _tap(self, who: Person) -> None:
        value = self.rng.randint(0, 5)
        said = await who.does(Millimetres(f"{self.team}.1", str(value)))
        if "anonymous" in said.text:
            self.values.append((who.origin.person, value))

    async def _refresh_card(self) -> None:
        """Let the card be edited for another reason, as when a host is named on it."""
        now = self.clock()
        await self.bot.database.write(lambda session: refresh.refresh_posting(session, self.question, now))

    def _restart(self) -> None:
        self.bot = build_bot(self.bot.database, [self.recorder], self.clock)
        self.bot.patience = 30
        for who in (self.admin, *self.group):
            who.bot = self.bot

    async def _close(self) -> None:
        assert self.closes is not None
        assert self.clock.now < self.closes
        self.clock.now = self.closes
        await self._look(self.admin)

    async def _look(self, who: Person, quiet: bool = False, tapped: bool = False) -> None:
        """Do what is due, and record every surface. A recap tells what came before it, so a minute passes."""
        self.clock.forward(minutes=1)
        await self.bot.tick()
        log, figures = "\n".join(self.logged.lines), self._figures()
        if self._has_changed():
            self.shown = await self._read_surfaces()
        seen = {**self._messages(), **self.shown, "log": log, "metrics": figures}
        self.steps.append(Step(who.origin.person, quiet, seen, tapped))

    def _has_changed(self) -> bool:
        """Return whether anything was written to the database since the last look."""
        (version,) = self.file.execute("PRAGMA data_version").fetchone()
        before, self.seen_version = self.seen_version, version
        return bool(version != before)

    async def _read_surfaces(self) -> dict[str, str]:
        """Return what somebody else reads in private, in documents and on the command line."""
        self.bot.metrics, counted = Metrics(), self.bot.metrics
        private = {"home": (await self.admin.does(Home())).text, "pages": await self._pages()}
        self.bot.metrics = counted
        return {**private, **self._documents()}

    def _figures(self) -> str:
        """Return the metrics without the durations, which only the machine decides."""
        lines = self.bot.metrics.render_text().decode().splitlines()
        return "\n".join(line for line in lines if not re.search("_sum|_bucket|_created|^#", line))

    async def _pages(self) -> str:
        """Return all answers as a person reads them in private pages."""
        page = await self.admin.does(AllAnswers(str(self.question), "1", str(self.team)))
        read = page.text
        while "[Read more]" in page.text:
            page = await page.press("Read more")
            read += page.text
        return read

    def _messages(self) -> dict[str, str]:
        """Return the messages in the channel and the Notes, each with the number of its edits."""
        ours = self.admin.origin.workspace
        return {
            f"message {message}": f"{one.text}\n{one.edits} edits"
            for message, one in self.recorder.standing.items()
            if one.place.workspace == ours
        }

    def _documents(self) -> dict[str, str]:
        """Return the recap as text and as JSON, and the export, without the times at which they were made."""

        readers = {"recap": self._recap, "export": self._export}

        def read(session: Session) -> dict[str, str]:
            return {key: text for name in self.documents for key, text in readers[name](session).items()}

        return self.bot.database.read_now(read)

    def _recap(self, session: Session) -> dict[str, str]:
        told = build_period_recap(session, self.team, "week", self.clock())
        document = recap_document(told)
        plain = {key: document[key] for key in ("answers", "heard", "more") if key in document}
        return {"recap": render_plain_card(compose_recap_card(told)), "recap json": json.dumps(plain)}

    def _export(self, session: Session) -> dict[str, str]:
        out = StringIO()
        write_export(session, self.team, self.clock(), out)
        return {"export": json.dumps({**json.loads(out.getvalue()), "exported_at": ""})}


def name_authors(story: Story) -> dict[str, str]:
    """Return the robot's guess for each answer that it saw.

    One that appeared while somebody was quiet is theirs. Those that appeared together are told apart by
    their order, wherever a surface shows them in the same order again and again, and the people by the
    order in which they were quiet: if any surface moved in a quiet moment, only those are authors.
    """
    steps = story.steps
    first_seen: dict[str, int] = {}
    for number, step in enumerate(steps):
        for token in TOKEN.findall("\n".join(step.seen.values())):
            first_seen.setdefault(token, number)
    together = [token for token, number in first_seen.items() if not steps[number].quiet]
    ranked, people = _rank_answers(steps, together), name_suspects(steps) or _list_quiet_people(steps)
    guesses = {token: steps[number].who for token, number in first_seen.items() if steps[number].quiet}
    for place, token in enumerate(ranked):
        guesses[token] = people[int((place + 0.5) * len(people) / len(ranked))]
    return guesses


def name_suspects(steps: Sequence[Step]) -> Sequence[str]:
    """Return the people in whose quiet moments any surface moved, in that order."""
    moved = (steps[number].seen != steps[number - 1].seen for number in range(1, len(steps)))
    suspects = (
        step.who for step, has_moved in zip(steps[1:], moved, strict=True) if step.quiet and has_moved
    )
    return list(dict.fromkeys(suspects))


def _list_quiet_people(steps: Sequence[Step]) -> Sequence[str]:
    """Return who may have answered, in the order in which they were first quiet."""
    return list(dict.fromkeys(step.who for step in steps if step.quiet))


def _rank_answers(steps: Sequence[Step], tokens: Sequence[str]) -> Sequence[str]:
    """Return answers by their mean place on the surfaces whose order stays the same."""
    orders: dict[str, list[list[str]]] = {}
    for step in steps:
        for surface, text in step.seen.items():
            found = list(dict.fromkeys(TOKEN.findall(text)))
            if len(found) > 1:
                orders.setdefault(surface, []).append(found)
    steady = [looks[:1] for looks in orders.values() if all(look == looks[0] for look in looks)]
    used = [look for looks in (steady or orders.values()) for look in looks]
    return sorted(tokens, key=lambda token: _mean_place(token, used))


def _mean_place(token: str, orders: Sequence[Sequence[str]]) -> float:
    places = [order.index(token) / (len(order) - 1) for order in orders if token in order]
    return sum(places) / len(places) if places else 0.5


def score_answers(story: Story, score: Score) -> None:
    """Add the guesses about a story's answers to the score.

    Blind guesses are a random choice of as many people as there are answers.
    """
    guesses, group = name_authors(story), len(story.group)
    seen = len(guesses)
    score.guesses += seen
    score.right += sum(story.authors[token] == person for token, person in guesses.items())
    score.expected += seen / group
    both = 1 / (group * (group - 1)) - 1 / group**2
    score.variance += seen / group * (1 - 1 / group) + seen * (seen - 1) * both


def score_taps(story: Story, score: Score) -> None:
    """Add the guesses about who tapped what to the score.

    The robot is even told who the people of each group were. It takes them in their order, and the new
    millimetres in theirs. A blind guesser takes the millimetres in any order.
    """
    for people, values in _tap_groups(story):
        truth = [dict(people)[person] for person, _ in people]
        guessed = sorted(values)
        hits = [sum(map(int.__eq__, truth, order)) for order in set(permutations(values))]
        mean = sum(hits) / len(hits)
        score.guesses += len(values)
        score.right += sum(map(int.__eq__, truth, guessed))
        score.expected += mean
        score.variance += sum((hit - mean) ** 2 for hit in hits) / len(hits)


def _tap_groups(story: Story) -> Iterator[tuple[Sequence[tuple[str, int]], Sequence[int]]]:
    """Yield the people of each group of taps that came out together, and its millimetres."""
    shown, told = Counter[int](), 0
    for step in (step for step in story.steps if "export" in step.seen):
        [moment] = [one for one in json.loads(step.seen["export"])["moments"] if one["number"] == 1]
        counts = Counter(dict(enumerate(moment["millimetres"] or ())))
        if new := list((counts - shown).elements()):
            yield story.values[told : told + len(new)], new
            shown, told = counts, told + len(new)


@dataclass
class Watched:
    """What the robot found: its scores, and per story the people it suspects beside those who answered."""

    answers: Score = field(default_factory=Score)
    taps: Score = field(default_factory=Score)
    suspects: list[set[str]] = field(default_factory=list)
    authors: list[set[str]] = field(default_factory=list)


def never(_: Watched) -> bool:
    """Return that the robot watches all the stories."""
    return False


async def watch(
    recorder: Recorder,
    clock: Clock,
    database: Database,
    seeds: Sequence[int],
    documents: Collection[str] = DOCUMENTS,
    enough: Callable[[Watched], bool] = never,
) -> Watched:
    """Let the robot watch a story for each seed until it has found `enough`, and return what it found.

    Each story begins with an empty database, so that the teams of earlier ones cost nothing.
    """
    found, logged = Watched(), LogLines()
    logging.getLogger().addHandler(logged)
    try:
        for seed in seeds:
            bot = build_bot(database, [recorder], clock)
            bot.patience = 30
            story = Story(bot, recorder, clock, Random(seed), logged, str(seed), documents)
            logged.lines.clear()
            await story.tell()
            score_answers(story, found.answers)
            score_taps(story, found.taps)
            found.suspects.append(set(name_suspects(story.steps)))
            found.authors.append(set(story.authors.values()))
            recorder.standing.clear()
            story.file.close()
            empty(database)
            clock.forward(days=30)
            if enough(found):
                break
    finally:
        logging.getLogger().removeHandler(logged)
    return found
