"""Help, autocomplete, and commands that were nearly right."""
