"""A moment's card: in its channel, where it follows its rows, and in private for one person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.core.adapter import Capabilities
from bot.core.messages import (
    CARD_TEXT_LIMIT,
    Block,
    Button,
    Card,
    Inline,
    Post,
    Quote,
    Section,
    Small,
    Strong,
    Text,
    TextLink,
    Timestamp,
    Title,
    text_card,
)
from bot.core.posts import ComposedPost
from bot.memory.sequel_lines import full_sequel_texts, has_hidden_lines, sequel_blocks
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
    SeeLinks,
    SeeWhys,
)
from bot.quests.link_words import describe_links, removed_sentence
from bot.quests.value_kinds import VALUE_PART, parse_kinds
from storage.memory import sequels
from storage.models import Kind, Moment, MomentState, Person, Posting, TapKind, Team, Version
from storage.moments import moments
from storage.quests import attempts, links, quests, whys


@dataclass(frozen=True)
class FormPart:
    """A field of a kind's form beyond the text, with its label on the card and its hint."""

    name: str
    label: str
    hint: str


PARTS: dict[str, tuple[FormPart, ...]] = {
    Kind.AHA: (
        FormPart("used_to", "We used to think", "What everyone took for granted."),
        FormPart("now_think", "Now we think", "What you would say today."),
        FormPart("expecting", "Walked in expecting", "Where you thought it would go."),
        FormPart("out_with", "Walked out with", "What you had in your hands in the end."),
    ),
    Kind.BREAKTHROUGH: (
        FormPart("planned", "We planned", "What you set out to do."),
        FormPart("came_as", "It came as", "The shape it had when it arrived."),
        FormPart("repaid", "It repaid", "What the search had cost, and what came back."),
        FormPart("powers", "It powers", "What you can do now that you could not before."),
    ),
    Kind.EXPERIMENT: (
        FormPart("expected", "We expected", "What you thought would happen."),
        FormPart("happened", "What happened", "What you saw instead."),
        FormPart("wrong", "We were wrong about", "Something you took for granted."),
        FormPart("taught", "It taught us", "One sentence is plenty."),
    ),
}
NAMES: dict[str, str] = {Kind.AHA: "Aha", Kind.BREAKTHROUGH: "Breakthrough", Kind.EXPERIMENT: "Experiment"}
VERSION_WORDS = 300
"""Characters of a version that a card shows. Two side by side should fit a phone."""
PART_WORDS = 240
"""Characters of a form part that a card shows.

A breakthrough has four of these beside its links.
"""
QUEST_WORDS = 120
"""Characters of its quest that the card of an experiment or breakthrough shows."""
VERSIONS, VERSIONS_BESIDE_PARTS, NAMES_SHOWN = 6, 3, 12
"""The most versions on a card, the most beside form parts, and the most names.

*Read on* has the rest in pages.
"""


CONTRIBUTORS_SHOWN = 6
"""Names of the people behind a breakthrough's links that its card shows."""
EDIT_GRACE = timedelta(hours=1)
"""How long after saving a moment a change does not make its card say `edited`."""


def moment_name(moment: Moment) -> str:
    """Return kind and number, such as `Aha #42`."""
    return f"{NAMES[moment.kind]} #{moment.number}"


def format_moment_ref(moment: Moment) -> str:
    """Return a moment's reference as its buttons carry it: `7.42` is number 42 of team 7."""
    return f"{moment.team_id}.{moment.number}"


def whys_in_words(number: int) -> str:
    """Return the number of whys in words, such as `3 whys`."""
    return "1 why" if number == 1 else f"{number} whys"


def clip_text(words: str, length: int) -> str:
    """Return the beginning of a text, cut at a word if one ends near the limit.

    `length` is in characters.
    """
    if len(words) <= length:
        return words
    cut = words[:length]
    return (cut[: cut.rfind(" ")] if cut.rfind(" ") > length * 0.8 else cut) + " …"


