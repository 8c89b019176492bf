"""The connection to Slack: HTTP or Socket Mode, and the Bolt app behind both."""
