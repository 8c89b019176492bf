"""The migrations of the database schema, from the first tables on."""
