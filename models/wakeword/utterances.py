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
    # Sounds like a word, and is none.
    near: bool = False
    # Said on in one breath: where the word ends is not known.
    goes_on: bool = False
    held_out: bool = False
    language: str = "en"
    settings: tuple = ()


ENGINE = {"between": "kokoro"}
# How many an engine's voice says: each word so often, near misses, everyday sentences, sentences of other languages.
AMOUNTS = {"kokoro": (2, 6, 2, 1), "piper": (14, 99, 99, 0), "flite": (4, 99, 99, 0), "espeak_ng": (2, 14, 5, 3)}


# How many sentences of other files of Rosie's each voice reads: talk, as there is much more of it than of names.
READ = {"piper": 60, "flite": 40, "espeak_ng": 6}
READ_HELD_OUT = 40


def read_aloud(sentences, voices):
    """Sentences without a wake word; a quarter of them is read by the voices that are held out, and by no other."""
    read = []
    for engine, count in READ.items():
        for voice in voices.names(engine):
            chance = random.Random(f"{SEED} reads {engine} {voice}")
            kept_back = held_out(engine, voice)
            mine = [text for number, text in enumerate(sentences) if (number % 4 == 0) == kept_back]
            for text in chance.sample(mine, min(READ_HELD_OUT if kept_back else count, len(mine))):
                settings = (("speed", round(chance.uniform(0.8, 1.3), 2)), ("pitch", chance.randint(25, 75)), ("accent", chance.randrange(4)))
                read.append(Utterance(engine, voice, text, held_out=kept_back, settings=settings))
    return read


# What each voice says besides, by a chance of its own: `hey_rosie`, `rosie`, names near it. Those that are held out say more,
# as they are judged by; those between two of Kokoro's voices say nothing else.
MORE = {"kokoro": (2, 0, 0), "between": (2, 0, 0), "piper": (40, 20, 30), "flite": (30, 15, 20), "espeak_ng": (12, 6, 10)}
MORE_HELD_OUT = {"kokoro": (14, 0, 0), "flite": (30, 15, 20), "espeak_ng": (14, 8, 20)}


def all_of(phrases, voices):
    """Words first: a run that is stopped has them."""
    words, others = [], []
    for engine in MORE:
        for voice in voices.names(engine):
            said = []
            if engine in AMOUNTS:
                said += of_voice(phrases, engine, voice, AMOUNTS[engine], random.Random(f"{SEED} {engine} {voice}"))
            said += besides(phrases, engine, voice, random.Random(f"{SEED} besides {engine} {voice}"))
            words += [one for one in said if one.word]
            others += [one for one in said if not one.word]
    return words + others


def besides(phrases, engine, voice, chance):
    kept_back = held_out(engine, voice)
    hey, alone, near = (MORE_HELD_OUT if kept_back else MORE)[engine]
    part = "held_out" if kept_back else "train"

    def one(text, **more):
        settings = (
            ("speed", round(chance.uniform(0.75, 1.35), 2)),
            ("pitch", chance.randint(15, 85)),
            ("accent", chance.randrange(4)),
            ("noise", round(chance.uniform(0.4, 0.95), 2)),
        )
        return Utterance(ENGINE.get(engine, engine), voice, text, held_out=kept_back, settings=settings, **more)

    spoken = {word: described["spoken"] for word, described in phrases["words"].items()}
    said = [one(spoken["hey_rosie"][0 if chance.random() < 0.7 else chance.randrange(3)], word="hey_rosie") for _ in range(hey)]
    said += [one(spoken["rosie"][0 if chance.random() < 0.8 else 1], word="rosie") for _ in range(alone)]
    names = phrases["near"][part] + 2 * phrases["nearer"][part]
    chosen = chance.sample(names, min(near, len(names)))
    # Who is called "Rosie" without a "hey" is nothing to `rosie` to tell apart.
    return said + [one(text, near=True, same_sound="rozy" in text) for text in dict.fromkeys(chosen)]


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

    said += [one(text, near=True) for text in some(phrases["near"][part], near)]
    said += [one(text, near=True, same_sound=True) for text in some(phrases["same_sound"][part], near // 6)]
    said += [one(text) for text in some(phrases["everyday"][part] + phrases["commands"][part], everyday)]
    for _ in range(foreign):
        language = chance.choice(sorted(phrases["languages"]))
        said.append(one(chance.choice(phrases["languages"][language][part]), language=language))
    return said
