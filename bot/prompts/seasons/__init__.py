"""Seasons of one question: for some weeks only that one is asked, in the same words."""
