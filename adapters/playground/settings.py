"""The playground's only setting: it refuses to start beside a real platform's tokens.

Anyone at this machine may act as any person here, so it must never share a process with a real
team's tokens.
"""

from __future__ import annotations

from collections.abc import Mapping

REAL_TOKENS = (
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
    "DISCORD_TOKEN",
)
"""Variables with tokens of real workspaces. Only their names are ever shown."""


def find_refusal(environ: Mapping[str, str]) -> str | None:
    """Return a sentence that says why the playground will not start here, or None."""
    found = [name for name in REAL_TOKENS if environ.get(name, "").strip()]
    if not found:
        return None
    return f"The playground doesn't start while real tokens are set. Unset {' and '.join(found)} (or look in .env)."
