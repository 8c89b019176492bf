"""The program of `make bench`: it runs all or the named benchmarks and prints a table for each."""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3

from benchmarks import (
    captures,
    delivery,
    discord,
    dispatch,
    failed,
    pictures,
    recorded,
    scale,
    slack,
    two_senders,
)

BENCHES = {
    "captures": captures.run_captures,
    "delivery": delivery.run_delivery,
    "two_senders": two_senders.run_two_senders,
    "failed": failed.run_failed,
    "pictures": pictures.run_pictures,
    "slack": slack.run_slack,
    "discord": discord.run_discord,
    "dispatch": dispatch.run_dispatch,
    "scale": scale.run_scale,
}
"""The benchmarks by name.

A new one is a module with a function that returns a Table, and a line here.
"""


def main() -> None:
    """Run the named benchmarks one after another, or all of them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="name", help=f"one of {', '.join(BENCHES)}; all if left out"
    )
    parser.add_argument("--markdown", action="store_true", help="print the tables as in docs/benchmarks.md")
    given = parser.parse_args()
    wanted = given.names or BENCHES
    if unknown := set(wanted) - set(BENCHES):
        parser.error(f"there is no benchmark named {', '.join(sorted(unknown))}")
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {os.cpu_count()} cores")
    for name in wanted:
        table = BENCHES[name]()
        print(f"\n{recorded.write_markdown(name, table) if given.markdown else table}")
        if fallen := recorded.list_fallen(name, table, recorded.DOCS.read_text("utf-8")):
            print("\n".join(["", "Fallen by more than a fifth:", *fallen]))


if __name__ == "__main__":
    main()
