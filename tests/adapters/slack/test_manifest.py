"""Tests of the app manifest: valid by Slack's schema, and by rules that the schema lacks."""

import json
from itertools import product
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from adapters.slack import manifest as m
from adapters.slack.events import Events
from adapters.slack.manifest import build_manifest
from bot.__main__ import main
from bot.core.commands import Commands
from bot.features import DECLARATIONS, SHORTCUTS
from bot.settings import SettingError
from tests.support.samples import find_sample, needs

COMMANDS = Commands(DECLARATIONS, SHORTCUTS)


SCHEMA = "slack-manifest.schema.2.json"
"""Slack's own schema, if it is installed beside the checkout. It is not copied into this project."""
LEAST = (
    "app_mentions:read commands chat:write im:history im:write reactions:read reactions:write users:read files:write "
    "channels:read groups:read"
)
NEEDS = {
    "app_home_opened": "", "app_mention": "app_mentions:read", "message.im": "im:history",
    "app_uninstalled": "", "tokens_revoked": "",
    "team_access_": "", "channel_id_": "channels:history",
    "channel_": "channels:read", "group_": "groups:read", "member_": "channels:read", "reaction_": "reactions:read",
    "user_change": "users:read", "message.channels": "channels:history", "message.groups": "groups:history",
}  # fmt: skip
"""Prefixes of event names and the scope that each needs, from Slack's reference."""
EVENTS = {
    "app_mention", "message.im",
    "channel_archive", "channel_deleted", "channel_left", "channel_rename", "channel_shared",
    "channel_unshared", "group_archive", "group_deleted", "group_left", "group_rename",
    "member_joined_channel", "member_left_channel", "reaction_added", "reaction_removed", "app_home_opened",
    "app_uninstalled", "tokens_revoked", "message.channels", "message.groups", "channel_unarchive",
    "group_unarchive", "user_change", "channel_id_changed", "team_access_granted", "team_access_revoked",
}  # fmt: skip
WAYS: tuple[dict[str, str], ...] = (
    {},
    {"SLACK_APP_TOKEN": "xapp-1"},
    {"SLACK_SIGNING_SECRET": "s"},
    {"SLACK_SIGNING_SECRET": "s", "SLACK_CLIENT_ID": "1", "SLACK_CLIENT_SECRET": "2"},
    {"SLACK_APP_TOKEN": "xapp-1", "SLACK_CLIENT_ID": "1", "SLACK_CLIENT_SECRET": "2"},
)


def wrong(made: dict[str, Any]) -> list[str]:
    """Return a sentence for each fault that the schema misses."""
    scopes = made["oauth_config"]["scopes"]["bot"]
    events = made["settings"]["event_subscriptions"]["bot_events"]
    found = [f"unknown event {event}" for event in events if event not in EVENTS]
    for event in events:
        needed = next((scope for begins, scope in NEEDS.items() if event.startswith(begins)), "?")
        if needed and needed not in scopes:
            found.append(f"{event} needs {needed}")
    known = {*LEAST.split(), "channels:history", "groups:history"}
    found += [f"unknown scope {scope}" for scope in scopes if scope not in known]
    optional = made["oauth_config"]["scopes"].get("bot_optional", [])
    found += [f"optional scope {scope} is not asked for" for scope in optional if scope not in scopes]
    if made["features"].get("slash_commands") and "commands" not in scopes:
        found.append("a command without its scope")
    if not made["settings"]["socket_mode_enabled"]:
        asked = [made["settings"]["event_subscriptions"], made["settings"]["interactivity"]]
        if not all(part.get("request_url", "").startswith("https://") for part in asked):
            found.append("no request URL")
        if not all("url" in command for command in made["features"]["slash_commands"]):
            found.append("a command without its URL")
    return found


@pytest.mark.parametrize(("way", "content"), list(product(WAYS, ["", "0"])))
def test_it_is_valid_in_every_way(way: dict[str, str], content: str) -> None:
    """It is checked for each transport, with and without message content, by Slack's schema if installed."""
    made = build_manifest({**way, "SLACK_MESSAGE_CONTENT": content}, COMMANDS)
    assert wrong(made) == []


@needs(SCHEMA)
@pytest.mark.parametrize("content", ["1", "0"])
@pytest.mark.parametrize("way", WAYS)
def test_slacks_own_schema_takes_it(way: dict[str, str], content: str) -> None:
    """And refuses a name that is too long, so it does check."""
    found = find_sample(SCHEMA)
    assert found is not None
    schema = json.loads(found.read_text())
    made = build_manifest({**way, "SLACK_MESSAGE_CONTENT": content}, COMMANDS)
    jsonschema.validate(made, schema)
    made["features"]["shortcuts"][2]["name"] = "Save as failed experiment"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(made, schema)


def test_the_check_itself_finds_what_the_schema_misses() -> None:
    """Each broken manifest has one fault."""
    made = build_manifest({"SLACK_SIGNING_SECRET": "s"}, COMMANDS)
    scopes, parts = made["oauth_config"]["scopes"], made["settings"]
    scopes["bot"] = ["chat:wrote"]
    scopes["bot_optional"] = ["channels:history"]
    parts["event_subscriptions"] = {"bot_events": ["reaction_addled", "message.channels"]}
    made["features"]["slash_commands"] = [{"command": "/aha", "description": "x"}]
    said = "; ".join(wrong(made))
    for fault in (
        "unknown scope chat:wrote", "unknown event reaction_addled", "message.channels needs channels:history",
        "a command without its scope", "no request URL", "optional scope channels:history is not asked for",
        "a command without its URL",
    ):  # fmt: skip
        assert fault in said


