"""A person's own page: what waits for them, what comes next, what is theirs, and their settings.

Only its owner sees it, and it tells only of teams whose channels they are in now.
"""
