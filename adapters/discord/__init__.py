"""Discord: slash commands, buttons, forms, reactions and threads over the gateway, on discord.py."""
