"""How well a head hears, on voices, sentences and people that it was not trained on."""

from functools import partial

import examples
import numpy as np
from examples import PIECE, ROWS, seeded
from head import sigmoid
from sound import RATE, Around, faster, noise_of_any_kind

PATIENCE, COOL_DOWN = 2, int(2 * RATE / PIECE)
THRESHOLDS = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95]
KINDS = ("clean", "10 dB", "room")
# How each stretch of people is heard: as it is, and twice more in rooms and noise, larger or smaller.
WAYS = 3


def detections(scores, threshold):
    """As the engine counts: so many pieces in a row, then silence for a while."""
    if scores.max(initial=0) < threshold:
        return 0
    found, row, quiet_until = 0, 0, 0
    for at, score in enumerate(scores):
        row = row + 1 if score >= threshold else 0
        if row >= PATIENCE and at >= quiet_until:
            found, row, quiet_until = found + 1, 0, at + COOL_DOWN
    return found


class HeldOut:
    """`words` are (utterance, kind, rows); `others` (part, kind, utterance or name, rows): people, music, noise, talk, near misses."""

    def __init__(self, voices, said, recorded, kept, spoken, log):
        apart, read = ([one for one in some if one.held_out] for some in said)
        self.sounds = {one: spoken(voices, one) for one in apart + read}
        tunes = [one.samples for one in recorded if one.part == "judge" and one.kind == "music"]
        self.around = Around([self.sounds[one] for one in apart if not one.word and not one.near], tunes)
        jobs, of = [], []
        for one in apart + read:
            for kind in KINDS if one.word else ["room"]:
                jobs.append((("held out", one, kind), partial(self.uttered, one, kind)))
                of.append((one, kind))
        for one in recorded:
            for at in one.stretches({"choose", "judge"}):
                for way in range(WAYS if one.kind == "people" and one.part == "judge" else 1):
                    jobs.append((("held out", one.name, at, way), partial(self.recorded, one, at, way)))
                    of.append((one, one.kind))
        for number in range(90):
            jobs.append((("held out noise", number), partial(self.noise, number)))
            of.append((None, "noise"))
        self.words, self.others = [], []
        for (rows, _), (one, kind) in zip(kept.all(jobs, log), of):
            if hasattr(one, "word") and one.word:
                self.words.append((one, kind, rows))
            elif hasattr(one, "word"):
                self.others.append(("judge", "near" if one.near else "talk", one, rows))
            else:
                self.others.append((one.part if one else "judge", kind, one.name if one else "noise", rows))

    def uttered(self, one, kind):
        chance = seeded("held out", one, kind)
        clip, end = examples.laid_out(self.sounds[one], chance, self.around)
        decibels = 10 if kind == "10 dB" else None
        return examples.dressed(clip, chance, self.around, decibels, clean=kind != "room"), end

    def recorded(self, one, at, way):
        chance = seeded("held out", one.name, at, way)
        piece = one.samples[at : at + 20 * RATE]
        if way:
            piece = faster(piece, chance.uniform(0.88, 1.14))
        return examples.dressed(piece, chance, self.around, clean=way == 0), -1

    def noise(self, number):
        chance = seeded("held out noise", number)
        return 8_000 * noise_of_any_kind(20 * RATE, self.around, chance) / 4, -1

    def hours(self):
        """Of each kind that the heads are judged by."""
        found = {}
        for part, kind, _, rows in self.others:
            if part == "judge":
                found[kind] = found.get(kind, 0) + len(rows) * PIECE / RATE / 3600
        return {kind: round(hours, 2) for kind, hours in found.items()}

    def judged(self, word, head, log):
        said = [(one, kind, scores(head, rows)) for one, kind, rows in self.words if one.word == word or word == "rosie"]
        # "Rosie" alone is no "Hey Rosie"; "rosy" sounds like "Rosie" and is left out of its count.
        others = [(kind, one, scores(head, rows)) for part, kind, one, rows in self.others if part == "judge" and not (word == "rosie" and getattr(one, "same_sound", False))]
        others += [("near", one, scores(head, rows)) for one, kind, rows in self.words if one.word != word and word != "rosie" and kind == "room"]
        hours = {kind: count for kind, count in self.hours().items() if kind != "near"}
        near = sum(kind == "near" for kind, _, _ in others)
        curve = []
        for threshold in THRESHOLDS:
            missed = {kind: round(float(100 * np.mean([detections(s, threshold) == 0 for _, of, s in said if of == kind])), 1) for kind in KINDS}
            wrong = {kind: sum(detections(s, threshold) for of, _, s in others if of == kind) for kind in hours}
            taken = sum(detections(s, threshold) > 0 for of, _, s in others if of == "near")
            curve.append({"threshold": threshold, "false_an_hour": round(sum(wrong.values()) / sum(hours.values()), 2), "false": wrong, "near_taken": round(100 * taken / near, 1)} | missed)
            log(f"{word} at {threshold}: missed {missed} %; {curve[-1]['false_an_hour']} false an hour {wrong}; {curve[-1]['near_taken']} % of near misses taken")
        for kind, one, s in others:
            if detections(s, 0.5):
                log("  taken wrongly:", kind, (one.engine, one.voice, one.text) if hasattr(one, "text") else one, f"{s.max():.2f}")
        for one, kind, s in said:
            if kind != "room" and not detections(s, 0.5):
                log("  missed:", kind, one.engine, one.voice, one.text, f"{s.max(initial=0):.2f}")
        return {"said": sum(kind == "clean" for _, kind, _ in said), "near": near, "curve": curve}


def scores(head, rows):
    return sigmoid(head.scores(rows, np.arange(ROWS - 1, len(rows)))) if len(rows) >= ROWS else np.zeros(0)


def drawn(curves, hours):
    """Missed words against false alarms, for each word clean and in noise; a picture without a library."""
    width, height, left, low = 640, 400, 60, 340
    most = 4.0
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<text x="{left}" y="20" font-size="14">Missed wake words against false alarms ({sum(hours.values()) - hours["near"]:.1f} h held out)</text>',
    ]
    for step in range(0, 6):
        y = low - step * 56
        parts.append(f'<line x1="{left}" y1="{y}" x2="620" y2="{y}" stroke="#ddd"/><text x="{left - 8}" y="{y + 4}" text-anchor="end">{step * 5} %</text>')
    for step in range(0, 5):
        x = left + step * 140
        parts.append(f'<line x1="{x}" y1="{low}" x2="{x}" y2="60" stroke="#ddd"/><text x="{x}" y="{low + 18}" text-anchor="middle">{step * most / 4:g}</text>')
    parts.append(f'<text x="340" y="{low + 38}" text-anchor="middle">false alarms an hour</text>')
    colours = iter(["#b3245b", "#e58bb0", "#245bb3", "#8bb0e5"])
    line = 44
    for word, judged in curves.items():
        for kind in ("clean", "10 dB"):
            colour = next(colours)
            points = [(left + min(p["false_an_hour"], most) * 140, low - min(p[kind], 25) * 11.2) for p in judged["curve"]]
            parts.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>')
            parts.append(f'<text x="{left + (line - 44) * 9}" y="44" fill="{colour}">{word}, {kind}</text>')
            line += 16
    return "\n".join([*parts, "</svg>"]) + "\n"
