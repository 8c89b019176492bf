"""The running bot: commands in, posts out, and the clock."""
