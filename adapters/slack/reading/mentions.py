"""Mentions of people, channels and user groups in a message, and links, as words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import unquote

from bot.core.messages import Timestamp
from bot.core.plain_text import render_plain_line
from storage.models.shown import plain_name

PRIVATE_CHANNEL = "a private channel"
"""Said instead of the name of a channel that not everybody may see."""
UNKNOWN_PERSON = "someone"
"""Said of a person whose name Slack did not tell, or whose name shows nothing."""
UNKNOWN_CHANNEL = "a channel"
"""Said of a channel when Slack did not tell in time whether it is public."""
UNKNOWN_GROUP = "a group"
"""Said of a user group. Only the scope `usergroups:read` tells its name."""

UNSEEN_SCHEMES = ("http://", "https://", "mailto:", "tel:")
"""Schemes that Slack adds to an address that somebody typed without one."""

NUMBER_SIGNS = re.compile(r"[\s().\u2010-\u2013/-]")
"""What people put between the digits of a phone number."""


@dataclass(frozen=True)
class Mentions:
    """The IDs of those whose names a text needs."""

    people: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()

    def __or__(self, other: Mentions) -> Mentions:
        """Return the mentions of both texts."""
        return Mentions(
            self.people | other.people, self.channels | other.channels, self.groups | other.groups
        )


@dataclass(frozen=True)
class Names:
    """The names behind the IDs in a message, each as its author saw it and without its sign."""

    people: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    """Only names that everybody here may know."""
    groups: Mapping[str, str] = field(default_factory=dict)

    def person(self, person: str) -> str:
        """Return a person's name with its sign."""
        return "@" + (plain_name(self.people.get(person, "")) or UNKNOWN_PERSON).removeprefix("@")

    def channel(self, channel: str) -> str:
        """Return a channel's name with its sign."""
        return "#" + (self.channels.get(channel) or UNKNOWN_CHANNEL).removeprefix("#")

    def group(self, group: str) -> str:
        """Return a user group's handle with its sign."""
        return "@" + (self.groups.get(group) or UNKNOWN_GROUP).removeprefix("@")


def collect_mentions(each: Iterable[Mentions]) -> Mentions:
    """Return the mentions of several texts as one."""
    total = Mentions()
    for one in each:
        total = total | one
    return total


def link_words(url: str, label: str) -> str:
    """Return a link as words: its label, and its address where that says more.

    Slack makes `main.py` and `ana@example.com` links by itself. Their label is the address, so the
    label alone was typed. Any other label is shown with its address, also where it lies.
    """
    if not label:
        return url.removeprefix("mailto:").removeprefix("tel:")
    return label if _is_its_own_label(url, label) else f"{label} ({url})"


def _is_its_own_label(url: str, label: str) -> bool:
    """Return whether a link's label is its address, or its phone number in whatever form it was typed."""
    if url.startswith("tel:") and NUMBER_SIGNS.sub("", label) == NUMBER_SIGNS.sub("", url[len("tel:") :]):
        return True
    return _bare_address(label) == _bare_address(url)


def date_words(timestamp: str) -> str:
    """Return a date that Slack shows in each reader's zone, in UTC, or its number if it is beyond the calendar."""
    try:
        at = datetime.fromtimestamp(int(timestamp), UTC)
    except (ValueError, OverflowError, OSError):
        return timestamp
    return render_plain_line((Timestamp(at, clock=True),)) + " UTC"


def _bare_address(address: str) -> str:
    """Return an address without its scheme and its last slash, and with its host in lower case."""
    bare = unquote(address.strip())
    for scheme in UNSEEN_SCHEMES:
        if bare[: len(scheme)].lower() == scheme:
            bare = bare[len(scheme) :]
            break
    host, slash, path = bare.partition("/")
    return (_readable_host(host.lower()) + slash + path).removesuffix("/")


def _readable_host(host: str) -> str:
    """Return a host in its own letters, as `bücher.example` for `xn--bcher-kva.example`."""
    try:
        return host.encode().decode("idna") if "xn--" in host else host
    except UnicodeError:
        return host
