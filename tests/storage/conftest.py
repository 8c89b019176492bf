"""Fixtures for storage tests, each with its own database, because they close, lock or inspect it."""

from tests.support.databases import own_database as database
from tests.support.databases import own_url as url

__all__ = ["database", "url"]
