"""A team's data on its way out."""
