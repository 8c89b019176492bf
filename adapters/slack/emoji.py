"""Slack's names for emoji, as characters: Slack says `bulb` where everybody else says 💡.

Only what teams commonly use to mark or react; any other name goes through as `:name:`.
"""

from __future__ import annotations

import re

NAMED = re.compile(r":([a-z0-9_+'-]+):")
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


def character(name: str) -> str:
    """The character of a name as an event gives it; skin tones are left out."""
    plain = name.partition("::")[0]
    return CHARACTERS.get(plain, f":{plain}:")


def characters(text: str) -> str:
    """A text in which the names that we know became their characters."""
    return NAMED.sub(lambda found: CHARACTERS.get(found[1], found[0]), text) if ":" in text else text
