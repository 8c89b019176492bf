"""What Slack keeps beside its messages: trigger ids, response URLs, uploaded files, tokens."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from time import monotonic

from tests.fakes.slack.world import BOT_SCOPES, Json, Message, SlackError, Workspace

TRIGGER_LIVES = 3.0
URL_LIVES = 30 * 60.0
URL_USES = 5


@dataclass(frozen=True)
class Token:
    """What a token may, and where."""

    workspace: str
    scopes: frozenset[str] = BOT_SCOPES
    refresh: str = ""
    enterprise: str = ""
    """Set on the token of a whole organisation."""
    until: float = float("inf")
    """On the monotonic clock; rotated tokens end."""


@dataclass
class Triggers:
    """Trigger ids: three seconds, one use."""

    given: dict[str, tuple[str, float]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def give(self, user: str) -> str:
        """A new one, for what this person did just now."""
        trigger = f"{len(self.given) + 1}.{secrets.randbelow(10**9)}.{secrets.token_hex(16)}"
        self.given[trigger] = (user, monotonic() + TRIGGER_LIVES)
        return trigger

    def take(self, trigger: str) -> str:
        """Whose it is; never again after this. SlackError."""
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
    """Where an interaction may be answered, five times in half an hour."""

    workspace: Workspace
    channel: str
    user: str
    on: Message | None = None
    """The message whose button was pressed."""
    uses: int = URL_USES
    until: float = field(default_factory=lambda: monotonic() + URL_LIVES)

    def use(self) -> None:
        """Once more. SlackError."""
        if monotonic() > self.until:
            raise SlackError("expired_url")
        if self.uses == 0:
            raise SlackError("used_url")
        self.uses -= 1


@dataclass
class File:
    """A file on its way up."""

    id: str
    name: str
    length: int
    alt: str
    data: bytes = b""
    title: str = ""
    complete: bool = False


@dataclass
class Files:
    """Files by id. `slow` is how often a fresh one is still unknown to blocks, as happens on the real one."""

    known: dict[str, File] = field(default_factory=dict)
    slow: int = 0
    disabled: bool = False

    def begin(self, name: str, length: int, alt: str) -> str:
        """Promise a place to send it."""
        if self.disabled:
            raise SlackError("file_uploads_disabled")
        file = f"F0{len(self.known) + 1:06}"
        self.known[file] = File(file, name, length, alt)
        return file

    def upload(self, file: str, data: bytes) -> None:
        """Its bytes. SlackError."""
        if file not in self.known or len(data) != self.known[file].length:
            raise SlackError("bad_upload")
        self.known[file].data = data

    def complete(self, file: str, title: str) -> Json:
        """It is all there. SlackError."""
        found = self.known.get(file)
        if found is None or not found.data:
            raise SlackError("file_not_found")
        found.complete, found.title = True, title
        return self.info(file)

    def info(self, file: str) -> Json:
        """As the API tells it. SlackError."""
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
        """A block shows a file: it must be there. SlackError."""
        if not (wanted := block.get("slack_file")):
            return
        found = self.known.get(wanted.get("id", ""))
        if found is None or not found.complete or self.slow > 0:
            self.slow -= 1
            raise SlackError("invalid_blocks", response_metadata={"messages": ["[ERROR] invalid slack file"]})
