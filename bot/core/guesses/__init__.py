"""Telling what is meant by a typed line that is no command as it stands."""
