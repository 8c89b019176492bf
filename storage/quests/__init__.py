"""Rows of quests, attempts, whys and links."""
