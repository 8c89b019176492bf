"""Ways to answer a question other than a plain reply."""
