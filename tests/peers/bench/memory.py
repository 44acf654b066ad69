"""The memory's vector search, beside ChromaDB in one process with the same vectors.

Clustered vectors as sentences give them (`index_support::Shape::Topics`), 384 numbers, k = 5. Adding is durable on both
sides. Each side has the machine to itself; memory is what the process grew by.
"""

import json
import os
import subprocess
import tempfile

from .measure import Row, median, percentile
from .processes import HERE, Broken, environment

# Building the graph and ChromaDB's slow adding, on a busy machine.
LIMIT_S = 3600


def run(context):
    count = 10_000 if context.quick else 100_000
    ours, peers = os.environ["ROSIE_MEMORY_BENCH"], os.environ["ROSIE_CHROMA"]
    with tempfile.TemporaryDirectory(prefix="rosie-memory-") as folder:
        context.note(f"memory: making {count} vectors")
        call([ours, "make", folder, count])
        context.note("memory: Rosie")
        rosie = json.loads(call([ours, "run", folder, count]))
        context.note("memory: ChromaDB")
        peer = json.loads(call([f"{peers}/bin/python", str(HERE / "python" / "chroma.py"), folder, count]))
    return rows(count, rosie, peer)


def call(command):
    done = subprocess.run(
        [str(part) for part in command], env=environment(), capture_output=True, text=True, timeout=LIMIT_S, check=False
    )
    if done.returncode != 0:
        raise Broken(f"{command[0]} ended with {done.returncode}: {done.stderr[-500:]}")
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


def rows(count, rosie, peer):
    def row(what, unit, ours, theirs, goal, more=False, of="ratio", best=None):
        return Row("memory", f"{count:,} entries: {what}", ours, unit, theirs, "ChromaDB", goal, of, more, best)

    found = []
    for name, what in [("open", "everywhere"), ("room", "in one room of ten")]:
        mine, other = rosie[f"{name}_ms"], peer[f"{name}_ms"]
        for label, middle in [("p50", median), ("p99", lambda values: percentile(values, 99))]:
            best = min(mine) / min(other) if label == "p50" else None
            found.append(row(f"search {what}, {label}", "ms", middle(mine), middle(other), 0.2, best=best))
        recalls = [100 * side[f"{name}_recall"] for side in (rosie, peer)]
        found.append(row(f"search {what}, recall@5", "%", *recalls, None, True, "peer"))
    found += [
        row("adding, 100 a commit", "/s", rosie["insert_per_s"], peer["insert_per_s"], 3, True),
        row("adding one, p50", "ms", median(rosie["single_ms"]), median(peer["single_ms"]), None),
        row("memory", "MB", rosie["memory_mb"], peer["memory_mb"], 0.5),
        row("disk", "MB", rosie["disk_mb"], peer["disk_mb"], 0.5),
    ]
    found[0].detail = {"rosie": rosie, "peer": peer}
    return found
