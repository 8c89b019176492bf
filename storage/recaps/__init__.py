"""Reads for a recap."""
