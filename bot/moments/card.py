"""A moment's card: in its channel, where it follows its rows, and in private for one person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.core.access.offers import offer_working
from bot.core.context import Context
from bot.core.kinds.declared import KINDS, CardAddition, KindCards, is_counted, is_followed
from bot.core.language.words import _, nline, pgettext
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
from bot.core.moment import VERSION_WORDS, build_removed_card, format_moment_ref, moment_name
from bot.core.origin import Capabilities
from bot.core.posts import ComposedPost
from bot.core.text import NAMES_SHOWN, clip_text, list_names, one_line
from bot.goals.commands import Serves
from bot.goals.serving import SERVES_LABEL, serving_blocks
from bot.memory.look_backs import (
    has_hidden_look_backs,
    look_back_blocks,
    look_back_buttons,
    own_look_back_buttons,
)
from bot.memory.sequel_lines import has_hidden_lines, sequel_blocks
from bot.memory.sequels import SEQUEL_QUESTIONS, AddSequel, DropSequels
from bot.moments.commands import AddVersion, Delete, DropVersion, Edit, HighFive, HowFar, IWasThere, ReadOn
from bot.quests.attempts import QUEST_WORDS
from bot.quests.before.lines import has_more_lines, own_line_button
from bot.quests.before.results import own_result_buttons
from bot.quests.commands import AskWhy, Link, SeeLinks, SeeWhys
from bot.quests.link_words import describe_links, removed_sentence
from bot.quests.value_kinds import VALUE_PART, list_kinds, parse_kinds
from bot.quests.whys_order import whys_in_words
from storage.doors import chances
from storage.memory import sequels
from storage.models import Kind, Moment, MomentState, Person, Posting, SequelKind, TapKind, Team, Version
from storage.moments import moments, reactions
from storage.moments import versions as version_rows
from storage.quests import attempts, expectations, links, quests, whys

VERSIONS, VERSIONS_BESIDE_PARTS = 6, 3
"""The most versions on a card, and the most beside form parts. *Read more* has the rest in pages."""
PART_WORDS = 240
"""Characters of a form part that a card shows.

A breakthrough has four of these beside its links.
"""

BUTTONS_SHOWN = 4
"""Buttons below a card. Further ones are in its menu."""

CONTRIBUTORS_SHOWN = 6
"""Names of the people behind a breakthrough's links that its card shows."""
EDIT_GRACE = timedelta(hours=1)
"""How long after saving a moment a change does not make its card say `edited`."""


