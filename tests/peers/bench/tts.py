"""Text to speech: from the text to the first audio and to the last, beside piper-tts with the same voice, both warm."""

from .measure import Row, median
from .processes import LinePeer

GOAL = 0.4
VOICE = "piper-en_US-joe-medium"
# The goal is set for a sentence of four seconds; short answers are what Rosie says most.
SENTENCES = {
    "a sentence of 4 s": "I have set a timer for ten minutes and turned off all the lights in the living room.",
    "a short sentence": "The lights are on.",
}


def run(context):
    rounds, blocks = (3, 2) if context.quick else (5, 4)
    texts = list(SENTENCES.values())
    ours = {text: {"first": [], "total": [], "audio": 0} for text in texts}
    theirs = {text: {"first": [], "total": [], "audio": 0} for text in texts}
    config = context.rosie.config(tts={"threads": 2, "cache_mb": 0})
    ours_cpu, theirs_cpu = [], []
    says = [part for text in texts for part in ("--say", text)]
    with LinePeer("voice.py", context.models / VOICE / "voice.onnx") as voice:
        idle_ms = context.rosie.bench(config)[1]
        for block in range(blocks):
            context.note(f"tts: block {block + 1} of {blocks}")
            report, cpu = context.rosie.bench(config, "--rounds", rounds, *says)
            # One more round than told warms up.
            ours_cpu.append((cpu - idle_ms) / (len(texts) * (rounds + 1)))
            for text, result in zip(texts, report["syntheses"], strict=True):
                ours[text]["first"].append(result["first_audio_ms"])
                ours[text]["total"].append(result["total_ms"])
                ours[text]["audio"] = result["audio_ms"] / 1000
            peer_cpu = []
            for text in texts:
                result = voice.ask(text=text, rounds=rounds)
                theirs[text]["first"].append(median(result["first_ms"]))
                theirs[text]["total"].append(median(result["total_ms"]))
                theirs[text]["audio"] = result["audio_s"]
                peer_cpu.append(result["cpu_ms"])
            theirs_cpu.append(sum(peer_cpu) / len(peer_cpu))
    rows = [row for name, text in SENTENCES.items() for row in rows_of(name, ours[text], theirs[text])]
    return [*rows, processor_row(ours_cpu, theirs_cpu)]


def processor_row(ours, theirs):
    best = min(ours) / min(theirs)
    what = "processor time of one, mean of both sentences"
    return Row("tts", what, median(ours), "ms", median(theirs), "piper-tts", best_ratio=best)


def rows_of(name, ours, theirs):
    length = f"{ours['audio']:.1f} s, piper-tts {theirs['audio']:.1f} s"
    for key, what in (("first", "text to first audio"), ("total", "text to last audio")):
        yield Row(
            "tts",
            f"{name} ({length}): {what}" if key == "first" else f"{name}: {what}",
            median(ours[key]),
            "ms",
            median(theirs[key]),
            "piper-tts",
            GOAL if key == "first" and "4 s" in name else None,
            best_ratio=min(ours[key]) / min(theirs[key]),
        )
