"""Keeping what somebody already said: by a message's shortcut, or by enough people's emoji.

The words belong to their author: whoever keeps somebody else's, that person is told once, in private, and can take
them out with one press. Our copy follows its source until it is edited here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.core.adapter import Origin, Source, Ways
from bot.core.commands import Declaration, Needs, written
from bot.core.context import FieldErrors, Refusal, Turn
from bot.core.events import EmojiAdded, EmojiRemoved, MessageDeleted, MessageEdited
from bot.core.messages import Button, Field, FieldKind, Form, Reply, Style, reply
from bot.core.posts import Mark
from bot.memory import fuel
from bot.moments import card as cards
from bot.moments.commands import Edit, ItFailed, Show
from bot.moments.log import behind, changed, own, plan_card, standing
from bot.moments.source import note, refusal, settle
from bot.prompts import thread_answers as replies
from bot.quests import attempts
from storage.delivery import postings
from storage.models import Kind, Moment, MomentState, Person, Posting, PostingKind, Team
from storage.moments import moments
from storage.prompts import answers
from storage.teams import teams
from storage.teams.teams import Seat


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
class PlaceAttempt:
    """Which quest a kept experiment is part of, and whose next attempt it is."""

    moment: str = ""
    quest: str = ""
    previous: str = ""


@dataclass(frozen=True)
class GiveWords:
    """The words for a draft, from the person who said them."""

    moment: str = ""
    text: str = written()


def save(turn: Turn, command: Save) -> Reply:
    """Keep a message, with its card in the message's own thread and our 💡 on it."""
    known = behind(turn, command.message)
    if known is not None and (known.deleted_at is not None or known.state == MomentState.KEPT):
        return _kept_before(turn, known, command)
    author = _author(turn, command)
    moment = known or _add(turn, command, author)
    moment.kind = _kind(command)
    settle(
        turn.session, moment, Source(command.text, author.external_id, author.name, command.link), turn.now
    )
    _plan_card(turn, moment, command)
    who = author.name or "Whoever wrote it"
    told = "" if author.id == turn.seat.person_id else f" {who} is told, and can take it out."
    said = f"Kept as #{moment.number}.{told} Were others there? They can add their own version."
    return reply(said, buttons=_rest(turn, moment))


def _rest(turn: Turn, moment: Moment) -> tuple[Button, ...]:
    """What more may be said of an experiment: all of it by its author, where it belongs by whoever kept it."""
    if moment.kind != Kind.EXPERIMENT:
        return ()
    if moment.author_id == turn.seat.person_id:
        rest = Button("Add the rest", Edit(cards.ref(moment)), Style.PRIMARY)
        return (rest, *fuel.offered(turn, moment.number))
    asks = attempts.fields(turn.session, moment.team_id, moment)
    return (Button("Where it belongs", PlaceAttempt(cards.ref(moment))),) if asks else ()


def place_attempt(turn: Turn, command: PlaceAttempt) -> Reply | Form:
    """Put an experiment in its quest, or after the attempt before it; its words stay its author's."""
    moment = standing(turn, command.moment)
    chosen = attempts.Chosen(command.quest, command.previous)
    if not (chosen.quest or chosen.previous):
        return _place_form(turn, moment)
    try:
        told = attempts.place(turn, moment.id, chosen)
    except ValueError:
        raise FieldErrors(
            _place_form(turn, moment, chosen), {attempts.PREVIOUS: attempts.LATER.format(moment.number)}
        ) from None
    return reply(f"#{moment.number} is where it belongs.{told}")


def _place_form(turn: Turn, moment: Moment, chosen: attempts.Chosen | None = None) -> Form:
    fields = attempts.fields(turn.session, moment.team_id, moment, chosen)
    if moment.kind != Kind.EXPERIMENT or not fields:
        raise Refusal("No quest is open, and there is no other experiment that it could follow.")
    return Form(f"#{moment.number} belongs to", PlaceAttempt(cards.ref(moment)), fields)


