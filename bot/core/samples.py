"""Cards and forms to check a platform's drawing with."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.core.messages import Form, Post, Reply


@dataclass
class Samples:
    """What a bot said while it was used: posts, private answers and forms."""

    posts: list[Post] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
