"""What people wrote, read from Discord's messages and interactions."""
