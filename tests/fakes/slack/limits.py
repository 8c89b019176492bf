"""Slack's limits, which the fake enforces with the checks that come with the product."""

from adapters.slack.blocks.limits import of_answer, of_message, of_options, of_view

__all__ = ["of_answer", "of_message", "of_options", "of_view"]
