"""From what was said to what the head sees: dressed in rooms and noise, then the features of each 80 ms."""

import hashlib
import multiprocessing
from pathlib import Path

import numpy as np
import onnxruntime
import sound
from sound import RATE

PIECE, CONTEXT, FRAMES, STEP, ROWS, WIDTH = 1280, 480, 76, 8, 16, 96


class Features:
    """melspectrogram.onnx and embedding.onnx, as `rosie-speech` runs them: one row of 96 numbers for each 80 ms.

    It runs them piece by piece. Here a whole clip goes through both at once, a tenth of the work for the same numbers: the
    embedding is made of convolutions without padding in time, so its 76 frames may be more; and the spectrum's floor, 80 dB below
    its loudest, is put under each piece, as there."""

    def __init__(self, models):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        folder = models / "speech-embedding"
        spectrum = changed((folder / "melspectrogram.onnx").read_bytes(), FLOOR, np.float32(1e30).tobytes())
        embedding = changed((folder / "embedding.onnx").read_bytes(), SHAPE, np.array([1, 1, -1, 32]).tobytes())
        embedding = changed(embedding, b"\x0a\x02\x08\x4c", b"\x0a\x02\x12\x00")
        self.mel = onnxruntime.InferenceSession(spectrum, options)
        self.embedding = onnxruntime.InferenceSession(embedding, options)
        self.silence = self.spectrum(np.zeros(20 * PIECE))

    def spectrum(self, samples):
        padded = np.concatenate([np.zeros(CONTEXT), samples]).astype(np.float32)
        frames = self.mel.run(None, {"input": padded[None]})[0][0, 0]
        pieces = frames[: len(frames) // STEP * STEP].reshape(-1, STEP * 32)
        floored = np.maximum(pieces, pieces.max(1, keepdims=True) - 80)
        return floored.reshape(-1, 32) / 10 + 2

    def rows(self, samples):
        """Row p is of the 76 frames up to the end of piece p; before the first there was silence."""
        pieces = len(samples) // PIECE
        frames = np.concatenate([self.silence[: FRAMES - STEP], self.spectrum(samples)])
        rows = []
        for at in range(0, pieces, 150):
            count = min(150, pieces - at)
            given = frames[STEP * at : STEP * (at + count - 1) + FRAMES]
            rows.append(self.embedding.run(None, {"input_1": given[None, :, :, None]})[0].reshape(WIDTH, count).T)
        return np.concatenate(rows)

    def quiet(self):
        """The row of silence, by which the front end is known again, too."""
        return self.rows(np.zeros(PIECE))[0]


# In melspectrogram.onnx: by how many dB the floor is below the loudest. In embedding.onnx: the shape that it takes.
FLOOR, SHAPE = np.float32(80).tobytes(), np.array([-1, 1, 76, 32]).tobytes()


def changed(model, old, new):
    if model.count(old) != 1:
        raise SystemExit("the models `speech-embedding` are other ones than this was written for: see Features in examples.py")
    return model.replace(old, new)


def seeded(*of):
    return np.random.default_rng(int.from_bytes(hashlib.sha256(repr(of).encode()).digest()[:8], "little"))


def dressed(samples, chance, around, decibels=None, clean=False):
    """A clip as a microphone in a home hears it. `decibels`: this much over the noise, and no chance about that."""
    if not clean and chance.random() < 0.6:
        samples = sound.in_a_room(samples, chance)
    if decibels is not None or (not clean and chance.random() < 0.75):
        ratio = decibels if decibels is not None else chance.uniform(0, 25)
        samples = sound.with_noise(samples, sound.noise_of_any_kind(len(samples), around, chance), ratio)
    if not clean and chance.random() < 0.5:
        samples = sound.band_limited(samples, chance)
    return sound.at_level(samples, chance)


def laid_out(word, chance, around, command=None):
    """The word after silence or somebody's talk, then silence or a command: (samples, where the word ends)."""
    before = np.zeros(int(RATE * chance.uniform(0.3, 2.2)), np.float32)
    if chance.random() < 0.35:
        talk = around.speech[chance.integers(len(around.speech))][-int(1.5 * RATE) :]
        gap = np.zeros(int(RATE * chance.uniform(0.15, 0.6)), np.float32)
        before = np.concatenate([before, talk * chance.uniform(0.1, 1), gap])
    after = np.zeros(int(RATE * chance.uniform(0.7, 1.2)), np.float32)
    if command is not None:
        after = np.concatenate([after[: int(RATE * chance.uniform(0, 0.25))], command, after])
    # What `trimmed` leaves of the silence after the word is none of it.
    return np.concatenate([before, word, after]), len(before) + len(word) - 400


class Kept:
    """Rows that were made before, by what they were made of; those that are missing are made by all processors."""

    def __init__(self, folder: Path, features):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.features = folder, features
        sources = b"".join((Path(__file__).parent / f"{name}.py").read_bytes() for name in ("sound", "examples"))
        self.sources = hashlib.sha256(sources).hexdigest()

    def file(self, made_of):
        return self.folder / f"{hashlib.sha256(repr((self.sources, made_of)).encode()).hexdigest()[:24]}.npz"

    def all(self, jobs, log):
        """`jobs` are (made of, a function of no arguments: samples and where the word ends); gives (rows, where) of each."""
        missing = [job for job in jobs if not self.file(job[0]).exists()]
        WORK[:] = [self, missing]
        with multiprocessing.get_context("fork").Pool() as pool:
            for number, _ in enumerate(pool.imap_unordered(make_one, range(len(missing)), chunksize=4)):
                if number % 1000 == 0:
                    log(f"{number} of {len(missing)} clips dressed")
        for made_of, _ in jobs:
            with np.load(self.file(made_of)) as found:
                yield found["rows"].astype(np.float32), int(found["end"])

    def make(self, made_of, make):
        samples, end = make()
        file = self.file(made_of)
        part = file.with_suffix(".part")
        with part.open("wb") as out:
            np.savez(out, rows=self.features.rows(samples).astype(np.float16), end=end)
        part.rename(file)


# What a forked process finds: the keeper and its jobs.
WORK = []


def make_one(number):
    WORK[0].make(*WORK[1][number])
