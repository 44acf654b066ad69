"""Trains the wake words: `make wakeword`. From phrases.yaml and packages that are fetched by name to
appliance/rosie-speech/data/wake/<word>.head, without a GPU, the same from the same seed.

Synthetic voices say the words, near misses and everyday sentences; rooms, noise, music and other people's talk are put under
them; the features come from the front end that `rosie-speech` runs. Voices, sentences and people that are held out are never
trained on: what is printed, and drawn in curve.svg, is measured on them (judging.py)."""

import argparse
import hashlib
import json
import sys
import time
from functools import partial
from pathlib import Path

import examples
import judging
import numpy as np
import recordings
import sound
import yaml
from examples import PIECE, ROWS, seeded
from head import HEADS, joined, rounded, sigmoid, trained, written
from sound import RATE
from speech import Voices
from utterances import all_of, read_aloud

HERE = Path(__file__).resolve().parent
OUT = HERE.parents[1] / "appliance" / "rosie-speech" / "data" / "wake"
# How often each clip is dressed: the word by a voice of the first kind or by another; something else, likewise; people.
COPIES = {"word": {"kokoro": 4, "piper": 2}, "other": {}}
OTHERWISE = {"word": 1, "other": 1}
PEOPLE = 2
# The word is heard in windows that end so long after it; what is just before and after is neither.
HEARD, NEITHER = (0.01, 0.40), (-0.24, 0.85)
# How much more a window of a near miss, and one of a person, weighs than another that has no word in it.
NEAR, PERSON = 1.5, 2.0
# Rounds of training: after each, what it takes wrongly weighs more (by so much, as it is surer of it).
ROUNDS = [(2000, 0), (2000, 60), (2500, 120)]


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
                weights.append(np.full(len(whole), PERSON if utterance is None else NEAR if near else 1.0))
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


def gathered(voices, said, read, recorded, kept):
    """The training's rows."""
    train = [one for one in said if not one.held_out]
    talk = [one for one in read if not one.held_out]
    sounds = {one: spoken(voices, one) for one in train + talk}
    tunes = [one.samples for one in recorded if one.part == "train" and one.kind == "music"]
    around = sound.Around([sounds[one] for one in train if not one.word and not one.near], tunes)
    commands = [some for some in around.speech if len(some) > RATE]
    jobs, of = [], []

    def add(made_of, make, utterance=None):
        jobs.append((made_of, make))
        of.append(utterance)

    def recording(one, at, copy):
        chance = seeded("train", one.name, at, copy)
        piece = one.samples[at : at + 20 * RATE]
        if copy:
            piece = sound.faster(piece, chance.uniform(0.84, 1.19))
        return examples.dressed(piece, chance, around, clean=copy == 0), -1

    def utterance(one, copy):
        chance = seeded("train", one, copy)
        command = commands[chance.integers(len(commands))] if chance.random() < 0.4 else None
        changed = sound.faster(sounds[one], chance.uniform(0.86, 1.16))
        clip, end = examples.laid_out(changed, chance, around, command if one.word and not one.goes_on else None)
        return examples.dressed(clip, chance, around), end

    def noise(number):
        chance = seeded("noise", number)
        return sound.at_level(sound.noise_of_any_kind(10 * RATE, around, chance), chance), -1

    for one in recorded:
        for at in one.stretches({"train"}):
            for copy in range(PEOPLE if one.kind == "people" else 1):
                add(("recording", one.name, at, copy), partial(recording, one, at, copy))
    for one in train + talk:
        kind = "word" if one.word and not one.goes_on else "other"
        for copy in range(COPIES[kind].get(one.engine, OTHERWISE[kind])):
            add((one, copy), partial(utterance, one, copy), one)
    for number in range(60):
        add(("noise", number), partial(noise, number))
    rows = Rows()
    for (found, end), utterance in zip(kept.all(jobs, log), of):
        rows.add(found, end, utterance)
    return rows


def spoken(voices, one):
    return voices.say(one.engine, one.voice, one.text, language=one.language, **dict(one.settings))


def word_head(word, rows, all_rows, seed):
    """In rounds: what was said on in one breath is placed by the head so far, and what that takes wrongly weighs more."""
    head, where = None, None
    for steps, harder in ROUNDS:
        yes, no, weights = rows.windows(word, where)
        if head is not None:
            weights = weights * (1 + harder * sigmoid(head.scores(all_rows, no)))
        head = trained(all_rows, yes, no, weights, steps, seed, head)
        log(f"{word}: {len(yes)} windows with it, {len(no)} without; {steps} steps")
        where = placed(word, head, rows, all_rows)
    return head


def placed(word, head, rows, all_rows):
    where = {}
    for number, (at, count, _, utterance) in enumerate(rows.clips):
        if utterance is not None and utterance.goes_on and (utterance.word == word or word == "rosie"):
            # Not at its very end: what follows is said as well.
            scores = head.scores(all_rows, np.arange(at + ROWS - 1, at + count))
            if len(scores) and sigmoid(scores.max()) > 0.2:
                where[number] = at + ROWS - 1 + int(scores.argmax())
    return where


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
    log(f"{len(said)} utterances, {sum(len(s) for s in (one.samples for one in recorded)) / RATE / 60:.0f} minutes of recordings")
    kept = examples.Kept(given.cache / "rows", features)
    held_out = judging.HeldOut(voices, (said, read), recorded, kept, spoken, log)
    rows = gathered(voices, said, read, recorded, kept)
    all_rows = np.concatenate(rows.rows)
    log(f"{len(all_rows)} rows: {len(all_rows) * PIECE / RATE / 3600:.1f} hours")
    OUT.mkdir(parents=True, exist_ok=True)
    judged = {}
    for word, described in phrases["words"].items():
        # Several that began from other chance, side by side: what one of them takes wrongly the others seldom do.
        head = joined([word_head(word, rows, all_rows, seed) for seed in range(1, HEADS + 1)])
        about = {
            "word": word,
            "phrase": described["phrase"],
            "made_from": hashlib.sha256(phrases_text).hexdigest(),
            "quiet": [round(float(x), 3) for x in features.quiet()],
        }
        written(OUT / f"{word}.head", head, about)
        judged[word] = held_out.judged(word, rounded(head)[0], log)
    (HERE / "curve.svg").write_text(judging.drawn(judged, held_out.hours()))
    (HERE / "report.json").write_text(json.dumps({"hours": held_out.hours(), "words": judged}, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
