"""The demo team's first quarter."""
