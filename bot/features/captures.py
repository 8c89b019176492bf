"""Keeping what somebody already said: by a message's shortcut, or by enough people's emoji.

The words belong to their author: whoever keeps somebody else's, that person is told once, in private, and can take
them out with one press. Our copy follows its source until it is edited here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.adapter import Origin, Source
from bot.commands import Declaration, Needs, written
from bot.composed import Mark
from bot.events import EmojiAdded, EmojiRemoved, MessageDeleted, MessageEdited
from bot.features import cards, prompts
from bot.features.actions import Show
from bot.features.moments import changed, own, plan_card
from bot.messages import Button, Field, FieldKind, Form, Reply, reply
from bot.turn import Refusal, Turn
from storage import answers, moments, postings, teams
from storage.models import Fetch, Kind, Moment, MomentState, Person, Posting, PostingKind, Team
from storage.teams import Seat


@dataclass(frozen=True)
class Save:
    """The message shortcuts *Save as aha* and *Save as failed experiment*, with what the platform knows."""

    kind: str = Kind.AHA
    message: str = ""
    text: str = ""
    author: str = ""
    author_name: str = ""
    link: str = ""
    by_bot: str = ""
    external: str = ""


@dataclass(frozen=True)
class GiveWords:
    """The words for a draft, from the person who said them."""

    moment: str = ""
    text: str = written()


def save(turn: Turn, command: Save) -> Reply:
    """Keep a message, with its card in the message's own thread and our 💡 on it."""
    known = moments.by_source(turn.session, turn.seat.team_id, turn.origin.channel, command.message)
    if known is not None and known.state == MomentState.KEPT:
        return _kept_before(turn, known)
    author = _author(turn, command)
    moment = known or _add(turn, command, author)
    settle(
        turn.session, moment, Source(command.text, author.external_id, author.name, command.link), turn.now
    )
    _plan_card(turn, moment, command)
    told = "" if author.id == turn.seat.person_id else f" {author.name} is told, and can take it out."
    return reply(f"Kept as #{moment.number}.{told} Were others there? They can add their own version.")


def _kept_before(turn: Turn, moment: Moment) -> Reply:
    if moment.deleted_at is not None:
        raise Refusal(f"#{moment.number} was kept from that message and removed again; it stays out.")
    see = Button("Show", Show(cards.ref(moment)))
    return reply(f"That message is kept already, as #{moment.number}.", buttons=(see,))


def _author(turn: Turn, command: Save) -> Person:
    """Who wrote the message. Refusal where it must not be kept."""
    if command.by_bot or not command.author:
        raise Refusal("That was not written by a person. Use the command to keep it in your own words.")
    if command.external:
        raise Refusal("That is from someone outside your organisation, whose words are not kept.")
    if not command.text.strip():
        raise Refusal("There are no words in that message. Use the command to keep it in your own words.")
    workspace_id = turn.seat.workspace_id
    author = teams.person(turn.session, workspace_id, command.author, command.author_name, "", turn.now)
    if author.opted_out and author.id != turn.seat.person_id:
        raise Refusal(f"{author.name} prefers not to be kept. Use the command for your own words.")
    return author


def _add(turn: Turn, command: Save, author: Person) -> Moment:
    kind = Kind.EXPERIMENT if command.kind == Kind.EXPERIMENT else Kind.AHA
    return _new(turn, kind, command.message, author, turn.origin.event)


def _new(turn: Turn, kind: Kind, message: str, author: Person, event: str) -> Moment:
    """A moment from a message, its words still to come."""
    moment_id, _ = moments.add(
        turn.session, turn.seat.team_id, kind, author.id, "", turn.now, state=MomentState.FETCHING,
        kept_by_id=turn.seat.person_id, event=event, source_channel=turn.origin.channel, source_message=message,
    )  # fmt: skip
    teams.join(turn.session, turn.seat.team_id, author.id)
    return turn.session.get_one(Moment, moment_id)


def _plan_card(turn: Turn, moment: Moment, command: Save) -> None:
    key = f"card:{moment.id}"
    if postings.by_key(turn.session, key) is None:
        plan_card(turn, moment.id, turn.origin.channel, turn.origin.thread or command.message)


def name_author(session: Session, moment: Moment, source: Source) -> None:
    """An emoji's event may not say what its message's author is called; the message itself does."""
    author = session.get_one(Person, moment.author_id)
    author.name = source.person_name or author.name


def compose_mark(session: Session, posting: Posting, now: datetime) -> Mark:
    """Our 💡 stands on the message while the moment does."""
    moment = session.get_one(Moment, posting.moment_id)
    return Mark(moment.deleted_at is None)


def settle(session: Session, moment: Moment, source: Source, now: datetime) -> None:
    """The words of a message are here: keep them, put our 💡 on it, and tell the author if others kept it."""
    moment.text, moment.source_link, moment.state = source.text, source.link, MomentState.KEPT
    moments.fetched(session, moment.id)
    moments.reindex(session, moment, now)
    team = session.get_one(Team, moment.team_id)
    postings.plan_once(
        session, f"mark:{moment.id}", PostingKind.MARK, team.workspace_id, now,
        team_id=team.id, moment_id=moment.id, channel=moment.source_channel, message=moment.source_message,
    )  # fmt: skip
    if moment.kept_by_id != moment.author_id:
        note(session, PostingKind.NOTE_KEPT, moment, now)


def unreadable(session: Session, moment: Moment, now: datetime) -> None:
    """The words cannot be had: a draft, and a Note that asks its author for them."""
    moment.state = MomentState.DRAFT
    moments.fetched(session, moment.id)
    session.flush()
    note(session, PostingKind.NOTE_DRAFT, moment, now)


