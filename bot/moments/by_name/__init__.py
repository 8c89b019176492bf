"""Saving what others wrote, by calling the bot by its name: one message, or some of a thread."""
