#!/usr/bin/env bash
# Installs what is missing, and nothing when nothing is: `setup.sh run` for building and running, `setup.sh test` for
# the tests besides; `setup.sh image` for building the image, `setup.sh image-test` for booting it in QEMU, `setup.sh image-aarch64` for
# building and running the Pi's daemon, `setup.sh kiosk-app` for building the kiosk app, `setup.sh kiosk` for setting kiosks up.
set -euo pipefail

run_packages=(build-essential cmake clang libclang-dev pkg-config libasound2-dev libopus-dev libespeak-ng1
    espeak-ng-data python3 python3-pip ca-certificates)
test_packages=(python3-venv chromium mosquitto ffmpeg openssl sox libsox-fmt-base unzip curl wrk procps nlohmann-json3-dev libstb-dev
    adb)
# What the checks of the image need (ci/image-check.sh), what Buildroot needs, and what boots the image.
image_check_packages=(shellcheck genimage mtools dosfstools rauc grub-common squashfs-tools device-tree-compiler nftables fdisk
    openssl systemd xz-utils dbus-daemon dbus-bin)
image_packages=(bc rsync cpio unzip file patch perl wget bison flex libelf-dev libssl-dev libncurses-dev python3-magic
    python3-flake8)
image_aarch64_packages=(rustc-web g++-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user-static mmdebstrap python3-pip unzip)
image_test_packages=(qemu-system-x86 ovmf mmdebstrap grub-efi-amd64-bin openssh-client)
# adb, and who may use what is plugged in by USB.
kiosk_packages=(adb android-sdk-platform-tools-common)
kiosk_app_packages=(openjdk-17-jdk-headless maven aapt zipalign apksigner python3)

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
# The kiosk app needs nothing of the daemon's.
[ "${1:-}" != kiosk-app ] || { need "${kiosk_app_packages[@]}"; exit 0; }
[ "${1:-}" != kiosk ] || { need "${kiosk_app_packages[@]}" "${kiosk_packages[@]}"; exit 0; }
command -v cargo >/dev/null || {
    echo "setup: a Rust toolchain is needed (rustc 1.92 or later): see rustup.rs" >&2
    exit 1
}
need "${run_packages[@]}"
case "${1:-run}" in
test) ;;
image) need "${image_packages[@]}" "${image_check_packages[@]}"; exit 0 ;;
image-aarch64) need "${image_aarch64_packages[@]}"; exit 0 ;;
image-test) need "${image_check_packages[@]}" "${image_test_packages[@]}"; exit 0 ;;
*) exit 0 ;;
esac

need "${test_packages[@]}" "${image_check_packages[@]}" "${kiosk_app_packages[@]}"
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
