#!/usr/bin/env bash
# Makes an environment with the stock Wyoming client and satellite for the tests, out of PyPI, and nothing when it is there
# already: $ROSIE_CACHE/wyoming, a link to the environment of the versions that tests/wyoming/requirements.txt names.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source ci/env.sh
key=$(cat tests/wyoming/requirements.txt <(python3 -V) | sha256sum | cut -c1-12)
place=$ROSIE_CACHE/wyoming-$key
mkdir -p "$ROSIE_CACHE"
# Two runs at once (two checkouts) must not build the same thing.
exec 9>"$ROSIE_CACHE/wyoming.lock"
flock 9
if [ ! -e "$place/installed" ]; then
    rm -rf -- "$place"
    python3 -m venv "$place"
    "$place/bin/python" -m pip install --quiet --disable-pip-version-check -r tests/wyoming/requirements.txt
    touch "$place/installed"
    echo "wyoming: ready: $place"
fi
ln -sfn "$(basename "$place")" "$ROSIE_CACHE/wyoming"
