"""Trains the classifier of directed speech: `make directed`. From appliance/rosie-intents/data/directed/*.txt and the known
sentences of the tests to appliance/rosie-intents/data/directed.head, in about a minute on one processor, the same each time.

One number a language: how likely a sentence is a command that Rosie is to carry out now, and not talk that only sounds like
one. Logistic regression over the sentence's runs of one to three words, and, more weakly, of two to four letters of a word,
each hashed (FNV-1a) to one of BUCKETS weights; features that one sentence alone has are left out. `--check` leaves a fifth of
the sentences out of the training, five times, and prints how those are judged: the honest figure. `--judge FILE` prints the
chance of each line of a file (`lang|0 or 1|sentence`) that the training has not seen."""

import argparse
import hashlib
import json
import re
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "appliance" / "rosie-intents" / "data"
KNOWN = ROOT / "tests" / "rosie-e2e" / "sentences"
GRAMMAR = ROOT / "appliance" / "rosie-intents" / "tests" / "sentences"
# Intents that do something, by how their names begin.
DOES = ("HassTurn", "HassToggle", "HassLight", "HassSet", "HassClimateSet", "HassFan", "HassVacuum", "HassMedia", "HassStart", "HassCancel",
        "HassIncrease", "HassDecrease", "HassPause", "HassUnpause", "HassShoppingList", "HassListAdd", "HassListRemove", "RosieSet",
        "RosieCancel", "RosieMove", "RosieSnooze", "RosieVolume", "RosieListAdd", "RosieListRemove", "RosieLearn", "RosieUnlearn")  # fmt: skip
LANGUAGES = ["en", "de", "es", "fr"]
BUCKETS, LETTERS_WEIGH, DECAY, STEPS, FOLDS = 1 << 15, 0.3, 1.0, 500, 5


def words(text):
    """Lower case; digits are alike; marks inside are commas, those at the end nothing."""
    text = text.lower().replace("’", "'")
    text = re.sub(r"[.,;:!?¿¡…\"()]", " , ", text)
    said = ["#" if any(c in "0123456789" for c in word) else word for word in text.split()]
    while said and said[-1] == ",":
        said.pop()
    return [word for at, word in enumerate(said) if word != "," or (at and said[at - 1] != ",")]


def features(text):
    """Each once, as bytes, and what it weighs."""
    said = words(text)
    runs = ["^", *said, "$"]
    found = {}
    for length in (1, 2, 3):
        for at in range(len(runs) - length + 1):
            found[("w" + " ".join(runs[at : at + length])).encode()] = 1.0
    for word in said:
        letters = f" {word} "
        for length in (2, 3, 4):
            for at in range(len(letters) - length + 1):
                found[("c" + letters[at : at + length]).encode()] = LETTERS_WEIGH
    return found


def bucket(feature):
    value = 0x811C9DC5
    for byte in feature:
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value % BUCKETS


