"""Rows of teams, channels, installations and presence."""
