"""What we said we'd do: the next step of a retrospective, and the next one that opens with it."""
