"""Sounds as arrays of samples at 16 kHz, and what rooms, microphones and neighbours do to them. All chance is given."""

import typing

import numpy as np

RATE = 16_000


def resampled(samples, rate, to=RATE):
    """By the spectrum: for clips of seconds."""
    samples = np.asarray(samples, np.float32)
    if rate == to or not len(samples):
        return samples
    count = int(round(len(samples) * to / rate))
    spectrum = np.fft.rfft(samples)
    wanted = np.zeros(count // 2 + 1, complex)
    shared = min(len(wanted), len(spectrum))
    wanted[:shared] = spectrum[:shared]
    return (np.fft.irfft(wanted, count) * (count / len(samples))).astype(np.float32)


def faster(samples, factor):
    """Tempo and pitch together, as a smaller or larger person."""
    return resampled(samples, RATE, RATE / factor)


def trimmed(samples, below=0.02, keep=400):
    """Without what is quieter than this part of the loudest before and after it."""
    loud = np.flatnonzero(np.abs(samples) > below * np.abs(samples).max(initial=1e-9))
    return samples[max(0, loud[0] - keep) : loud[-1] + keep] if len(loud) else samples


def power(samples):
    """Of the parts that sound: pauses do not count."""
    squares = samples.astype(np.float64) ** 2
    loud = squares[squares > 1e-4 * squares.max(initial=0)]
    return loud.mean() if len(loud) else 0.0


def with_noise(samples, noise, decibels):
    """`noise` under `samples` at this signal-to-noise ratio."""
    noisy = power(noise)
    if noisy == 0:
        return samples
    return samples + noise[: len(samples)] * np.sqrt(power(samples) / noisy / 10 ** (decibels / 10))


def even(count):
    """As many or more, of small factors: a spectrum of a prime number of samples takes several times as long."""
    return -(-count // 4096) * 4096


def convolved(samples, response):
    size = even(len(samples) + len(response))
    spectrum = np.fft.rfft(samples, size) * np.fft.rfft(response, size)
    return np.fft.irfft(spectrum, size)[: len(samples)].astype(np.float32)


def in_a_room(samples, chance):
    """A direct sound, a few early reflections, and a tail that decays in 0.1 to 0.7 s and loses its treble."""
    decay = chance.uniform(0.1, 0.7)
    length = int(RATE * decay)
    time = np.arange(length) / RATE
    tail = chance.normal(size=length) * np.exp(-6.9 * time / decay)
    tail = np.convolve(tail, [0.6, 0.4])[:length]
    tail[: int(0.004 * RATE)] = 0
    for _ in range(6):
        tail[chance.integers(20, int(0.04 * RATE))] += chance.uniform(-0.8, 0.8) * np.sqrt(length) / 12
    direct = chance.uniform(0.3, 2.5)
    response = tail / (np.sqrt((tail**2).sum()) + 1e-9)
    response[0] += direct
    return convolved(samples, response)


def band_limited(samples, chance):
    """A small microphone, a telephone, a loudspeaker behind a cloth."""
    size = even(len(samples))
    spectrum = np.fft.rfft(samples, size)
    frequency = np.fft.rfftfreq(size, 1 / RATE)
    low, high = chance.uniform(20, 350), chance.uniform(2_800, 8_000)
    shape = 1 / (1 + (low / np.maximum(frequency, 1)) ** 4) / (1 + (frequency / high) ** 8)
    tilt = (np.maximum(frequency, 50) / 1_000) ** chance.uniform(-0.35, 0.35)
    return np.fft.irfft(spectrum * shape * tilt, size)[: len(samples)].astype(np.float32)


def coloured_noise(count, chance):
    """White, pink, brown and what is between them."""
    size = even(count)
    spectrum = np.fft.rfft(chance.standard_normal(size, dtype=np.float32))
    frequency = np.maximum(np.fft.rfftfreq(size, 1 / RATE), 20)
    return np.fft.irfft(spectrum * frequency ** -chance.uniform(0, 1.1), size)[:count].astype(np.float32)


def music(count, chance):
    """Chords with overtones that move on, a bass and a drum: no song, but as tonal and as rhythmic as one."""
    time = np.arange(count) / RATE
    sound = np.zeros(count)
    beat = chance.uniform(0.3, 0.7)
    root = chance.uniform(90, 220)
    for start in np.arange(0, count / RATE, beat * 2):
        inside = (time >= start) & (time < start + beat * 2)
        within = time[inside] - start
        for step in chance.choice([0, 3, 4, 5, 7, 9, 12, 16], 3, replace=False):
            tone = root * 2 ** (step / 12)
            overtones = sum(np.sin(2 * np.pi * tone * n * within) / n ** chance.uniform(0.8, 2) for n in range(1, 7))
            sound[inside] += overtones * np.exp(-within * chance.uniform(0.5, 4))
        sound[inside] += 1.5 * np.sin(np.pi * root * within) * np.exp(-3 * within)
    for start in np.arange(0, count / RATE, beat):
        at = int(start * RATE)
        hit = chance.normal(size=min(2_000, count - at))
        sound[at : at + len(hit)] += 2 * hit * np.exp(-np.arange(len(hit)) / 300)
    return sound.astype(np.float32)


def babble(count, speech, chance):
    """Three to six people of `speech` at once."""
    mixed = np.zeros(count, np.float32)
    for _ in range(chance.integers(3, 7)):
        at = 0
        while at < count:
            piece = speech[chance.integers(len(speech))][: count - at]
            mixed[at : at + len(piece)] += piece / (np.sqrt(power(piece)) + 1e-6)
            at += len(piece) + int(chance.integers(0, RATE // 4))
    return mixed


class Around(typing.NamedTuple):
    """What may be heard besides: utterances of other people, and stretches of music."""

    speech: list
    tunes: list


def noise_of_any_kind(count, around, chance):
    kind = chance.random()
    if kind < 0.4:
        return coloured_noise(count, chance)
    if kind < 0.5:
        return music(count, chance)
    if kind < 0.65:
        tune = around.tunes[chance.integers(len(around.tunes))]
        at = chance.integers(max(1, len(tune) - count))
        return np.resize(tune[at : at + count], count)
    return babble(count, around.speech, chance)


def at_level(samples, chance):
    """Whole numbers of 16 bits, between a whisper far off and somebody close."""
    peak = np.abs(samples).max(initial=1e-9)
    return np.round(samples / peak * 32767 * 10 ** (chance.uniform(-32, -1) / 20))
