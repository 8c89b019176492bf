"""Quests: what a team is looking for, open on a card of its own until it is found or let go with a reason.

The card follows its rows: how many attempts there were, and in the end what was found or why nobody looks on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.core.adapter import Ways
from bot.core.commands import Declaration, words, written
from bot.core.context import Refusal, Turn
from bot.core.messages import (
    CARD_WORDS,
    Block,
    Button,
    Card,
    Field,
    FieldKind,
    Form,
    Inline,
    Post,
    Quote,
    Reply,
    Section,
    Small,
    Style,
    Text,
    Title,
    When,
    reply,
)
from bot.core.posts import Composed
from bot.moments import card as cards
from bot.moments import log as moments
from bot.moments.log import Breakthrough, Failed
from bot.quests import attempts as places
from storage.delivery import postings
from storage.models import Kind, Moment, Posting, PostingKind, Team
from storage.models import Quest as Row
from storage.moments import moments as kept
from storage.quests import attempts, quests

SHOWN = 5
"""Quests in one private list."""

ASKED = "What are we looking for?"


@dataclass(frozen=True)
class Quest:
    """Open a quest; without words, see what is open."""

    text: str = words("What the team is looking for; without it, what is open")
    head: str = ""
    team: str = ""
    before: str = ""


@dataclass(frozen=True)
class OpenQuest:
    """The form that opens a quest."""

    team: str = ""


@dataclass(frozen=True)
class SeeQuest:
    """A quest in private, with what one can do; its whole text where the card had no room."""

    quest: str = ""
    team: str = ""
    page: str = ""


@dataclass(frozen=True)
class LogAttempt:
    """The form of an experiment that is part of this quest."""

    quest: str = ""
    team: str = ""


@dataclass(frozen=True)
class FoundIt:
    """The form of the breakthrough that found this quest."""

    quest: str = ""
    team: str = ""


@dataclass(frozen=True)
class LetGo:
    """Close a quest that nobody looks for any more; the form asks why."""

    quest: str = ""
    team: str = ""
    reason: str = written()


@dataclass(frozen=True)
class RemoveQuest:
    """Take a quest away, open or closed; `sure` once its words were seen."""

    quest: str = ""
    team: str = ""
    sure: str = ""


@dataclass(frozen=True)
class TakeQuestBack:
    """Take one's quest back. With the word before it, the whole line was an aha."""

    quest: str = ""
    head: str = ""
    team: str = ""


def quest(turn: Turn, command: Quest) -> Reply:
    """Open what was typed at once; without words, what is open."""
    if not command.text.strip():
        return _open_ones(turn, command)
    row = open_now(turn, command.text.strip())
    if row.withdrawn_at is not None:
        raise Refusal("That quest was opened and taken back.")
    label = "It was an aha" if command.head else "Take it back"
    undo = Button(label, turn.later(TakeQuestBack(str(row.id), command.head, str(turn.seat.team_id))))
    said = "Open now. Its card counts what you try, and it closes when something is found or you let it go."
    return reply(said, buttons=(undo,))


def open_now(turn: Turn, text: str) -> Row:
    """A quest of the speaker's, and the promise of its card in the channel; said again, the same one."""
    team_id = turn.seat.team_id
    row, new = quests.add_once(turn.session, team_id, turn.seat.person_id, text, turn.origin.event, turn.now)
    if new:
        postings.plan(
            turn.session, f"{quests.KEY}{row.id}", PostingKind.QUEST, turn.seat.workspace_id, turn.now,
            team_id=team_id, channel=moments.channel(turn),
        )  # fmt: skip
    return row


def _open_ones(turn: Turn, command: Quest) -> Reply:
    before = places.number(command.before) or None
    found = quests.still_open(turn.session, turn.seat.team_id, SHOWN + 1, before)
    team = str(turn.seat.team_id) if turn.seat.team_id else command.team
    new = Button("Open a quest", OpenQuest(team), Style.PRIMARY)
    if not found:
        said = "That was the oldest one." if before else "No quest is open. What would you love to find?"
        return reply(said, buttons=(new,), replaces=before is not None)
    shown = found[:SHOWN]
    tried = attempts.numbers(turn.session, [row.id for row in shown])
    people = kept.people(turn.session, [row.author_id for row in shown])
    rows = (_row(row, people[row.author_id].name, tried.get(row.id, 0)) for row in shown)
    older = Button("Older", Quest(team=team, before=str(shown[-1].id)))
    buttons = (new, older) if len(found) > SHOWN else (new,)
    return Reply(Card((Title("What we are looking for"), *rows), buttons), replaces=before is not None)


