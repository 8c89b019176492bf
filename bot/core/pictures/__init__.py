"""Pictures that are still to be drawn, as data."""
