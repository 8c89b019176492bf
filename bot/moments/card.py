"""A moment as a card: in the channel, where it follows its rows, and in private, for the one who asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.core.adapter import Ways
from bot.core.messages import (
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
    Text,
    Title,
    When,
    say,
)
from bot.core.posts import Composed
from bot.memory import sequel_lines as followed
from bot.moments.commands import (
    AddSequel,
    AddVersion,
    AskWhy,
    Delete,
    Edit,
    HighFive,
    HowFar,
    IWasThere,
    Link,
    ReadOn,
    SeeLadder,
    SeeRoad,
)
from bot.quests import link_words as road_signs
from bot.quests import value_kinds as values
from storage.memory import sequels
from storage.models import Kind, Moment, MomentState, Person, Posting, TapKind, Team, Version
from storage.moments import moments
from storage.quests import attempts, links, quests, whys


@dataclass(frozen=True)
class Part:
    """What a kind's form asks beyond the text, and the label it has on the card."""

    name: str
    label: str
    hint: str


PARTS: dict[str, tuple[Part, ...]] = {
    Kind.AHA: (
        Part("used_to", "We used to think", "What everyone took for granted."),
        Part("now_think", "Now we think", "What you would say today."),
        Part("expecting", "Walked in expecting", "Where you thought it would go."),
        Part("out_with", "Walked out with", "What you had in your hands in the end."),
    ),
    Kind.BREAKTHROUGH: (
        Part("planned", "We planned", "What you set out to do."),
        Part("came_as", "It came as", "The shape it had when it arrived."),
        Part("repaid", "It repaid", "What the search had cost, and what came back."),
        Part("powers", "It powers", "What you can do now that you could not before."),
    ),
    Kind.EXPERIMENT: (
        Part("expected", "We expected", "What you thought would happen."),
        Part("happened", "What happened", "What you saw instead."),
        Part("wrong", "We were wrong about", "Something you took for granted."),
        Part("taught", "It taught us", "One sentence is plenty."),
    ),
}
NAMES: dict[str, str] = {Kind.AHA: "Aha", Kind.BREAKTHROUGH: "Breakthrough", Kind.EXPERIMENT: "Experiment"}
VERSION_WORDS = 300
"""Characters of a version that a card shows; two side by side should fit a phone."""
PART_WORDS = 240
"""Characters of what a form asked that a card shows: a breakthrough has four of these beside its road."""
QUEST_WORDS = 120
"""Characters of its quest that the card of an experiment or breakthrough shows."""
VERSIONS, FEWER, THERE = 6, 3, 12
"""How many versions and names a card shows, and versions beside what a form asked; *read on* has the rest in pages."""


WALKERS = 6
"""Names of those on a breakthrough's road that its card shows."""
FRESH = timedelta(hours=1)
"""Until when what changes in a moment belongs to its writing; what changes later, the card calls edited."""


def name(moment: Moment) -> str:
    """Kind and number, such as `Aha #42`."""
    return f"{NAMES[moment.kind]} #{moment.number}"


def ref(moment: Moment) -> str:
    """A moment as its buttons carry it."""
    return f"{moment.team_id}.{moment.number}"


def whys_in_words(number: int) -> str:
    """How many rungs a ladder has."""
    return "1 why" if number == 1 else f"{number} whys"


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
        *((Button("Ask why", AskWhy(at)),) if moment.kind == Kind.EXPERIMENT else ()),
        *((Button("The road here", SeeRoad(at)),) if moment.kind == Kind.BREAKTHROUGH else ()),
    )
    whole = (Button("Read on", ReadOn(at, "1")),) if _leaves_out(session, moment, now) else ()
    asked = private and moment.id in whys.numbers(session, [moment.id])
    ladder = (Button("Its ladder", SeeLadder(at)),) if asked else ()
    menu = (
        *whole,
        *ladder,
        Button("Edit", Edit(at)),
        Button("Link", Link(at)),
        Button("How far out was it?", HowFar(at)),
        *((Button("What now becomes possible?", AddSequel(at)),) if moment.kind != Kind.EXPERIMENT else ()),
        Button("Delete", Delete(at)),
    )
    return Card(tuple(_blocks(session, moment, now)), buttons, menu)


def _high_five(session: Session, moment: Moment) -> str:
    given = len(moments.taps(session, moment.id, TapKind.HIGH_FIVE))
    return f"High-five ({given})" if given else "High-five"


def _blocks(session: Session, moment: Moment, now: datetime) -> Iterator[Block]:
    yield Title(_numbered(session, moment))
    on = Button("Read on", ReadOn(ref(moment), "1")) if len(moment.text) > CARD_WORDS else None
    yield Quote(clipped(moment.text, CARD_WORDS), button=on)
    for part in PARTS[moment.kind]:
        if words := moment.parts.get(part.name):
            yield Section(part.label)
            yield Quote(clipped(words, PART_WORDS))
    if moment.kind == Kind.EXPERIMENT:
        yield from _search(session, moment)
    road = links.roads(session, [moment]).get(moment.id) if moment.kind == Kind.BREAKTHROUGH else None
    yield from _worth(session, moment) if moment.kind == Kind.BREAKTHROUGH else _fed(session, moment)
    yield Small(tuple(_who_and_when(session, moment)))
    together = moments.together(session, moment)
    if len(together) > 1 and not (road and road.stops):  # those on the road are all of these, and more
        yield Small(("Together: " + listed(together),))
    if road is not None:
        yield from _road(road)
    yield from followed.blocks(session, moment)
    yield from _versions(session, moments.versions(session, moment.id), now, _room(session, moment))


