"""Tests of Discord's manifest: the invite link, minimal permissions, and the token it needs."""

import base64
import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.discord.manifest import NO_ID, NO_TOKEN, PERMISSIONS, build_manifest, needed_permissions
from bot.core.commands import Commands
from bot.features import DECLARATIONS, SHORTCUTS
from bot.settings import SettingError
from tests.fakes.discord.checks.permissions import Can

COMMANDS = Commands(DECLARATIONS, SHORTCUTS)


ID = "1234567890123456789"
TOKEN = f"{base64.urlsafe_b64encode(ID.encode()).decode().rstrip('=')}.lantern.secret"
LEAST = (
    Can.VIEW_CHANNEL | Can.SEND_MESSAGES | Can.SEND_MESSAGES_IN_THREADS | Can.CREATE_PUBLIC_THREADS
    | Can.ATTACH_FILES | Can.READ_MESSAGE_HISTORY | Can.ADD_REACTIONS
)  # fmt: skip
DOCS = Path(__file__).parents[3] / "docs" / "discord.md"


def test_the_invite_link() -> None:
    """It is for the token's application, with minimal permissions."""
    link = urlsplit(build_manifest({"DISCORD_TOKEN": TOKEN}, COMMANDS)["invite"])
    assert (link.scheme, link.netloc, link.path) == ("https", "discord.com", "/oauth2/authorize")
    assert parse_qs(link.query) == {
        "client_id": [ID], "scope": ["bot applications.commands"], "permissions": [str(int(LEAST))],
    }  # fmt: skip


def test_the_least_it_may() -> None:
    """It may not mention everyone, manage anything or act as an administrator."""
    assert needed_permissions().value == LEAST
    made = build_manifest({"DISCORD_TOKEN": TOKEN}, COMMANDS)
    assert made["scopes"] == ["bot", "applications.commands"]
    assert made["permissions"]["number"] == str(int(LEAST))
    assert len(made["permissions"]["names"]) == 7


def test_message_content_is_a_switch_in_the_portal() -> None:
    """Without it there is nothing to do in the portal."""
    without, asked = (
        build_manifest({"DISCORD_TOKEN": TOKEN}, COMMANDS),
        build_manifest({"DISCORD_TOKEN": TOKEN, "DISCORD_MESSAGE_CONTENT": "1"}, COMMANDS),
    )
    assert without["intents"] == {
        "number": 1 | 1 << 9 | 1 << 10 | 1 << 12,
        "names": ["guilds", "guild_messages", "dm_messages", "guild_reactions"],
    }  # fmt: skip
    assert without["portal"] == []
    assert asked["intents"]["number"] == without["intents"]["number"] | 1 << 15
    assert "Message Content Intent" in asked["portal"][0]


def test_without_a_token() -> None:
    """It says what to do first."""
    with pytest.raises(SettingError) as wrong:
        build_manifest({}, COMMANDS)
    assert str(wrong.value) == NO_TOKEN


@pytest.mark.parametrize(
    "token", ["x", "x.y.z", "é.y.z", "!!!.y.z", ID, f"{ID}.y.z", TOKEN.partition(".")[0]]
)
def test_a_token_that_is_none(token: str) -> None:
    """It may be the application's id, its public key, or half of a token."""
    with pytest.raises(SettingError) as wrong:
        build_manifest({"DISCORD_TOKEN": token}, COMMANDS)
    assert str(wrong.value) == NO_ID


def test_no_secret_is_in_it() -> None:
    """It is meant to be passed on."""
    said = json.dumps(build_manifest({"DISCORD_TOKEN": TOKEN}, COMMANDS))
    assert TOKEN.partition(".")[0] not in said
    assert "secret" not in said


def test_the_docs_say_the_same() -> None:
    """The table has each permission by name."""
    named = re.findall(r"^\| \*(.+?)\* \|", DOCS.read_text(), re.MULTILINE)
    assert named == [said for said, _ in PERMISSIONS.values()]
