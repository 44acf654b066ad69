"""Trains the wake words: `make wakeword`. From phrases.yaml and packages that are fetched by name to
appliance/rosie-speech/data/wake/<word>.head, on one processor, the same from the same seed.

Synthetic voices say the words, near misses and everyday sentences; rooms, noise, music and other people's talk are put under
them; the features come from the front end that `rosie-speech` runs. Voices, sentences and people that are held out are never
trained on: what is printed, and drawn in curve.svg, is measured on them."""

import argparse
import hashlib
import json
import sys
import time
from pathlib import Path

import examples
import judging
import numpy as np
import recordings
import sound
import yaml
from examples import PIECE, ROWS, seeded
from head import rounded, sigmoid, trained, written
from sound import RATE
from speech import Voices
from utterances import all_of, read_aloud

HERE = Path(__file__).resolve().parent
OUT = HERE.parents[1] / "appliance" / "rosie-speech" / "data" / "wake"
COPIES = {"word": 10, "other": 2, "recording": 3}
# The word is heard in windows that end so long after it; what is just before and after is neither.
HEARD, NEITHER = (0.01, 0.40), (-0.24, 0.85)


def log(*words):
    print(f"{time.monotonic() - STARTED:6.0f} s ", *words, flush=True)


STARTED = time.monotonic()


class Rows:
    """The rows of all clips, one after the other, and what is known of the windows that end at each."""

    def __init__(self):
        self.rows, self.count = [], 0
        self.clips = []

    def add(self, rows, end, utterance):
        self.clips.append((self.count, len(rows), end, utterance))
        self.rows.append(rows)
        self.count += len(rows)

    def windows(self, word, where=None):
        """(rows of windows that hear `word`, rows of those that do not, weights of those)"""
        yes, no, weights = [], [], []
        for number, (at, count, end, utterance) in enumerate(self.clips):
            whole = np.arange(ROWS - 1, count)
            said = utterance is not None and (utterance.word == word or (word == "rosie" and utterance.word))
            if utterance is not None and utterance.same_sound and word == "rosie":
                continue
            if not said:
                near = utterance is not None and (utterance.word or utterance.same_sound)
                no.append(at + whole)
                weights.append(np.full(len(whole), 1.5 if near else 1.0))
                continue
            ends = (whole + 1) * PIECE
            if utterance.goes_on:
                # Where it is heard best, by the head before this one; nothing is known of the rest.
                if where is not None and number in where:
                    best = where[number]
                    yes.append(np.arange(best, min(best + 2, at + count)))
                continue
            heard = (ends >= end + HEARD[0] * RATE) & (ends <= end + HEARD[1] * RATE)
            neither = (ends > end + NEITHER[0] * RATE) & (ends < end + NEITHER[1] * RATE)
            yes.append(at + whole[heard])
            no.append(at + whole[~neither])
            weights.append(np.ones((~neither).sum()))
        return np.concatenate(yes), np.concatenate(no), np.concatenate(weights)


def gathered(features, voices, said, read, recorded, cache):
    """The training's rows."""
    train = [one for one in said if not one.held_out]
    talk = [one for one in read if not one.held_out]
    sounds = {one: spoken(voices, one) for one in train + talk}
    speech = [sounds[one] for one in train if not one.word]
    commands = [sounds[one] for one in train if not one.word and len(sounds[one]) > RATE]
    rows = Rows()
    sources = hashlib.sha256(b"".join((HERE / f"{name}.py").read_bytes() for name in ("sound", "examples"))).hexdigest()
    for number, one in enumerate(train + talk):
        copies = COPIES["word" if one.word and not one.goes_on else "other"] if number < len(train) else 1
        for copy in range(copies):

            def make(one=one, copy=copy):
                chance = seeded("train", one, copy)
                command = commands[chance.integers(len(commands))] if chance.random() < 0.4 else None
                changed = sound.faster(sounds[one], chance.uniform(0.9, 1.12))
                clip, end = examples.laid_out(changed, chance, speech, command if one.word and not one.goes_on else None)
                return features.rows(examples.dressed(clip, chance, speech)), end

            rows.add(*examples.kept(cache, (sources, one, copy), make), one)
        if number % 300 == 0:
            log(f"{number} of {len(train) + len(talk)} utterances dressed")
    for name, samples, kept_back in recorded:
        if kept_back:
            continue
        for at in range(0, len(samples), 20 * RATE):
            for copy in range(COPIES["recording"]):

                def make(name=name, at=at, copy=copy, samples=samples):
                    chance = seeded("train", name, at, copy)
                    piece = samples[at : at + 20 * RATE]
                    if copy:
                        piece = sound.faster(piece, chance.uniform(0.86, 1.16))
                    return features.rows(examples.dressed(piece, chance, speech, clean=copy == 0)), -1

                rows.add(*examples.kept(cache, (sources, name, at, copy), make), None)
    log("recordings dressed")
    for number in range(60):

        def make(number=number):
            chance = seeded("noise", number)
            return features.rows(sound.at_level(sound.noise_of_any_kind(10 * RATE, speech, chance), chance)), -1

        rows.add(*examples.kept(cache, (sources, "noise", number), make), None)
    return rows


