"""What a team declined, parked, or would like to get into."""
