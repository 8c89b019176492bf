"""One person: settings, home page and private notes."""
