"""Texts as Slack's clients send them, from Slack's pages on formatting, rich text and slash commands."""

from __future__ import annotations

from tests.fakes.slack.world import Json, Workspace, escaped
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


def as_message(written: Written, here: Workspace) -> tuple[str, list[Json]]:
    """Return the `text` and the `blocks` of a message that somebody wrote in the composer."""
    elements: list[Json] = []
    for piece in written:
        elements += [*([{"type": "text", "text": " "}] if elements else []), _element(piece, here)]
    section = {"type": "rich_text_section", "elements": _joined(elements)}
    text = " ".join(_mrkdwn(piece, here) for piece in written)
    return text, [{"type": "rich_text", "block_id": "Vrzsu", "elements": [section]}]


def as_command(written: Written) -> str:
    """Return the `text` of a slash command, in which mentions and links are what was typed."""
    return escaped(" ".join(map(_typed, written)))


def _typed(piece: Piece) -> str:
    match piece:
        case Words(text) | Address(text, _):
            return text
        case Code(text):
            return f"`{text}`"
        case Emoji(_, name) | CustomEmoji(name):
            return f":{name}:"
        case Mention(name):
            return f"@{name}"
        case ChannelName(name):
            return f"#{name}"


def _mrkdwn(piece: Piece, here: Workspace) -> str:
    match piece:
        case Words(text):
            return escaped(text)
        case Code(text):
            return f"`{escaped(text)}`"
        case Emoji(_, name) | CustomEmoji(name):
            return f":{name}:"
        case Address(typed, url):
            return f"<{escaped(url)}>" if typed == url else f"<{escaped(url)}|{escaped(typed)}>"
        case Mention(name):
            return f"<@{here.person(name).id}>"
        case ChannelName(name):
            return f"<#{here.channel(name).id}|>"


def _element(piece: Piece, here: Workspace) -> Json:
    match piece:
        case Words(text):
            return {"type": "text", "text": text}
        case Code(text):
            return {"type": "text", "text": text, "style": {"code": True}}
        case Emoji(character, name):
            points = "-".join(f"{ord(each):x}" for each in character)
            return {"type": "emoji", "name": name, "unicode": points}
        case CustomEmoji(name):
            return {"type": "emoji", "name": name}
        case Address(typed, url):
            return {"type": "link", "url": url, **({} if typed == url else {"text": typed})}
        case Mention(name):
            return {"type": "user", "user_id": here.person(name).id}
        case ChannelName(name):
            return {"type": "channel", "channel_id": here.channel(name).id}


def _joined(elements: list[Json]) -> list[Json]:
    """Return the elements with neighbouring plain texts joined, as the composer sends them."""
    joined: list[Json] = []
    for each in elements:
        if joined and all(one["type"] == "text" and "style" not in one for one in (joined[-1], each)):
            joined[-1] = {"type": "text", "text": joined[-1]["text"] + each["text"]}
        else:
            joined.append(each)
    return joined
