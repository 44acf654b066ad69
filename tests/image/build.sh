#!/usr/bin/env bash
# The daemon as the package rosie builds it for a PC (buildroot/package/rosie/rosie.mk): whisper.cpp for x86-64-v2, and not
# for the processor of this machine, which QEMU is not. Prints where the binary is.
set -euo pipefail
cd "$(dirname "$0")/../.."
export GGML_NATIVE=OFF GGML_SSE42=ON GGML_AVX=OFF GGML_AVX2=OFF GGML_FMA=OFF GGML_F16C=OFF GGML_BMI2=OFF
target=x86_64-unknown-linux-gnu
cargo build --release --locked -p rosied --target $target >&2
echo "$CARGO_TARGET_DIR/$target/release/rosied"
