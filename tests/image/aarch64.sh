#!/usr/bin/env bash
# The Pi's daemon, built here and run here: rosied is cross-compiled for aarch64 as the package rosie builds it, and under QEMU's
# emulation of one program it checks itself, understands a recording of a person, and answers it. No board, no sound, no image:
# the program alone, in a root of Debian's arm64 packages. Run by `make image-aarch64`; half an hour the first time.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=${ROSIE_CACHE:?source ci/env.sh first}/image/aarch64
root=$folder/root
triple=aarch64-unknown-linux-gnu
[ "$(id -u)" = 0 ] || { echo "aarch64: only root can lay out a root file system" >&2; exit 1; }
# What the daemon is linked against, what it opens while it runs, and Rust's own library for this processor.
packages=(libc6 libstdc++6 libgomp1 libasound2-dev libespeak-ng1 espeak-ng-data ca-certificates tzdata libstd-rust-web-dev)
# Debian's compiler: the one that has a library for another processor beside it.
export RUSTC=$folder/rustc
mkdir -p "$folder"

if [ "$(cat "$folder/root.made" 2>/dev/null)" != "${packages[*]}" ]; then
    echo "aarch64: unpacking ${#packages[@]} Debian packages for arm64 and what they need (minutes)" >&2
    rm -rf "$root"
    # shellcheck source=/dev/null
    suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
    mirrors=()
    for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources}; do
        [ -s "$list" ] && mirrors+=("$list")
    done
    # Unpacked and not set up: nothing of it is to run here but what is called below.
    mmdebstrap --arch=arm64 --variant=extract --format=directory --components=main --quiet \
        --aptopt='Acquire::Languages "none"' --aptopt='APT::Install-Recommends "false"' \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --include="$(IFS=,; echo "${packages[*]}")" "$suite" "$root" "${mirrors[@]}" >&2
    echo "${packages[*]}" >"$folder/root.made"
fi
# One sysroot of both: proc macros run here, the rest there.
mkdir -p "$folder/sysroot/lib/rustlib"
ln -sfn /usr/lib/rustlib/x86_64-unknown-linux-gnu "$folder/sysroot/lib/rustlib/x86_64-unknown-linux-gnu"
ln -sfn "$root/usr/lib/rustlib/$triple" "$folder/sysroot/lib/rustlib/$triple"
printf '#!/bin/sh\nexec /usr/bin/rustc --sysroot "%s" "$@"\n' "$folder/sysroot" >"$RUSTC"
chmod +x "$RUSTC"

# As buildroot/package/rosie/rosie.mk for a Pi 5; a folder of its own, for the compiler is another one.
export CARGO_TARGET_DIR=$CARGO_TARGET_DIR/aarch64
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
export CC_aarch64_unknown_linux_gnu=aarch64-linux-gnu-gcc CXX_aarch64_unknown_linux_gnu=aarch64-linux-gnu-g++
export PKG_CONFIG_ALLOW_CROSS=1 PKG_CONFIG_SYSROOT_DIR=$root PKG_CONFIG_LIBDIR=$root/usr/lib/aarch64-linux-gnu/pkgconfig
export WHISPER_DONT_GENERATE_BINDINGS=1 GGML_NATIVE=OFF GGML_CPU_ARM_ARCH=armv8.2-a+dotprod+fp16
cargo build --release --locked -p rosied --target "$triple" >&2
install -m 0755 "$CARGO_TARGET_DIR/$triple/release/rosied" "$root/usr/bin/rosied"
aarch64-linux-gnu-strip "$root/usr/bin/rosied"

# The library that runs the models is of this processor, too; the models are anybody's.
models=$root/models
mkdir -p "$models/onnxruntime"
if [ ! -s "$models/onnxruntime/libonnxruntime.so" ]; then
    version=$(sed -n 's/.*package: onnxruntime==\([0-9.]*\).*/\1/p' models/manifest.yaml | head -n 1)
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --platform manylinux_2_28_aarch64 \
        --platform manylinux_2_27_aarch64 --python-version 3.11 --dest "$folder" "onnxruntime==$version" >&2
    unzip -qp "$folder"/onnxruntime-"$version"-*.whl "onnxruntime/capi/libonnxruntime.so.$version" \
        >"$models/onnxruntime/libonnxruntime.so.part"
    mv "$models/onnxruntime/libonnxruntime.so.part" "$models/onnxruntime/libonnxruntime.so"
fi
for model in silero-vad speech-embedding smart-turn-v3.2 whisper-tiny.en; do
    cp -rLu "${ROSIE_MODELS:?}/$model" "$models/"
done
cp "${ROSIE_TEST_SPEECH:?}/goforward.wav" "$root/recording.wav"
# An emulated processor takes its time for a sentence.
printf 'stt: {model: whisper-tiny.en}\ntts: {engine: espeak-ng}\nmemory: {model: ""}\naudio: {partial_every_ms: 0, transcript_ms: 600000}\n' >"$root/rosie.yaml"
install -m 0755 "$(command -v qemu-aarch64-static)" "$root/usr/bin/qemu-aarch64-static"

# In a root of its own and not with QEMU's -L: with that, threads hang.
emulated() {
    local began=$SECONDS
    chroot "$root" /usr/bin/env -i /usr/bin/qemu-aarch64-static -cpu cortex-a76 /usr/bin/rosied --data /data --models /models \
        --config /rosie.yaml "$@"
    echo "  ($((SECONDS - began)) s under emulation)" >&2
}
file "$root/usr/bin/rosied" 2>/dev/null | cut -d: -f2 | cut -d, -f1-2 || true
du -h --apparent-size "$root/usr/bin/rosied" | sed 's/^/aarch64: rosied /'
emulated models verify onnxruntime silero-vad speech-embedding smart-turn-v3.2 whisper-tiny.en
emulated check
answer=$(emulated --json turn /recording.wav)
echo "$answer"
grep -qi '"text": *"[^"]*forward' <<<"$answer" || { echo "aarch64: the recording was not understood" >&2; exit 1; }
echo "aarch64: checked itself and understood a recording"
