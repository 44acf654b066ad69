"""Word error rate, after what two engines may write differently without hearing differently is made equal."""

import re
import unicodedata

EN_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
).split()
EN_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
# Zero to twenty, which commands are made of; larger numbers come as digits from both engines.
OTHER_SMALL = {
    "de": "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn"
    " siebzehn achtzehn neunzehn zwanzig",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis"
    " diecisiete dieciocho diecinueve veinte",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept"
    " dix-huit dix-neuf vingt",
}
EN_SPELLINGS = {"okay": "ok", "colour": "color", "grey": "gray", "mr": "mister", "mrs": "missus", "dr": "doctor"}


def english(n):
    """0 to 9999 in words: 42 is "forty two", 142 "one hundred forty two"."""
    if n < 20:
        return EN_SMALL[n]
    if n < 100:
        return EN_TENS[n // 10 - 2] + (f" {EN_SMALL[n % 10]}" if n % 10 else "")
    size, name = (100, "hundred") if n < 1000 else (1000, "thousand")
    rest = f" {english(n % size)}" if n % size else ""
    return f"{english(n // size)} {name}{rest}"


def spoken(digits, language):
    n = int(digits)
    if language == "en":
        return english(n) if n < 10_000 else digits
    small = OTHER_SMALL.get(language, "").split()
    return small[n] if n < len(small) else digits


def normalise(text, language="en"):
    """Lower-case words without punctuation, small numbers as words."""
    text = unicodedata.normalize("NFC", text).lower().replace("’", "'")
    text = re.sub(r"\[[^\]]*\]|\([^)]*\)", " ", text)
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    text = re.sub(r"(\d+)\s*%", r"\1 percent", text)
    text = re.sub(r"\d+", lambda m: f" {spoken(m.group(), language)} ", text)
    # "o'clock" and "don't" stay one word, "ten-minute" becomes two.
    text = re.sub(r"[^\w\s']|_", " ", text)
    words = [word.strip("'") for word in text.split()]
    if language == "en":
        words = [EN_SPELLINGS.get(word, word) for word in words]
        words = [word for i, word in enumerate(words) if not joins_a_number(words, i)]
    return [word for word in words if word]


def joins_a_number(words, i):
    """The "and" of "one hundred and five"."""
    return words[i] == "and" and i > 0 and words[i - 1] in ("hundred", "thousand")


def errors(truth, heard):
    """Substitutions, insertions and deletions between two lists of words (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for i, expected in enumerate(truth, 1):
        diagonal, row[0] = row[0], i
        for j, word in enumerate(heard, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (expected != word))
    return row[-1]


def word_error_rate(pairs):
    """Percent over `(truth, heard, language)`, and how many words it is a part of; None when there are none."""
    wrong = total = 0
    for truth, heard, language in pairs:
        expected = normalise(truth, language)
        wrong += errors(expected, normalise(heard, language))
        total += len(expected)
    return (100 * wrong / total if total else None), total
