"""The fake Slack's trigger ids, response URLs, uploaded files and tokens."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from time import monotonic

from tests.fakes.slack.world import BOT_SCOPES, Json, Message, SlackError, Workspace

TRIGGER_LIVES = 30.0
"""Seconds; three on Slack, which would test how busy the machine is."""
URL_LIVES = 30 * 60.0
URL_USES = 5


@dataclass(frozen=True)
class Token:
    """The workspace and the scopes of a token."""

    workspace: str
    scopes: frozenset[str] = BOT_SCOPES
    refresh: str = ""
    enterprise: str = ""
    """The organisation's id, on the token of an organisation-wide installation."""
    until: float = float("inf")
    """When the token expires, on the monotonic clock."""


@dataclass
class Triggers:
    """Trigger ids. Each is valid for three seconds and one use."""

    given: dict[str, tuple[str, float]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def give(self, user: str) -> str:
        """Return a new trigger id for a person's interaction."""
        trigger = f"{len(self.given) + 1}.{secrets.randbelow(10**9)}.{secrets.token_hex(16)}"
        self.given[trigger] = (user, monotonic() + TRIGGER_LIVES)
        return trigger

    def take(self, trigger: str) -> str:
        """Use up a trigger id and return its user.

        Raise SlackError when it is unknown, used or expired.
        """
        if trigger not in self.given:
            raise SlackError("invalid_trigger_id")
        user, until = self.given[trigger]
        if trigger in self.used:
            raise SlackError("exchanged_trigger_id")
        if monotonic() > until:
            raise SlackError("expired_trigger_id")
        self.used.add(trigger)
        return user


@dataclass
class ResponseUrl:
    """A URL for responses to an interaction, valid for five uses and 30 minutes."""

    workspace: Workspace
    channel: str
    user: str
    on: Message | None = None
    """The message whose button was pressed."""
    uses: int = URL_USES
    until: float = field(default_factory=lambda: monotonic() + URL_LIVES)

    def use(self) -> None:
        """Count one use. Raise SlackError when the URL is expired or used up."""
        if monotonic() > self.until:
            raise SlackError("expired_url")
        if self.uses == 0:
            raise SlackError("used_url")
        self.uses -= 1


@dataclass
class File:
    """A file, from the request for an upload URL on."""

    id: str
    name: str
    length: int
    alt: str
    data: bytes = b""
    title: str = ""
    complete: bool = False
    highlight: str = ""


@dataclass
class Files:
    """Files by id.

    `slow` is the number of times that a block with a new file is rejected, as the real Slack does for a while.
    """

    known: dict[str, File] = field(default_factory=dict)
    slow: int = 0
    disabled: bool = False

    def begin(self, name: str, length: int, alt: str) -> str:
        """Announce a file and return its id. Raise SlackError when uploads are disabled."""
        if self.disabled:
            raise SlackError("file_uploads_disabled")
        file = f"F0{len(self.known) + 1:06}"
        self.known[file] = File(file, name, length, alt)
        return file

    def upload(self, file: str, data: bytes) -> None:
        """Store a file's bytes. Raise SlackError when the file is unknown or the length differs."""
        if file not in self.known or len(data) != self.known[file].length:
            raise SlackError("bad_upload")
        self.known[file].data = data

    def complete(self, file: str, title: str) -> Json:
        """Complete an upload and return the file's information. Raise SlackError without bytes."""
        found = self.known.get(file)
        if found is None or not found.data:
            raise SlackError("file_not_found")
        found.complete, found.title = True, title
        return self.info(file)

    def info(self, file: str) -> Json:
        """Return a file as the API does. Raise SlackError when it is unknown."""
        found = self.known.get(file)
        if found is None:
            raise SlackError("file_not_found")
        return {
            "id": file,
            "title": found.title,
            "name": found.name,
            "alt_txt": found.alt,
            "mimetype": "image/png",
        }

    def shown(self, block: Json) -> None:
        """Raise SlackError when a block shows a file that is not completely uploaded."""
        if not (wanted := block.get("slack_file")):
            return
        found = self.known.get(wanted.get("id", ""))
        if found is None or not found.complete or self.slow > 0:
            self.slow -= 1
            raise SlackError("invalid_blocks", response_metadata={"messages": ["[ERROR] invalid slack file"]})
