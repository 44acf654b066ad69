"""What the front end of the local endpoint is worth: echo taken out in rooms out of numbers, and words heard over it."""

import os
import subprocess

from .measure import Row
from .processes import Broken, environment
from .recordings import spread
from .words import word_error_rate

MODEL = "whisper-base"
ERLE_DB = 20
# Word errors while Rosie speaks beside those while she is silent.
GOAL = 1.3
LIMIT_S = 600


def run(context):
    rows = figures()
    clips = [clip for clip in context.clips if clip.language == "en" and clip.text]
    if len(clips) < 2 or not (context.models / MODEL / "ggml.bin").exists():
        context.note("hearing: words over the echo want two English recordings and whisper-base, left out")
        return rows
    return rows + words(context, spread(clips, 6 if context.quick else 20))


def figures():
    told = dict(line.split("\t") for line in bench().splitlines())
    told = {name: float(value) for name, value in told.items()}
    rows = []
    for name, value in told.items():
        if name.startswith("erle"):
            goal = None if "first second" in name else ERLE_DB
            rows.append(Row("hearing", name, value, "dB", goal=goal, goal_of="rosie", more_is_better=True))
    rows.append(Row("hearing", "processor time for 10 ms", told["micros, clocks 100 ppm apart"], "µs"))
    what = "somebody speaks over Rosie: SI-SDR, beside no cancellation"
    rows.append(Row("hearing", what, told["si-sdr with"], "dB", told["si-sdr without"], "off", detail=told))
    return rows


def words(context, clips):
    kinds = ("quiet", "without", "with")
    heard = {kind: [] for kind in kinds}
    config = context.rosie.config(
        languages=["en"], stt={"threads": 2, "model": MODEL}, tts={"engine": "espeak-ng", "cache_mb": 0}
    )
    for number, clip in enumerate(clips):
        context.note(f"hearing: {number + 1} of {len(clips)} recordings over Rosie's voice")
        # She says what somebody else says: as far away in the list as can be.
        other = clips[(number + len(clips) // 2) % len(clips)]
        folder = context.rosie.data / f"hearing-{number}"
        folder.mkdir(parents=True)
        bench(clip.path, other.path, folder)
        report, _ = context.rosie.bench(config, "--rounds", 1, *[folder / f"{kind}.wav" for kind in kinds])
        for kind, result in zip(kinds, report["transcriptions"], strict=True):
            heard[kind].append((clip.text, result["text"], clip.language))
    (quiet, count), (without, _), (with_it, _) = (word_error_rate(heard[kind]) for kind in kinds)
    detail = {"heard": heard, "without_cancellation": without}
    what = f"{count} words while Rosie speaks 5 dB more softly: heard wrong, beside while she is silent"
    return [
        Row("hearing", what, with_it, "%", quiet, "silent", GOAL, detail=detail),
        Row("hearing", "the same without echo cancellation", without, "%", quiet, "silent"),
    ]


def bench(*arguments):
    done = subprocess.run(
        [os.environ["ROSIE_FRONT_END_BENCH"], *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        env=environment(),
        check=False,
    )
    if done.returncode:
        raise Broken(f"front_end_bench ended with {done.returncode}: {done.stderr.strip()[-2000:]}")
    return done.stdout
