"""From what was said to what the head sees: dressed in rooms and noise, then the features of each 80 ms."""

import hashlib
from pathlib import Path

import numpy as np
import onnxruntime
import sound
from sound import RATE

PIECE, CONTEXT, FRAMES, STEP, ROWS, WIDTH = 1280, 480, 76, 8, 16, 96


class Features:
    """melspectrogram.onnx and embedding.onnx, as `rosie-speech` runs them: one row of 96 numbers for each 80 ms."""

    def __init__(self, models):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        folder = models / "speech-embedding"
        self.mel = onnxruntime.InferenceSession(str(folder / "melspectrogram.onnx"), options)
        self.embedding = onnxruntime.InferenceSession(str(folder / "embedding.onnx"), options)
        self.silence = self.spectrum(np.zeros(20 * PIECE))

    def spectrum(self, samples):
        padded = np.concatenate([np.zeros(CONTEXT), samples]).astype(np.float32)
        return self.mel.run(None, {"input": padded[None]})[0][0, 0] / 10 + 2

    def rows(self, samples):
        """Row p is of the 76 frames up to the end of piece p; before the first there was silence."""
        pieces = len(samples) // PIECE
        frames = np.concatenate([self.silence[: 10 * STEP], self.spectrum(samples)])
        windows = np.stack([frames[STEP * (p + 11) - FRAMES : STEP * (p + 11)] for p in range(pieces)])
        rows = [self.embedding.run(None, {"input_1": windows[at : at + 32, :, :, None]})[0] for at in range(0, pieces, 32)]
        return np.concatenate(rows).reshape(-1, WIDTH)

    def quiet(self):
        """The row of silence, by which the front end is known again, too."""
        return self.rows(np.zeros(PIECE))[0]


def seeded(*of):
    return np.random.default_rng(int.from_bytes(hashlib.sha256(repr(of).encode()).digest()[:8], "little"))


def dressed(samples, chance, speech, decibels=None, clean=False):
    """A clip as a microphone in a home hears it. `decibels`: this much over the noise, and no chance about that."""
    if not clean and chance.random() < 0.6:
        samples = sound.in_a_room(samples, chance)
    if decibels is not None or (not clean and chance.random() < 0.75):
        ratio = decibels if decibels is not None else chance.uniform(0, 25)
        samples = sound.with_noise(samples, sound.noise_of_any_kind(len(samples), speech, chance), ratio)
    if not clean and chance.random() < 0.5:
        samples = sound.band_limited(samples, chance)
    return sound.at_level(samples, chance)


def laid_out(word, chance, speech, command=None):
    """The word after silence or somebody's talk, then silence or a command: (samples, where the word ends)."""
    before = np.zeros(int(RATE * chance.uniform(0.3, 2.2)), np.float32)
    if chance.random() < 0.35:
        talk = speech[chance.integers(len(speech))][-int(1.5 * RATE) :]
        gap = np.zeros(int(RATE * chance.uniform(0.15, 0.6)), np.float32)
        before = np.concatenate([before, talk * chance.uniform(0.1, 1), gap])
    after = np.zeros(int(RATE * chance.uniform(0.7, 1.2)), np.float32)
    if command is not None:
        after = np.concatenate([after[: int(RATE * chance.uniform(0, 0.25))], command, after])
    # What `trimmed` leaves of the silence after the word is none of it.
    return np.concatenate([before, word, after]), len(before) + len(word) - 400


def kept(folder: Path, made_of, make):
    """`make()`, or what it made before of the same."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{hashlib.sha256(repr(made_of).encode()).hexdigest()[:24]}.npz"
    if not file.exists():
        rows, end = make()
        part = file.with_suffix(".part")
        with part.open("wb") as out:
            np.savez(out, rows=rows.astype(np.float16), end=end)
        part.rename(file)
    found = np.load(file)
    return found["rows"].astype(np.float32), int(found["end"])
