"""What moments tell a person on their own page."""
