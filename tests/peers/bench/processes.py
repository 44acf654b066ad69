"""Processes that are measured: peers that answer lines of JSON, and others; every one is ended by its own id."""

import json
import os
import select
import socket
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
# No answer takes so long, even on a machine that does ten things at once.
ANSWER_LIMIT_S = 180


class Broken(Exception):
    """Something that should work did not; the benchmark ends with an error."""


def environment():
    """The same for Rosie and her peers: as people start them, with nothing tuned from outside and nothing fetched."""
    tuned = ("OMP_", "KMP_", "MALLOC_", "ORT_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(tuned)}
    return {**kept, "HF_HUB_OFFLINE": "1"}


def two_processors():
    """Everything that is measured shares two physical cores where there are more, as on the smallest target."""
    allowed = sorted(os.sched_getaffinity(0))
    chosen, cores = [], set()
    for cpu in allowed:
        try:
            core = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list").read_text()
        except OSError:
            core = str(cpu)
        if core not in cores:
            chosen.append(cpu)
            cores.add(core)
    os.sched_setaffinity(0, (chosen if len(chosen) >= 2 else allowed)[:2])


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def end(process):
    """Asks, waits, insists."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class LinePeer:
    """A peer of `python/`: one JSON question a line, one JSON answer a line."""

    def __init__(self, script, *arguments):
        self.name = script
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "python" / script), *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
        )
        self.buffer = b""
        self.loaded = self.answer()

    def ask(self, **question):
        self.process.stdin.write(json.dumps(question).encode() + b"\n")
        self.process.stdin.flush()
        return self.answer()

    def answer(self):
        give_up = time.monotonic() + ANSWER_LIMIT_S
        while b"\n" not in self.buffer:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, give_up - time.monotonic()))
            more = os.read(self.process.stdout.fileno(), 65536) if ready else b""
            if not more:
                raise Broken(f"the peer {self.name} ended or hangs; its own message stands above")
            self.buffer += more
        line, _, self.buffer = self.buffer.partition(b"\n")
        return json.loads(line)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        end(self.process)
