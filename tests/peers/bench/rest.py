"""The daemon when nobody speaks: memory beside its models' files, the time from start to ready, the first turn after."""

import time

from . import first
from .measure import Row, median

MEMORY_GOAL_MB = 60
READY_GOAL_MS = 2000
# Nobody has spoken for so long: Rosie's engines rest after ten seconds.
REST_S = 14
# What the small profile's engines load at rest (the memory's embedder is let go of); the library that runs them is code, and counts as Rosie's.
FILES = (
    "whisper-base/ggml.bin",
    "whisper-base/encoder-int8.onnx",
    "silero-vad/silero_vad.onnx",
    "piper-en_US-joe-medium/voice.onnx",
)


def run(context):
    files = [context.models / name for name in FILES]
    for path in files + [context.models / "onnxruntime/libonnxruntime.so"]:
        # Into the page cache, as on an appliance that ran a minute ago.
        path.read_bytes()
    models_mb = sum(path.stat().st_size for path in files) / 1e6
    with context.rosie.daemon() as daemon:
        first_ms = daemon.wait_ready()
        daemon.wait_quiet(120)
    starts, awake, memory, quiet_s = [], {}, {}, 0
    for number in range(2 if context.quick else 5):
        context.note(f"rest: start {number + 1}")
        with context.rosie.daemon() as daemon:
            starts.append(daemon.wait_ready())
            quiet_s = daemon.wait_quiet()
            awake = daemon.memory_mb()
            time.sleep(REST_S)
            daemon.wait_quiet()
            memory = daemon.memory_mb()
    with context.rosie.daemon() as daemon:
        daemon.wait_ready()
        daemon.wait_quiet()
        after_rest = first.run(context, daemon)
    beside = Row(
        "rest",
        f"resident memory beside {models_mb:.0f} MB of models",
        memory["rss"] - models_mb,
        "MB",
        goal=MEMORY_GOAL_MB,
        goal_of="rosie",
        detail={**memory, "models": models_mb},
    )
    ready = Row(
        "rest",
        "start to ready, models in the page cache",
        median(starts),
        "ms",
        goal=READY_GOAL_MS,
        goal_of="rosie",
        detail={"starts_ms": starts, "first_start_ms": first_ms, "quiet_after_ready_s": quiet_s},
    )
    return [
        beside,
        Row("rest", "resident memory, all", memory["rss"], "MB"),
        Row("rest", "resident memory just after the start, before the engines rest", awake["rss"], "MB"),
        Row("rest", "anonymous memory (no file behind it)", memory["anonymous"], "MB"),
        Row("rest", "private memory (nobody shares it)", memory["private"], "MB"),
        ready,
        Row("rest", "the very first start to ready (empty data folder)", first_ms, "ms"),
        *after_rest,
    ]