def _row(row: Row, author: str, tried: int) -> Quote:
    see = Button("See it", SeeQuest(str(row.id), str(row.team_id)))
    return Quote(cards.clipped(row.text, 160), f"{author} · {in_words(tried)}", see)


def in_words(number: int) -> str:
    """How many attempts there were."""
    return {0: "no attempts yet", 1: "1 attempt"}.get(number, f"{number} attempts")


def open_form(turn: Turn, command: OpenQuest) -> Form:
    """What the team is looking for, asked."""
    hint = "A question you would like to answer together, one day or next week."
    return Form(
        "Open a quest", Quest(team=command.team), (Field("text", ASKED, FieldKind.TEXT, hint=hint),), "Open"
    )


def see(turn: Turn, command: SeeQuest) -> Reply:
    """The quest's card in private, or a page of its words."""
    row = the(turn, command.quest)
    if not command.page:
        return Reply(card(turn.session, row))
    pages = cards.paged([(row.text, ""), *([(row.reason, "Let go")] if row.reason else [])])
    here = min(max(places.number(command.page), 1), len(pages))
    on = Button("Read on", SeeQuest(command.quest, str(row.team_id), str(here + 1)))
    where = Small((f"Quest · page {here} of {len(pages)}",))
    return Reply(Card((*pages[here - 1], where), (on,) if here < len(pages) else ()), replaces=here > 1)


def log_attempt(turn: Turn, command: LogAttempt) -> Reply | Form:
    """The form of an experiment, with this quest chosen."""
    row = _open(turn, command.quest)
    return moments.capture(turn, Failed(quest=str(row.id), team=str(row.team_id)))


def found_it(turn: Turn, command: FoundIt) -> Reply | Form:
    """The form of a breakthrough; keeping it closes the quest."""
    row = _open(turn, command.quest)
    return moments.capture(turn, Breakthrough(quest=str(row.id), team=str(row.team_id)))


def let_go(turn: Turn, command: LetGo) -> Reply | Form:
    """Close it, with the reason; a quest closes once."""
    row, reason = _open(turn, command.quest), command.reason.strip()
    if not reason:
        hint = "What you know now is worth having looked for it."
        why = Field("reason", "Why do we let it go?", FieldKind.TEXT, hint=hint)
        return Form("Let it go", LetGo(str(row.id), str(row.team_id)), (why,), "Let it go")
    if not quests.let_go(turn.session, row.id, reason, turn.seat.person_id, turn.now):
        turn.session.refresh(row)
        raise Refusal(" ".join(places.ended(turn.session, row)))
    return reply("It is let go, and the card says why.")


def remove(turn: Turn, command: RemoveQuest) -> Reply:
    """Its words and its reason are gone for good, however it ended; what was tried for it stays."""
    row = the(turn, command.quest)
    if row.author_id != turn.seat.person_id and not turn.origin.admin:
        raise Refusal("Only the one who opened a quest, or an admin, can remove it.")
    if not command.sure:
        sure = Button("Remove it for good", RemoveQuest(str(row.id), str(row.team_id), "1"))
        said = "Its words and its reason will be gone for good. What was tried for it stays."
        return Reply(Card((Text((said,)), Quote(cards.clipped(row.text, CARD_WORDS))), (sure,)))
    quests.take_back(turn.session, row, turn.now)
    return reply("The quest is removed.", replaces=True)


def take_back(turn: Turn, command: TakeQuestBack) -> Reply:
    """The card becomes a small sentence, and a line that was meant as an aha is kept whole."""
    row = _open(turn, command.quest)
    if row.author_id != turn.seat.person_id:
        raise Refusal("Only the one who opened a quest can take it back; anyone can let it go.")
    text = row.text
    quests.take_back(turn.session, row, turn.now)
    if not command.head:
        return reply("Your quest is taken back.", replaces=True)
    number = moments.keep(turn, Kind.AHA, command.head + text, {})
    return reply(f"Kept as #{number}, with every word of it. The quest is taken back.", replaces=True)


