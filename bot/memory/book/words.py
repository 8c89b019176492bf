"""The words of a book's pages: what each entry is called, and its figures in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.core.kinds.declared import KINDS
from bot.core.text import format_count
from bot.memory.book.content import Book, Entry, EntryType
from storage.models import LookBackKind, OwnKind, SequelKind, StepOutcome

OWN_NAMES: Mapping[str, str] = {
    OwnKind.CAREER: "An aha of my career",
    OwnKind.NOTE: "A note to myself",
    OwnKind.KEPT: "Kept to myself",
}
OWN_COUNTS: Mapping[str, str] = {
    OwnKind.CAREER: "career aha",
    OwnKind.NOTE: "note",
    OwnKind.KEPT: "private thought",
}
SEQUEL_NAMES: Mapping[str, str] = {
    SequelKind.POSSIBLE: "What #{} makes possible",
    SequelKind.SET_OFF: "What #{} set off",
}
LOOKED_BACK = "Looking back at"
LOOK_BACK_NAMES: Mapping[str, str] = {LookBackKind.AGAIN: "Told again:"}
OUTCOMES: Mapping[str, str] = {
    StepOutcome.DONE: "Done.",
    StepOutcome.NOT_YET: "Not yet.",
    StepOutcome.ELSE: "It became something else.",
    "": "Still open.",
}
CAREER_QUESTION = "What have been the aha moments of your career?"


def name_entry(entry: Entry) -> str:
    """Return what an entry is called, such as `Aha #42` or `My version of #42`."""
    match entry.type:
        case EntryType.MOMENT:
            return f"{KINDS[entry.kind].name() if entry.kind in KINDS else 'Moment'} #{entry.number}"
        case EntryType.RESULT:
            return f"The result of #{entry.number} that I kept"
        case EntryType.VERSION:
            return f"My version of #{entry.number}"
        case EntryType.ANSWER:
            return "An answer"
        case EntryType.WHY:
            return f"My why under #{entry.number}"
        case EntryType.SEQUEL:
            return SEQUEL_NAMES.get(entry.kind, "What came of #{}").format(entry.number)
        case EntryType.EXPECTATION:
            return f"What I expected of #{entry.number}" if entry.number else "What I expect next"
        case EntryType.LOOK_BACK:
            return f"{LOOK_BACK_NAMES.get(entry.kind, LOOKED_BACK)} #{entry.number}"
        case EntryType.STEP:
            return "A next step I took" if entry.taken else "A next step"
        case EntryType.OUTCOME:
            return "What a next step became"
        case EntryType.OWN:
            return OWN_NAMES.get(entry.kind, "My own")


def describe_place(entry: Entry) -> str:
    """Return the team's name as it was then, with its workspace's, or an empty string for an own moment."""
    team = f"#{entry.team_name}" if entry.team_name else ""
    return ", ".join(filter(None, (team, entry.workspace_name)))


def describe_day(entry: Entry) -> str:
    """Return when it was: the person's own words, or the day."""
    if entry.happened:
        return entry.happened
    return f"{entry.day.day} {entry.day:%B %Y}" if entry.day else ""


def describe_outcome(entry: Entry) -> str:
    """Return what became of a next step, without what it became instead."""
    return OUTCOMES.get(entry.outcome, "") if entry.type is EntryType.STEP else ""


def describe_figures(book: Book) -> str:
    """Return a book's counts as one sentence, without those that are zero."""
    parts = list(_counted(book))
    if not parts:
        return "There's nothing in it yet."
    *most, last = parts
    return f"{', '.join(most)} and {last}." if most else f"{last}."


def _counted(book: Book) -> Iterator[str]:
    figures = book.count_figures()
    counts = (
        (sum(figures.moments.values()), "moment"),
        (figures.results, "result"),
        (figures.versions, "version"),
        (figures.answers, "answer"),
        (figures.whys, "why"),
        (figures.sequels, "sequel"),
        (figures.expectations, "expectation"),
        (figures.look_backs, "look-back"),
        (sum(figures.steps.values()), "next step"),
        (figures.outcomes, "step outcome"),
        *((figures.own.get(kind, 0), name) for kind, name in OWN_COUNTS.items()),
    )
    for count, name in counts:
        if count:
            yield format_count(count, name)


def name_book(book: Book) -> str:
    """Return the book's title."""
    return f"{book.name or 'My'}{'’s' if book.name else ''} book of aha moments"


def chapters(book: Book) -> Iterator[tuple[str, list[Entry]]]:
    """Yield the years with their entries. What has no day is in the first chapter, without a year."""
    chapter: list[Entry] = []
    title = ""
    for entry in book.entries:
        at = str(entry.day.year) if entry.day else "Some time before"
        if at != title and chapter:
            yield title, chapter
            chapter = []
        title = at
        chapter.append(entry)
    if chapter:
        yield title, chapter


def describe_teams(book: Book) -> Iterator[str]:
    """Yield a line for each team: its name, those it had before, and where it is."""
    for team in book.teams:
        before = ", ".join(f"#{name}" for name, _ in team.former)
        once = f" (before: {before})" if before else ""
        where = f", {team.workspace}" if team.workspace else ""
        yield f"#{team.name or 'your team'}{once}{where}"