def compose_moment_card(
    session: Session, posting: Posting, now: datetime, _capabilities: Capabilities, kind_cards: KindCards
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
    return ComposedPost(Post(build_moment_card(session, moment, now, kind_cards)))


def build_moment_card(
    session: Session, moment: Moment, now: datetime, kind_cards: KindCards, private: bool = False
) -> Card:
    """Return a moment's card: its text, people, versions, buttons and menu."""
    if moment.state != MomentState.KEPT:
        return text_card(
            _(
                "{moment} has no text yet. Its author can add it, and so can anyone with “Save as aha” "
                "in the message's menu.",
                moment=moment_name(moment),
            )
        )
    describe = kind_cards.get(moment.kind)
    added = describe(session, moment, now) if describe else CardAddition()
    buttons = (
        *added.buttons,
        *_usual_buttons(session, moment, private),
        *look_back_buttons(session, moment, now),
    )
    menu = (*buttons[BUTTONS_SHOWN:], *_menu_entries(session, moment, now, added, private))
    return Card(tuple(_card_blocks(session, moment, now, added)), buttons[:BUTTONS_SHOWN], menu)


def _usual_buttons(session: Session, moment: Moment, private: bool) -> Iterator[Button]:
    """Yield the buttons for what people do with a moment most."""
    where, at = "1" if private else "", format_moment_ref(moment)
    yield Button(_high_five_label(session, moment), HighFive(at, where))
    if KINDS[moment.kind].here:
        yield Button(_("I was there"), IWasThere(at, where))
    yield Button(_("Add my version"), AddVersion(at))
    if moment.kind == Kind.EXPERIMENT and not attempts.is_under_way(session, moment):
        yield Button(_("Ask why"), AskWhy(at))
    if moment.kind == Kind.BREAKTHROUGH:
        yield Button(_("How we got here"), SeeLinks(at))


def _menu_entries(
    session: Session, moment: Moment, now: datetime, added: CardAddition, private: bool
) -> Iterator[Button]:
    """Yield the entries of a card's menu, the last of which removes the moment."""
    at = format_moment_ref(moment)
    if _has_hidden_content(session, moment, now):
        yield Button(_("Read more"), ReadOn(at, "1"))
    if private and moment.id in whys.count_by_moment(session, [moment.id]):
        yield Button(_("Show the whys"), SeeWhys(at))
    yield from added.menu
    yield Button(_("Edit"), Edit(at))
    yield Button(pgettext("connect", "Link"), Link(at))
    yield Button(SERVES_LABEL(), Serves(at))
    if is_counted(moment):
        yield Button(_("How big a stretch was it?"), HowFar(at))
    if is_followed(moment):
        yield Button(str(SEQUEL_QUESTIONS[SequelKind.POSSIBLE][0]), AddSequel(at))
    yield Button(_("Delete"), Delete(at))


def build_private_card(context: Context, moment: Moment) -> Card:
    """Return a moment's card for one person, with the buttons that work for them."""
    card = build_moment_card(context.session, moment, context.now, context.kind_cards, private=True)
    menu = (*card.menu[:-1], *_removal_buttons(context, moment), *card.menu[-1:])
    return offer_working(context, replace(card, menu=menu))


def _removal_buttons(context: Context, moment: Moment) -> Iterator[Button]:
    """Yield buttons to remove the person's own version and lines, and the result that they may take back."""
    if version_rows.find_by_author(context.session, moment.id, context.caller.person_id):
        yield Button(_("Remove my version"), DropVersion(format_moment_ref(moment)))
    if sequels.list_by_author(context.session, moment.id, context.caller.person_id):
        yield Button(_("Remove my lines"), DropSequels(format_moment_ref(moment)))
    yield from own_look_back_buttons(context.session, moment, context.caller.person_id)
    yield from own_line_button(context, moment.id, None)
    yield from own_result_buttons(context, moment)


def _high_five_label(session: Session, moment: Moment) -> str:
    given = len(reactions.list_tap_names(session, moment.id, TapKind.HIGH_FIVE))
    return _("High-five ({n})", n=given) if given else _("High-five")


def _card_blocks(session: Session, moment: Moment, now: datetime, added: CardAddition) -> Iterator[Block]:
    yield Title(_name_with_version(session, moment) + added.suffix)
    on = (
        Button(_("Read more"), ReadOn(format_moment_ref(moment), "1"))
        if len(moment.text) > CARD_TEXT_LIMIT
        else None
    )
    yield Quote(clip_text(moment.text, CARD_TEXT_LIMIT), button=on)
    for part in KINDS[moment.kind].parts:
        if words := moment.parts.get(part.name):
            yield Section(part.label())
            yield Quote(clip_text(words, PART_WORDS))
    yield from added.blocks
    if moment.kind == Kind.EXPERIMENT:
        yield from _quest_blocks(session, moment)
    summary = (
        links.link_summaries(session, [moment]).get(moment.id) if moment.kind == Kind.BREAKTHROUGH else None
    )
    yield from (
        _value_blocks(session, moment)
        if moment.kind == Kind.BREAKTHROUGH
        else _breakthrough_blocks(session, moment)
    )
    yield Small(tuple(_byline_parts(session, moment)))
    together = reactions.names_involved(session, moment)
    if len(together) > 1 and not (
        summary and summary.linked_count
    ):  # the people behind its links include all of these
        yield Small((_("Together: {names}", names=list_names(together)),))
    if awaited := reactions.list_awaited_names(session, moment.id):
        author = moments.people_by_id(session, [moment.author_id])[moment.author_id].name
        said = _(
            "{author} would like to read a version by {names}.", author=author, names=list_names(awaited)
        )
        yield Small((said,))
    if summary is not None:
        yield from _link_blocks(summary)
    yield from serving_blocks(session, moment)
    yield from sequel_blocks(session, moment)
    yield from look_back_blocks(session, moment, now)
    yield from _version_blocks(
        session, version_rows.list_versions(session, moment.id), now, _versions_limit(session, moment)
    )


def _name_with_version(session: Session, moment: Moment) -> str:
    """Return kind, number and which attempt at its idea it is: `Experiment #12 · v3`."""
    version = attempts.version_number(session, moment.id) if moment.kind == Kind.EXPERIMENT else 0
    return f"{moment_name(moment)} · v{version}" if version else moment_name(moment)


def _quest_blocks(session: Session, moment: Moment) -> Iterator[Block]:
    """Yield an experiment's insight and its quest."""
    insight = whys.insights_by_moment(session, [moment.id]).get(moment.id)
    if insight is not None:
        yield Section(_("Insight"))
        yield Quote(clip_text(insight.text, VERSION_WORDS))
    quest = quests.find_by_moment(session, moment.id)
    if quest is not None and quest.withdrawn_at is None:
        yield Small((_("Quest: {quest}", quest=one_line(quest.text, QUEST_WORDS)),))


def _value_blocks(session: Session, moment: Moment) -> Iterator[Block]:
    """Yield the quest that a breakthrough answers and the kinds of value it was given."""
    if found := quests.list_found_by(session, moment.id):
        yield Small((_("Answers the quest: {quest}", quest=one_line(found[0].text, QUEST_WORDS)),))
    if worth := parse_kinds(moment.parts.get(VALUE_PART, "")):
        yield Small((_("Value: {kinds}", kinds=list_kinds(worth)),))


def _link_blocks(summary: links.LinkSummary) -> Iterator[Block]:
    """Yield what led to a breakthrough: its counts and days, and the people who took part."""
    if summary.linked_count or summary.removed:
        yield Section(_("How we got here"))
    if summary.linked_count:
        yield Text((describe_links(summary),))
        yield Small((_("With {names}", names=list_names(summary.people, CONTRIBUTORS_SHOWN)),))
    if gone := removed_sentence(summary):
        yield Small((gone,))


def _breakthrough_blocks(session: Session, moment: Moment) -> Iterator[Block]:
    """Yield the breakthroughs that a moment led to."""
    if fed := links.list_fed_by(session, moment.id):
        yield Small((_("Led to: {moments}", moments=list_names([moment_name(each) for each in fed])),))


def _has_hidden_content(session: Session, moment: Moment, now: datetime) -> bool:
    """Return whether the card leaves something out that needs a *Read more* in the menu.

    If the text itself is cut, the button is beside the text already.
    """
    if len(moment.text) > CARD_TEXT_LIMIT:
        return False
    told = readable_versions(session, moment, now)
    parts = any(len(words) > PART_WORDS for words in (*moment.parts.values(), find_outcome(session, moment)))
    versions = any(len(version.text) > VERSION_WORDS for version in told)
    many = (
        len(told) > _versions_limit(session, moment)
        or len(reactions.names_involved(session, moment)) > NAMES_SHOWN
    )
    return (
        many
        or parts
        or versions
        or has_hidden_lines(session, moment)
        or has_hidden_look_backs(session, moment)
        or has_more_lines(session, moment)
    )


def find_outcome(session: Session, moment: Moment) -> str:
    """Return what came of a chance, or an empty string."""
    return chances.find_outcome(session, moment.id) if moment.kind == Kind.CHANCE else ""


def readable_versions(session: Session, moment: Moment, now: datetime) -> Sequence[Version]:
    """Return the versions that may be read, sorted by their authors' names."""
    told = version_rows.list_versions(session, moment.id)
    return _sort_by_author(session, told)[1] if version_rows.are_versions_open(told, now) else ()


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
    if numbered := whys.count_by_moment(session, [moment.id]).get(moment.id):
        yield " · " + whys_in_words(numbered)
    if moment.kept_by_id and moment.kept_by_id != moment.author_id:
        yield " · "
        yield _("saved by {name}", name=people[moment.kept_by_id].name)
    if moment.edited_at and moment.edited_at - moment.created_at > EDIT_GRACE:
        yield " · "
        yield _("edited")
    if moment.source_link:
        yield " · "
        yield TextLink(_("original message"), moment.source_link)


def _versions_limit(session: Session, moment: Moment) -> int:
    """Return how many versions the card shows, so that the whole card fits one message."""
    room = VERSIONS_BESIDE_PARTS if moment.parts or moment.kind != Kind.AHA else VERSIONS
    if expectations.list_told(session, moment):
        return room - 2
    return room - 1 if sequels.list_sequels(session, moment.id) else room


def _version_blocks(session: Session, told: Sequence[Version], now: datetime, room: int) -> Iterator[Block]:
    """Yield the versions, sorted by author's name. Sealed versions show only the names."""
    if not told:
        return
    people, by_name = _sort_by_author(session, told)
    if not version_rows.are_versions_open(told, now):
        for version in by_name:
            name = people[version.author_id].name
            said = _(
                "{name} added a version. It opens when a second one comes in, or after two days.", name=name
            )
            yield Small((said,))
        return
    yield Section(_("Versions"))
    for version in by_name[:room]:
        yield Quote(clip_text(version.text, VERSION_WORDS), by=people[version.author_id].name)
    if more := by_name[room:]:
        on = Strong(_("Read more"))
        yield Small(
            nline("1 more version: {read_more}", "{n} more versions: {read_more}", len(more), read_more=on)
        )
