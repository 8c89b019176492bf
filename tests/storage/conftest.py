"""Tests of the store itself have a database each, because they close it, lock it and look into its file."""

from tests.support.databases import own_database as database
from tests.support.databases import own_url as url

__all__ = ["database", "url"]
