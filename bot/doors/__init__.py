"""What we said no to, what we parked until a day, and the chances and doors in front of us."""
