"""Logging: one line an event, on standard error, as text for people or JSON for machines.

People's words and tokens are never logged; what the database was given stays out of its errors as well.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime

SECRETS = re.compile(r"xox[a-z]-[\w-]+|xapp-[\w-]+|(?<=Bot )[\w.-]{50,}|://[^/\s:]+:[^@\s]+@")
"""Slack's and Discord's tokens, and passwords in addresses."""


class _Redacting(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return SECRETS.sub("[redacted]", super().format(record))


class _Json(_Redacting):
    def format(self, record: logging.LogRecord) -> str:
        said = super().format(record)
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        return json.dumps({"at": at, "level": record.levelname, "from": record.name, "said": said})


def failure(log: logging.Logger, about: str, error: BaseException) -> None:
    """Log what failed and where in the code, with nothing of what anybody said."""
    trace = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s failed with %s\n%s", about, type(error).__name__, trace)


def set_up(level: str, form: str) -> None:
    """Send all logs to standard error in this form, from this level on."""
    handler = logging.StreamHandler(sys.stderr)
    text = _Redacting("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(_Json("%(message)s") if form == "json" else text)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in ("aiohttp.access", "apscheduler", "alembic", "matplotlib"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
