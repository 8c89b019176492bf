"""Cards and forms of every room, to check how platforms draw them."""
