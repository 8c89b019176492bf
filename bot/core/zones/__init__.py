"""Time zones by the names that people give them."""
