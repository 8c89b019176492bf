"""Discord's variables: what they mean, and a sentence for each that cannot be used."""

import pytest

from adapters.discord.settings import BAD_API, BAD_COUNT, BAD_IDS, DEFAULT_API_URL, NO_COUNT, Settings
from bot.settings import SettingError

TOKEN = {"DISCORD_TOKEN": "MTIz.very.secret"}


def read(**more: str) -> Settings:
    """Those with a token and this."""
    settings = Settings.read(TOKEN | more)
    assert settings is not None
    return settings


def test_without_a_token_there_is_no_discord() -> None:
    """Whatever else is set."""
    assert Settings.read({}) is None
    assert Settings.read({"DISCORD_TOKEN": "  ", "DISCORD_MESSAGE_CONTENT": "1"}) is None


def test_a_token_is_enough() -> None:
    """The rest has a default: the least privileged, all shards here."""
    assert read() == Settings("MTIz.very.secret", DEFAULT_API_URL, False, (), None)
    assert read().has_first_shard


def test_what_is_pasted_with_it_is_taken_off() -> None:
    """Space, and the word that goes before it in a header."""
    assert read(DISCORD_TOKEN=" Bot MTIz.very.secret\n").token == "MTIz.very.secret"


def test_the_token_stands_in_no_text() -> None:
    """Of logs and errors."""
    assert "secret" not in repr(read())


def test_message_content_is_asked_for_with_1_alone() -> None:
    """It is privileged."""
    assert [read(DISCORD_MESSAGE_CONTENT=value).message_content for value in ("1", "0", "", "yes")] == [
        True, False, False, False,
    ]  # fmt: skip


def test_another_address() -> None:
    """With or without a slash at the end."""
    assert read(DISCORD_API_URL="http://127.0.0.1:9/api/v10/").api_url == "http://127.0.0.1:9/api/v10"


def test_shards() -> None:
    """In order, each once; whoever has the first does what is done once."""
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
    """It names the variable and what it takes."""
    with pytest.raises(SettingError) as wrong:
        read(**given)
    assert str(wrong.value) == sentence
    assert next(iter(given)).split("_")[1] in sentence
