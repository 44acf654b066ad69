#!/usr/bin/env bash
# Builds the fuzz targets with stable Rust and runs one: fuzz/run.sh TARGET [SECONDS]. README.md says more.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
target=$1 seconds=${2:-300}
work=${FUZZ_FOLDER:-target/fuzz}
flags="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters"
flags+=" -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1"
# A folder of its own: every crate is built with these flags.
export CARGO_TARGET_DIR="$work/build" CARGO_ENCODED_RUSTFLAGS
CARGO_ENCODED_RUSTFLAGS=$(tr ' ' '\037' <<<"$flags" | tr -d '\n')
triple=$(rustc -vV | sed -n 's/^host: //p')
# With a target named, build scripts and macros are built without the instruments.
cargo build --release --locked --target "$triple" --bin "$target"
mkdir -p "$work/corpus/$target" "$work/crashes/$target"
seeds=()
[ -d "seeds/$target" ] && seeds=("seeds/$target")
exec "$work/build/$triple/release/$target" "$work/corpus/$target" "${seeds[@]}" \
    -max_total_time="$seconds" -timeout=20 -rss_limit_mb=3072 -max_len=65536 -artifact_prefix="$work/crashes/$target/"
