"""A SMMART goal in three short steps, and its words edited later."""
