"""What Slack takes: the limits of its blocks, how they are checked, and fields behind a button."""
