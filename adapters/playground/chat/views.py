"""The world as one person sees it, as JSON for their page: the one place that decides what goes to whom."""

from __future__ import annotations

from adapters.playground.chat.chat import Chat
from adapters.playground.chat.model import (
    BOT,
    Channel,
    Clock,
    Gone,
    Item,
    Json,
    Message,
    OpenForm,
    Person,
    Whisper,
)


def world(chat: Chat, person: str) -> Json:
    """Everything this person may see."""
    there = chat.world
    return {
        "you": chat.person(person).id,
        "bot": BOT,
        "offset": there.time.offset,
        "people": [vars(each) for each in there.people.values()],
        "channels": [channel(each) for each in there.channels.values() if chat.sees(person, each.id)],
        "messages": [message(each) for each in there.messages.values() if chat.sees(person, each.channel)],
        "whispers": [whisper(each) for each in there.whispers.values() if each.person == person],
    }


def news(chat: Chat, person: str, change: Item | Gone) -> Json | None:
    """What this person's page is told of a change: nothing, where it is none of theirs."""
    match change:
        case Clock(offset):
            return {"offset": offset}
        case Message(channel=place):
            return {"message": message(change)} if chat.sees(person, place) else None
        case Whisper():
            return {"whisper": whisper(change)} if change.person == person else None
        case Gone():
            return {"gone": change.id} if change.person == person else None
        case Person() | Channel():
            return {"world": world(chat, person)}
        case OpenForm():
            return None


def message(shown: Message) -> Json:
    """A message; of a deleted one, only that it was there."""
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
        "picture": shown.picture
        and {"src": f"/pictures/{shown.picture['name']}", "alt": shown.picture["alt"]},
        "reactions": {emoji: list(people) for emoji, people in shown.reactions.items()},
    }


def whisper(shown: Whisper) -> Json:
    """A private reply, for the person it was given to."""
    return {
        "id": shown.id,
        "order": int(shown.id.removeprefix("w")),
        "channel": shown.channel,
        "thread": shown.thread,
        "at": shown.at.isoformat(),
        "card": shown.card,
    }


def form(shown: OpenForm) -> Json:
    """An open form, for the person who asked for it."""
    return {"id": shown.id, "channel": shown.channel, **shown.form}


def channel(shown: Channel) -> Json:
    """A channel and who is in it; nobody is listed for an open one."""
    return {
        "id": shown.id,
        "name": shown.name,
        "private": shown.private,
        "direct": shown.direct,
        "bot": shown.bot,
        "members": list(shown.members),
    }
