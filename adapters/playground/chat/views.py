"""The chat as one person sees it, as JSON for their page.

This is the only place that decides what each person gets.
"""

from __future__ import annotations

from adapters.playground.chat.chat import Chat
from adapters.playground.chat.model import (
    BOT,
    Channel,
    Clock,
    Item,
    Json,
    Message,
    OpenForm,
    Person,
    Progress,
    RemovedItem,
    Whisper,
)


def view_world(chat: Chat, person: str) -> Json:
    """Return everything that this person may see."""
    there = chat.world
    return {
        "you": chat.find_person(person).id,
        "bot": BOT,
        "offset": there.time.offset,
        "story": view_progress(there.progress),
        "people": [vars(each) for each in there.people.values()],
        "channels": [view_channel(each) for each in there.channels.values() if chat.can_see(person, each.id)],
        "messages": [
            view_message(each) for each in there.messages.values() if chat.can_see(person, each.channel)
        ],
        "whispers": [view_whisper(each) for each in there.whispers.values() if each.person == person],
    }


def view_change(chat: Chat, person: str, change: Item | RemovedItem | Progress) -> Json | None:
    """Return what this person's page is told of a change, or None when they may not see it."""
    match change:
        case Clock(offset):
            return {"offset": offset}
        case Message(channel=place):
            return {"message": view_message(change)} if chat.can_see(person, place) else None
        case Whisper():
            return {"whisper": view_whisper(change)} if change.person == person else None
        case RemovedItem():
            return {"gone": change.id} if change.person == person else None
        case Person() | Channel():
            return {"world": view_world(chat, person)}
        case Progress():
            return {"story": view_progress(change)}
        case OpenForm():
            return None


def view_message(shown: Message) -> Json:
    """Return a message as JSON. A deleted one has no content."""
    return {
        "id": shown.id,
        "order": int(shown.id),
        "channel": shown.channel,
        "thread": shown.thread,
        "author": shown.author,
        "at": shown.at.isoformat(),
        "text": shown.text,
        "edited": shown.edited,
        "deleted": shown.deleted,
        "card": shown.card,
        "picture": _view_picture(shown.picture),
        "file": shown.file and {"src": f"/files/{shown.file['name']}", "title": shown.file["title"]},
        "reactions": {emoji: list(people) for emoji, people in shown.reactions.items()},
    }


def view_progress(shown: Progress) -> Json | None:
    """Return how far the demo's story is as JSON, or None when it is not being played."""
    return vars(shown) if shown.is_running else None


def view_whisper(shown: Whisper) -> Json:
    """Return a private reply as JSON, for the person it was given to."""
    return {
        "id": shown.id,
        "order": int(shown.id.removeprefix("w")),
        "channel": shown.channel,
        "thread": shown.thread,
        "at": shown.at.isoformat(),
        "card": shown.card,
        "picture": _view_picture(shown.picture),
    }


def _view_picture(shown: Json | None) -> Json | None:
    return shown and {"src": f"/pictures/{shown['name']}", "alt": shown["alt"]}


def view_form(shown: OpenForm) -> Json:
    """Return an open form as JSON, for the person who asked for it."""
    return {"id": shown.id, "channel": shown.channel, **shown.form}


def view_channel(shown: Channel) -> Json:
    """Return a channel as JSON. An open one lists no members."""
    return {
        "id": shown.id,
        "name": shown.name,
        "private": shown.private,
        "direct": shown.direct,
        "bot": shown.bot,
        "members": list(shown.members),
    }
