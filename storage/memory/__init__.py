"""Rows of follow-ups and sequels."""
