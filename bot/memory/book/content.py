"""A book as a value: its entries in the order of time, its teams and its figures, without any layout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Session

from bot.core.kinds.declared import KINDS
from bot.core.language.words import Lazy, _
from bot.core.text import one_line
from bot.core.times import local_day
from storage.memory import book
from storage.memory.book import Answered, NamedTeam, Result, Said
from storage.models import FormerName, Moment, NextStep, OwnMoment, StepOutcome
from storage.models.shown import plain_name
from storage.quests.attempts import find_keepers_parts


class EntryType(StrEnum):
    """What an entry of a book is."""

    MOMENT = "moment"
    RESULT = "result"
    VERSION = "version"
    ANSWER = "answer"
    WHY = "why"
    SEQUEL = "sequel"
    EXPECTATION = "expectation"
    LOOK_BACK = "look_back"
    STEP = "step"
    OUTCOME = "outcome"
    OWN = "own"


@dataclass(frozen=True)
class Entry:
    """Something that a person wrote. `kind` says which moment, sequel, look-back or own moment it is.

    `day` is its place in the book: for an own one the day that `happened`, the person's words, mean, or
    None if they mean none. `at` is when it was written. `number` is that of the moment it is or is about.
    `parts` are labelled texts. `outcome` is a StepOutcome, or empty while a step is open.
    """

    type: EntryType
    kind: str
    at: datetime
    day: date | None
    text: str
    team: int = 0
    team_name: str = ""
    workspace_name: str = ""
    number: int = 0
    question: str = ""
    happened: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    outcome: str = ""
    became: str = ""
    settled_on: date | None = None
    taken: bool = False
    """Whether the person took the step."""

    @property
    def passages(self) -> tuple[tuple[str, str], ...]:
        """The labelled texts in the order in which they're read. A step begins with its condition.

        There are none of a step whose words aren't the person's.
        """
        if self.type is EntryType.STEP and self.parts:
            return (*self.parts, (_("Then"), self.text))
        return (("", self.text), *self.parts) if self.text else self.parts


@dataclass(frozen=True)
class Writer:
    """A person of the book: their platform, the workspace's name, and their id and name there."""

    platform: str
    workspace: str
    id: str
    name: str


@dataclass(frozen=True)
class BookTeam:
    """A team of the book, with its name now and before. `until` ends each former name."""

    id: int
    platform: str
    workspace: str
    name: str
    former: tuple[tuple[str, datetime], ...] = ()


@dataclass(frozen=True)
class Figures:
    """What a book counts. Own moments are counted apart and in no year's moments."""

    moments: Mapping[str, int]
    results: int
    versions: int
    answers: int
    whys: int
    sequels: int
    expectations: int
    look_backs: int
    steps: Mapping[str, int]
    outcomes: int
    own: Mapping[str, int]
    years: Mapping[int, int]
    """The moments of each year."""


@dataclass(frozen=True)
class Book:
    """The book of one or more persons."""

    made_at: datetime
    writers: tuple[Writer, ...]
    teams: tuple[BookTeam, ...]
    entries: tuple[Entry, ...]

    @property
    def name(self) -> str:
        """The names of the person on all platforms, each once."""
        return " / ".join(dict.fromkeys(writer.name for writer in self.writers if writer.name))

    def count_figures(self) -> Figures:
        """Return what the book counts."""
        by_type = Counter(entry.type for entry in self.entries)
        return Figures(
            _count(entry.kind for entry in self.entries if entry.type is EntryType.MOMENT),
            by_type[EntryType.RESULT],
            by_type[EntryType.VERSION],
            by_type[EntryType.ANSWER],
            by_type[EntryType.WHY],
            by_type[EntryType.SEQUEL],
            by_type[EntryType.EXPECTATION],
            by_type[EntryType.LOOK_BACK],
            _count(entry.outcome or "open" for entry in self.entries if entry.type is EntryType.STEP),
            by_type[EntryType.OUTCOME],
            _count(entry.kind for entry in self.entries if entry.type is EntryType.OWN),
            dict(sorted(Counter(_moment_years(self.entries)).items())),
        )


def _count(kinds: Iterable[str]) -> Mapping[str, int]:
    return dict(sorted(Counter(kinds).items()))


