"""A team and its channels: setting it up, saying hello, choosing one."""
