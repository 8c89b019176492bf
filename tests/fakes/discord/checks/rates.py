"""Rate limits as Discord reports them: one bucket for a route and its major parameter, with headers on every answer."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from time import monotonic, time

COUNTED = (401, 403, 429)
"""The statuses of invalid requests. After 10,000 of them in ten minutes Discord bans the address."""
MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token")


@dataclass
class Bucket:
    """The remaining calls of one route."""

    limit: int
    per: float
    left: int = 0
    until: float = 0.0

    def take(self) -> float:
        """Count one call. Returns the seconds to wait where no calls are left, else 0."""
        if monotonic() >= self.until:
            self.left, self.until = self.limit, monotonic() + self.per
        if self.left == 0:
            return max(self.until - monotonic(), 0.001)
        self.left -= 1
        return 0.0


@dataclass
class Rates:
    """All buckets. The default limit is wide, so that tests do not wait; `narrow` tightens it for a route."""

    limits: dict[str, tuple[int, float]] = field(default_factory=dict)
    default: tuple[int, float] = (5000, 1.0)
    buckets: dict[str, Bucket] = field(default_factory=dict)
    invalid: Counter[int] = field(default_factory=Counter)
    """The number of answers with each of the statuses 401, 403 and 429."""

    def narrow(self, route: str, limit: int, per: float) -> None:
        """Limit a route to `limit` calls in `per` seconds from now on."""
        self.limits[route] = (limit, per)
        self.buckets.clear()

    def bucket(self, route: str, params: dict[str, str]) -> Bucket:
        """Return the bucket of a call."""
        key = ":".join([route, *(params[name] for name in MAJOR if name in params)])
        return self.buckets.setdefault(key, Bucket(*self.limits.get(route, self.default)))

    def headers(self, route: str, bucket: Bucket) -> dict[str, str]:
        """Return the X-RateLimit-* headers."""
        after = max(bucket.until - monotonic(), 0.0)
        return {
            "X-RateLimit-Limit": str(bucket.limit), "X-RateLimit-Remaining": str(bucket.left),
            "X-RateLimit-Reset": f"{time() + after:.3f}", "X-RateLimit-Reset-After": f"{after:.3f}",
            "X-RateLimit-Bucket": hashlib.md5(route.encode(), usedforsecurity=False).hexdigest(),
        }  # fmt: skip

    def answered(self, status: int) -> None:
        """Count the answer if its status is that of an invalid request."""
        if status in COUNTED:
            self.invalid[status] += 1

    @property
    def wasted(self) -> int:
        """The number of invalid requests."""
        return self.invalid.total()
