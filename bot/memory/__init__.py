"""What comes back later: follow-up questions, sequels and fuel."""
