"""The database layer: tables, queries and transactions. No other package writes SQL."""
