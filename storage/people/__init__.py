"""Rows of people and their notes."""
