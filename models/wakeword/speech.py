"""Synthetic voices, each from a package that is fetched by name (ci/wakeword-data.sh): everything as 16 kHz samples."""

import ctypes
import hashlib
import json
import random
import subprocess
import wave
from pathlib import Path

import numpy as np
import onnxruntime
from sound import RATE, resampled, trimmed

# Those whose speech is never trained on.
HELD_OUT = {
    "kokoro": {"af_sarah", "af_nova", "am_liam", "am_onyx", "bf_emma", "bf_lily", "bm_daniel", "if_sara", "pm_alex", "zf_xiaoyi"},
    "espeak_ng": {"f3", "m3", "Andy", "linda", "steph", "boris"},
    "flite": {"rms"},
}
ESPEAK = ["f1", "f2", "f3", "f4", "f5", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "Andy", "Annie", "Mike", "Lee"]
ESPEAK += ["linda", "steph", "boris", "belinda", "adam", "quincy", "shelby", "victor", "rob", "zac", "grandma", "edward"]
BETWEEN = 38
FLITE = ["slt", "rms", "awb", "kal16"]
ACCENTS = {"en": ["en-us", "en-gb", "en-gb-scotland", "en-029"], "de": ["de"], "es": ["es"], "fr": ["fr-fr"]}
# What espeak-ng writes in two letters and Kokoro in one.
KOKORO = {"eɪ": "A", "oʊ": "O", "aɪ": "I", "aʊ": "W", "ɔɪ": "Y", "əʊ": "Q", "tʃ": "ʧ", "dʒ": "ʤ"}


class Espeak:
    """The library that Rosie speaks with, too: sounds and phonemes."""

    def __init__(self):
        self.library = ctypes.CDLL("libespeak-ng.so.1")
        self.rate = self.library.espeak_Initialize(2, 0, None, 0)
        self.library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self.pieces = []
        kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
        self.callback = kind(self.take)
        self.library.espeak_SetSynthCallback(self.callback)

    def take(self, samples, count, _events):
        if samples and count:
            self.pieces.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0

    def phonemes(self, text, voice):
        self.library.espeak_SetVoiceByName(voice.encode())
        left = ctypes.pointer(ctypes.c_char_p(text.encode()))
        parts = []
        while left.contents.value is not None:
            parts.append(self.library.espeak_TextToPhonemes(left, 1, 2).decode())
        return " ".join(parts)

    def say(self, text, voice, words_a_minute, pitch):
        self.library.espeak_SetVoiceByName(voice.encode())
        self.library.espeak_SetParameter(1, int(words_a_minute), 0)
        self.library.espeak_SetParameter(3, int(pitch), 0)
        self.pieces = []
        octets = text.encode()
        self.library.espeak_Synth(octets, len(octets) + 1, 0, 1, 0, 1, None, None)
        return np.concatenate(self.pieces).astype(np.float32) / 32768, self.rate


class Voices:
    """All of them behind one door; what was said once is kept in `kept`, by what it was made of."""

    def __init__(self, data, models, kept):
        self.data, self.kept, self.espeak = data, kept, Espeak()
        kept.mkdir(parents=True, exist_ok=True)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.kokoro_model = onnxruntime.InferenceSession(str(data / "kokoro.onnx"), options)
        self.tokens = json.loads((data / "vocab.json").read_text())["vocab"]
        piper = models / "piper-en_US-joe-medium"
        self.piper_model = onnxruntime.InferenceSession(str(piper / "voice.onnx"), options)
        self.piper_ids = json.loads((piper / "voice.onnx.json").read_text())["phoneme_id_map"]
        self.styles = {path.stem: path for path in sorted((data / "kokoro").glob("*.bin"))}

    def names(self, engine):
        return {"kokoro": list(self.styles), "between": self.between(), "espeak_ng": ESPEAK, "flite": FLITE, "piper": ["joe"]}[engine]

    def between(self):
        """People between two of Kokoro's that are trained on."""
        names = [name for name in self.styles if not held_out("kokoro", name)]
        chance = random.Random("between two voices")
        return ["+".join(sorted(chance.sample(names, 2))) for _ in range(BETWEEN)]

    def say(self, engine, voice, text, language="en", speed=1.0, pitch=50, accent=0, noise=0.667):
        """Samples without silence around them. The same arguments give the same sound."""
        made_of = [engine, voice, text, language, round(speed, 3), pitch, accent, round(noise, 3)]
        key = hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:24]
        file = self.kept / f"{key}.npy"
        if not file.exists():
            made = getattr(self, engine)(voice, text, language, speed, pitch, accent, noise)
            samples = trimmed(resampled(*made))
            part = file.with_suffix(".part")
            with part.open("wb") as out:
                np.save(out, (np.clip(samples, -1, 1) * 32767).astype(np.int16))
            part.rename(file)
        return np.load(file).astype(np.float32) / 32768

    def kokoro(self, voice, text, language, speed, _pitch, _accent, _noise):
        accent = "en-gb" if voice.startswith("b") else "en-us"
        phonemes = self.espeak.phonemes(text, accent if language == "en" else ACCENTS[language][0])
        for two, one in KOKORO.items():
            phonemes = phonemes.replace(two, one)
        tokens = [self.tokens[letter] for letter in phonemes if letter in self.tokens]
        # Two names: somebody between the two.
        styles = [np.fromfile(self.styles[name], np.float32).reshape(-1, 256)[len(tokens)] for name in voice.split("+")]
        style = np.mean(styles, 0)
        given = {"tokens": np.array([[0, *tokens, 0]]), "style": style[None], "speed": np.array([speed], np.float32)}
        return self.kokoro_model.run(None, given)[0].ravel(), 24_000

    def piper(self, _voice, text, _language, speed, _pitch, _accent, noise):
        ids = list(self.piper_ids["^"])
        for letter in self.espeak.phonemes(text, "en-us"):
            ids += [*self.piper_ids.get(letter, []), *self.piper_ids["_"]]
        ids += self.piper_ids["$"]
        # Its chance is the model's own: what it said once is kept.
        scales = np.array([noise, 1 / speed, 0.8], np.float32)
        given = {"input": np.array([ids]), "input_lengths": np.array([len(ids)]), "scales": scales}
        return self.piper_model.run(None, given)[0].ravel(), 22_050

    def flite(self, voice, text, _language, speed, _pitch, _accent, _noise):
        out = self.kept / "flite.wav"
        program = self.data / "flite" / "usr" / "bin" / "flite"
        libraries = {"LD_LIBRARY_PATH": str(next((self.data / "flite" / "usr" / "lib").iterdir()))}
        command = [program, "-voice", voice, "--setf", f"duration_stretch={1 / speed}", "-t", text, "-o", out]
        subprocess.run(command, check=True, env=libraries, capture_output=True)
        with wave.open(str(out)) as spoken:
            return np.frombuffer(spoken.readframes(spoken.getnframes()), np.int16).astype(np.float32) / 32768, spoken.getframerate()

    def espeak_ng(self, voice, text, language, speed, pitch, accent, _noise):
        accents = ACCENTS[language]
        return self.espeak.say(text, f"{accents[accent % len(accents)]}+{voice}", 165 * speed, pitch)


def held_out(engine, voice):
    return voice in HELD_OUT.get(engine, set())
