"""The mission and the goals of a team: what it is here for, what it wants to reach, and how far it is."""
