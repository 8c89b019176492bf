"""Rows of moments, versions, reactions and sources."""
