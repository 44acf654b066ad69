"""A microphone for the stock Wyoming satellite: raw 16 kHz samples on standard output at the speed of life.

microphone.py WAV SECONDS            so many seconds of silence, the recording (16 kHz, mono, 16 bit), silence for ever
microphone.py WAV SECONDS again      the same again and again
"""

import sys
import time
import wave

CHUNK = 1024
RATE = 16000


def main() -> None:
    with wave.open(sys.argv[1]) as recording:
        assert (recording.getframerate(), recording.getsampwidth(), recording.getnchannels()) == (RATE, 2, 1)
        sound = recording.readframes(recording.getnframes())
    sound = bytes(2 * int(RATE * float(sys.argv[2]))) + sound
    started = time.monotonic()
    sent = 0
    while True:
        at = 2 * sent % len(sound) if sys.argv[3:] else 2 * sent
        piece = sound[at : at + 2 * CHUNK].ljust(2 * CHUNK, b"\0")
        sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        sent += CHUNK
        time.sleep(max(0.0, started + sent / RATE - time.monotonic()))


if __name__ == "__main__":
    main()