def note(session: Session, kind: PostingKind, moment: Moment, now: datetime) -> None:
    """Promise a Note about a moment to its author, once a cause."""
    team = session.get_one(Team, moment.team_id)
    postings.plan_once(
        session, f"{kind}:{moment.id}", kind, team.workspace_id, now,
        team_id=team.id, moment_id=moment.id, person_id=moment.author_id, asked_by_id=moment.kept_by_id,
    )  # fmt: skip


def emoji_added(turn: Turn, event: EmojiAdded) -> None:
    """One more person's emoji on a message: at the team's number of them, it is kept."""
    if event.ours or plain_emoji(event.emoji) != turn.seat.emoji:
        prompts.reacted(turn, event)
        return
    place = (turn.seat.workspace_id, turn.origin.channel, event.message)
    moments.spark(turn.session, *place, turn.seat.person_id)
    if not event.author or event.external or moments.sparks(turn.session, *place) < turn.seat.threshold:
        return
    if moments.by_source(turn.session, turn.seat.team_id, turn.origin.channel, event.message) is None:
        _keep_by_emoji(turn, event)


def _keep_by_emoji(turn: Turn, event: EmojiAdded) -> None:
    """Link, author and reactor now; the words are fetched by a planned job that survives a restart."""
    workspace_id = turn.seat.workspace_id
    author = teams.person(turn.session, workspace_id, event.author, event.author_name, "", turn.now)
    if author.opted_out:
        return
    moment = _new(turn, Kind.AHA, event.message, author, f"emoji:{turn.origin.channel}:{event.message}")
    turn.session.add(Fetch(moment_id=moment.id, due_at=turn.now))


def plain_emoji(emoji: str) -> str:
    """Without the variation selectors and skin tones that make one emoji look like several."""
    return "".join(char for char in emoji if char != "\ufe0f" and not "\U0001f3fb" <= char <= "\U0001f3ff")


def emoji_removed(turn: Turn, event: EmojiRemoved) -> None:
    """One person's emoji is off again. Below the number, the author is asked what shall become of the moment."""
    if plain_emoji(event.emoji) != turn.seat.emoji:
        prompts.unreacted(turn, event)
        return
    place = (turn.seat.workspace_id, turn.origin.channel, event.message)
    if not moments.unspark(turn.session, *place, turn.seat.person_id):
        prompts.unreacted(turn, event)
        return
    moment = moments.by_source(turn.session, turn.seat.team_id, turn.origin.channel, event.message)
    if moment is None or moment.deleted_at or not (moment.event or "").startswith("emoji:"):
        return
    if moments.sparks(turn.session, *place) < turn.seat.threshold:
        note(turn.session, PostingKind.NOTE_TAKEN_BACK, moment, turn.now)


def edited(turn: Turn, event: MessageEdited) -> None:
    """Our copy follows its source, unless it has been edited here."""
    moment = moments.by_source(turn.session, turn.seat.team_id, turn.origin.channel, event.message)
    if moment is None:
        prompts.answer_edited(turn, event)
    elif moment.deleted_at is None and moment.edited_at is None and event.text.strip():
        moment.text = event.text
        changed(turn, moment)


def deleted(turn: Turn, event: MessageDeleted) -> None:
    """The source is gone: so is the link to it, and its author is asked once about our copy."""
    prompts.answer_deleted(turn, event)
    moment = moments.by_source(turn.session, turn.seat.team_id, turn.origin.channel, event.message)
    if moment is None or moment.deleted_at is not None:
        return
    moment.source_link = ""
    changed(turn, moment)
    if moment.state == MomentState.KEPT:
        note(turn.session, PostingKind.NOTE_SOURCE_GONE, moment, turn.now)


def give_words(turn: Turn, command: GiveWords) -> Reply | Form:
    """The author's words for a draft."""
    moment = own(turn, command.moment, "give its words to")
    if moment.state == MomentState.KEPT:
        return reply(f"#{moment.number} has its words already.")
    if not command.text.strip():
        text = Field("text", "What did you write?", FieldKind.TEXT, hint="As you said it, or better.")
        return Form(f"The words of #{moment.number}", command, (text,))
    author = moments.people(turn.session, [moment.author_id])[moment.author_id]
    settle(turn.session, moment, Source(command.text, author.external_id, author.name), turn.now)
    return reply(f"Thank you. #{moment.number} is kept in your words.")


def is_ours(
    session: Session,
    seat: Seat,
    origin: Origin,
    event: EmojiAdded | EmojiRemoved | MessageEdited | MessageDeleted,
) -> bool:
    """Whether a message is kept, is an answer, or is one of our own; of all others nothing is noted."""
    place = (seat.workspace_id, origin.channel, event.message)
    return bool(
        moments.by_source(session, seat.team_id, origin.channel, event.message)
        or answers.by_message(session, *place)
        or postings.by_message(session, *place)
    )


def emoji_concerns(session: Session, seat: Seat, origin: Origin, event: EmojiAdded | EmojiRemoved) -> bool:
    """Whether a reaction captures or answers; one of somebody from outside does neither."""
    if origin.external:
        return False
    return plain_emoji(event.emoji) == seat.emoji or is_ours(session, seat, origin, event)


DECLARATIONS = (
    Declaration(Save, save),
    Declaration(GiveWords, give_words),
    Declaration(EmojiAdded, emoji_added, needs=Needs.KNOWN_TEAM, quiet=True, concerns=emoji_concerns),
    Declaration(EmojiRemoved, emoji_removed, needs=Needs.KNOWN_TEAM, quiet=True, concerns=emoji_concerns),
    Declaration(MessageEdited, edited, needs=Needs.KNOWN_TEAM, quiet=True, concerns=is_ours),
    Declaration(MessageDeleted, deleted, needs=Needs.KNOWN_TEAM, quiet=True, concerns=is_ours),
)
