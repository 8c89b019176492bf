"""Postings, their refreshes, and stored commands."""