def _moment_years(entries: Iterable[Entry]) -> Iterator[int]:
    return (entry.day.year for entry in entries if entry.type is EntryType.MOMENT and entry.day)


class Names:
    """The names of teams and workspaces at any time."""

    def __init__(self, teams: Sequence[NamedTeam], former: Sequence[FormerName]) -> None:
        self.teams = {each.team.id: each for each in teams}
        self._former: dict[tuple[int, int], list[FormerName]] = {}
        for each in former:
            self._former.setdefault((each.workspace_id, each.team_id or 0), []).append(each)

    def former(self, team: NamedTeam) -> Sequence[FormerName]:
        """Return the names that a team had before."""
        return self._former.get((team.workspace.id, team.team.id), ())

    def find(self, team_id: int, at: datetime) -> tuple[str, str]:
        """Return the names of a team and its workspace at a time."""
        team = self.teams[team_id]
        place = team.workspace
        return self._at((place.id, team_id), at, team.name), self._at((place.id, 0), at, place.name)

    def _at(self, key: tuple[int, int], at: datetime, now: str) -> str:
        return plain_name(next((each.name for each in self._former.get(key, ()) if at < each.until), now))


SAID: Mapping[EntryType, Callable[[Session, Sequence[int]], Sequence[Said]]] = {
    EntryType.VERSION: book.list_versions,
    EntryType.WHY: book.list_whys,
    EntryType.SEQUEL: book.list_sequels,
    EntryType.EXPECTATION: book.list_expectations,
    EntryType.LOOK_BACK: book.list_look_backs,
}
"""What people say about moments."""


def read_book(session: Session, person_ids: Sequence[int], now: datetime) -> Book:
    """Read everything that these persons wrote, in the order of time. Own moments without a day come first."""
    people = book.list_people(session, person_ids)
    moments, steps = book.list_moments(session, person_ids), book.list_steps(session, person_ids)
    results = book.list_results(session, person_ids)
    said = [(type, each) for type, listed in SAID.items() for each in listed(session, person_ids)]
    answers = book.list_answers(session, person_ids)
    team_ids = {each.team_id for each in moments} | {each.team_id for each in steps}
    team_ids |= {each.moment.team_id for each in results} | {each.team_id for _, each in said}
    team_ids |= {each.team_id for each in answers if each.team_id}
    teams = book.list_teams(session, sorted(team_ids))
    workspaces = sorted({each.workspace.id for each in teams})
    names = Names(teams, book.list_former_names(session, workspaces))
    writing = _Writing(names, {each.person.id: each.person.zone or "UTC" for each in people})
    entries = [
        *writing.of_moments(moments, results),
        *(writing.of_said(type, each) for type, each in said),
        *(writing.of_answer(each) for each in answers),
        *(entry for step in steps for entry in writing.of_step(step)),
        *(writing.of_own(own) for own in book.list_own(session, person_ids)),
    ]
    writers = tuple(
        Writer(place.platform, plain_name(place.name), person.external_id, plain_name(person.platform_name))
        for person, place in people
    )
    ordered = sorted(entries, key=lambda entry: (entry.day or date.min, entry.at))
    return Book(now, writers, tuple(_book_team(names, each) for each in teams), tuple(ordered))


def _book_team(names: Names, team: NamedTeam) -> BookTeam:
    former = tuple((plain_name(each.name), each.until) for each in names.former(team))
    place = team.workspace
    return BookTeam(team.team.id, place.platform, plain_name(place.name), plain_name(team.name), former)


OWN_KEY = "own:"
"""What the key of a question begins with that a team wrote itself."""
GOAL_PLACE = "{goal}"
"""Where a question has the words of a goal."""
GOAL_LENGTH = 200
"""The most characters of a goal that a question quotes."""


def asked_question(answer: Answered) -> str:
    """Return what was asked: a built-in question in the book's language, with the words that its goal has now."""
    built_in = answer.key and not answer.key.startswith(OWN_KEY)
    said = Lazy(answer.question)() if built_in else answer.question
    if answer.goal is None:
        return said
    words = one_line(answer.goal.text, GOAL_LENGTH) if answer.goal.withdrawn_at is None else ""
    return said.replace(GOAL_PLACE, _("“{words}”", words=words) if words else _("our big goal"))


