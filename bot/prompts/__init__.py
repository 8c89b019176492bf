"""Questions to the team and the answers to them."""
