"""Who says what: the same list from the same phrases, with chances of each voice's own, so that a new phrase changes few."""

import dataclasses
import random

from speech import held_out

SEED = 1


@dataclasses.dataclass(frozen=True)
class Utterance:
    engine: str
    voice: str
    text: str
    # The word that is said, or none; `same_sound` where a word sounds like one and means another.
    word: str | None = None
    same_sound: bool = False
    # Said on in one breath: where the word ends is not known.
    goes_on: bool = False
    held_out: bool = False
    language: str = "en"
    settings: tuple = ()


# How many an engine's voice says: each word so often, near misses, everyday sentences, sentences of other languages.
AMOUNTS = {"kokoro": (2, 6, 2, 1), "piper": (14, 99, 99, 0), "flite": (4, 99, 99, 0), "espeak_ng": (2, 14, 5, 3)}


# How many sentences of other files of Rosie's each voice reads: talk, as there is much more of it than of names.
READ = {"piper": 250, "flite": 300, "espeak_ng": 60}


def read_aloud(sentences, voices):
    """Sentences without a wake word; a quarter of them is read by the voices that are held out, and by no other."""
    read = []
    for engine, count in READ.items():
        for voice in voices.names(engine):
            chance = random.Random(f"{SEED} reads {engine} {voice}")
            kept_back = held_out(engine, voice)
            mine = [text for number, text in enumerate(sentences) if (number % 4 == 0) == kept_back]
            for text in chance.sample(mine, min(count, len(mine))):
                settings = (("speed", round(chance.uniform(0.8, 1.3), 2)), ("pitch", chance.randint(25, 75)), ("accent", chance.randrange(4)))
                read.append(Utterance(engine, voice, text, held_out=kept_back, settings=settings))
    return read


def all_of(phrases, voices):
    """Words first: a run that is stopped has them."""
    words, others = [], []
    for engine, amounts in AMOUNTS.items():
        for voice in voices.names(engine):
            chance = random.Random(f"{SEED} {engine} {voice}")
            said = of_voice(phrases, engine, voice, amounts, chance)
            words += [one for one in said if one.word]
            others += [one for one in said if not one.word]
    return words + others


def of_voice(phrases, engine, voice, amounts, chance):
    kept_back = held_out(engine, voice)
    part = "held_out" if kept_back else "train"
    repeats, near, everyday, foreign = amounts

    def settings():
        return (
            ("speed", round(chance.uniform(0.8, 1.3), 2)),
            ("pitch", chance.randint(25, 75)),
            ("accent", chance.randrange(4)),
            ("noise", round(chance.uniform(0.5, 0.9), 2)),
        )

    def one(text, **more):
        return Utterance(engine, voice, text, held_out=kept_back, settings=settings(), **more)

    said = []
    for word, described in phrases["words"].items():
        spoken = described["spoken"]
        # As people say it every time but one.
        for number in range(repeats):
            said.append(one(spoken[0] if number % 2 == 0 else chance.choice(spoken), word=word))
        command = chance.choice(phrases["commands"][part])
        said.append(one(f"{spoken[0]} {command}", word=word, goes_on=True))

    def some(sentences, count):
        return chance.sample(sentences, min(count, len(sentences)))

    said += [one(text) for text in some(phrases["near"][part], near)]
    said += [one(text, same_sound=True) for text in some(phrases["same_sound"][part], near // 6)]
    said += [one(text) for text in some(phrases["everyday"][part] + phrases["commands"][part], everyday)]
    for _ in range(foreign):
        language = chance.choice(sorted(phrases["languages"]))
        said.append(one(chance.choice(phrases["languages"][language][part]), language=language))
    return said
