"""Everyone's own book: what a person wrote, as a file that goes with them, and what only they see."""
