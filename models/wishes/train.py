"""Trains the classifier of wishes: `make wishes`. From the frames of appliance/rosie-dialog/data/wishes.yaml to
appliance/rosie-dialog/data/wishes.head, in about a minute on one processor, the same from the same seed.

Two layers over the sentence's vector [384] of all-MiniLM-L6-v2: 128 rectified units, half of them left out by chance in
each step of the training, then one number a class. Each frame is filled a few times, dressed as people speak (by a chance
of its own, so that a new frame changes no other), and weighs the same however many words it can hold. `--check` leaves a
fifth of the frames out of the training, five times, and prints how many of those it takes rightly: the honest figure."""

import argparse
import collections
import hashlib
import json
import random
import re
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import tokenizers
import yaml

DATA = Path(__file__).resolve().parents[2] / "appliance" / "rosie-dialog" / "data"
SEED, FILLS, HIDDEN, STEPS, RATE, DECAY, LEFT_OUT, FOLDS = 1, 12, 128, 600, 0.02, 1e-4, 0.5, 5
# Sentences whose vectors tell whether another file is the same model of meanings.
PROBES = ["turn on the lamp in the kitchen", "the quick brown fox jumps over the lazy dog"]
BEFORE = "hey rosie |rosie |please |um |uh |could you please |right |okay |so |oh and |well |can you |would you |kindly "
AFTER = " please| would you| thanks| thank you| for me| now| rosie| right now| if you can| will you| love| darling| for her| for him| for the kids| for the little one| for when I get there| before anybody trips"
JOINTS = ["", "so", "", "and", "but"]
BEFORE_QUESTIONS, AFTER_QUESTIONS = "hey rosie |rosie |um |so |well |uh |oh ", " rosie| then| actually"
TELLING = {"here", "world", "advice", "task", "none", "HassGetState", "RosieSearchMemory", "HassTimerStatus", "RosieWeather"}


class Meanings:
    """all-MiniLM-L6-v2, as `rosie-memory` reads it."""

    def __init__(self, folder):
        self.tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options)
        self.inputs = {given.name for given in self.session.get_inputs()}

    def vector(self, text):
        ids = np.array([self.tokenizer.encode(plain(text)).ids], dtype=np.int64)
        fed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        tokens = self.session.run(None, {name: value for name, value in fed.items() if name in self.inputs})[0][0]
        mean = tokens.mean(axis=0)
        return mean / np.linalg.norm(mean)


def plain(text):
    """Lower case without punctuation, as the dialog's `Words` are."""
    words = re.split(r"[^\w'\-@.+]+", text.lower().replace("’", "'"))
    return " ".join(stripped for word in words if (stripped := word.strip("'-@._")))


def sentences(data):
    """(class, number of the frame, sentence)"""
    made = []
    for name, frames in data["frames"].items():
        for number, frame in enumerate(frames):
            chance = random.Random(f"{SEED} {name} {frame}")
            places = re.findall(r"{(\w+)}", frame)
            filled = set()
            for _ in range(3 * FILLS if places else 2):
                text = frame
                for place in places:
                    text = text.replace("{%s}" % place, str(chance.choice(data["slots"][place])), 1)
                filled.add(text)
                if len(filled) == FILLS:
                    break
            stories = data["slots"]["story"]
            made += [(name, number, told(dressed(text, name, chance), stories, chance)) for text in sorted(filled)]
    return made


def dressed(text, name, chance):
    before, after = (BEFORE_QUESTIONS, AFTER_QUESTIONS) if name in TELLING else (BEFORE, AFTER)
    luck = chance.random()
    if luck < 0.2:
        return chance.choice(before.split("|")) + text
    return text + chance.choice(after.split("|")) if luck < 0.4 else text


def told(text, stories, chance):
    """With something that has nothing to do with it before it, or after it: people rarely say a wish alone."""
    luck, story = chance.random(), chance.choice(stories)
    if luck < 0.3:
        return f"{story} {chance.choice(JOINTS)} {text}"
    return f"{text} {story}" if luck < 0.4 else text


