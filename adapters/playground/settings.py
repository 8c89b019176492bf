"""What the playground wants of its surroundings: no settings of its own, and no real platform beside it.

Everyone at this machine may be anyone here, so it must never share a process with a real team's tokens.
"""

from __future__ import annotations

from collections.abc import Mapping

REAL = (
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
    "DISCORD_TOKEN",
)
"""Variables that lead to a real workspace; only their names are ever said."""


def refusal(environ: Mapping[str, str]) -> str | None:
    """Why the playground will not start here, as one sentence, or None."""
    found = [name for name in REAL if environ.get(name, "").strip()]
    if not found:
        return None
    return f"The playground does not start beside real tokens: unset {' and '.join(found)} (or look in .env)."
