"""Tests of the names of emoji: what is set by a name or a character is what the platform's events name later.

`emoji_names.tsv` has all names of iamcal/emoji-data 16.0.0, which are Slack's, and those of discord-emoji 2.5.3.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from adapters.emoji_names import find_character
from adapters.slack.reading.emoji import emoji_character
from bot.moments.emoji import is_custom, is_same_emoji, read_emoji

NAMES = Path(__file__).with_name("emoji_names.tsv")


def names_of(platform: str) -> Sequence[tuple[str, str]]:
    """Return a platform's names, each with its character."""
    rows = (line.split("\t") for line in NAMES.read_text(encoding="utf-8").splitlines())
    return [(name, character) for owner, name, character in rows if owner == platform]


@pytest.mark.parametrize(("platform", "number"), [("slack", 1_972), ("discord", 2_340)])
def test_each_name_is_its_character(platform: str, number: int) -> None:
    """Typed as a name or as a character, every emoji is set as the same one."""
    known, find = names_of(platform), partial(find_character, platform=platform)
    assert len(known) == number
    wrong = [
        name
        for name, character in known
        if not is_same_emoji(read_emoji(f":{name}:", find), character)
        or is_custom(read_emoji(character, find))
    ]
    assert wrong == []


def test_slack_events_name_what_was_set() -> None:
    """By its name or its character, with every skin tone, an emoji is what Slack's event names."""
    find = partial(find_character, platform="slack")
    wrong = [
        (name, tone)
        for name, character in names_of("slack")
        for tone in ("", "::skin-tone-2", "::skin-tone-6-3")
        for typed in (character, f":{name}:", f":{name}{tone}:")
        if not is_same_emoji(read_emoji(typed, find), emoji_character(name + tone))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("platform", "name", "character"),
    [
        ("slack", "umbrella", "☂"),
        ("discord", "umbrella", "☔"),
        ("slack", "flag-pt", "🇵🇹"),
        ("slack", "flag-xx", ""),
        ("slack", "party_parrot", ""),
        ("slack", "medal", "🎖"),
        ("discord", "medal", "🏅"),
        ("discord", "thumbsup_tone3", "👍"),
        ("discord", "thumbsup_medium_light_skin_tone", "👍"),
        ("discord", "handshake_tone1_tone5", "🤝"),
        ("", "bulb", "💡"),
    ],
)
def test_platforms_have_names_of_their_own(platform: str, name: str, character: str) -> None:
    assert find_character(name, platform) == character
