"""The head: what a person would call "it heard Hey Rosie", from the last 16 rows (1.3 s and what they saw before).

Each row through the same 32 rectified units, their 512 numbers through 48 more, then one number; three such, from three seeds, say
it on the average. Adam in numpy, the same from the same seed."""

import json

import numpy as np
from examples import ROWS, WIDTH

HEADS, UNITS, HIDDEN, BATCH, RATE, DECAY, LEFT_OUT, SHAKEN = 3, 32, 48, 384, 0.003, 5e-5, 0.3, 0.2


def sigmoid(x):
    return 1 / (1 + np.exp(-np.clip(x, -30, 30)))


class Head:
    def __init__(self, layers):
        self.layers = layers

    def scores(self, rows, ends):
        """Before the sigmoid, of the windows that end at these rows."""
        first, bias, second, bias2, third, bias3 = self.layers
        projected = np.maximum(rows @ first + bias, 0)
        found = np.empty(len(ends), np.float32)
        for at in range(0, len(ends), 4096):
            some = ends[at : at + 4096]
            flat = projected[some[:, None] + np.arange(1 - ROWS, 1)].reshape(len(some), -1)
            found[at : at + 4096] = (np.maximum(flat @ second + bias2, 0) @ third + bias3)[:, 0]
        return found


def trained(rows, positive, negative, weights, steps, seed, begun=None):
    """`positive` and `negative` are rows that windows end at; `weights` of the negative ones say how often they are drawn. From
    chance, or on from the head `begun`."""
    chance, single = np.random.default_rng(seed), np.float32
    mean, deviation = rows.mean(0), rows.std(0) + 1e-3
    rows = ((rows - mean) / deviation).astype(single)
    shapes = [(WIDTH, UNITS), (ROWS * UNITS, HIDDEN), (HIDDEN, 1)]
    layers = []
    for inside, outside in shapes:
        layers += [chance.normal(0, np.sqrt(2 / inside), (inside, outside)).astype(single), np.zeros(outside, single)]
    if begun is not None:
        layers = [np.array(layer, single) for layer in begun.layers]
        layers[1] = layers[1] + mean @ layers[0]
        layers[0] = layers[0] * deviation[:, None]
    # Chance that is drawn once: each step takes another stretch of it.
    shakes = single(SHAKEN) * chance.standard_normal(4 * BATCH * ROWS * WIDTH, dtype=single)
    drops = (chance.random(4 * BATCH * ROWS * UNITS, dtype=single) > LEFT_OUT) / single(1 - LEFT_OUT)
    first, second = [np.zeros_like(layer) for layer in layers], [np.zeros_like(layer) for layer in layers]
    back = np.arange(1 - ROWS, 1)
    chances = np.cumsum(weights / weights.sum())
    for step in range(1, steps + 1):
        yes = positive[chance.integers(len(positive), size=BATCH // 4)]
        no = negative[np.minimum(np.searchsorted(chances, chance.random(BATCH - len(yes))), len(negative) - 1)]
        wanted = np.concatenate([np.ones(len(yes)), np.zeros(len(no))]).astype(single)[:, None]
        seen = rows[np.concatenate([yes, no])[:, None] + back]
        # A little of everything shakes, so that no single number is leant on.
        at = chance.integers(len(shakes) - seen.size)
        seen += shakes[at : at + seen.size].reshape(seen.shape)
        projected = np.maximum(seen.reshape(-1, WIDTH) @ layers[0] + layers[1], 0)
        flat = projected.reshape(len(seen), -1)
        at = chance.integers(len(drops) - flat.size)
        kept = drops[at : at + flat.size].reshape(flat.shape)
        flat = flat * kept
        hidden = np.maximum(flat @ layers[2] + layers[3], 0)
        error = (sigmoid(hidden @ layers[4] + layers[5]) - wanted) / len(wanted)
        to_hidden = (error @ layers[4].T) * (hidden > 0)
        to_flat = (to_hidden @ layers[2].T) * kept
        to_rows = to_flat.reshape(projected.shape) * (projected > 0)
        slopes = [
            seen.reshape(-1, WIDTH).T @ to_rows + DECAY * layers[0],
            to_rows.sum(0),
            flat.T @ to_hidden + DECAY * layers[2],
            to_hidden.sum(0),
            hidden.T @ error + DECAY * layers[4],
            error.sum(0),
        ]
        rate = (RATE if begun is None else RATE / 2) * (1 + np.cos(np.pi * step / steps)) / 2
        for at, slope in enumerate(slopes):
            first[at] = 0.9 * first[at] + 0.1 * slope
            second[at] = 0.999 * second[at] + 0.001 * slope**2
            moved = first[at] / (1 - 0.9**step) / (np.sqrt(second[at] / (1 - 0.999**step)) + 1e-8)
            layers[at] = (layers[at] - rate * moved).astype(single)
    # The scaling of the rows is taken into the first layer.
    layers[1] = layers[1] - (mean / deviation) @ layers[0]
    layers[0] = layers[0] / deviation[:, None]
    return Head(layers)


def joined(heads):
    """One head that says what these say on the average: their units side by side."""
    layers = [np.concatenate([head.layers[at] for head in heads], -1) for at in (0, 1)]
    units = [head.layers[0].shape[1] for head in heads]
    hidden = [head.layers[2].shape[1] for head in heads]
    second = np.zeros((ROWS, sum(units), sum(hidden)), np.float32)
    across, along = 0, 0
    for head, wide, deep in zip(heads, units, hidden):
        second[:, across : across + wide, along : along + deep] = head.layers[2].reshape(ROWS, wide, deep)
        across, along = across + wide, along + deep
    layers += [second.reshape(-1, sum(hidden)), np.concatenate([head.layers[3] for head in heads])]
    third = np.concatenate([head.layers[4] for head in heads]) / len(heads)
    return Head([*layers, third.astype(np.float32), np.mean([head.layers[5] for head in heads], 0)])


def rounded(head):
    """Weights as signed bytes with a scale for each unit: (the head that they make, scales, bytes)."""
    layers, scales, octets = [], [], b""
    for at, layer in enumerate(head.layers):
        if at % 2:
            layers.append(layer)
            continue
        scale = np.round(np.abs(layer).max(0) / 127 + 1e-9, 9)
        whole = np.clip(np.round(layer / scale), -127, 127).astype(np.int8)
        scales.append([float(x) for x in scale])
        octets += whole.tobytes()
        layers.append((whole * scale).astype(np.float32))
    return Head(layers), scales, octets


def written(path, head, described):
    """One line of JSON, then the weights of the three layers as signed bytes, row by row."""
    _, scales, octets = rounded(head)
    biases = [[round(float(x), 6) for x in layer] for layer in head.layers[1::2]]
    line = json.dumps({**described, "scales": scales, "biases": biases}, separators=(",", ":"))
    path.write_bytes(line.encode() + b"\n" + octets)
