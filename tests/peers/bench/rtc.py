"""Processor time of an endpoint whose audio goes over WebRTC, with twenty of them; no peer."""

import json
import os
import subprocess

from .measure import Row
from .processes import Broken, environment

SESSIONS = 20
PHASES = {
    "silent": "connected, nobody speaks",
    "rosie_speaks": "Rosie speaks to all at once",
    "page_speaks": "all speak at once",
}


def run(context):
    seconds = 3 if context.quick else 8
    context.note(f"rtc: {SESSIONS} sessions")
    command = [os.environ["ROSIE_RTC_BENCH"], str(SESSIONS), str(seconds)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=120 + 10 * seconds)
    if done.returncode != 0:
        raise Broken(f"rtc_bench: {done.stderr[-500:]}")
    rows = []
    for line in done.stdout.splitlines():
        figures = json.loads(line)
        percent = figures["percent_of_a_processor_a_session"]
        what = f"{SESSIONS} over WebRTC, {PHASES[figures['phase']]}: processor a session"
        # Twenty must fit on two processors, with room for thinking: half of one for all of them.
        goal = 2.5 if figures["phase"] == "silent" else None
        rows.append(Row("rtc", what, percent, "%", goal=goal, goal_of="rosie", detail=figures))
    return rows
