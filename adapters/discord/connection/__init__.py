"""The connection to Discord: client, gateway and slash commands."""
