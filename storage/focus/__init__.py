"""Focus: how much of what a team keeps serves its big goal, and its focus checks."""
