"""The platforms there are, by the name of their folder: a new one is such a folder and a line here.

Nothing in `bot/` or `storage/` knows them; the composition root imports only those that are configured.
"""

PLATFORMS = ("slack", "discord", "playground")
