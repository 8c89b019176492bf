"""Days by the words that people give them."""