def own(language):
    pairs = []
    for line in (DATA / "directed" / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            label, text = line.split("|", 1)
            pairs.append((text.strip(), int(label)))
    return pairs


def known(language):
    """Of the tests' sentences what does something, and what does nothing; questions are neither."""
    pairs = []
    for name in ("sentences", "spoken"):
        for line in (KNOWN / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            parts = [part.strip() for part in line.split("|")]
            if line.startswith("#") or len(parts) < 4 or parts[0] != language:
                continue
            if not parts[2].startswith(">>") and not parts[3].startswith(("=", "own")):
                pairs.append((parts[2], int(parts[3] != "-")))
    for file in sorted(GRAMMAR.glob(f"*{language}.txt")):
        for line in file.read_text(encoding="utf-8").splitlines():
            parts = [part.strip() for part in line.split("|")]
            if len(parts) > 2 and parts[1].startswith(DOES):
                pairs.append((parts[0], 1))
    return pairs


def matrix(pairs):
    """Rows, columns and values of what is not nothing."""
    rows, columns, values = [], [], []
    for row, (text, _) in enumerate(pairs):
        for feature, weight in features(text).items():
            rows.append(row)
            columns.append(bucket(feature))
            values.append(weight)
    return np.array(rows), np.array(columns), np.array(values)


def train(pairs):
    """Weights [BUCKETS] and what is added to their sum."""
    rows, columns, values = matrix(pairs)
    labels = np.array([label for _, label in pairs], dtype=float)
    seen = np.bincount(columns, minlength=BUCKETS)
    values = np.where(seen[columns] >= 2, values, 0.0)
    share = labels.mean()
    weight = np.where(labels == 1, 0.5 / share, 0.5 / (1 - share))
    w, bias = np.zeros(BUCKETS), 0.0
    # Adam over all sentences at once.
    moments = [np.zeros(BUCKETS + 1), np.zeros(BUCKETS + 1)]
    for step in range(1, STEPS + 1):
        scores = np.bincount(rows, weights=values * w[columns], minlength=len(pairs)) + bias
        off = weight * (1 / (1 + np.exp(-scores)) - labels)
        slope = np.append(np.bincount(columns, weights=values * off[rows], minlength=BUCKETS) + DECAY * w, off.sum())
        moments[0] = 0.9 * moments[0] + 0.1 * slope
        moments[1] = 0.999 * moments[1] + 0.001 * slope**2
        move = moments[0] / (1 - 0.9**step) / (np.sqrt(moments[1] / (1 - 0.999**step)) + 1e-8)
        rate = 0.03 * min(1.0, 3 * (1 - step / STEPS))
        w, bias = w - rate * move[:-1], bias - rate * move[-1]
    scale = float(np.abs(w).max() / 127)
    return np.round(w / scale).astype(np.int8), scale, float(bias)


def chance(text, head):
    weights, scale, bias = head
    total = sum(weight * float(weights[bucket(feature)]) for feature, weight in features(text).items())
    return float(1 / (1 + np.exp(-(total * scale + bias))))


def report(name, judged):
    judged = np.array(judged)
    meant, talk = judged[judged[:, 1] == 1][:, 0], judged[judged[:, 1] == 0][:, 0]
    line = ", ".join(f"below {at}: {(meant < at).mean():6.1%} of commands, {(talk < at).mean():6.1%} of talk" for at in (0.05, 0.3, 0.5))
    print(f"{name}: {len(meant)} commands, {len(talk)} of talk; {line}", flush=True)


def check(language):
    pairs, more = own(language), known(language)
    judged = []
    for fold in range(FOLDS):
        # Neighbours of the file are often pairs of nearly the same words: they stay together.
        left = [pair for at, pair in enumerate(pairs) if at // 10 % FOLDS == fold]
        rest = [pair for at, pair in enumerate(pairs) if at // 10 % FOLDS != fold]
        head = train(rest + more)
        judged += [(chance(text, head), label) for text, label in left]
    report(language, judged)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--judge", type=Path)
    options = parser.parse_args()
    if options.check:
        for language in LANGUAGES:
            check(language)
        return
    heads = {language: train(own(language) + known(language)) for language in LANGUAGES}
    if options.judge:
        for line in options.judge.read_text(encoding="utf-8").splitlines():
            language, label, text = line.split("|", 2)
            print(f"{chance(text, heads[language]):.2f}|{language}|{label}|{text}")
        return
    made_from = hashlib.sha256(b"".join((DATA / "directed" / f"{one}.txt").read_bytes() for one in LANGUAGES)).hexdigest()
    probes = [(one, "turn on the lamp in the kitchen please") for one in LANGUAGES]
    described = {
        "made_from": made_from,
        "buckets": BUCKETS,
        "languages": LANGUAGES,
        "scales": [heads[one][1] for one in LANGUAGES],
        "biases": [heads[one][2] for one in LANGUAGES],
        "probes": [[text, chance(text, heads[one])] for one, text in probes],
    }
    weights = b"".join(heads[one][0].tobytes() for one in LANGUAGES)
    (DATA / "directed.head").write_bytes(json.dumps(described, ensure_ascii=False).encode() + b"\n" + weights)
    for one in LANGUAGES:
        report(f"{one} (seen)", [(chance(text, heads[one]), label) for text, label in own(one)])


if __name__ == "__main__":
    main()