def compose_moment_card(
    session: Session, posting: Posting, now: datetime, _ways: Capabilities
) -> ComposedPost | None:
    """Return the card in the channel, or the card that replaces a deleted moment's.

    Returns None before the moment has its text, and for a deleted moment that was never
    posted.
    """
    moment = session.get(Moment, posting.moment_id)
    if moment is None or moment.state != MomentState.KEPT:
        return None
    if moment.deleted_at is not None:
        return ComposedPost(Post(build_removed_card(moment))) if posting.message else None
    return ComposedPost(Post(build_moment_card(session, moment, now)))


def build_removed_card(moment: Moment) -> Card:
    """Return the card that replaces a deleted moment's."""
    return Card((Small((f"{moment_name(moment)} was removed.",)),))


def build_moment_card(session: Session, moment: Moment, now: datetime, private: bool = False) -> Card:
    """Return a moment's card: its text, people, versions, buttons and menu."""
    if moment.state != MomentState.KEPT:
        return text_card(
            f"{moment_name(moment)} waits for its words. Its author, or anyone with ",
            "Save as aha",
            ", can give them.",
        )
    where = "1" if private else ""
    at = format_moment_ref(moment)
    buttons = (
        Button(_high_five_label(session, moment), HighFive(at, where)),
        Button("I was there", IWasThere(at, where)),
        Button("Add my version", AddVersion(at)),
        *((Button("Ask why", AskWhy(at)),) if moment.kind == Kind.EXPERIMENT else ()),
        *((Button("The road here", SeeLinks(at)),) if moment.kind == Kind.BREAKTHROUGH else ()),
    )
    whole = (Button("Read on", ReadOn(at, "1")),) if _has_hidden_content(session, moment, now) else ()
    asked = private and moment.id in whys.count_by_moment(session, [moment.id])
    ladder = (Button("Its ladder", SeeWhys(at)),) if asked else ()
    menu = (
        *whole,
        *ladder,
        Button("Edit", Edit(at)),
        Button("Link", Link(at)),
        Button("How far out was it?", HowFar(at)),
        *((Button("What now becomes possible?", AddSequel(at)),) if moment.kind != Kind.EXPERIMENT else ()),
        Button("Delete", Delete(at)),
    )
    return Card(tuple(_card_blocks(session, moment, now)), buttons, menu)


def _high_five_label(session: Session, moment: Moment) -> str:
    given = len(moments.list_tap_names(session, moment.id, TapKind.HIGH_FIVE))
    return f"High-five ({given})" if given else "High-five"


def _card_blocks(session: Session, moment: Moment, now: datetime) -> Iterator[Block]:
    yield Title(_name_with_version(session, moment))
    on = (
        Button("Read on", ReadOn(format_moment_ref(moment), "1"))
        if len(moment.text) > CARD_TEXT_LIMIT
        else None
    )
    yield Quote(clip_text(moment.text, CARD_TEXT_LIMIT), button=on)
    for part in PARTS[moment.kind]:
        if words := moment.parts.get(part.name):
            yield Section(part.label)
            yield Quote(clip_text(words, PART_WORDS))
    if moment.kind == Kind.EXPERIMENT:
        yield from _quest_blocks(session, moment)
    road = (
        links.link_summaries(session, [moment]).get(moment.id) if moment.kind == Kind.BREAKTHROUGH else None
    )
    yield from (
        _value_blocks(session, moment)
        if moment.kind == Kind.BREAKTHROUGH
        else _breakthrough_blocks(session, moment)
    )
    yield Small(tuple(_byline_parts(session, moment)))
    together = moments.names_involved(session, moment)
    if len(together) > 1 and not (
        road and road.linked_count
    ):  # the people behind its links include all of these
        yield Small(("Together: " + list_names(together),))
    if road is not None:
        yield from _link_blocks(road)
    yield from sequel_blocks(session, moment)
    yield from _version_blocks(
        session, moments.list_versions(session, moment.id), now, _versions_limit(session, moment)
    )


