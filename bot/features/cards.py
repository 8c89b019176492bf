"""A moment as a card: in the channel, where it follows its rows, and in private, for the one who asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.adapter import Ways
from bot.composed import Composed
from bot.features.actions import AddVersion, Delete, Edit, HighFive, IWasThere, ReadOn
from bot.messages import (
    CARD_WORDS,
    Block,
    Button,
    Card,
    Inline,
    LinkTo,
    Post,
    Quote,
    Section,
    Small,
    Strong,
    Title,
    When,
    say,
)
from storage import moments
from storage.models import Kind, Moment, MomentState, Person, Posting, TapKind, Team, Version


@dataclass(frozen=True)
class Part:
    """What a kind's form asks beyond the text, and the label it has on the card."""

    name: str
    label: str
    hint: str


PARTS: dict[str, tuple[Part, ...]] = {
    Kind.AHA: (),
    Kind.BREAKTHROUGH: (
        Part("planned", "We planned", "What you set out to do."),
        Part("came_as", "It came as", "The shape it had when it arrived."),
    ),
    Kind.EXPERIMENT: (
        Part("expected", "We expected", "What you thought would happen."),
        Part("happened", "What happened", "What you saw instead."),
        Part("taught", "It taught us", "One sentence is plenty."),
    ),
}
NAMES: dict[str, str] = {Kind.AHA: "Aha", Kind.BREAKTHROUGH: "Breakthrough", Kind.EXPERIMENT: "Experiment"}
VERSION_WORDS = 300
"""Characters of a version that a card shows; two side by side should fit a phone."""
VERSIONS, THERE = 6, 12
"""How many versions and names a card shows; what it leaves out or cuts, *read on* has in private pages."""


def name(moment: Moment) -> str:
    """Kind and number, such as `Aha #42`."""
    return f"{NAMES[moment.kind]} #{moment.number}"


def ref(moment: Moment) -> str:
    """A moment as its buttons carry it."""
    return f"{moment.team_id}.{moment.number}"


def clipped(words: str, length: int) -> str:
    """The beginning of a text, cut at a word where there is one near."""
    if len(words) <= length:
        return words
    cut = words[:length]
    return (cut[: cut.rfind(" ")] if cut.rfind(" ") > length * 0.8 else cut) + " …"


def compose(session: Session, posting: Posting, now: datetime, _ways: Ways) -> Composed | None:
    """The card in the channel. A deleted moment's card is empty; before its first posting there is none."""
    moment = session.get(Moment, posting.moment_id)
    if moment is None or moment.state != MomentState.KEPT:
        return None
    if moment.deleted_at is not None:
        return Composed(Post(removed(moment))) if posting.message else None
    return Composed(Post(card(session, moment, now)))


def removed(moment: Moment) -> Card:
    """What stays of a deleted moment."""
    return Card((Small((f"{name(moment)} was removed.",)),))


def card(session: Session, moment: Moment, now: datetime, private: bool = False) -> Card:
    """The moment, its people and its versions, with what one can do."""
    if moment.state != MomentState.KEPT:
        return say(
            f"{name(moment)} waits for its words. Its author, or anyone with ",
            "Save as aha",
            ", can give them.",
        )
    where = "1" if private else ""
    at = ref(moment)
    buttons = (
        Button(_high_five(session, moment), HighFive(at, where)),
        Button("I was there", IWasThere(at, where)),
        Button("Add my version", AddVersion(at)),
    )
    told = moments.versions(session, moment.id)
    there = moments.taps(session, moment.id, TapKind.THERE)
    whole = (Button("Read on", ReadOn(at, "1")),) if _leaves_out(moment, told, there, now) else ()
    menu = (*whole, Button("Edit", Edit(at)), Button("Delete", Delete(at)))
    return Card(tuple(_blocks(session, moment, told, there, now)), buttons, menu)


def _high_five(session: Session, moment: Moment) -> str:
    given = len(moments.taps(session, moment.id, TapKind.HIGH_FIVE))
    return f"High-five ({given})" if given else "High-five"


def _blocks(
    session: Session, moment: Moment, told: Sequence[Version], there: Sequence[str], now: datetime
) -> Iterator[Block]:
    yield Title(name(moment))
    on = Button("Read on", ReadOn(ref(moment), "1")) if len(moment.text) > CARD_WORDS else None
    yield Quote(clipped(moment.text, CARD_WORDS), button=on)
    for part in PARTS[moment.kind]:
        if words := moment.parts.get(part.name):
            yield Section(part.label)
            yield Quote(clipped(words, VERSION_WORDS))
    yield Small(tuple(_who_and_when(session, moment)))
    if there:
        yield Small(("There: " + _listed(there),))
    yield from _versions(session, told, now)