def the(turn: Turn, given: str) -> Row:
    """The quest that a button or form names, open or closed. Refusal where this team has none such."""
    row = quests.of_team(turn.session, turn.seat.team_id, places.number(given))
    if row is None:
        raise Refusal("That quest was taken back, or belongs to another channel.")
    return row


def _open(turn: Turn, given: str) -> Row:
    row = the(turn, given)
    if row.closed_at is not None:
        raise Refusal(" ".join(places.ended(turn.session, row)))
    return row


def compose(session: Session, posting: Posting, now: datetime, _ways: Ways) -> Composed | None:
    """A quest's card in the channel. One taken back before it was posted is never posted."""
    row = quests.of_posting(session, posting)
    if row is None or row.withdrawn_at is not None:
        gone = Card((Small(("This quest was taken back.",)),))
        return Composed(Post(gone)) if posting.message else None
    return Composed(Post(card(session, row)))


def card(session: Session, row: Row) -> Card:
    """What is looked for, who opened it, what was tried, and how it ended."""
    at, team = str(row.id), str(row.team_id)
    blocks = (*_head(session, row), *(_end(session, row) if row.closed_at else ()))
    menu = (Button("Remove it", RemoveQuest(at, team)),)
    if row.closed_at is not None:
        return Card(blocks, menu=menu)
    tried = bool(attempts.numbers(session, [row.id]))
    buttons = (
        Button("Log an attempt", LogAttempt(at, team), Style.PLAIN if tried else Style.PRIMARY),
        Button("Found it", FoundIt(at, team), Style.PRIMARY if tried else Style.PLAIN),
        Button("Let it go", LetGo(at, team)),
    )
    return Card(blocks, buttons, menu)


def _head(session: Session, row: Row) -> Iterator[Block]:
    ended = "" if row.closed_at is None else " · found" if row.found_id else " · let go"
    yield Title(f"Quest{ended}")
    on = Button("Read on", SeeQuest(str(row.id), str(row.team_id), "1")) if _is_long(row) else None
    yield Quote(cards.clipped(row.text, CARD_WORDS), button=on)
    yield Small(tuple(_since(session, row)))


def _is_long(row: Row) -> bool:
    return len(row.text) > CARD_WORDS or len(row.reason) > CARD_WORDS


def _since(session: Session, row: Row) -> Iterator[Inline]:
    """Who opened it, when, and how often something was tried."""
    team = session.get(Team, row.team_id)
    yield f"{kept.people(session, [row.author_id])[row.author_id].name} · since "
    yield When(row.created_at, team.zone if team else "UTC")
    yield f" · {in_words(attempts.numbers(session, [row.id]).get(row.id, 0))}"


def _end(session: Session, row: Row) -> Iterator[Block]:
    if row.found_id is None:
        yield Section("Let go")
        yield Quote(cards.clipped(row.reason, CARD_WORDS))
        return
    breakthrough = session.get_one(Moment, row.found_id)
    if breakthrough.deleted_at is not None:
        yield Text(
            (f"Found by breakthrough #{breakthrough.number}, which was removed. Tomorrow it is open again.",)
        )
        return
    yield Section(f"Found by breakthrough #{breakthrough.number}")
    yield Quote(cards.clipped(breakthrough.text, cards.VERSION_WORDS))


DECLARATIONS = (
    Declaration(
        "quest", Quest, quest, "quest", "Open what you are looking for together; without words, what is open"
    ),
    Declaration("open-quest", OpenQuest, open_form),
    Declaration("see-quest", SeeQuest, see, reads=True),
    Declaration("log-attempt", LogAttempt, log_attempt),
    Declaration("found-it", FoundIt, found_it),
    Declaration("let-go", LetGo, let_go),
    Declaration("remove-quest", RemoveQuest, remove),
    Declaration("take-quest-back", TakeQuestBack, take_back),
)