def _kept_before(turn: Turn, moment: Moment, command: Save) -> Reply:
    """Where it is; of an aha that is meant to be an experiment, who can make it one."""
    if moment.deleted_at is not None:
        raise Refusal(f"#{moment.number} was kept from that message and removed again; it stays out.")
    see = Button("Show", Show(cards.ref(moment)))
    said = f"That message is kept already, as #{moment.number}."
    if moment.kind != Kind.AHA or _kind(command) != Kind.EXPERIMENT:
        return reply(said, buttons=(see,))
    if moment.author_id == turn.seat.person_id:
        turned = Button("Make it an experiment", ItFailed(cards.ref(moment)), Style.PRIMARY)
        return reply(said, buttons=(turned, see))
    author = moments.people(turn.session, [moment.author_id])[moment.author_id].name
    return reply(f"{said} Only {author} can make an experiment of it.", buttons=(see,))


def _author(turn: Turn, command: Save) -> Person:
    """Who wrote the message. Refusal where it must not be kept."""
    known = bool(command.author) and not command.by_bot and not command.external
    author = _person(turn, command.author, command.author_name) if known else None
    said = refusal(author, turn.seat.person_id, bool(command.by_bot), bool(command.external))
    if author is None or said:
        raise Refusal(said)
    if not command.text.strip():
        raise Refusal("There are no words in that message. Use the command to keep it in your own words.")
    return author


def _person(turn: Turn, external_id: str, name: str) -> Person:
    return teams.person(turn.session, turn.seat.workspace_id, external_id, name, "", turn.now)


def _kind(command: Save) -> Kind:
    return Kind.EXPERIMENT if command.kind == Kind.EXPERIMENT else Kind.AHA


def _add(turn: Turn, command: Save, author: Person) -> Moment:
    return _new(turn, _kind(command), command.message, author, turn.origin.event)


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


def compose_mark(session: Session, posting: Posting, now: datetime, _ways: Ways) -> Mark:
    """Our 💡 stands on the message while the moment does."""
    moment = session.get_one(Moment, posting.moment_id)
    return Mark(moment.deleted_at is None)


def emoji_added(turn: Turn, event: EmojiAdded) -> None:
    """One more person's emoji on a message: at the team's number of them, it is kept."""
    if event.ours or plain_emoji(event.emoji) != turn.seat.emoji:
        replies.reacted(turn, event)
        return
    place = (turn.seat.workspace_id, turn.origin.channel, event.message)
    moments.spark(turn.session, *place, turn.seat.person_id)
    if not event.author or moments.sparks(turn.session, *place) < turn.seat.threshold:
        return
    if moments.by_source(turn.session, turn.seat.team_id, turn.origin.channel, event.message) is None:
        _keep_by_emoji(turn, event)


def _keep_by_emoji(turn: Turn, event: EmojiAdded) -> None:
    """Link, author and reactor now; the words are fetched by a planned job that survives a restart."""
    author = None if event.external else _person(turn, event.author, event.author_name)
    if author is None or refusal(author, turn.seat.person_id):
        return
    moment = _new(turn, Kind.AHA, event.message, author, f"emoji:{turn.origin.channel}:{event.message}")
    moments.fetch(turn.session, moment.id, turn.now)


def plain_emoji(emoji: str) -> str:
    """Without the variation selectors and skin tones that make one emoji look like several."""
    return "".join(char for char in emoji if char != "\ufe0f" and not "\U0001f3fb" <= char <= "\U0001f3ff")


_SIGN = "[\u00a9\u00ae\u203c\u2049\u2100-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
_TAGS = "[\U000e0020-\U000e007f]*"
_EMOJI = re.compile(f"{_FLAG}|[0-9#*]\u20e3|{_SIGN}{_TAGS}(\u200d{_SIGN}{_TAGS})*|:[a-z0-9_+-]+:")
"""One emoji without what `plain_emoji` takes off; or a custom one, which has a name between colons."""


