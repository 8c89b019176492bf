"""The questions to choose from: the built-in packs and the team's own."""
