"""faster-whisper (int8, beam 1, two threads): `ears.py MODEL_FOLDER`, then questions `{file, language, rounds}`.

Answers `{text, ms: [a time a round]}`; one more round before them warms up and is not told.
"""

import json
import resource
import sys
import time

from faster_whisper import WhisperModel
from faster_whisper.audio import decode_audio


def cpu_ms():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return (used.ru_utime + used.ru_stime) * 1000


def transcribe(model, audio, language):
    segments, _ = model.transcribe(audio, language=language, beam_size=1, without_timestamps=True)
    return " ".join(segment.text.strip() for segment in segments)


def main():
    began = time.monotonic()
    model = WhisperModel(sys.argv[1], device="cpu", compute_type="int8", cpu_threads=2, num_workers=1)
    print(json.dumps({"load_ms": (time.monotonic() - began) * 1000}), flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        # Decoding the file is no part of the time, here or in Rosie.
        audio = decode_audio(question["file"])
        if question.get("warm", True):
            transcribe(model, audio, question["language"])
        times, text, cpu = [], "", cpu_ms()
        for _ in range(question["rounds"]):
            began = time.monotonic()
            text = transcribe(model, audio, question["language"])
            times.append((time.monotonic() - began) * 1000)
        cpu = (cpu_ms() - cpu) / question["rounds"]
        print(json.dumps({"text": text, "ms": times, "cpu_ms": cpu}), flush=True)


main()
