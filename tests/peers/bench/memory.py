"""The memory, beside ChromaDB in one process with the same vectors.

Clustered vectors as sentences give them (`index_support::Shape::Topics`), 384 numbers, k = 5. Rosie's side is the whole
memory of the appliance, filled by what is said; adding is durable on both sides. Each side has the machine to itself while
it is filled; questions are asked in rounds, one side after the other, so that whatever else the machine does meets both.
Memory is what the process grew by, disk what the folder takes of it.
"""

import json
import os
import subprocess
import tempfile

from .measure import Row, median, percentile
from .processes import HERE, Broken, environment

ROUNDS = 5
# What rosied sets for itself before anything else (rosie-speech, `prepare_process`).
AS_ROSIED = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "262144"}


class Side:
    """A process that says a line of JSON when it is filled, for each question line, and at its end."""

    def __init__(self, name, command, log, **settings):
        self.name = name
        self.log = open(log, "w+")
        self.process = subprocess.Popen(
            [str(part) for part in command],
            env=environment() | settings,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )

    def hear(self):
        line = self.process.stdout.readline()
        if not line:
            self.log.seek(0)
            raise Broken(f"{self.name} ended with {self.process.wait()}: {self.log.read()[-500:]}")
        return json.loads(line)

    def ask(self):
        self.process.stdin.write("ask\n")
        self.process.stdin.flush()
        return self.hear()

    def end(self):
        self.process.stdin.close()
        report = self.hear()
        self.process.wait()
        return report

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.log.close()


def run(context):
    count = 10_000 if context.quick else 100_000
    ours, peers = os.environ["ROSIE_MEMORY_BENCH"], os.environ["ROSIE_CHROMA"]
    with tempfile.TemporaryDirectory(prefix="rosie-memory-") as folder:
        context.note(f"memory: making {count} vectors")
        made = subprocess.run([ours, "make", folder, str(count)], env=environment(), capture_output=True, text=True)
        if made.returncode != 0:
            raise Broken(f"making vectors: {made.stderr[-500:]}")
        sides = []
        try:
            for name, command, settings in [
                ("Rosie", [ours, "run", folder, count], AS_ROSIED),
                ("ChromaDB", [f"{peers}/bin/python", HERE / "python" / "chroma.py", folder, count], {}),
            ]:
                context.note(f"memory: {name} is filled")
                sides.append(Side(name, command, f"{folder}/{name}.log", **settings))
                sides[-1].report = sides[-1].hear()
            context.note("memory: questions")
            rounds = [[side.ask() for side in sides] for _ in range(ROUNDS)]
            for side in sides:
                side.report |= side.end()
        finally:
            for side in sides:
                side.kill()
    return rows(count, *(side.report for side in sides), rounds)


def rows(count, rosie, peer, rounds):
    def row(what, unit, ours, theirs, goal, more=False, of="ratio", best=None, name="ChromaDB"):
        return Row("memory", f"{count:,} entries: {what}", ours, unit, theirs, name, goal, of, more, best)

    def times(side, what):
        return [time for both in rounds for time in both[side][what]]

    found = []
    for name, what in [("open", "everywhere"), ("room", "in one room of ten")]:
        for label, share in [("p50", 50), ("p99", 99)]:
            ratios = [percentile(a[f"{name}_ms"], share) / percentile(b[f"{name}_ms"], share) for a, b in rounds]
            both = [percentile(times(side, f"{name}_ms"), share) for side in (0, 1)]
            found.append(row(f"search {what}, {label} of {ROUNDS} rounds", "ms", *both, 0.2, best=min(ratios)))
        recalls = [100 * median([both[side][f"{name}_recall"] for both in rounds]) for side in (0, 1)]
        found.append(row(f"search {what}, recall@5", "%", *recalls, None, True, "peer"))
    turn = times(0, "turn_ms")
    found += [
        row("all that a turn recalls, p50", "ms", median(turn), None, 10, of="rosie", name=""),
        row("all that a turn recalls, p99", "ms", percentile(turn, 99), None, None, name=""),
        row("adding, 100 at once", "/s", rosie["insert_per_s"], peer["insert_per_s"], 3, True),
        row("adding one (Rosie: an exchange, two), p50", "ms", median(rosie["single_ms"]), median(peer["single_ms"]), None),
        row("memory", "MB", rosie["memory_mb"], peer["memory_mb"], 0.5),
        row("disk", "MB", rosie["disk_mb"], peer["disk_mb"], 0.5),
        row("written by a lone turn", "kB", rosie["bytes_a_turn"] / 1e3, None, None, name=""),
        row("start until everything is found", "ms", rosie["start_ms"], None, 1000, of="rosie", name=""),
        row("file made anew after deleting a tenth", "s", rosie["rewrite_s"], None, None, name=""),
        row("the longest write meanwhile", "ms", rosie["longest_write_meanwhile_ms"], None, None, name=""),
    ]
    found[0].detail = {"rosie": rosie, "peer": peer}
    return found