def _name_with_version(session: Session, moment: Moment) -> str:
    """Return kind, number and which attempt at its idea it is: `Experiment #12 · v3`."""
    version = attempts.version_number(session, moment.id) if moment.kind == Kind.EXPERIMENT else 0
    return f"{moment_name(moment)} · v{version}" if version else moment_name(moment)


def _quest_blocks(session: Session, moment: Moment) -> Iterator[Block]:
    """Yield an experiment's insight and its quest."""
    insight = whys.insights_by_moment(session, [moment.id]).get(moment.id)
    if insight is not None:
        yield Section("The insight")
        yield Quote(clip_text(insight.text, VERSION_WORDS))
    quest = quests.find_by_moment(session, moment.id)
    if quest is not None and quest.withdrawn_at is None:
        yield Small(("Part of the quest: " + clip_text(" ".join(quest.text.split()), QUEST_WORDS),))


def _value_blocks(session: Session, moment: Moment) -> Iterator[Block]:
    """Yield the quest that a breakthrough answers and the kinds of value it was given."""
    if found := quests.list_found_by(session, moment.id):
        yield Small(("It answers: " + clip_text(" ".join(found[0].text.split()), QUEST_WORDS),))
    if worth := parse_kinds(moment.parts.get(VALUE_PART, "")):
        yield Small(("Worth: " + ", ".join(worth),))


def _link_blocks(road: links.LinkSummary) -> Iterator[Block]:
    """Yield what led to a breakthrough: its counts and days, and the people who took part."""
    if road.linked_count or road.removed:
        yield Section("The road here")
    if road.linked_count:
        yield Text((describe_links(road),))
        yield Small(("Walked by " + list_names(road.people, CONTRIBUTORS_SHOWN),))
    if gone := removed_sentence(road):
        yield Small((gone,))


def _breakthrough_blocks(session: Session, moment: Moment) -> Iterator[Block]:
    """Yield the breakthroughs that a moment led to."""
    if fed := links.list_fed_by(session, moment.id):
        yield Small(("On the road to " + list_names([moment_name(each).lower() for each in fed]),))


def list_names(names: Sequence[str], most: int = NAMES_SHOWN) -> str:
    """Return the first names, side by side, and how many more there are."""
    more = len(names) - most
    shown = ", ".join(names[:most])
    return f"{shown} and {more} more" if more > 0 else shown


def _has_hidden_content(session: Session, moment: Moment, now: datetime) -> bool:
    """Return whether the card leaves something out that needs a *Read on* in the menu.

    If the text itself is cut, the button is beside the text already.
    """
    if len(moment.text) > CARD_TEXT_LIMIT:
        return False
    told = _readable_versions(session, moment, now)
    parts = any(len(words) > PART_WORDS for words in moment.parts.values())
    versions = any(len(version.text) > VERSION_WORDS for version in told)
    many = (
        len(told) > _versions_limit(session, moment)
        or len(moments.names_involved(session, moment)) > NAMES_SHOWN
    )
    return many or parts or versions or has_hidden_lines(session, moment)


def _readable_versions(session: Session, moment: Moment, now: datetime) -> Sequence[Version]:
    """Return the versions that may be read, sorted by their authors' names."""
    told = moments.list_versions(session, moment.id)
    return _sort_by_author(session, told)[1] if moments.are_versions_open(told, now) else ()


def _sort_by_author(
    session: Session, told: Sequence[Version]
) -> tuple[Mapping[int, Person], Sequence[Version]]:
    """Return the authors by id, and the versions sorted by their authors' names."""
    people = moments.people_by_id(session, [version.author_id for version in told])
    return people, sorted(told, key=lambda version: people[version.author_id].name.casefold())


