"""Messages in which a person speaks to the bot: by its name in a channel, or in its direct messages."""
