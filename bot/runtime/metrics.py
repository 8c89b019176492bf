"""The metrics behind `/metrics`, in Prometheus's text format.

They count commands and postings by outcome, connections closed by force, and measure
durations. They hold no person, team or text.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest


class Metrics:
    """The counters of one process, in its own Prometheus registry."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.commands = Counter(
            "ahabot_commands_total",
            "Commands, buttons, forms and events.",
            ["command", "outcome"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "ahabot_command_seconds", "From arrival to the answer, committed.", registry=self.registry,
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5),
        )  # fmt: skip
        self.postings = Counter(
            "ahabot_postings_total", "Postings and what became of them.", ["outcome"], registry=self.registry
        )
        self.connections = Counter(
            "ahabot_connections_closed_total",
            "HTTP connections that were closed by force.",
            ["reason"],
            registry=self.registry,
        )

    def render_text(self) -> bytes:
        """Return all metrics in Prometheus's text format."""
        return generate_latest(self.registry)
