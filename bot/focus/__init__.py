"""Focus: the ratio, focus checks and focus sessions."""
