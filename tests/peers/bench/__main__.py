"""`run.sh [--quick] [--speech FOLDER]… [PART]…`: every benchmark in one go, a table, and a JSON file.

Ends with 0 when everything could be measured, whatever the figures; with 1 when something broke.
"""

import argparse
import datetime
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

from . import eval, health, hearing, memory, pauses, processes, recordings, rest, rosie, rtc, stt, think, tts, turn
from .measure import table

PARTS = {
    "stt": stt,
    "tts": tts,
    "hearing": hearing,
    "pauses": pauses,
    "health": health,
    "turn": turn,
    "think": think,
    "rest": rest,
    "memory": memory,
    "rtc": rtc,
    "eval": eval,
}
SPOKEN = ("stt", "hearing", "pauses", "turn", "rest")


class Context:
    """What every part needs."""

    def __init__(self, arguments, scratch):
        self.quick = arguments.quick
        self.models = Path(os.environ["ROSIE_MODELS"])
        self.peer_models = Path(os.environ["ROSIE_CACHE"]) / "peer-models"
        self.rosie = rosie.Rosie(os.environ["ROSIED"], self.models, scratch / "data")
        self.clips = []

    def note(self, text):
        print(f"   {text}", file=sys.stderr, flush=True)


def arguments():
    parser = argparse.ArgumentParser(prog="run.sh", description="Rosie beside her peers, in one run.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all of them without one")
    parser.add_argument("--quick", action="store_true", help="fewer recordings and rounds")
    parser.add_argument(
        "--speech",
        action="append",
        metavar="FOLDER",
        help="recordings to use in place of $ROSIE_TEST_SPEECH; may be given several times",
    )
    given = parser.parse_args()
    unknown = [part for part in given.parts if part not in PARTS]
    if unknown:
        parser.error(f"no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    given.speech = given.speech or [os.environ["ROSIE_TEST_SPEECH"]]
    return given


def machine():
    names = [line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return {
        "processor": names[0] if names else platform.machine(),
        "processors": os.cpu_count(),
        "used": sorted(os.sched_getaffinity(0)),
        "system": platform.platform(),
        "commit": commit.stdout.strip(),
        "load_before": os.getloadavg(),
    }


def main():
    given = arguments()
    # Ends as after an error: whoever was started is ended too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    processes.two_processors()
    report = {"date": datetime.datetime.now().astimezone().isoformat(timespec="seconds"), "machine": machine()}
    rows, broken = [], []
    with tempfile.TemporaryDirectory(prefix="rosie-bench-") as scratch:
        context = Context(given, Path(scratch))
        parts = [part for part in PARTS if part in (given.parts or PARTS)]
        if any(part in SPOKEN for part in parts):
            (Path(scratch) / "clips").mkdir()
            context.note("preparing recordings")
            context.clips = recordings.load(given.speech, Path(scratch) / "clips")
        for part in parts:
            try:
                rows += PARTS[part].run(context)
            except Exception as error:  # One part that breaks must not take the others' figures with it.
                if not isinstance(error, processes.Broken):
                    traceback.print_exc()
                broken.append(f"{part}: {error}")
    report["machine"]["load_after"] = os.getloadavg()
    report["rows"], report["broken"] = [row.as_json() for row in rows], broken
    tell(report, rows, broken)
    sys.exit(1 if broken else 0)


def tell(report, rows, broken):
    folder = Path(os.environ["ROSIE_CACHE"]) / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{report['date'][:19].replace(':', '')}.json"
    path.write_text(json.dumps(report, indent=1, ensure_ascii=False))
    where = report["machine"]
    print(f"\n{report['date']}, {where['processor']}, processors {where['used']}, commit {where['commit']}\n")
    print(table(rows))
    print(f"\nEverything in figures: {path}")
    before, after = where["load_before"][0], where["load_after"][1]
    if before > 1:
        print(f"The machine was busy (load {before:.1f} before, {after:.1f} in the last minutes): trust ratios alone.")
    for line in broken:
        print(f"BROKEN  {line}", file=sys.stderr)


try:
    main()
except processes.Broken as error:
    sys.exit(f"bench: {error}")