def _listed(names: Sequence[str]) -> str:
    """Names side by side; of many the first, and how many more there are."""
    more = len(names) - THERE
    shown = ", ".join(names[:THERE])
    return f"{shown} and {more} more" if more > 0 else shown


def _leaves_out(moment: Moment, told: Sequence[Version], there: Sequence[str], now: datetime) -> bool:
    """Whether the card lacks something, and no *Read on* stands beside its text already."""
    if len(moment.text) > CARD_WORDS:
        return False
    shown = told if moments.are_open(told, now) else ()
    others = [*moment.parts.values(), *(version.text for version in shown)]
    many = len(shown) > VERSIONS or len(there) > THERE
    return many or any(len(words) > VERSION_WORDS for words in others)


def _by_name(session: Session, told: Sequence[Version]) -> tuple[Mapping[int, Person], Sequence[Version]]:
    """Who told them, and all of them in the order of their names."""
    people = moments.people(session, [version.author_id for version in told])
    return people, sorted(told, key=lambda version: people[version.author_id].name.casefold())


def _who_and_when(session: Session, moment: Moment) -> Iterator[Inline]:
    people = moments.people(session, [moment.author_id, moment.kept_by_id])
    yield people[moment.author_id].name
    yield " · "
    team = session.get(Team, moment.team_id)
    yield When(moment.created_at, team.zone if team else "UTC")
    if moment.kept_by_id and moment.kept_by_id != moment.author_id:
        yield f" · kept by {people[moment.kept_by_id].name}"
    if moment.edited_at:
        yield " · edited"
    if moment.source_link:
        yield " · "
        yield LinkTo("where it was said", moment.source_link)


def _versions(session: Session, told: Sequence[Version], now: datetime) -> Iterator[Block]:
    """Side by side once they are open, in the order of names; before that who, not what."""
    if not told:
        return
    people, by_name = _by_name(session, told)
    if not moments.are_open(told, now):
        names = " and ".join(people[version.author_id].name for version in by_name)
        yield Small(
            (f"{names} added a version, sealed until a second one is there or two days have passed.",)
        )
        return
    yield Section("How we got there")
    for version in by_name[:VERSIONS]:
        yield Quote(clipped(version.text, VERSION_WORDS), by=people[version.author_id].name)
    if len(by_name) > VERSIONS:
        yield Small((f"And {len(by_name) - VERSIONS} more versions: ", Strong("Read on"), " has them all."))


def page(session: Session, moment: Moment, number: int, now: datetime) -> Card:
    """One private page of everything a moment holds, with a button to the next."""
    pages = paged(_whole(session, moment, now))
    here = min(max(number, 1), len(pages))
    more = (Button("Read on", ReadOn(ref(moment), str(here + 1))),) if here < len(pages) else ()
    there = moments.taps(session, moment.id, TapKind.THERE) if here == len(pages) else ()
    names = (Small(("There: " + ", ".join(there),)),) if len(there) > THERE else ()
    where = Small((f"{name(moment)} · page {here} of {len(pages)}",))
    return Card((*pages[here - 1], *names, where), more)


def _whole(session: Session, moment: Moment, now: datetime) -> Iterator[tuple[str, str]]:
    """The text, what the kind's form asked, everybody's version."""
    yield moment.text, ""
    for part in PARTS[moment.kind]:
        if words := moment.parts.get(part.name):
            yield words, part.label
    told = moments.versions(session, moment.id)
    people, by_name = _by_name(session, told if moments.are_open(told, now) else ())
    yield from ((version.text, people[version.author_id].name) for version in by_name)


def paged(said: Iterable[tuple[str, str]]) -> Sequence[Sequence[Quote]]:
    """Words and whose they are, in pages that fit a message; a long text goes on over several."""
    pages: list[list[Quote]] = []
    for quote in (Quote(piece, by) for words, by in said for piece in pages_of(words)):
        length = sum(len(other.words) for other in pages[-1]) if pages else PAGE
        if length + len(quote.words) > PAGE or len(pages[-1]) == ON_PAGE:
            pages.append([])
        pages[-1].append(quote)
    return pages


PAGE = 2_500
"""Characters of a page of *read on*: with its frame it fits a section of a Slack message (3,000)."""


ON_PAGE = 6
"""Quotes on a page: what a phone shows without much scrolling."""


def pages_of(text: str) -> list[str]:
    """A text in pages; nothing of it is lost between them."""
    return [text[at : at + PAGE] for at in range(0, len(text), PAGE)] or [""]
