"""Fixtures for tests of the Discord adapter."""

from tests.adapters.discord.over_sockets.conftest import no_heartbeats_left

__all__ = ["no_heartbeats_left"]
