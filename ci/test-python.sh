#!/usr/bin/env bash
# Makes an environment of packages of PyPI for the tests, and nothing when it is there already: test-python.sh NAME makes
# $ROSIE_CACHE/NAME, a link to the environment of the versions that tests/NAME/requirements.txt names.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source ci/env.sh
name=$1
key=$(cat "tests/$name/requirements.txt" <(python3 -V) | sha256sum | cut -c1-12)
place=$ROSIE_CACHE/$name-$key
mkdir -p "$ROSIE_CACHE"
# Two runs at once (two checkouts) must not build the same thing.
exec 9>"$ROSIE_CACHE/$name.lock"
flock 9
if [ ! -e "$place/installed" ]; then
    rm -rf -- "$place"
    python3 -m venv "$place"
    "$place/bin/python" -m pip install --quiet --disable-pip-version-check -r "tests/$name/requirements.txt"
    touch "$place/installed"
    echo "$name: ready: $place"
fi
ln -sfn "$(basename "$place")" "$ROSIE_CACHE/$name"
