"""The Discord platform: slash commands, buttons, forms, reactions and threads over the gateway.

It uses discord.py.
"""
