"""What a posting says right now, composed from the rows each time it is sent or edited."""

from __future__ import annotations

from dataclasses import dataclass

from bot.messages import Post


@dataclass(frozen=True)
class Composed:
    """A post, and the moments and answers that it quotes (their ids), so that a deletion reaches it."""

    post: Post
    moments: tuple[int, ...] = ()
    answers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Mark:
    """Our own 💡 on somebody's message: there, or taken off."""

    on: bool
