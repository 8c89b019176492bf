"""How fast it is, beside what the machine can do at best in the same run: ratios hold, absolutes drift."""
