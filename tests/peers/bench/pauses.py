"""Pauses in the middle of a sentence: turns that are ended there, and the wait after the last word, by silence alone and by how it was said."""

import os
import subprocess

from .measure import Row
from .processes import Broken, environment

MODEL = "smart-turn-v3.2/smart-turn.onnx"
LIMIT_S = 600


def run(context):
    model = context.models / MODEL
    if not model.exists():
        raise Broken(f"no {model}: run `make models`")
    files = ["onnxruntime/libonnxruntime.so", "silero-vad/silero_vad.onnx", MODEL]
    command = [os.environ["ROSIE_TURN_END_BENCH"], *(str(context.models / file) for file in files)]
    context.note(f"pauses: {len(context.clips)} recordings")
    done = subprocess.run(
        command + [str(clip.path) for clip in context.clips],
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        env=environment(),
        check=False,
    )
    if done.returncode:
        raise Broken(f"turn_end_bench ended with {done.returncode}: {done.stderr.strip()[-2000:]}")
    told = dict(line.split("\t") for line in done.stdout.splitlines())
    told = {name: float(value) for name, value in told.items()}

    def row(what, name, unit, goal=None):
        return Row("pauses", what, told[f"judged {name}"], unit, told[f"silence {name}"], "silence only", goal, detail=told)

    where = f"{told['judged utterances']:.0f} utterances with {told['judged pauses']:.0f} pauses of 0.8 s"
    return [
        row(f"{where}: ended in one", "cut off", "", 0.7),
        row("last word to the end of the turn, p50", "wait ms p50", "ms", 1.1),
        row("last word to the end of the turn, p90", "wait ms p90", "ms"),
        Row("pauses", "one judgement", told["judging ms"], "ms"),
    ]
