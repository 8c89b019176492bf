"""Rebuilds a book's figures from its JSON alone: it reads the entries and counts, and imports nothing of ours.

Run it on a file to compare: python rebuild_figures.py aha-book.json
"""

import json
import sys
from typing import Any

PLACES = {
    "result": "results", "version": "versions", "answer": "answers", "why": "whys", "sequel": "sequels",
    "expectation": "expectations", "look_back": "look_backs", "outcome": "outcomes",
}  # fmt: skip


def rebuild_figures(book: dict[str, Any]) -> dict[str, Any]:
    """Return the figures that the entries of a book add up to."""
    figures: dict[str, Any] = {
        "moments": {}, "results": 0, "versions": 0, "answers": 0, "whys": 0, "sequels": 0, "expectations": 0,
        "look_backs": 0, "steps": {}, "outcomes": 0, "own": {}, "years": {},
    }  # fmt: skip
    for entry in book["entries"]:
        sort = entry["type"]
        if sort == "moment":
            add_one(figures["moments"], entry["kind"])
            add_one(figures["years"], entry["day"][:4])
        elif sort == "step":
            add_one(figures["steps"], entry["outcome"])
        elif sort == "own":
            add_one(figures["own"], entry["kind"])
        else:
            figures[PLACES[sort]] += 1
    return figures


def add_one(counts: dict[str, int], name: str) -> None:
    """Count one more of a name."""
    counts[name] = counts.get(name, 0) + 1


def find_faults(book: dict[str, Any]) -> list[str]:
    """Return what does not fit: figures, teams that are missing, names of another time, a wrong order."""
    faults = []
    told, counted = book["figures"], rebuild_figures(book)
    faults += [
        f"{name}: {told.get(name)} is not {counted[name]}"
        for name in counted
        if told.get(name) != counted[name]
    ]
    teams = {team["id"]: team for team in book["teams"]}
    days = [entry.get("day", "") for entry in book["entries"]]
    if days != sorted(days):
        faults.append("the entries are not in the order of time")
    for entry in book["entries"]:
        if "team" not in entry:
            continue
        if entry["team"] not in teams:
            faults.append(f"team {entry['team']} is missing")
        elif entry.get("team_name", "") != name_at(teams[entry["team"]], entry["written_at"]):
            faults.append(f"{entry.get('team_name')} was not the team's name at {entry['written_at']}")
    return faults


def name_at(team: dict[str, Any], at: str) -> str:
    """Return a team's name at a time."""
    former = [each["name"] for each in team["former_names"] if at < each["until"]]
    return str(former[0] if former else team["name"])


def main() -> int:
    """Print the rebuilt figures of a file, and what does not fit. Return 1 if anything does not."""
    with open(sys.argv[1], encoding="utf-8") as file:
        book = json.load(file)
    print(json.dumps(rebuild_figures(book), indent=2, sort_keys=True))
    faults = find_faults(book)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
