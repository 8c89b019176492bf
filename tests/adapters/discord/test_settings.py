"""Tests of Discord's variables: their meaning, and a sentence for each invalid value."""

import pytest

from adapters.discord.settings import BAD_API, BAD_COUNT, BAD_IDS, DEFAULT_API_URL, NO_COUNT, Settings
from bot.settings import SettingError

TOKEN = {"DISCORD_TOKEN": "MTIz.very.secret"}


def read(**more: str) -> Settings:
    """Return the settings with a token and these variables."""
    settings = Settings.read(TOKEN | more)
    assert settings is not None
    return settings


def test_without_a_token_there_is_no_discord() -> None:
    """Other variables do not matter."""
    assert Settings.read({}) is None
    assert Settings.read({"DISCORD_TOKEN": "  ", "DISCORD_MESSAGE_CONTENT": "1"}) is None


def test_a_token_is_enough() -> None:
    """The rest has defaults: minimal intents and all shards in this process."""
    assert read() == Settings("MTIz.very.secret", DEFAULT_API_URL, False, (), None)
    assert read().has_first_shard


def test_what_is_pasted_with_it_is_taken_off() -> None:
    """That is whitespace, and the word before the token in a header."""
    assert read(DISCORD_TOKEN=" Bot MTIz.very.secret\n").token == "MTIz.very.secret"


def test_the_token_stands_in_no_text() -> None:
    """Neither logs nor errors contain it."""
    assert "secret" not in repr(read())


def test_message_content_is_asked_for_with_1_alone() -> None:
    """It is a privileged intent."""
    assert [read(DISCORD_MESSAGE_CONTENT=value).message_content for value in ("1", "0", "", "yes")] == [
        True, False, False, False,
    ]  # fmt: skip


def test_another_address() -> None:
    """A slash at the end is optional."""
    assert read(DISCORD_API_URL="http://127.0.0.1:9/api/v10/").api_url == "http://127.0.0.1:9/api/v10"


def test_shards() -> None:
    """They are sorted and unique. The process with the first shard does the work that is done once."""
    settings = read(DISCORD_SHARD_IDS="3, 1,3", DISCORD_SHARD_COUNT="4")
    assert (settings.shard_ids, settings.shard_count, settings.has_first_shard) == ((1, 3), 4, False)
    assert read(DISCORD_SHARD_IDS="0", DISCORD_SHARD_COUNT="4").has_first_shard
    assert read(DISCORD_SHARD_COUNT="4").shard_ids == ()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"DISCORD_API_URL": "discord.com"}, BAD_API),
        ({"DISCORD_API_URL": "https://discord.com /api"}, BAD_API),
        ({"DISCORD_SHARD_COUNT": "many"}, BAD_COUNT),
        ({"DISCORD_SHARD_COUNT": "0"}, BAD_COUNT),
        ({"DISCORD_SHARD_IDS": "0"}, NO_COUNT),
        ({"DISCORD_SHARD_IDS": "0,x", "DISCORD_SHARD_COUNT": "2"}, BAD_IDS),
        ({"DISCORD_SHARD_IDS": "0,", "DISCORD_SHARD_COUNT": "2"}, BAD_IDS),
        ({"DISCORD_SHARD_IDS": "-1", "DISCORD_SHARD_COUNT": "2"}, BAD_IDS),
        ({"DISCORD_SHARD_IDS": "2", "DISCORD_SHARD_COUNT": "2"}, BAD_IDS),
        ({"DISCORD_SHARD_IDS": "²", "DISCORD_SHARD_COUNT": "4"}, BAD_IDS),
    ],
)
def test_what_cannot_be_used_is_one_sentence(given: dict[str, str], sentence: str) -> None:
    """It names the variable and the valid values."""
    with pytest.raises(SettingError) as wrong:
        read(**given)
    assert str(wrong.value) == sentence
    assert next(iter(given)).split("_")[1] in sentence
