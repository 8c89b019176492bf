"""How the bot and the process that draws speak over their socket: a kind, a length, and that many bytes."""

from __future__ import annotations

import struct

HEADER = struct.Struct("!cI")
READY, DRAWN, FAILED, ASKED = b"R", b"P", b"F", b"A"
"""The kinds: the process can draw now, a PNG, why there is none, and what to draw."""


def encode_frame(body: bytes, kind: bytes = ASKED) -> bytes:
    """Return a message with its kind and length in front."""
    return HEADER.pack(kind, len(body)) + body
