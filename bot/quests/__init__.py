"""What a team looks for: attempts, whys, insights and the links to a breakthrough."""
