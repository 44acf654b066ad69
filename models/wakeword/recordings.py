"""People and things that do not say the wake words: packages that ci/wakeword-data.sh and ci/test-speech.sh fetch by name."""

import subprocess
import wave

import numpy as np
from sound import RATE, resampled

# Two people in the training; three others, two of them in languages that nobody of the training speaks, to judge by.
TRAINED = ["en_US_f_Allison", "es_MX_f_Allison"]
HELD_OUT = ["fr_CA_f_June", "it_IT_m_Carlo", "ru_RU_f_IvrvoiceRU"]


def prompts(folder):
    """One stretch of speech a person: their prompts one after the other, as somebody who talks on."""
    listed = folder / "listed.txt"
    files = sorted(path for path in folder.rglob("*.g722") if "silence" not in path.parts)
    listed.write_text("".join(f"file '{path}'\n" for path in files))
    command = ["ffmpeg", "-v", "error", "-f", "concat", "-safe", "0", "-i", listed, "-ar", str(RATE), "-f", "s16le", "-"]
    spoken = subprocess.run(command, check=True, capture_output=True).stdout
    return np.frombuffer(spoken, np.int16).astype(np.float32) / 32768


def from_file(path):
    with wave.open(str(path)) as recording:
        samples = np.frombuffer(recording.readframes(recording.getnframes()), np.int16).astype(np.float32) / 32768
        if recording.getnchannels() == 2:
            samples = samples[::2]
        return resampled(samples, recording.getframerate())


def all_of(data, test_speech):
    """(name, samples, held out)"""
    found = [(f"prompts {name}", prompts(data / "prompts" / name), False) for name in TRAINED]
    found += [(f"prompts {name}", prompts(data / "prompts" / name), True) for name in HELD_OUT]
    found += [(f"reading {path.stem}", from_file(path), True) for path in sorted((data / "readings").glob("*.wav"))]
    for number, path in enumerate(sorted(test_speech.glob("*.wav"))):
        found.append((f"test speech {path.stem}", from_file(path), number % 2 == 0))
    return found