def trained(vectors, classes, weights, count):
    """Adam on all sentences at once."""
    chance, single = np.random.default_rng(SEED), np.float32
    vectors, weights = vectors.astype(single), weights.astype(single)
    width = vectors.shape[1]
    layers = [
        chance.normal(0, 3 / np.sqrt(width), (width, HIDDEN)).astype(single),
        np.zeros(HIDDEN, single),
        chance.normal(0, 1 / np.sqrt(HIDDEN), (HIDDEN, count)).astype(single),
        np.zeros(count, single),
    ]
    first, second = [np.zeros_like(layer) for layer in layers], [np.zeros_like(layer) for layer in layers]
    wanted = np.eye(count, dtype=single)[classes]
    for step in range(1, STEPS + 1):
        rate = RATE * (1 + np.cos(np.pi * step / STEPS)) / 2
        hidden = np.maximum(vectors @ layers[0] + layers[1], 0)
        kept = (chance.random(hidden.shape, dtype=single) > LEFT_OUT) / single(1 - LEFT_OUT)
        hidden *= kept
        error = (softmax(hidden @ layers[2] + layers[3]) - wanted) * weights[:, None]
        back = (error @ layers[2].T) * (hidden > 0) * kept
        slopes = [vectors.T @ back + DECAY * layers[0], back.sum(0), hidden.T @ error + DECAY * layers[2], error.sum(0)]
        for at, slope in enumerate(slopes):
            first[at] = 0.9 * first[at] + 0.1 * slope
            second[at] = 0.999 * second[at] + 0.001 * slope**2
            moved = first[at] / (1 - 0.9**step) / (np.sqrt(second[at] / (1 - 0.999**step)) + 1e-8)
            layers[at] = (layers[at] - rate * moved).astype(single)
    return layers


def softmax(numbers):
    powers = np.exp(numbers - numbers.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def taken(layers, vectors):
    return softmax(np.maximum(vectors @ layers[0] + layers[1], 0) @ layers[2] + layers[3])


def balanced(made):
    """Each frame of a class weighs the same, and a class by the root of its frames."""
    of_frame = collections.Counter((name, number) for name, number, _ in made)
    of_class = collections.Counter(name for name, _ in of_frame)
    weights = np.array([1 / of_frame[name, number] / np.sqrt(of_class[name]) for name, number, _ in made])
    return weights / weights.sum()


def check(made, vectors, names):
    """Frames that were left out, and of those taken wrongly the ones that would have something done."""
    classes = np.array([names.index(name) for name, _, _ in made])
    fold = np.array([number % FOLDS for _, number, _ in made])
    chosen, sure = np.zeros(len(made), dtype=int), np.zeros(len(made))
    for left_out in range(FOLDS):
        kept = fold != left_out
        some = [one for one, keep in zip(made, kept) if keep]
        chances = taken(trained(vectors[kept], classes[kept], balanced(some), len(names)), vectors[~kept])
        chosen[~kept], sure[~kept] = chances.argmax(axis=1), chances.max(axis=1)
    idle = {names.index(name) for name in names if name in TELLING}
    for label, rows in (("wishes", [c not in idle for c in classes]), ("no wishes", [c in idle for c in classes])):
        rows = np.array(rows)
        right = (chosen == classes)[rows].mean() if label == "wishes" else np.mean([c in idle for c in chosen[rows]])
        print(f"{label}: {rows.sum()} sentences of frames left out, {100 * right:.1f} % right")
    wrong = np.array([c in idle and took not in idle and s > 0.5 for c, took, s in zip(classes, chosen, sure)])
    print(f"no wishes that would have something done (over 0.5): {100 * wrong.sum() / sum(c in idle for c in classes):.1f} %")


def written(layers, names, meanings, source):
    """One line of JSON, then the weights of both layers as signed bytes, row by row."""
    scales, bytes_ = [], b""
    for layer in (layers[0], layers[2]):
        scale = np.abs(layer).max(axis=0) / 127
        scales.append([round(float(number), 7) for number in scale])
        bytes_ += np.round(layer / scale).astype(np.int8).tobytes()
    rounded = lambda numbers: [round(float(number), 5) for number in numbers]  # noqa: E731
    head = {
        "made_from": hashlib.sha256(source).hexdigest(),
        "classes": names,
        "hidden": HIDDEN,
        "scales": scales,
        "biases": [rounded(layers[1]), rounded(layers[3])],
        "probes": [{"text": text, "vector": rounded(meanings.vector(text))} for text in PROBES],
    }
    return json.dumps(head, separators=(",", ":")).encode() + b"\n" + bytes_


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=Path, required=True, help="models folder, with minilm-l6-v2")
    parser.add_argument("--check", action="store_true", help="print how frames are taken that were left out")
    given = parser.parse_args()
    source = (DATA / "wishes.yaml").read_bytes()
    data = yaml.safe_load(source)
    meanings, names = Meanings(given.models / "minilm-l6-v2"), list(data["frames"])
    made = sentences(data)
    vectors = np.stack([meanings.vector(text) for _, _, text in made])
    if given.check:
        return check(made, vectors, names)
    classes = np.array([names.index(name) for name, _, _ in made])
    layers = trained(vectors, classes, balanced(made), len(names))
    (DATA / "wishes.head").write_bytes(written(layers, names, meanings, source))
    print(f"{len(made)} sentences of {len(names)} classes: {100 * (taken(layers, vectors).argmax(1) == classes).mean():.1f} % right")


if __name__ == "__main__":
    sys.exit(main())
