"""Slack's emoji names and their characters: Slack sends `bulb` for 💡.

Only emoji that teams commonly react with are listed. Any other name stays as `:name:`.
"""

from __future__ import annotations

import re

EMOJI_NAME = re.compile(r":([a-z0-9_+'-]+):")
CHARACTERS = {
    "bulb": "💡", "+1": "👍", "thumbsup": "👍", "-1": "👎", "thumbsdown": "👎", "heart": "❤", "tada": "🎉",
    "eyes": "👀", "fire": "🔥", "rocket": "🚀", "star": "⭐", "star2": "🌟", "sparkles": "✨", "clap": "👏",
    "raised_hands": "🙌", "pray": "🙏", "wave": "👋", "ok_hand": "👌", "muscle": "💪", "brain": "🧠",
    "thinking_face": "🤔", "exploding_head": "🤯", "smile": "😄", "slightly_smiling_face": "🙂", "joy": "😂",
    "grinning": "😀", "heart_eyes": "😍", "sob": "😭", "cry": "😢", "sweat_smile": "😅", "wink": "😉",
    "white_check_mark": "✅", "heavy_check_mark": "✔", "x": "❌", "warning": "⚠", "question": "❓",
    "exclamation": "❗", "100": "💯", "boom": "💥", "collision": "💥", "zap": "⚡", "seedling": "🌱",
    "gem": "💎", "key": "🔑", "mag": "🔍", "pushpin": "📌", "bookmark": "🔖", "books": "📚", "memo": "📝",
    "pencil": "📝", "dart": "🎯", "trophy": "🏆", "medal": "🏅", "bell": "🔔", "hourglass": "⌛", "test_tube": "🧪",
    "microscope": "🔬", "alembic": "⚗", "compass": "🧭", "world_map": "🗺", "sunny": "☀", "rainbow": "🌈",
    "coffee": "☕", "ship": "🚢", "bug": "🐛", "owl": "🦉", "turtle": "🐢", "snail": "🐌", "herb": "🌿",
}  # fmt: skip


def emoji_character(name: str) -> str:
    """Return the character of an emoji name from an event, or `:name:` if unknown.

    Skin tones are dropped.
    """
    plain = name.partition("::")[0]
    return CHARACTERS.get(plain, f":{plain}:")


def replace_emoji_names(text: str) -> str:
    """Return the text with each known `:name:` replaced by its character."""
    return EMOJI_NAME.sub(lambda found: CHARACTERS.get(found[1], found[0]), text) if ":" in text else text
