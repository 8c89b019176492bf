"""Who is in which channel, what follows from that, and which buttons work for a person."""
