"""Moments worth keeping: saving, showing, finding and changing them."""
