#!/usr/bin/env bash
# Installs what is missing, and nothing when nothing is: `setup.sh run` for building and running, `setup.sh test` for
# the tests besides.
set -euo pipefail

run_packages=(build-essential cmake clang libclang-dev pkg-config libasound2-dev libopus-dev libespeak-ng1
    espeak-ng-data python3 python3-pip ca-certificates)
test_packages=(python3-venv chromium mosquitto ffmpeg openssl sox libsox-fmt-base unzip curl wrk procps nlohmann-json3-dev libstb-dev)

need() {
    local missing=()
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    local sudo=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || {
            echo "setup: these packages are missing and only root can install them: ${missing[*]}" >&2
            echo "setup: run as root: apt-get install ${missing[*]}" >&2
            exit 1
        }
        sudo=(sudo)
    fi
    echo "setup: installing ${#missing[@]} packages: ${missing[*]}"
    "${sudo[@]}" apt-get update -qq
    DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

command -v apt-get >/dev/null || {
    echo "setup: this machine has no apt-get; install the equivalents of: ${run_packages[*]}" >&2
    exit 1
}
command -v cargo >/dev/null || {
    echo "setup: a Rust toolchain is needed (rustc 1.92 or later): see rustup.rs" >&2
    exit 1
}
need "${run_packages[@]}"
[ "${1:-run}" = test ] || exit 0

need "${test_packages[@]}"
command -v node >/dev/null && command -v npm >/dev/null || need nodejs npm
(cd tests/browser && [ node_modules/.package-lock.json -nt package-lock.json ] || {
    echo "setup: Node packages of the browser tests"
    npm ci --silent --no-audit --no-fund
})
ci/test-speech.sh
ci/test-peers.sh
ci/test-ollama.sh
ci/test-home-assistant.sh
ci/test-wyoming.sh
ci/test-python.sh mcp
