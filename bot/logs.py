"""Logging to standard error, one line for each event, as text or as JSON.

User text and tokens are never logged. The values given to the database are removed from
its errors.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime

CHATTY = ("aiohttp.access", "apscheduler", "alembic", "matplotlib")
"""Loggers of libraries that say too much below WARNING. The first would tell when each request came."""

SECRETS = re.compile(r"xox[a-z]-[\w-]+|xapp-[\w-]+|(?<=Bot )[\w.-]{50,}|://[^/\s:]+:[^@\s]+@")
"""Matches the tokens of Slack and Discord, and passwords in URLs."""


class _RedactingFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return SECRETS.sub("[redacted]", super().format(record))


class _JsonFormatter(_RedactingFormatter):
    def format(self, record: logging.LogRecord) -> str:
        said = super().format(record)
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        return json.dumps({"at": at, "level": record.levelname, "from": record.name, "said": said})


def log_failure(log: logging.Logger, about: str, error: BaseException) -> None:
    """Log an unexpected error with its place in the code, but without any user text."""
    trace = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s failed with %s\n%s", about, type(error).__name__, trace)


def set_up_logging(level: str, form: str) -> None:
    """Send all logs from `level` on to standard error, as text or as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    text = _RedactingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(_JsonFormatter("%(message)s") if form == "json" else text)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
