"""Texts as Discord's clients send them, from Discord's page on message formatting.

Messages, options of a command and fields of a form hold the same text.
"""

from __future__ import annotations

from tests.fakes.discord.world import World
from tests.support.written import (
    Address,
    ChannelName,
    Code,
    CustomEmoji,
    Emoji,
    Mention,
    Piece,
    Words,
    Written,
)


def as_content(written: Written, world: World) -> str:
    """Return what somebody wrote as the text that goes to Discord."""
    return " ".join(_encoded(piece, world) for piece in written)


def _encoded(piece: Piece, world: World) -> str:
    match piece:
        case Words(text) | Address(text, _):
            return text
        case Code(text):
            return f"`{text}`"
        case Emoji(character, _):
            return character
        case CustomEmoji(name):
            return f"<:{name}:{world.emoji_id(name)}>"
        case Mention(name):
            return f"<@{world.person(name).id}>"
        case ChannelName(name):
            return f"<#{world.channel(name).id}>"