def one_emoji(typed: str) -> str:
    """The emoji somebody gave, as events name it; nothing where it is not exactly one."""
    emoji = plain_emoji(typed.strip())
    return emoji if _EMOJI.fullmatch(emoji) else ""


def emoji_removed(turn: Turn, event: EmojiRemoved) -> None:
    """One person's emoji is off again. Below the number, the author is asked what shall become of the moment."""
    place = (turn.seat.workspace_id, turn.origin.channel, event.message)
    found = _kept_from(turn, event.message)
    kept = [(moment, turn.session.get_one(Team, moment.team_id)) for moment in found]
    keeping = {turn.seat.emoji, *(team.emoji for _, team in kept)}
    if plain_emoji(event.emoji) not in keeping or not moments.unspark(
        turn.session, *place, turn.seat.person_id
    ):
        replies.unreacted(turn, event)
        return
    left = moments.sparks(turn.session, *place)
    for moment, team in kept:
        if (moment.event or "").startswith("emoji:") and left < team.threshold:
            _take_back(turn, moment)


def _take_back(turn: Turn, moment: Moment) -> None:
    """Too few want it any more: what has no words yet was never kept, of the rest its author decides."""
    if moment.state == MomentState.FETCHING:
        moments.discard(turn.session, moment, turn.now)
    else:
        note(turn.session, PostingKind.NOTE_TAKEN_BACK, moment, turn.now)


def edited(turn: Turn, event: MessageEdited) -> None:
    """Our copy follows its source, unless it has been edited here."""
    replies.answer_edited(turn, event)
    for moment in _kept_from(turn, event.message):
        if moment.state == MomentState.KEPT and moment.edited_at is None and event.text.strip():
            moment.text = event.text
            changed(turn, moment)


def deleted(turn: Turn, event: MessageDeleted) -> None:
    """The source is gone: so is the link to it, and its author is asked once about our copy."""
    replies.answer_deleted(turn, event)
    postings.is_gone(turn.session, turn.seat.workspace_id, turn.origin.channel, event.message)
    for moment in _kept_from(turn, event.message):
        moment.source_link = ""
        changed(turn, moment)
        if moment.state == MomentState.KEPT:
            note(turn.session, PostingKind.NOTE_SOURCE_GONE, moment, turn.now)


def _kept_from(turn: Turn, message: str) -> Sequence[Moment]:
    """What any team kept from a message of this channel: also a team that the channel does not belong to now."""
    return moments.from_message(turn.session, turn.seat.workspace_id, turn.origin.channel, message)


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
        moments.from_message(session, *place)
        or answers.by_message(session, *place)
        or postings.by_message(session, *place)
    )


def emoji_concerns(session: Session, seat: Seat, origin: Origin, event: EmojiAdded | EmojiRemoved) -> bool:
    """Whether a reaction captures or answers; one of somebody from outside does neither."""
    if origin.external:
        return False
    keeps = seat.team_id and plain_emoji(event.emoji) == seat.emoji
    return bool(keeps) or is_ours(session, seat, origin, event)


DECLARATIONS = (
    Declaration("save", Save, save, needs=Needs.CHANNEL),
    Declaration("place-attempt", PlaceAttempt, place_attempt),
    Declaration("give-words", GiveWords, give_words),
    Declaration(
        "emoji-added", EmojiAdded, emoji_added, needs=Needs.KNOWN_TEAM, quiet=True, concerns=emoji_concerns
    ),
    Declaration(
        "emoji-removed", EmojiRemoved, emoji_removed, needs=Needs.PERSON, quiet=True, concerns=emoji_concerns
    ),
    Declaration("message-edited", MessageEdited, edited, needs=Needs.PERSON, quiet=True, concerns=is_ours),
    Declaration("message-deleted", MessageDeleted, deleted, needs=Needs.PERSON, quiet=True, concerns=is_ours),
)
