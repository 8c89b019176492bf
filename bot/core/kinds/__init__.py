"""The kinds of moment: what each is called, what it asks, and what its card may add."""