def _numbered(session: Session, moment: Moment) -> str:
    """Kind and number, and which attempt at its idea it is, such as `Experiment #12 · v3`."""
    version = attempts.version(session, moment.id) if moment.kind == Kind.EXPERIMENT else 0
    return f"{name(moment)} · v{version}" if version else name(moment)


def _search(session: Session, moment: Moment) -> Iterator[Block]:
    """What an experiment led to, and what it is part of."""
    insight = whys.insights(session, [moment.id]).get(moment.id)
    if insight is not None:
        yield Section("The insight")
        yield Quote(clipped(insight.text, VERSION_WORDS))
    quest = quests.of_moment(session, moment.id)
    if quest is not None and quest.withdrawn_at is None:
        yield Small(("Part of the quest: " + clipped(" ".join(quest.text.split()), QUEST_WORDS),))


def _worth(session: Session, moment: Moment) -> Iterator[Block]:
    """What was looked for when a breakthrough came, and the kinds of value that people gave it."""
    if found := quests.found_by(session, moment.id):
        yield Small(("It answers: " + clipped(" ".join(found[0].text.split()), QUEST_WORDS),))
    if worth := values.kinds(moment.parts.get(values.PART, "")):
        yield Small(("Worth: " + ", ".join(worth),))


def _road(road: links.Road) -> Iterator[Block]:
    """How long the road to a breakthrough was, and everyone who walked it."""
    if road.stops or road.removed:
        yield Section("The road here")
    if road.stops:
        yield Text((road_signs.measures(road),))
        yield Small(("Walked by " + listed(road.people, WALKERS),))
    if gone := road_signs.removed(road):
        yield Small((gone,))


def _fed(session: Session, moment: Moment) -> Iterator[Block]:
    """The breakthroughs that a moment was on the road to."""
    if fed := links.fed(session, moment.id):
        yield Small(("On the road to " + listed([name(each).lower() for each in fed]),))


def listed(names: Sequence[str], most: int = THERE) -> str:
    """Names side by side; of many the first, and how many more there are."""
    more = len(names) - most
    shown = ", ".join(names[:most])
    return f"{shown} and {more} more" if more > 0 else shown


def _leaves_out(session: Session, moment: Moment, now: datetime) -> bool:
    """Whether the card lacks something, and no *Read on* stands beside its text already."""
    if len(moment.text) > CARD_WORDS:
        return False
    told = _open_versions(session, moment, now)
    parts = any(len(words) > PART_WORDS for words in moment.parts.values())
    versions = any(len(version.text) > VERSION_WORDS for version in told)
    many = len(told) > _room(session, moment) or len(moments.together(session, moment)) > THERE
    return many or parts or versions or followed.are_clipped(session, moment)


def _open_versions(session: Session, moment: Moment, now: datetime) -> Sequence[Version]:
    """Those that may be read, in the order of their authors' names."""
    told = moments.versions(session, moment.id)
    return _by_name(session, told)[1] if moments.are_open(told, now) else ()


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
    if rungs := whys.numbers(session, [moment.id]).get(moment.id):
        yield " · " + whys_in_words(rungs)
    if moment.kept_by_id and moment.kept_by_id != moment.author_id:
        yield f" · kept by {people[moment.kept_by_id].name}"
    if moment.edited_at and moment.edited_at - moment.created_at > FRESH:
        yield " · edited"
    if moment.source_link:
        yield " · "
        yield LinkTo("where it was said", moment.source_link)


def _room(session: Session, moment: Moment) -> int:
    """How many versions its card shows: all that it says has to fit one message."""
    room = FEWER if moment.parts or moment.kind != Kind.AHA else VERSIONS
    return room - 1 if sequels.of(session, moment.id) else room


def _versions(session: Session, told: Sequence[Version], now: datetime, room: int) -> Iterator[Block]:
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
    for version in by_name[:room]:
        yield Quote(clipped(version.text, VERSION_WORDS), by=people[version.author_id].name)
    if more := by_name[room:]:
        number, has = (
            ("1 more version", "it") if len(more) == 1 else (f"{len(more)} more versions", "them all")
        )
        yield Small((f"And {number}: ", Strong("Read on"), f" has {has}."))


def page(session: Session, moment: Moment, number: int, now: datetime) -> Card:
    """One private page of everything a moment holds, with a button to the next."""
    pages = paged(_whole(session, moment, now))
    here = min(max(number, 1), len(pages))
    more = (Button("Read on", ReadOn(ref(moment), str(here + 1))),) if here < len(pages) else ()
    together = moments.together(session, moment) if here == len(pages) else ()
    names = (Small(("Together: " + ", ".join(together),)),) if len(together) > THERE else ()
    where = Small((f"{name(moment)} · page {here} of {len(pages)}",))
    return Card((*pages[here - 1], *names, where), more)


def _whole(session: Session, moment: Moment, now: datetime) -> Iterator[tuple[str, str]]:
    """The text, what the kind's form asked, everybody's version."""
    yield moment.text, ""
    for part in PARTS[moment.kind]:
        if words := moment.parts.get(part.name):
            yield words, part.label
    told = _open_versions(session, moment, now)
    people = moments.people(session, [version.author_id for version in told])
    yield from ((version.text, people[version.author_id].name) for version in told)
    yield from followed.whole(session, moment)


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
