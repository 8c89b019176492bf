"""`make bench`: runs every benchmark, or those that are named, and prints a table each."""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3

from benchmarks import captures, discord, dispatch, slack

BENCHES = {"captures": captures.run, "slack": slack.run, "discord": discord.run, "dispatch": dispatch.run}
"""What there is to measure: a new one is a module with `run() -> Table` and a line here."""


def main() -> None:
    """Run them one after another."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="name", help=f"one of {', '.join(BENCHES)}; all if left out"
    )
    wanted = parser.parse_args().names or BENCHES
    if unknown := set(wanted) - set(BENCHES):
        parser.error(f"there is no benchmark named {', '.join(sorted(unknown))}")
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {os.cpu_count()} cores")
    for name in wanted:
        print(f"\n{BENCHES[name]()}")


if __name__ == "__main__":
    main()
