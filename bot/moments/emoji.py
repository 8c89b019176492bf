"""Saving a message by emoji."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache

from sqlmodel import Session

from bot.core.context import Context
from bot.core.events import EmojiAdded, EmojiRemoved
from bot.core.origin import Capabilities, Origin
from bot.core.posts import Mark
from bot.moments.source import (
    emoji_event,
    ensure_author,
    is_source_message,
    moments_from_message,
    plan_note,
    refusal_reason,
    start_moment,
)
from storage.delivery import postings
from storage.models import Kind, Moment, MomentState, NoteAnswer, Posting, PostingKind, Team
from storage.moments import erasure, fetches, lookups, moments, reactions
from storage.people import notes
from storage.teams.teams import Caller

SECOND_THOUGHT = timedelta(minutes=1)
"""How long a saved message can be taken back as if it had never been saved."""


TYPED_CUSTOM = re.compile(r"<a?:(\w{1,100}):\d{1,20}>")
"""A custom emoji as Discord's picker writes it into a command or a form."""

TYPED_NAME = re.compile(r":([\w+'.&-]{1,100}):")
"""An emoji's name between colons."""

TYPED_TONE = re.compile(r"(?<=.):skin-tone-[2-6](?:-[2-6])?:$")
"""The skin tone that Slack writes behind an emoji."""

PICTOGRAPHS, LATER_PICTOGRAPHS = range(0x1F000, 0x1FB00), range(0x1FA70, 0x1FB00)
"""Where Unicode has its pictographs, and where it puts new ones and nothing else."""

UNSEEN = str.maketrans("", "", "\ufe0e\ufe0f\u200b\u200c\u200e\u200f\u2060\ufeff\u2066\u2067\u2068\u2069")
"""Removes variation selectors, and characters that nobody sees, though not the joiner of a sequence."""
TONES = str.maketrans("", "", "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")

TWO_TONED: Mapping[str, str] = {
    "🫱\u200d🫲": "🤝",
    "👩\u200d🤝\u200d👩": "👭",
    "👩\u200d🤝\u200d👨": "👫",
    "👨\u200d🤝\u200d👨": "👬",
    "🧑\u200d❤\u200d💋\u200d🧑": "💏",
    "🧑\u200d❤\u200d🧑": "💑",
    "🧑\u200d🐰\u200d🧑": "👯",
    "👨\u200d🐰\u200d👨": "👯\u200d♂",
    "👩\u200d🐰\u200d👩": "👯\u200d♀",
    "🧑\u200d\U0001faef\u200d🧑": "🤼",
    "👨\u200d\U0001faef\u200d👨": "🤼\u200d♂",
    "👩\u200d\U0001faef\u200d👩": "🤼\u200d♀",
}
"""Emoji of two people, whose pictographs are others once each has a skin tone of its own."""


def compose_mark(session: Session, posting: Posting, now: datetime, _capabilities: Capabilities) -> Mark:
    """Return whether the bot's 💡 belongs on the message: while any moment of it is not deleted."""
    moment = session.get_one(Moment, posting.moment_id)
    if moment.deleted_at is None:
        return Mark(True)
    others = moments.list_by_message(session, posting.workspace_id, posting.channel, posting.message or "")
    return Mark(any(other.state == MomentState.KEPT for other in others))


def handle_emoji_added(context: Context, event: EmojiAdded) -> None:
    """Count a person's emoji on a message, and save the message at the team's threshold.

    Where the platform does not say who wrote it, it is looked up first. When it was saved before, the
    emoji is back, so its author need not decide about that.
    """
    place = (context.caller.workspace_id, context.origin.channel, event.message)
    reactions.add_trigger(context.session, *place, context.caller.person_id)
    if reactions.count_triggers(context.session, *place) < context.caller.threshold:
        return
    at = (context.caller.team_id, context.origin.channel, event.message)
    saved = moments.find_by_source(context.session, *at)
    if saved is not None:
        taken_back = (PostingKind.NOTE_TAKEN_BACK,)
        notes.answer_items(context.session, saved.id, taken_back, NoteAnswer.BACK, context.now)
    elif event.author:
        _save_by_emoji(context, event)
    else:
        lookups.request_lookup(context.session, *at, context.caller.person_id, context.now)


def _save_by_emoji(context: Context, event: EmojiAdded) -> None:
    """Save the message's link, author and reacting person now.

    A stored job fetches the text later, so that it survives a restart.
    """
    author = None if event.external else ensure_author(context, event.author, event.author_name)
    if author is None or refusal_reason(author, context.caller.person_id):
        return
    moment = start_moment(
        context, Kind.AHA, event.message, author, emoji_event(context.origin.channel, event.message)
    )
    fetches.request_fetch(context.session, moment.id, context.now)


def normalize_emoji(emoji: str) -> str:
    """Return an emoji without its variation selectors and skin tones.

    Those give one emoji several spellings. A skin tone alone stays.
    """
    bare = emoji.translate(UNSEEN)
    plain = bare.translate(TONES) or bare
    return TWO_TONED.get(plain, plain)


