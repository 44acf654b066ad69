"""Requests a second of `GET /health`, beside FastAPI on uvicorn with one worker."""

import http.client
import re
import subprocess
import sys
import time

from .measure import Row, median
from .processes import HERE, Broken, end, environment, free_port

GOAL = 8
PATH = "/health"


def run(context):
    seconds, blocks = (2, 1) if context.quick else (5, 3)
    ours, theirs = [], []
    with context.rosie.daemon() as daemon:
        daemon.wait_ready()
        daemon.wait_quiet()
        port = free_port()
        peer = subprocess.Popen(uvicorn(port), cwd=HERE / "python", env=environment())
        try:
            wait(port)
            for block in range(blocks):
                context.note(f"health: block {block + 1} of {blocks}")
                theirs.append(load(port, seconds))
                ours.append(load(daemon.port, seconds))
        finally:
            end(peer)
    row = Row(
        "health",
        "GET /health, 32 connections",
        median(ours),
        "/s",
        median(theirs),
        "FastAPI + uvicorn",
        GOAL,
        more_is_better=True,
        best_ratio=max(ours) / max(theirs),
        detail={"rosie": ours, "peer": theirs},
    )
    return [row]


def uvicorn(port):
    options = ["--host", "127.0.0.1", "--port", port, "--workers", 1, "--no-access-log", "--log-level", "warning"]
    return [sys.executable, "-m", "uvicorn", "web:app", *map(str, options)]


def wait(port):
    for _ in range(1200):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", PATH)
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise Broken(f"uvicorn does not answer on port {port}")


def load(port, seconds):
    """One thread of wrk for so long; requests a second. An answer other than 200 is not an answer."""
    command = ["wrk", "-t1", "-c32", f"-d{seconds}s", f"http://127.0.0.1:{port}{PATH}"]
    text = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60, check=True).stdout
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    if refused:
        raise Broken(f"port {port} refused {refused.group(1)} requests of a load test: a limit on the rate?")
    found = re.search(r"Requests/sec:\s+([\d.]+)", text)
    if not found:
        raise Broken(f"wrk says nothing of requests: {text}")
    return float(found.group(1))
