"""Rate limits as Discord tells them: one bucket for a route and its major parameter, with headers on every answer."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from time import monotonic, time

COUNTED = (401, 403, 429)
"""What is an invalid request; 10,000 in ten minutes and the address is banned."""
MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token")


@dataclass
class Bucket:
    """What is left of one route's allowance."""

    limit: int
    per: float
    left: int = 0
    until: float = 0.0

    def take(self) -> float:
        """One call; how long it must wait where there is nothing left, else 0."""
        if monotonic() >= self.until:
            self.left, self.until = self.limit, monotonic() + self.per
        if self.left == 0:
            return max(self.until - monotonic(), 0.001)
        self.left -= 1
        return 0.0


@dataclass
class Rates:
    """All buckets. Wide by default, so that tests do not wait; `narrow` makes a route as tight as it is told."""

    limits: dict[str, tuple[int, float]] = field(default_factory=dict)
    default: tuple[int, float] = (5000, 1.0)
    buckets: dict[str, Bucket] = field(default_factory=dict)
    invalid: Counter[int] = field(default_factory=Counter)
    """How many answers were 401, 403 and 429."""

    def narrow(self, route: str, limit: int, per: float) -> None:
        """From now on this route takes `limit` calls in `per` seconds."""
        self.limits[route] = (limit, per)
        self.buckets.clear()

    def bucket(self, route: str, params: dict[str, str]) -> Bucket:
        """The one that a call falls into."""
        key = ":".join([route, *(params[name] for name in MAJOR if name in params)])
        return self.buckets.setdefault(key, Bucket(*self.limits.get(route, self.default)))

    def headers(self, route: str, bucket: Bucket) -> dict[str, str]:
        """X-RateLimit-*."""
        after = max(bucket.until - monotonic(), 0.0)
        return {
            "X-RateLimit-Limit": str(bucket.limit), "X-RateLimit-Remaining": str(bucket.left),
            "X-RateLimit-Reset": f"{time() + after:.3f}", "X-RateLimit-Reset-After": f"{after:.3f}",
            "X-RateLimit-Bucket": hashlib.md5(route.encode(), usedforsecurity=False).hexdigest(),
        }  # fmt: skip

    def answered(self, status: int) -> None:
        """Count what is an invalid request."""
        if status in COUNTED:
            self.invalid[status] += 1

    @property
    def wasted(self) -> int:
        """How many requests were invalid."""
        return self.invalid.total()
