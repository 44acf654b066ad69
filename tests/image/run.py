#!/usr/bin/env python3
"""Boots the image in QEMU and drives it from outside; `make image-test` calls it. Each case prints what it saw and how long it
took; any of them can be run alone. The root file system is the stand-in of Debian's packages (stand-in-root.sh); board, overlay, unit,
partition, GRUB and RAUC files are those of the real image.

    run.py OUT --recording FILE [--cuts N] [--only CASE,…]
"""

import argparse
import signal
import subprocess
import sys
import time

from ends import Ends
from serving import Serving
from updates import Updates

# In the order of a whole run.
CASES = ["first_start", "ports", "set_up", "spoken_turn", "mqtt", "memory", "backup", "disk", "full", "access_point", "refused", "update"]
CASES += ["channel", "broken_daemon", "broken_system", "cuts", "clock", "factory_reset", "restore"]


class Run(Serving, Updates, Ends):
    """All cases on one box, as long as none fails."""


def passes(run, name):
    began = time.monotonic()
    try:
        run.up()
        told = getattr(run, f"case_{name}")()
    except (AssertionError, OSError, LookupError, ValueError, subprocess.SubprocessError) as error:
        print(f"  FAILED  {time.monotonic() - began:5.0f} s  {name}: {type(error).__name__}: {error}", flush=True)
        run.end()
        return False
    print(f"  ok      {time.monotonic() - began:5.0f} s  {name}: {told}", flush=True)
    return True


def chosen(text):
    names = set(text.split(","))
    if unknown := names - set(CASES):
        raise argparse.ArgumentTypeError(f"there is no case {', '.join(sorted(unknown))}; there are {', '.join(CASES)}")
    return [name for name in CASES if name in names]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--recording", required=True)
    parser.add_argument("--cuts", type=int, default=3)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", type=chosen, default=CASES)
    options = parser.parse_args()
    print(f"image-test: seed {options.seed}, root file system: stand-in of Debian packages", flush=True)
    # Ended from outside, it still ends its box.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    run = Run(options.out, options.cuts, options.seed, options.recording)
    try:
        results = [passes(run, name) for name in options.only]
    finally:
        run.end()
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
