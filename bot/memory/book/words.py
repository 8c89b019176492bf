"""The words of a book's pages: what each entry is called, and its figures in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.core.kinds.declared import KINDS
from bot.core.language.words import Lazy, _, lazy, ngettext
from bot.core.text import join_list
from bot.core.times import format_full_day
from bot.memory.book.content import Book, Entry, EntryType, Figures
from storage.models import LookBackKind, OwnKind, SequelKind, StepOutcome

OWN_NAMES: Mapping[str, Lazy] = {
    OwnKind.CAREER: lazy("An aha from my career"),
    OwnKind.NOTE: lazy("A note to myself"),
    OwnKind.KEPT: lazy("Kept to myself"),
}
SEQUEL_NAMES: Mapping[str, Lazy] = {
    SequelKind.POSSIBLE: lazy("What #{number} makes possible"),
    SequelKind.SET_OFF: lazy("What came of #{number}"),
}
OUTCOMES: Mapping[str, Lazy] = {
    StepOutcome.DONE: lazy("Done."),
    StepOutcome.NOT_YET: lazy("Not yet."),
    StepOutcome.ELSE: lazy("It became something else."),
    "": lazy("Still open."),
}
CAREER_QUESTION = lazy("What have been the aha moments of your career?")


def name_entry(entry: Entry) -> str:
    """Return what an entry is called, such as `Aha #42` or `My version of #42`."""
    match entry.type:
        case EntryType.MOMENT:
            named = KINDS[entry.kind].name() if entry.kind in KINDS else _("Moment")
            return f"{named} #{entry.number}"
        case EntryType.RESULT:
            return _("My result for #{number}", number=entry.number)
        case EntryType.VERSION:
            return _("My version of #{number}", number=entry.number)
        case EntryType.ANSWER:
            return _("An answer")
        case EntryType.WHY:
            return _("My why for #{number}", number=entry.number)
        case EntryType.SEQUEL:
            return SEQUEL_NAMES.get(entry.kind, SEQUEL_NAMES[SequelKind.SET_OFF])(number=entry.number)
        case EntryType.EXPECTATION:
            if not entry.number:
                return _("What I expect next")
            return _("What I expected from #{number}", number=entry.number)
        case EntryType.LOOK_BACK:
            if entry.kind == LookBackKind.AGAIN:
                return _("Told again: #{number}", number=entry.number)
            return _("Looking back on #{number}", number=entry.number)
        case EntryType.STEP:
            return _("A next step I took") if entry.taken else _("A next step")
        case EntryType.OUTCOME:
            return _("What a next step became")
        case EntryType.OWN:
            return name_own(entry.kind)


def name_own(kind: str) -> str:
    """Return what something is called that only its author sees, such as `A note to myself`."""
    return OWN_NAMES[kind]() if kind in OWN_NAMES else _("Just for me")


def describe_place(entry: Entry) -> str:
    """Return the team's name as it was then, with its workspace's, or an empty string for an own moment."""
    team = f"#{entry.team_name}" if entry.team_name else ""
    return ", ".join(filter(None, (team, entry.workspace_name)))


def describe_day(entry: Entry) -> str:
    """Return when it was: the person's own words, or the day."""
    if entry.happened:
        return entry.happened
    return format_full_day(entry.day) if entry.day else ""


def describe_outcome(entry: Entry) -> str:
    """Return what became of a next step, without what it became instead."""
    known = entry.type is EntryType.STEP and entry.outcome in OUTCOMES
    return OUTCOMES[entry.outcome]() if known else ""


def describe_figures(book: Book) -> str:
    """Return a book's counts as one sentence, without those that are zero."""
    parts = list(_counted(book))
    if not parts:
        return _("There's nothing in it yet.")
    return f"{join_list(parts)}."


def _counted(book: Book) -> Iterator[str]:
    figures = book.count_figures()
    if count := sum(figures.moments.values()):
        yield ngettext("1 moment", "{n} moments", count)
    if figures.results:
        yield ngettext("1 result", "{n} results", figures.results)
    if figures.versions:
        yield ngettext("1 version", "{n} versions", figures.versions)
    if figures.answers:
        yield ngettext("1 answer", "{n} answers", figures.answers)
    if figures.whys:
        yield ngettext("1 why", "{n} whys", figures.whys)
    if figures.sequels:
        yield ngettext("1 line about what followed", "{n} lines about what followed", figures.sequels)
    if figures.expectations:
        yield ngettext("1 expectation", "{n} expectations", figures.expectations)
    if figures.look_backs:
        yield ngettext("1 look-back", "{n} look-backs", figures.look_backs)
    yield from _counted_steps(figures)
    if count := figures.own.get(OwnKind.CAREER, 0):
        yield ngettext("1 career aha", "{n} career ahas", count)
    if count := figures.own.get(OwnKind.NOTE, 0):
        yield ngettext("1 note", "{n} notes", count)
    if count := figures.own.get(OwnKind.KEPT, 0):
        yield ngettext("1 private thought", "{n} private thoughts", count)


def _counted_steps(figures: Figures) -> Iterator[str]:
    if count := sum(figures.steps.values()):
        yield ngettext("1 next step", "{n} next steps", count)
    if figures.outcomes:
        yield ngettext("1 outcome of a next step", "{n} outcomes of next steps", figures.outcomes)


def name_book(book: Book) -> str:
    """Return the book's title."""
    return _("{name}’s book of aha moments", name=book.name) if book.name else _("My book of aha moments")


def chapters(book: Book) -> Iterator[tuple[str, list[Entry]]]:
    """Yield the years with their entries. What has no day is in the first chapter, without a year."""
    chapter: list[Entry] = []
    title = ""
    for entry in book.entries:
        at = str(entry.day.year) if entry.day else _("Undated")
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
        named = f"#{team.name}" if team.name else _("Your team")
        if team.former:
            before = ", ".join(f"#{name}" for name, _until in team.former)
            named = _("{team} (formerly {names})", team=named, names=before)
        yield ", ".join(filter(None, (named, team.workspace)))