def spoken(voices, one):
    return voices.say(one.engine, one.voice, one.text, language=one.language, **dict(one.settings))


def word_head(word, rows, all_rows):
    """Twice: what was said on in one breath is placed by the first head, and what that takes wrongly weighs more."""
    yes, no, weights = rows.windows(word)
    log(f"{word}: {len(yes)} windows with it, {len(no)} without")
    first = trained(all_rows, yes, no, weights)
    where = {}
    for number, (at, count, _, utterance) in enumerate(rows.clips):
        if utterance is not None and utterance.goes_on and (utterance.word == word or word == "rosie"):
            # Not at its very end: what follows is said as well.
            scores = first.scores(all_rows, np.arange(at + ROWS - 1, at + count))
            if len(scores) and sigmoid(scores.max()) > 0.2:
                where[number] = at + ROWS - 1 + int(scores.argmax())
    yes, no, weights = rows.windows(word, where)
    weights = weights * (1 + 20 * sigmoid(first.scores(all_rows, no)))
    return trained(all_rows, yes, no, weights)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--models", type=Path, required=True)
    arguments.add_argument("--cache", type=Path, required=True)
    arguments.add_argument("--speech", type=Path, required=True)
    given = arguments.parse_args()
    phrases_text = (HERE / "phrases.yaml").read_bytes()
    phrases = yaml.safe_load(phrases_text)
    voices = Voices(given.cache / "data", given.models, given.cache / "said")
    features = examples.Features(given.models)
    wishes = yaml.safe_load((HERE.parents[1] / "appliance" / "rosie-dialog" / "data" / "wishes.yaml").read_text())
    talk = sorted({text for frames in wishes["frames"].values() for text in frames if "{" not in text and "ros" not in text.lower()})
    said = all_of(phrases, voices)
    read = read_aloud(talk, voices)
    recorded = recordings.all_of(given.cache / "data", given.speech)
    log(f"{len(said)} utterances, {sum(len(s) for _, s, _ in recorded) / RATE / 60:.0f} minutes of recordings")
    rows = gathered(features, voices, said, read, recorded, given.cache / "rows")
    all_rows = np.concatenate(rows.rows)
    log(f"{len(all_rows)} rows: {len(all_rows) * PIECE / RATE / 3600:.1f} hours")
    OUT.mkdir(parents=True, exist_ok=True)
    heads = {}
    for word, described in phrases["words"].items():
        head = word_head(word, rows, all_rows)
        heads[word], _, _ = rounded(head)
        about = {
            "word": word,
            "phrase": described["phrase"],
            "made_from": hashlib.sha256(phrases_text).hexdigest(),
            "quiet": [round(float(x), 3) for x in features.quiet()],
        }
        written(OUT / f"{word}.head", head, about)
        log(f"{word}: written")
    held_out = judging.HeldOut(features, voices, (said, read), recorded, given.cache / "rows", spoken)
    curves = {word: held_out.judged(word, head, log) for word, head in heads.items()}
    (HERE / "curve.svg").write_text(judging.drawn(curves, held_out.hours))
    (HERE / "report.json").write_text(json.dumps({"hours": round(held_out.hours, 2), "words": curves}, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