def is_same_emoji(one: str, other: str) -> bool:
    """Return whether two emoji, of an event or of a team, are the same but for their spelling."""
    return normalize_emoji(one) == normalize_emoji(other)


def read_emoji(typed: str, find_character: Callable[[str], str]) -> str:
    """Return the emoji that a person typed as `normalize_emoji` has that of an event.

    `find_character` reads the platform's own names. A custom emoji is its name, such as `:party:`. Return
    an empty string unless the text is exactly one emoji that people can choose.
    """
    text = TYPED_TONE.sub("", typed.translate(UNSEEN).strip())
    if picked := TYPED_CUSTOM.fullmatch(text):
        return f":{picked[1].lower()}:"
    if named := TYPED_NAME.fullmatch(text):
        name = named[1].lower()
        return normalize_emoji(find_character(name)) or f":{name}:"
    emoji = normalize_emoji(text)
    return emoji if emoji in _known_emoji() or _is_later_emoji(emoji) else ""


def is_custom(emoji: str) -> bool:
    """Return whether an emoji is a custom one, which only its own workspace has."""
    return emoji.startswith(":")


@cache
def _known_emoji() -> frozenset[str]:
    from emoji import EMOJI_DATA  # 3 MB that are loaded with the first emoji

    return frozenset(map(normalize_emoji, EMOJI_DATA))


def _is_later_emoji(emoji: str) -> bool:
    """Return whether a text is one emoji by its form, though it is newer than our data.

    That is a pictograph, or several that joiners make one.
    """
    parts = emoji.split("\u200d")
    return all(part in _known_emoji() or _is_later_pictograph(part) for part in parts)


def _is_later_pictograph(text: str) -> bool:
    """Return whether a text is a character that is an emoji in a later Unicode, or may become one."""
    if len(text) != 1 or ord(text) not in PICTOGRAPHS:
        return False
    return unicodedata.category(text) == "Cn" or ord(text) in LATER_PICTOGRAPHS


def handle_emoji_removed(context: Context, event: EmojiRemoved) -> None:
    """Remove a person's emoji from the count of a message.

    Below the team's threshold, the author is asked what to do with the moment.
    """
    place = (context.caller.workspace_id, context.origin.channel, event.message)
    found = moments_from_message(context, event.message)
    kept = [(moment, context.session.get_one(Team, moment.team_id)) for moment in found]
    keeping = {context.caller.emoji, *(team.emoji for _, team in kept)}
    if not any(is_same_emoji(event.emoji, one) for one in keeping) or not reactions.remove_trigger(
        context.session, *place, context.caller.person_id
    ):
        return
    left = reactions.count_triggers(context.session, *place)
    if context.caller.team_id and left < context.caller.threshold:
        lookups.cancel_lookup(context.session, context.caller.team_id, context.origin.channel, event.message)
    for moment, team in kept:
        if (moment.event or "").startswith("emoji:") and left < team.threshold:
            _withdraw_moment(context, moment)


def _withdraw_moment(context: Context, moment: Moment) -> None:
    """Discard a moment that is not complete or only just began, or else ask its author about it."""
    if moment.state == MomentState.FETCHING or _only_just_began(context, moment):
        erasure.forget_moment(context.session, moment, context.now)
    elif moment.state == MomentState.DRAFT:
        erasure.withdraw_moment(context.session, moment, context.now)
    else:
        plan_note(context.session, PostingKind.NOTE_TAKEN_BACK, moment, context.now)


def _only_just_began(context: Context, moment: Moment) -> bool:
    """Tell whether a moment can go as if it had never been: it is new, and nobody did anything with it."""
    new = context.now - moment.created_at <= SECOND_THOUGHT
    return new and erasure.is_untouched(context.session, moment)


def can_save_by_emoji(session: Session, caller: Caller, origin: Origin, event: EmojiAdded) -> bool:
    """Return whether a reaction counts towards saving a message: the team's emoji on a person's message.

    Reactions of people from outside the workspace never do.
    """
    saves = not origin.external and is_same_emoji(event.emoji, caller.emoji)
    return saves and not is_own_message(session, caller, origin, event)


def is_own_message(session: Session, caller: Caller, origin: Origin, event: EmojiAdded) -> bool:
    """Return whether the bot wrote the message. Where the platform does not say, its postings do."""
    if event.author or event.ours:
        return bool(event.ours)
    return postings.find_by_message(session, caller.workspace_id, origin.channel, event.message) is not None


def can_withdraw_by_emoji(session: Session, caller: Caller, origin: Origin, event: EmojiRemoved) -> bool:
    """Return whether a removed reaction may have saved a message, for this team or an earlier one."""
    if origin.external:
        return False
    saves = caller.team_id and is_same_emoji(event.emoji, caller.emoji)
    return bool(saves) or is_source_message(session, caller, origin, event)
