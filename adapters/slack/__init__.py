"""Slack: events, commands, buttons, forms, shortcuts and the app's home, over Socket Mode or HTTP, on slack-bolt."""
