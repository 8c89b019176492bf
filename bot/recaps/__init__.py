"""A period composed for reading: the weekly recap and the quarterly harvest."""
