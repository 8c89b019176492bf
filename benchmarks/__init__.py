"""How fast it is, side by side in one run with what the same machine can do at best. Ratios hold, absolutes drift."""
