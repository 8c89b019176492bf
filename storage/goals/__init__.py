"""Missions, goals, their steps and checkpoints, and what serves them."""
