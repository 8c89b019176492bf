"""What tests of the Discord adapter share."""

from tests.discord.conftest import no_heartbeats_left

__all__ = ["no_heartbeats_left"]
