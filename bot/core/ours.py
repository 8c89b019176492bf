"""What each of the bot's own posts is for, said to a person who tries to save it like a message."""

from __future__ import annotations

from collections.abc import Mapping

from storage.models import PostingKind

OTHER_PURPOSE = "That post is mine, and everything in it is kept already."
PURPOSES: Mapping[str, str] = {
    PostingKind.HELLO: "That is my own hello: it says what I do, and starts the weekly questions.",
    PostingKind.QUEST: "That card of a quest is mine: it counts what you try, until it is found or let go.",
    PostingKind.PROMPT: "That question stands on a card of mine: it is there for your answers.",
    PostingKind.RETRO: "That question stands on a card of mine: it is there for your answers.",
    PostingKind.QUIET: "That post is mine: it says that the questions rest, and brings them back.",
    PostingKind.RECAP: "That recap is mine: it tells once more what is kept already.",
    PostingKind.HARVEST: "That harvest is mine: it tells once more what is kept already.",
    PostingKind.CYCLE: "That picture of the search is mine: it shows how your quests stand.",
}


def posting_purpose(kind: str) -> str:
    """Return the sentence that says what a kind of posting is for."""
    return PURPOSES.get(kind, OTHER_PURPOSE)
