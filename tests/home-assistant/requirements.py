#!/usr/bin/env python3
"""Prints what the named integrations of the installed Home Assistant need at run time, with their dependencies."""
import json
import pathlib
import sys

import homeassistant.components

folder = pathlib.Path(next(iter(homeassistant.components.__path__)))
seen: set[str] = set()
needed: set[str] = set()


def add(name: str) -> None:
    if name in seen:
        return
    seen.add(name)
    if not (folder / name).exists():
        # Older versions have not all of them.
        return
    manifest = json.loads((folder / name / "manifest.json").read_text())
    needed.update(manifest.get("requirements", []))
    for other in manifest.get("dependencies", []):
        add(other)


for integration in sys.argv[1:]:
    add(integration)
print("\n".join(sorted(needed)))
