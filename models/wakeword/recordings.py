"""People and music that do not say the wake words: packages that ci/wakeword-data.sh and ci/test-speech.sh fetch by name.

By `train` the heads are trained, by `judge` they are judged; `choose` is for trying thresholds. Nobody is in two of them."""

import dataclasses
import subprocess
import tempfile
import wave

import numpy as np
from sound import RATE, resampled


@dataclasses.dataclass(frozen=True)
class Recording:
    name: str
    samples: np.ndarray
    part: str
    kind: str = "people"

    def stretches(self, parts):
        """Where each 20 seconds begin, if it is in one of `parts`: not those of less than two."""
        return range(0, max(1, len(self.samples) - 2 * RATE), 20 * RATE) if self.part in parts else range(0)


# Folders of data/: one person or some in each.
PROMPTS = {
    "prompts/en_US_f_Allison": "train",
    "prompts/es_MX_f_Allison": "train",
    "armelle": "train",
    "prompts/fr_CA_f_June": "choose",
    "prompts/it_IT_m_Carlo": "judge",
    "prompts/ru_RU_f_IvrvoiceRU": "judge",
}
# Folders with one for each language or person.
FOLDERS = {"klettres": "choose", "hedgewars/voices": "judge"}
MUSIC = {"hedgewars/music": "judge"}
# Seconds of each piece of music.
TUNE = 150
SOUNDS = {".g722", ".gsm", ".ogg", ".opus", ".wav", ".mp3"}


def joined(folder):
    """Everything in a folder one after the other, as somebody who talks on."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in SOUNDS and "silence" not in path.parts)
    return np.concatenate([np.zeros(0, np.float32), *(decoded(some) for some in alike(files))])


def alike(files):
    """One suffix at a time."""
    for suffix in sorted({path.suffix for path in files}):
        yield [path for path in files if path.suffix == suffix]


def decoded(files, *further):
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
        listed.write("".join(f"file '{path}'\n" for path in files))
        listed.flush()
        command = ["ffmpeg", "-v", "fatal", "-f", "concat", "-safe", "0", "-i", listed.name, *further, "-ar", str(RATE), "-ac", "1", "-f", "s16le", "-"]
        # A file that is damaged is left out.
        spoken = subprocess.run(command, capture_output=True).stdout
    if not spoken:
        raise SystemExit(f"ffmpeg cannot read {files[0]} and those beside it: run `rm -r` on that folder's parent and `make wakeword` again")
    return np.frombuffer(spoken, np.int16).astype(np.float32) / 32768


def from_file(path):
    with wave.open(str(path)) as recording:
        samples = np.frombuffer(recording.readframes(recording.getnframes()), np.int16).astype(np.float32) / 32768
        if recording.getnchannels() == 2:
            samples = samples[::2]
        return resampled(samples, recording.getframerate())


def all_of(data, test_speech):
    found = []

    def add(name, part, make, kind="people"):
        samples = kept(data / "decoded", name, make)
        if len(samples):
            found.append(Recording(name, samples, part, kind))

    for name, part in PROMPTS.items():
        add(name, part, lambda name=name: joined(data / name))
    for name, part in FOLDERS.items():
        for folder in sorted(path for path in (data / name).iterdir() if path.is_dir()):
            add(f"{name}/{folder.name}", part, lambda folder=folder: joined(folder))
    for name, part in MUSIC.items():
        for path in sorted(path for path in (data / name).iterdir() if path.suffix in SOUNDS):
            add(f"{name}/{path.stem}", part, lambda path=path: decoded([path], "-t", str(TUNE)), "music")
    for path in sorted((data / "readings").glob("*.wav")):
        add(f"readings/{path.stem}", "judge", lambda path=path: from_file(path))
    for number, path in enumerate(sorted(test_speech.glob("*.wav"))):
        found.append(Recording(f"test speech {path.stem}", from_file(path), "judge" if number % 2 == 0 else "train"))
    return found


def kept(folder, name, make):
    file = folder / f"{name.replace('/', '-')}.npy"
    if not file.exists():
        folder.mkdir(exist_ok=True)
        part = file.with_suffix(".part")
        with part.open("wb") as out:
            np.save(out, (np.clip(make(), -1, 1) * 32767).astype(np.int16))
        part.rename(file)
    return np.load(file).astype(np.float32) / 32768
