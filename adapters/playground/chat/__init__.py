"""The chat itself: its people, channels and messages, in memory and on disk."""
