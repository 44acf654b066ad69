#!/usr/bin/env bash
# Makes an environment with a real Home Assistant for the tests, out of PyPI, and nothing when it is there already:
#   $ROSIE_CACHE/home-assistant, a link to the environment of the versions named here
# Some minutes, once a version. The newest Python that is at hand decides which Home Assistant it is.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source ci/env.sh
say() { echo "home assistant: $*"; }

# Integrations that tests/home-assistant/house.py uses, and those that Home Assistant starts by itself.
integrations=(api websocket_api config conversation intent demo template universal input_boolean input_number shopping_list
    local_todo scene script zone person http auth onboarding frontend mqtt mqtt_statestream
    wyoming assist_pipeline assist_satellite stt tts ffmpeg)

python='' version='' more=()
for candidate in 3.13:2025.4.4 3.12:2025.1.4 3.11:2024.3.3; do
    wanted=${candidate%%:*}
    for path in "${ROSIE_HA_PYTHON:-}" "$(command -v "python$wanted" || true)" \
        "${PYENV_ROOT:-$HOME/.pyenv}/versions/$wanted".*/bin/python3 /usr/bin/python3; do
        [ -x "$path" ] || continue
        # With its modules for environments, and not a shim that only says what to install.
        "$path" -c "import sys, venv, ensurepip; assert sys.version_info[:2] == tuple(map(int, '$wanted'.split('.')))" \
            2>/dev/null || continue
        python=$path version=${candidate##*:}
        # Their Wyoming looks for services itself, and the oldest onboards with a recorder or not at all.
        [ "$wanted" = 3.13 ] || integrations+=(zeroconf)
        [ "$wanted" = 3.11 ] && more=('josepy<2' numpy) integrations+=(recorder)
        break 2
    done
done
[ -n "$python" ] || {
    say "no Python 3.11, 3.12 or 3.13 with venv: install python3-venv, or set ROSIE_HA_PYTHON" >&2
    exit 1
}
key=$(cat "${BASH_SOURCE[0]}" tests/home-assistant/requirements.py <("$python" -V) | sha256sum | cut -c1-12)
place=$ROSIE_CACHE/home-assistant-$version-$key
ready() {
    [ -e "$place/installed" ] || return 1
    ln -sfn "$(basename "$place")" "$ROSIE_CACHE/home-assistant"
}
ready && exit 0
mkdir -p "$ROSIE_CACHE"
# Two runs at once (two checkouts) must not build the same thing.
exec 9>"$ROSIE_CACHE/home-assistant.lock"
flock 9
ready && exit 0
began=$SECONDS
say "$version for $("$python" -V) (some minutes)"
rm -rf -- "$place"
"$python" -m venv "$place"
pip=("$place/bin/python" -m pip install --quiet --disable-pip-version-check --prefer-binary)
"${pip[@]}" "homeassistant==$version" "${more[@]}"
constraints=$("$place/bin/python" -c 'import homeassistant, pathlib; print(pathlib.Path(homeassistant.__file__).with_name("package_constraints.txt"))')
"$place/bin/python" tests/home-assistant/requirements.py "${integrations[@]}" >"$place/needed.txt"
"${pip[@]}" -r "$place/needed.txt" -c "$constraints" "${more[@]}"
touch "$place/installed"
ready
say "ready after $((SECONDS - began)) s: $place"
