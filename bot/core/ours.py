"""What a post of our own is for, said to whoever would keep it, or go on from it, as if a person had written it."""

from __future__ import annotations

from collections.abc import Mapping

from storage.models import PostingKind

OTHER = "That post is mine, and everything in it is kept already."
FOR: Mapping[str, str] = {
    PostingKind.HELLO: "That is my own hello: it says what I do, and starts the weekly questions.",
    PostingKind.QUEST: "That card of a quest is mine: it counts what you try, until it is found or let go.",
    PostingKind.PROMPT: "That question stands on a card of mine: it is there for your answers.",
    PostingKind.RETRO: "That question stands on a card of mine: it is there for your answers.",
    PostingKind.QUIET: "That post is mine: it says that the questions rest, and brings them back.",
    PostingKind.RECAP: "That recap is mine: it tells once more what is kept already.",
    PostingKind.HARVEST: "That harvest is mine: it tells once more what is kept already.",
    PostingKind.CYCLE: "That picture of the search is mine: it shows how your quests stand.",
}


def purpose(kind: str) -> str:
    """One sentence for a kind of posting."""
    return FOR.get(kind, OTHER)
