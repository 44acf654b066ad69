"""Recordings to measure on: found in folders, made 16 kHz mono, long ones cut into pieces of two to four seconds.

A folder says what is said in its recordings by a file `transcripts.tsv` or `captions.tsv` (file, text and language,
separated by tabs), by a text file beside each recording (`NAME.txt`), or by a Markdown table whose first columns are
file and text (tests/speech.md is the one of the test recordings). Where no language is told, it is the one in the name
(`caption-es-01.wav`), else English. What has no transcript is measured for time alone; what `noises.tsv` lists is no
speech and left out.
"""

import csv
import fnmatch
import re
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy
from faster_whisper.audio import decode_audio
from faster_whisper.vad import VadOptions, get_speech_timestamps

from .processes import Broken

RATE = 16_000
TEST_SPEECH = Path(__file__).resolve().parents[2] / "speech.md"
ENDINGS = {".wav", ".flac", ".ogg", ".opus", ".mp3", ".m4a", ".webm"}
SHORT_S, LONG_S = 1.8, 4.3
LISTINGS = ("transcripts.tsv", "captions.tsv")
NOISES = "noises.tsv"
IN_NAME = re.compile(r"(?:^|[-_.])(de|es|fr)(?=[-_.])")
# Whisper hears thirty seconds at a time, and Rosie's turns end before.
LONGEST_S = 25


@dataclass
class Clip:
    """One prepared recording; `last_speech_s` is where the last word ends, by an instrument that is not Rosie's."""

    name: str
    path: Path
    seconds: float
    language: str
    text: str | None
    last_speech_s: float

    @property
    def timed(self):
        return SHORT_S <= self.seconds <= LONG_S


def spread(clips, count):
    """At most `count` of them, evenly over the whole list, so that every folder and speaker is met."""
    if len(clips) <= count:
        return list(clips)
    return [clips[i * len(clips) // count] for i in range(count)]


def load(folders, scratch):
    """Every clip of `folders`, prepared in the folder `scratch`."""
    clips = []
    for folder in map(Path, folders):
        if not folder.is_dir():
            raise Broken(f"no folder {folder}; run `make setup-test` or name others with --speech")
        said, tables = transcripts(folder), [*folder.glob("*.md"), TEST_SPEECH]
        noises = {key for listing in folder.rglob(NOISES) for key, *_ in listed(folder, listing)}
        for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in ENDINGS):
            key = str(path.relative_to(folder))
            if key in noises:
                continue
            text, language = said.get(key) or beside(path) or from_tables(tables, path.name)
            clips += prepare(path, key, text, language, scratch / f"{len(clips):04d}")
    if not any(clip.timed for clip in clips):
        raise Broken(f"no recording of {SHORT_S} to {LONG_S} s in {', '.join(map(str, folders))}")
    return clips


def listed(folder, listing):
    """Each line of a listing, its file named as seen from `folder`."""
    with open(listing, newline="", encoding="utf-8") as file:
        for line in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if line and not line[0].startswith("#"):
                yield str((listing.parent / line[0]).relative_to(folder)), *(part.strip() for part in line[1:])


def transcripts(folder):
    found = {}
    for listing in sorted(path for name in LISTINGS for path in folder.rglob(name)):
        for key, *told in listed(folder, listing):
            if told:
                language = told[1] if len(told) > 1 and told[1] else language_of(key)
                found[key] = (told[0] or None, language)
    return found


def language_of(name):
    found = IN_NAME.search(Path(name).name)
    return found[1] if found else "en"


def beside(path):
    text = path.with_suffix(".txt")
    return (text.read_text("utf-8").strip(), language_of(path.name)) if text.is_file() else None


def from_tables(tables, name):
    """From the first table with a line for `name`, where `office_*.wav` stands for many files."""
    for table in tables:
        for line in table.read_text("utf-8").splitlines():
            columns = [column.strip() for column in line.strip().strip("|").split("|")]
            words = columns[0].split()
            if len(columns) >= 2 and words and fnmatch.fnmatch(name, words[0].strip("`")):
                return columns[1], language_of(name)
    return None, language_of(name)


def prepare(path, name, text, language, stem):
    audio = decode_audio(str(path), sampling_rate=RATE)
    speech = get_speech_timestamps(audio, VadOptions(speech_pad_ms=0, min_silence_duration_ms=200))
    if not speech:
        return []
    whole = []
    if len(audio) <= LONGEST_S * RATE and (text or len(audio) <= LONG_S * RATE):
        whole = [clip(f"{stem}", name, audio, language, text, speech[-1]["end"])]
    if len(audio) <= LONG_S * RATE:
        return whole
    cut = []
    for number, (start, end) in enumerate(pieces(speech), 1):
        margin = RATE // 10
        part = audio[max(0, start - margin) : end + margin]
        last = end - max(0, start - margin)
        if len(part) >= SHORT_S * RATE:
            cut.append(clip(f"{stem}-{number}", f"{name}#{number}", part, language, None, last))
    return whole + cut


def pieces(speech):
    """Neighbouring stretches of speech, joined while they stay within the length that is measured."""
    joined = []
    for stretch in speech:
        start, end = stretch["start"], stretch["end"]
        if joined and end - joined[-1][0] <= (LONG_S - 0.3) * RATE:
            joined[-1] = (joined[-1][0], end)
        elif end - start <= (LONG_S - 0.3) * RATE:
            joined.append((start, end))
    return joined


def clip(stem, name, audio, language, text, last):
    path = Path(f"{stem}.wav")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((numpy.clip(audio, -1, 1) * 32767).astype("<i2").tobytes())
    return Clip(name, path, len(audio) / RATE, language, text, last / RATE)
