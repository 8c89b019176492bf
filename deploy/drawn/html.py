"""Small pieces of HTML for the drawings: escaped text, tags, and the page that a drawing stands on."""

from __future__ import annotations

import html
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

HERE = Path(__file__).parent

CHEVRON = (
    '<svg class="chevron" viewBox="0 0 12 12">'
    '<path d="M2 4l4 4 4-4" fill="none" stroke="currentColor" stroke-width="1.5"/></svg>'
)
"""The arrow of a closed list."""

ANAS_ZONE = ZoneInfo("Europe/Lisbon")

MARKING = "Drawn locally from what Ahabot sent. Not a screenshot of {platform}."
"""The line above every drawing."""


@dataclass
class Around:
    """What a drawing has to know beside the JSON: names by id, files by id or name, and the reader's zone."""

    names: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    zone: tzinfo = ANAS_ZONE
    unknown: list[str] = field(default_factory=list)
    """What the drawer does not know, each as it is told in its red box."""

    def picture(self, name: str) -> str:
        """Return a picture's data URL, or an empty string for an unknown file."""
        data = self.files.get(name, b"")
        return f"data:image/png;base64,{b64encode(data).decode()}" if data else ""

    def at(self, seconds: float) -> datetime:
        """Return a time in the reader's zone."""
        return datetime.fromtimestamp(seconds, self.zone)

    def red_box(self, what: str) -> str:
        """Return a red box for something that cannot be drawn, and note it."""
        self.unknown.append(what)
        return tag("div", escape(f"Cannot draw: {what}"), "unknown")


def escape(words: object) -> str:
    """Return a text that is no markup."""
    return html.escape(str(words), quote=False)


def tag(name: str, inner: str = "", classes: str = "", **more: str) -> str:
    """Return an element with these classes and attributes around HTML."""
    attributes = {"class": classes, **more} if classes else more
    told = "".join(f' {key}="{html.escape(value)}"' for key, value in attributes.items())
    return f"<{name}{told}>{inner}</{name}>"


def image(source: str, alt: str, classes: str = "") -> str:
    """Return a picture with its alt text."""
    return f'<img src="{source}" alt="{html.escape(alt)}" class="{classes}">'


def build_page(platform: str, drawn: str, scheme: str) -> str:
    """Return the page of a drawing: the platform's look, the marking, and the drawing below it."""
    looks = "".join((HERE / f"{name}.css").read_text() for name in ("frame", platform.lower()))
    marking = tag("p", escape(MARKING.format(platform=platform)), "marking")
    body = tag("div", marking + tag("div", drawn, "drawing"), f"frame {scheme} {platform.lower()}")
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    return f"<!doctype html><html><head>{head}<style>{looks}</style></head><body>{body}</body></html>"
