"""*I might be able to help*: what somebody tells only the person who asked for a door.

Nobody else learns that anybody answered, and no figure counts it. The asker gets a Note, under the
same rules as every Note: one that can't be sent waits for their next command.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.core.commands import Declaration, OwnWords
from bot.core.context import Context, UserError
from bot.core.language.words import _, format_number
from bot.core.messages import (
    Button,
    Card,
    Field,
    FieldKind,
    Form,
    Post,
    Quote,
    Reply,
    Small,
    Text,
    text_reply,
)
from bot.core.moment import Show, active_moment, format_moment_ref, moment_name, named_moment
from bot.core.origin import Capabilities
from bot.core.posts import ComposedPost, Withdrawn
from bot.core.text import clip_text, one_line
from bot.doors.commands import OfferKey, TakeKeyBack
from storage.doors import chances, keys
from storage.models import ChanceKind, DoorKey, Kind, Moment, Posting
from storage.moments import moments, reactions

TAKE_BACK_PERIOD = timedelta(days=1)
"""How long a key can be taken back."""
DOOR_WORDS, KEY_WORDS = 160, 600
"""Characters of a door's words and of a key's that a Note shows. A form holds no longer key."""


def offer_key(context: Context, command: OfferKey) -> Reply | Form:
    """Tell the asker of a door that one may have a key, or give one's key new words.

    Without words, return the form. UserError for one's own door, and where there is none.
    """
    door = _find_door(context, command.moment)
    asker = moments.people_by_id(context.session, [door.author_id])[door.author_id].name
    mine = _own_key(context, door)
    text = command.text.strip()
    if not text:
        return _key_form(door, asker, mine.text if mine else "")
    if len(text) > KEY_WORDS:
        raise UserError(
            _(
                "Up to {limit} characters, please. This has {length}.",
                limit=format_number(KEY_WORDS),
                length=format_number(len(text)),
            )
        )
    reactions.lock_moment(context.session, door.id)
    key = keys.save_key(
        context.session, door.id, context.caller.person_id, text, context.origin.event, context.now
    )
    keys.tell_asker(context.session, key, door, context.now)
    undo = Button(_("Undo"), TakeKeyBack(format_moment_ref(door)))
    return text_reply(_("I'll tell {name} in private. Nobody else will know.", name=asker), buttons=(undo,))


def _find_door(context: Context, given: str) -> Moment:
    """Return the door that a person may have a key to. UserError for their own, and for what is none."""
    door = active_moment(context, given)
    row = chances.find_chance(context.session, door.id)
    if door.kind != Kind.CHANCE or row is None or row.kind != ChanceKind.DOOR:
        raise UserError(
            _("You can only offer help with a door. {moment} isn't one.", moment=moment_name(door))
        )
    if door.author_id == context.caller.person_id:
        raise UserError(
            _("#{number} is your own door. Others can offer help here, just to you.", number=door.number)
        )
    return door


def _own_key(context: Context, door: Moment) -> DoorKey | None:
    key = keys.find_key(context.session, door.id, context.caller.person_id)
    return key if key is not None and key.deleted_at is None else None


def _key_form(door: Moment, asker: str, words: str) -> Form:
    hint = _("Who you know, or what you could do.")
    field = Field("text", _("How could you help?"), FieldKind.TEXT, words, hint=hint)
    private = _("Only {name} will see this.", name=asker)
    intro = f"{one_line(door.text, DOOR_WORDS)}\n\n{private}"
    at = OfferKey(format_moment_ref(door))
    return Form(_("I might be able to help"), at, (field,), _("Send"), intro)


def take_key_back(context: Context, command: TakeKeyBack) -> Reply:
    """Take one's key back within a day. The Note about it is deleted where it was sent.

    UserError if there is none, and when the day is over.
    """
    door = active_moment(context, command.moment)
    key = _own_key(context, door)
    if key is None:
        raise UserError(_("You haven't offered help with #{number}.", number=door.number))
    if key.created_at + TAKE_BACK_PERIOD <= context.now:
        raise UserError(_("You sent that more than a day ago, so it's too late to take it back."))
    keys.remove_key(context.session, key, context.now)
    keys.refresh_note(context.session, key, context.now)
    return text_reply(_("Removed, and what you wrote is deleted."), replaces=True)


def may_offer(context: Context, command: OfferKey) -> bool:
    """Tell whether a door is somebody else's."""
    moment = named_moment(context, command.moment)
    return moment is not None and moment.author_id != context.caller.person_id


def compose_key_note(
    session: Session, posting: Posting, _now: datetime, _capabilities: Capabilities
) -> ComposedPost | Withdrawn:
    """Compose the Note to a door's asker. Without its key or door, it should never have been sent."""
    told = keys.find_told(session, posting)
    if told is None:
        return Withdrawn()
    key, door, person = told
    head = _("{name} might be able to help with your door #{number}:", name=person.name, number=door.number)
    said = Text((head,))
    about = Small((_("You wrote: {words}", words=one_line(door.text, DOOR_WORDS)),))
    only = Small((_("Only you can see this."),))
    show = Button(_("Show #{number}", number=door.number), Show(format_moment_ref(door)))
    return ComposedPost(Post(Card((said, Quote(clip_text(key.text, KEY_WORDS)), about, only), (show,))))


DECLARATIONS = (
    Declaration("offer-key", OfferKey, offer_key, works_for=may_offer, personal=True),
    Declaration("take-key-back", TakeKeyBack, take_key_back, own_words=OwnWords.ALWAYS, personal=True),
)