def _byline_parts(session: Session, moment: Moment) -> Iterator[Inline]:
    people = moments.people_by_id(session, [moment.author_id, moment.kept_by_id])
    yield people[moment.author_id].name
    yield " · "
    team = session.get(Team, moment.team_id)
    yield Timestamp(moment.created_at, team.zone if team else "UTC")
    if rungs := whys.count_by_moment(session, [moment.id]).get(moment.id):
        yield " · " + whys_in_words(rungs)
    if moment.kept_by_id and moment.kept_by_id != moment.author_id:
        yield f" · kept by {people[moment.kept_by_id].name}"
    if moment.edited_at and moment.edited_at - moment.created_at > EDIT_GRACE:
        yield " · edited"
    if moment.source_link:
        yield " · "
        yield TextLink("where it was said", moment.source_link)


def _versions_limit(session: Session, moment: Moment) -> int:
    """Return how many versions the card shows, so that the whole card fits one message."""
    room = VERSIONS_BESIDE_PARTS if moment.parts or moment.kind != Kind.AHA else VERSIONS
    return room - 1 if sequels.list_sequels(session, moment.id) else room


def _version_blocks(session: Session, told: Sequence[Version], now: datetime, room: int) -> Iterator[Block]:
    """Yield the versions, sorted by author's name. Sealed versions show only the names."""
    if not told:
        return
    people, by_name = _sort_by_author(session, told)
    if not moments.are_versions_open(told, now):
        names = " and ".join(people[version.author_id].name for version in by_name)
        yield Small(
            (f"{names} added a version, sealed until a second one is there or two days have passed.",)
        )
        return
    yield Section("How we got there")
    for version in by_name[:room]:
        yield Quote(clip_text(version.text, VERSION_WORDS), by=people[version.author_id].name)
    if more := by_name[room:]:
        number, has = (
            ("1 more version", "it") if len(more) == 1 else (f"{len(more)} more versions", "them all")
        )
        yield Small((f"And {number}: ", Strong("Read on"), f" has {has}."))


def build_moment_page(session: Session, moment: Moment, number: int, now: datetime) -> Card:
    """Return one private page of a moment's full content, with a button to the next page.

    Pages count from 1.
    """
    pages = split_into_pages(_full_texts(session, moment, now))
    here = min(max(number, 1), len(pages))
    more = (Button("Read on", ReadOn(format_moment_ref(moment), str(here + 1))),) if here < len(pages) else ()
    together = moments.names_involved(session, moment) if here == len(pages) else ()
    names = (Small(("Together: " + ", ".join(together),)),) if len(together) > NAMES_SHOWN else ()
    where = Small((f"{moment_name(moment)} · page {here} of {len(pages)}",))
    return Card((*pages[here - 1], *names, where), more)


def _full_texts(session: Session, moment: Moment, now: datetime) -> Iterator[tuple[str, str]]:
    """Yield the moment's text, form parts, versions and sequels, each with its label."""
    yield moment.text, ""
    for part in PARTS[moment.kind]:
        if words := moment.parts.get(part.name):
            yield words, part.label
    told = _readable_versions(session, moment, now)
    people = moments.people_by_id(session, [version.author_id for version in told])
    yield from ((version.text, people[version.author_id].name) for version in told)
    yield from full_sequel_texts(session, moment)


def split_into_pages(said: Iterable[tuple[str, str]]) -> Sequence[Sequence[Quote]]:
    """Return labelled texts as pages of quotes that fit a message.

    A long text continues on further pages.
    """
    pages: list[list[Quote]] = []
    for quote in (Quote(piece, by) for words, by in said for piece in split_text(words)):
        length = sum(len(other.words) for other in pages[-1]) if pages else PAGE_LENGTH
        if length + len(quote.words) > PAGE_LENGTH or len(pages[-1]) == QUOTES_PER_PAGE:
            pages.append([])
        pages[-1].append(quote)
    return pages


PAGE_LENGTH = 2_500
"""Characters of a *read on* page.

With its frame, a page fits a section of a Slack message (3,000).
"""


QUOTES_PER_PAGE = 6
"""Quotes on a page: what a phone shows without much scrolling."""


def split_text(text: str) -> list[str]:
    """Return a text in pieces of at most one page, without losing a character."""
    return [text[at : at + PAGE_LENGTH] for at in range(0, len(text), PAGE_LENGTH)] or [""]
