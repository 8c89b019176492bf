"""What every folder of the bot and every platform uses."""