def _label_parts(kind: str, parts: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return parts with their labels, in the order of the kind's form."""
    declared = KINDS[kind].parts if kind in KINDS else ()
    return tuple((part.label(), said) for part in declared if (said := parts.get(part.name, "")))


@dataclass(frozen=True)
class _Writing:
    """Makes entries of rows, with the names and the days of their teams. `zones` are those of the book's persons."""

    names: Names
    zones: Mapping[int, str]

    def in_team(
        self, type: EntryType, team_id: int | None, at: datetime, text: str, kind: str = "", number: int = 0,
        question: str = "", parts: tuple[tuple[str, str], ...] = (),
    ) -> Entry:  # fmt: skip
        """Return an entry of a team, under its name at that time. Its day is that of the team's zone."""
        if team_id is None:
            return Entry(type, kind, at, at.date(), text, question=question)
        named, workspace = self.names.find(team_id, at)
        day = local_day(at, self.names.teams[team_id].team.zone)
        return Entry(type, kind, at, day, text, team_id, named, workspace, number, question, parts=parts)

    def of_moments(self, moments: Sequence[Moment], results: Sequence[Result]) -> Iterator[Entry]:
        """Yield the persons' moments, and apart from them the results that they kept of other people's.

        What somebody else kept as the result of theirs isn't in it.
        """
        others: dict[int, Mapping[str, str]] = {}
        for moment, attempt in results:
            parts = find_keepers_parts(attempt, moment)
            if attempt.result_by_id not in self.zones:
                others[moment.id] = parts
            elif moment.author_id not in self.zones and parts and attempt.result_at is not None:
                yield self.in_team(
                    EntryType.RESULT, moment.team_id, attempt.result_at, "", number=moment.number,
                    parts=_label_parts(moment.kind, parts),
                )  # fmt: skip
        for moment in moments:
            parts = {
                name: said for name, said in moment.parts.items() if name not in others.get(moment.id, ())
            }
            yield self.in_team(
                EntryType.MOMENT, moment.team_id, moment.created_at, moment.text, moment.kind, moment.number,
                parts=_label_parts(moment.kind, parts),
            )  # fmt: skip

    def of_said(self, type: EntryType, said: Said) -> Entry:
        """Return what a person said about a moment. The words of others stay with their team."""
        return self.in_team(type, said.team_id, said.at, said.text, said.kind, said.number)

    def of_answer(self, answer: Answered) -> Entry:
        """Return an answer with its question."""
        return self.in_team(
            EntryType.ANSWER, answer.team_id, answer.at, answer.text, question=asked_question(answer)
        )

    def of_step(self, step: NextStep) -> Iterator[Entry]:
        """Yield a next step that the persons wrote or took, or else what they said it became.

        A person who is only suggested hasn't taken it.
        """
        wrote = (step.changed_by_id or step.author_id) in self.zones
        taken = step.taker_id in self.zones and step.taken_at is not None
        became = step.became if step.settled_by_id in self.zones else ""
        if wrote or taken:
            yield self._step_entry(step, wrote, taken, became)
        elif became and step.settled_at is not None:
            yield self.in_team(EntryType.OUTCOME, step.team_id, step.settled_at, became)

    def _step_entry(self, step: NextStep, wrote: bool, taken: bool, became: str) -> Entry:
        """Return a step with what became of it. Without the words of others it has its days and its outcome."""
        parts = ((_("If"), step.condition),) if wrote and step.condition else ()
        named, workspace = self.names.find(step.team_id, step.created_at)
        zone = self.names.teams[step.team_id].team.zone
        return Entry(
            EntryType.STEP, "", step.created_at, local_day(step.created_at, zone),
            step.action if wrote else "", step.team_id, named, workspace, parts=parts,
            outcome=StepOutcome(step.outcome) if step.outcome else "", became=became,
            settled_on=local_day(step.settled_at, zone) if step.settled_at else None, taken=taken,
        )  # fmt: skip

    def of_own(self, own: OwnMoment) -> Entry:
        """Return an own moment, at the time when it happened. Without such words it is the day it was written."""
        written = local_day(own.created_at, self.zones[own.person_id])
        day = own.happened_on if own.happened else written
        return Entry(EntryType.OWN, own.kind, own.created_at, day, own.text, happened=own.happened)
