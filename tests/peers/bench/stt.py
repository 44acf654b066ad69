"""Speech to text alone: the engine beside faster-whisper int8 with the same weights."""

from collections import defaultdict

from .measure import Row, median
from .processes import Broken, LinePeer
from .recordings import spread
from .words import word_error_rate

GOAL = 0.4
# The peer's folder and Rosie's model have the same name.
MODELS = ("whisper-base", "whisper-tiny.en")


def run(context):
    rows = []
    for model in MODELS:
        if not (context.models / model / "ggml.bin").exists():
            context.note(f"stt: no model {model} in {context.models}, left out")
            continue
        # One language at a time: what an engine makes of a foreign one says nothing of its speed or its words.
        rows += beside(context, model, "en")
        if not model.endswith(".en"):
            others = sorted({clip.language for clip in context.clips} - {"en"})
            rows += [row for language in others for row in beside(context, model, language)]
    if not rows:
        raise Broken("no Whisper model and recordings for it: run `make models` and `make setup-test`")
    return rows


def beside(context, model, language):
    """Rows of one language, which both sides are told."""
    clips = [clip for clip in context.clips if clip.language == language]
    timed = spread([clip for clip in clips if clip.timed], 4 if context.quick else 12)
    judged = spread([clip for clip in clips if clip.text], 8 if context.quick else 40)
    if not timed:
        context.note(f"stt {model}: no recording of 2 to 4 s in {language}, left out")
        return []
    ours, theirs = Times(), Times()
    with LinePeer("ears.py", context.peer_models / model) as ears:
        idle_ms = context.rosie.bench(engine_config(context, model, language))[1]
        for block in range(1 if context.quick else 3):
            context.note(f"stt {model} {language}: block {block + 1}, {len(timed)} recordings")
            rosie_hears(context, model, timed, 3, ours, idle_ms)
            peer_hears(ears, timed, 3, theirs)
        # What is judged by its words alone is heard once.
        rest = [clip for clip in judged if clip not in timed]
        context.note(f"stt {model} {language}: {len(judged)} recordings for their words")
        rosie_hears(context, model, rest, 1, ours, None)
        peer_hears(ears, rest, 1, theirs, warm=False)
    name = model if language == "en" else f"{model} in {language}"
    goal = GOAL if language == "en" else None
    rows = [time_row(name, timed, ours, theirs, goal), processor_row(name, ours, theirs)]
    return rows + ([words_row(name, judged, ours, theirs)] if judged else [])


class Times:
    """Per clip: times of every block and the text; per block: processor time of one transcription."""

    def __init__(self):
        self.ms, self.text, self.cpu_ms = defaultdict(list), {}, []

    def total(self, clips, of):
        return sum(of(self.ms[clip.name]) for clip in clips)


def engine_config(context, model, language):
    # A small voice, so that loading it takes nothing from what is measured.
    return context.rosie.config(
        languages=[language], stt={"threads": 2, "model": model}, tts={"engine": "espeak-ng", "cache_mb": 0}
    )


def rosie_hears(context, model, clips, rounds, times, idle_ms):
    used, heard = 0, 0
    for language in sorted({clip.language for clip in clips}):
        part = [clip for clip in clips if clip.language == language]
        config = engine_config(context, model, language)
        report, cpu = context.rosie.bench(config, "--rounds", rounds, *[clip.path for clip in part])
        used, heard = used + cpu - (idle_ms or 0), heard + len(part) * (rounds + 1)
        for clip, result in zip(part, report["transcriptions"], strict=True):
            times.ms[clip.name].append(result["median_ms"])
            times.text[clip.name] = result["text"]
    if idle_ms is not None:
        times.cpu_ms.append(used / heard)


def peer_hears(ears, clips, rounds, times, warm=True):
    cpu = []
    for clip in clips:
        result = ears.ask(file=str(clip.path), language=clip.language, rounds=rounds, warm=warm)
        times.ms[clip.name].append(median(result["ms"]))
        times.text[clip.name] = result["text"]
        cpu.append(result["cpu_ms"])
    if warm and cpu:
        times.cpu_ms.append(sum(cpu) / len(cpu))


def time_row(model, timed, ours, theirs, goal):
    each = [
        {"name": clip.name, "seconds": clip.seconds, "rosie_ms": ours.ms[clip.name], "peer_ms": theirs.ms[clip.name]}
        for clip in timed
    ]
    return Row(
        "stt",
        f"{model}, {len(timed)} utterances of 2–4 s: time of one",
        ours.total(timed, median) / len(timed),
        "ms",
        theirs.total(timed, median) / len(timed),
        "faster-whisper",
        goal,
        best_ratio=ours.total(timed, min) / theirs.total(timed, min),
        detail={"clips": each},
    )


def processor_row(model, ours, theirs):
    best = min(ours.cpu_ms) / min(theirs.cpu_ms)
    return Row(
        "stt",
        f"{model}: processor time of one",
        median(ours.cpu_ms),
        "ms",
        median(theirs.cpu_ms),
        "faster-whisper",
        best_ratio=best,
    )


def words_row(model, judged, ours, theirs):
    def rate(times):
        return word_error_rate([(clip.text, times.text[clip.name], clip.language) for clip in judged])

    heard = [
        {"name": clip.name, "said": clip.text, "rosie": ours.text[clip.name], "peer": theirs.text[clip.name]}
        for clip in judged
    ]
    (rosie, words), (peer, _) = rate(ours), rate(theirs)
    what = f"{model}, {len(judged)} recordings, {words} words: heard wrong"
    return Row("stt", what, rosie, "%", peer, "faster-whisper", goal_of="peer", detail={"heard": heard})
