"""What people write in Slack, read as its author saw it: from blocks, from mrkdwn, and from forms."""
