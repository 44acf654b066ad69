"""How well a head hears, on voices, sentences and people that it was not trained on."""

import examples
import numpy as np
import recordings
from examples import PIECE, ROWS, seeded
from head import sigmoid
from sound import RATE, noise_of_any_kind

PATIENCE, COOL_DOWN = 2, int(2 * RATE / PIECE)
THRESHOLDS = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99]


def detections(scores, threshold):
    """As the engine counts: so many pieces in a row, then silence for a while."""
    found, row, quiet_until = 0, 0, 0
    for at, score in enumerate(scores):
        row = row + 1 if score >= threshold else 0
        if row >= PATIENCE and at >= quiet_until:
            found, row, quiet_until = found + 1, 0, at + COOL_DOWN
    return found


class HeldOut:
    def __init__(self, features, voices, said, recorded, cache, spoken):
        self.features, self.cache = features, cache
        apart, read = ([one for one in some if one.held_out] for some in said)
        sounds = {one: spoken(voices, one) for one in apart + read}
        self.speech = [sounds[one] for one in apart if not one.word]
        self.words, self.others, seconds = [], [], 0.0
        for one in apart + read:
            if one.word:
                self.words.append((one, {kind: self.word(one, sounds[one], kind) for kind in ("clean", "10 dB", "room")}))
                continue
            rows = self.rows(one, lambda chance, one=one: self.dressed(sounds[one], chance))
            self.others.append((one, rows))
            seconds += len(rows) * PIECE / RATE
        for name, samples, kept_back in recorded:
            for number, at in enumerate(range(0, len(samples) if kept_back else 0, 20 * RATE)):
                piece, clean = samples[at : at + 20 * RATE], number % 2 == 0
                make = lambda chance, piece=piece, clean=clean: examples.dressed(piece, chance, self.speech, clean=clean)
                rows = self.rows((name, at), make)
                self.others.append((None, rows))
                seconds += len(rows) * PIECE / RATE
        for number in range(60):
            make = lambda chance: 8_000 * noise_of_any_kind(20 * RATE, self.speech, chance) / 4
            rows = self.rows(("noise", number), make)
            self.others.append((None, rows))
            seconds += len(rows) * PIECE / RATE
        self.hours = seconds / 3600

    def dressed(self, samples, chance):
        clip, _ = examples.laid_out(samples, chance, self.speech)
        return examples.dressed(clip, chance, self.speech)

    def rows(self, of, make):
        return examples.kept(self.cache, ("held out", of), lambda: (self.features.rows(make(seeded("held out", of))), -1))[0]

    def word(self, one, sound, kind):
        def make(chance):
            clip, _ = examples.laid_out(sound, chance, self.speech)
            decibels = 10 if kind == "10 dB" else None
            return examples.dressed(clip, chance, self.speech, decibels, clean=kind != "room")

        return self.rows((one, kind), make)

    def judged(self, word, head, log):
        def scores(rows):
            return sigmoid(head.scores(rows, np.arange(ROWS - 1, len(rows)))) if len(rows) >= ROWS else np.zeros(0)

        said = [(one, kinds) for one, kinds in self.words if one.word == word or word == "rosie"]
        heard = {kind: [scores(kinds[kind]) for _, kinds in said] for kind in ("clean", "10 dB", "room")}
        # "Rosie" alone is no "Hey Rosie"; "rosy" sounds like "Rosie" and is left out of its count.
        others = [scores(rows) for one, rows in self.others if not (one and one.same_sound and word == "rosie")]
        others += [scores(kinds["room"]) for one, kinds in self.words if one.word != word and word != "rosie"]
        curve = []
        for threshold in THRESHOLDS:
            missed = {kind: np.mean([detections(s, threshold) == 0 for s in all_of]) for kind, all_of in heard.items()}
            wrong = sum(detections(s, threshold) for s in others) / self.hours
            curve.append({"threshold": threshold, "false_an_hour": round(wrong, 2)} | {k: round(100 * v, 1) for k, v in missed.items()})
            log(f"{word} at {threshold}: missed " + ", ".join(f"{100 * v:.1f} % {k}" for k, v in missed.items()) + f"; {wrong:.2f} false an hour")
        at_half = [(one, s.max(initial=0)) for (one, rows), s in zip([o for o in self.others if not (o[0] and o[0].same_sound and word == "rosie")], others) if detections(s, 0.5)]
        for one, score in at_half[:20]:
            log("  taken wrongly:", (one.engine, one.voice, one.text) if one else "a recording or noise", f"{score:.2f}")
        for (one, _), s in zip(said, heard["clean"]):
            if not detections(s, 0.5):
                log("  missed:", one.engine, one.voice, one.text, f"{s.max(initial=0):.2f}")
        return {"said": len(said), "curve": curve}


def drawn(curves, hours):
    """Missed words against false alarms, for each word clean and in noise; a picture without a library."""
    width, height, left, low = 640, 400, 60, 340
    most = 4.0
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<text x="{left}" y="20" font-size="14">Missed wake words against false alarms ({hours:.1f} h held out)</text>',
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
