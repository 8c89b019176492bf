"""Reads for an export."""