def test_the_least_it_may() -> None:
    """It has exactly these scopes. History and message events need message content."""
    made = build_manifest({}, COMMANDS)
    assert made["oauth_config"]["scopes"]["bot"] == [*LEAST.split(), "channels:history", "groups:history"]
    without = build_manifest({"SLACK_MESSAGE_CONTENT": "0"}, COMMANDS)
    assert made["oauth_config"]["scopes"]["bot_optional"] == ["channels:history", "groups:history"]
    assert without["oauth_config"]["scopes"] == {"bot": LEAST.split()}
    fewer = set(without["settings"]["event_subscriptions"]["bot_events"])
    more = set(made["settings"]["event_subscriptions"]["bot_events"])
    assert more - fewer == {"message.channels", "message.groups", "channel_id_changed"}


def test_ways_in() -> None:
    """Socket Mode is the default. Over HTTP everything has its URL."""
    assert build_manifest({}, COMMANDS)["settings"]["socket_mode_enabled"] is True
    assert "url" not in build_manifest({}, COMMANDS)["features"]["slash_commands"][0]
    over_http = build_manifest({}, COMMANDS, "https://aha.acme.dev/")
    assert over_http["settings"]["socket_mode_enabled"] is False
    address = "https://aha.acme.dev/slack/events"
    assert over_http["features"]["slash_commands"][0]["url"] == address
    assert over_http["settings"]["interactivity"]["request_url"] == address
    assert over_http["oauth_config"]["redirect_urls"] == ["https://aha.acme.dev/slack/oauth_redirect"]


def test_many_workspaces() -> None:
    """Tokens rotate and organisations can install it. With one workspace neither is set."""
    made = build_manifest(WAYS[3], COMMANDS)
    assert made["settings"]["token_rotation_enabled"] is True
    assert made["settings"]["org_deploy_enabled"] is True
    assert build_manifest(WAYS[2], COMMANDS)["settings"]["token_rotation_enabled"] is False
    heard = made["settings"]["event_subscriptions"]["bot_events"]
    assert {"team_access_granted", "team_access_revoked"} <= set(heard)
    alone = build_manifest(WAYS[2], COMMANDS)["settings"]["event_subscriptions"]["bot_events"]
    assert set(heard) - set(alone) == {"team_access_granted", "team_access_revoked"}


def test_one_workspace_or_many() -> None:
    """With both, the single token would be silently ignored."""
    with pytest.raises(SettingError, match="Remove SLACK_BOT_TOKEN"):
        build_manifest({**WAYS[3], "SLACK_BOT_TOKEN": "xoxb-1"}, COMMANDS)


def test_what_people_see() -> None:
    """It has the configured command, all shortcuts and the Home tab. Names that are too long are shortened."""
    features = build_manifest({"SLACK_COMMAND": "/eureka"}, COMMANDS)["features"]
    assert features["slash_commands"][0]["command"] == "/eureka"
    assert features["app_home"]["home_tab_enabled"] is True
    shortcuts = [(each["type"], each["name"], each["callback_id"]) for each in features["shortcuts"]]
    assert shortcuts == [
        ("global", "Log an aha", "log-an-aha"),
        ("message", "Save as aha", "save-as-aha"),
        ("message", "Save failed experiment", "save-as-failed-experiment"),
        ("message", "Add my version", "add-my-version"),
        ("message", "Ask why", "ask-why"),
    ]
    assert {m.shortcut_id(each.label.text) for each in SHORTCUTS} == {known for _, _, known in shortcuts[1:]}


def test_everything_it_hears_of_is_answered() -> None:
    """Events that nothing listens to would only cost requests, and those that nobody asked for never come."""
    routes = Events(None, None, None).routes  # type: ignore[arg-type]
    heard = {event.partition(".")[0] for event in (*m.EVENTS, *m.ORGANISATION_EVENTS, *m.HISTORY_EVENTS)}
    assert heard == set(routes)


def test_on_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """It is JSON to paste. A platform without a manifest gets one sentence."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SLACK_COMMAND", "/eureka")
    assert main(["manifest", "slack", "--url", "https://aha.acme.dev"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["features"]["slash_commands"][0]["url"] == "https://aha.acme.dev/slack/events"
    assert main(["manifest", "smoke-signals"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("There's no manifest for smoke-signals, only for ")


def test_a_bad_setting_is_one_sentence() -> None:
    """The rule is the same as everywhere."""
    with pytest.raises(SettingError, match="SLACK_COMMAND"):
        build_manifest({"SLACK_COMMAND": "aha"}, COMMANDS)


def test_no_secret_is_in_it() -> None:
    """It is meant to be pasted elsewhere."""
    given = {"SLACK_APP_TOKEN": "xapp-secret", "SLACK_CLIENT_ID": "cid", "SLACK_CLIENT_SECRET": "hidden"}
    assert not any(secret in json.dumps(build_manifest(given, COMMANDS)) for secret in given.values())


@pytest.mark.parametrize("url", ["aha", "http://aha.acme.dev"])
def test_an_address_that_slack_would_not_take(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """There is one sentence with an example, and no manifest."""
    assert main(["manifest", "slack", "--url", url]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("--url has to be the address where Slack can reach Ahabot, like https://")


def test_without_an_address_it_says_where_one_belongs(caplog: pytest.LogCaptureFixture) -> None:
    """The placeholder cannot be mistaken for an address. Socket Mode needs none."""
    build_manifest({"SLACK_SIGNING_SECRET": "s"}, COMMANDS)
    assert "set your own address with --url" in caplog.text
    caplog.clear()
    build_manifest({}, COMMANDS)
    assert caplog.text == ""
