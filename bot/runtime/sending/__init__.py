"""How one posting is sent: composed with others, claimed, posted or edited, and its outcome recorded."""
