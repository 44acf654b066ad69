"""piper-tts: `voice.py VOICE.onnx`, then questions `{text, rounds}`, answers
`{first_ms: […], total_ms: […], audio_s, cpu_ms}`: a time a round, and the processor time of a round.

piper-tts gives its audio sentence by sentence: the first audio is the first sentence's.
"""

import json
import resource
import sys
import time

from piper import PiperVoice


def cpu_ms():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return (used.ru_utime + used.ru_stime) * 1000


def say(voice, text):
    began = time.monotonic()
    first, samples, rate = None, 0, 22_050
    for chunk in voice.synthesize(text):
        pcm = chunk.audio_int16_bytes
        first = first or time.monotonic() - began
        samples, rate = samples + len(pcm) // 2, chunk.sample_rate
    return first * 1000, (time.monotonic() - began) * 1000, samples / rate


def main():
    began = time.monotonic()
    voice = PiperVoice.load(sys.argv[1], sys.argv[1] + ".json")
    print(json.dumps({"load_ms": (time.monotonic() - began) * 1000}), flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        say(voice, question["text"])
        cpu = cpu_ms()
        rounds = [say(voice, question["text"]) for _ in range(question["rounds"])]
        cpu = (cpu_ms() - cpu) / len(rounds)
        first, total, seconds = zip(*rounds)
        answer = {"first_ms": first, "total_ms": total, "audio_s": seconds[-1], "cpu_ms": cpu}
        print(json.dumps(answer), flush=True)


main()
