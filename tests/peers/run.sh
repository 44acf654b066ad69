#!/usr/bin/env bash
# Measures Rosie beside her peers, in one run: tests/peers/run.sh [--quick] [--speech FOLDER]… [stt|tts|hearing|pauses|health|turn|think|rest|memory|rtc|eval]…
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source ci/env.sh
ci/test-peers.sh bench
# What Rosie's memory does is measured by an example of its crate, beside ChromaDB; what her ears do, likewise.
cargo build --quiet --release -p rosie-memory --example memory_bench
# What WebRTC costs, by one of the gateway's.
cargo build --quiet --release -p rosie-gateway --example rtc_bench
export ROSIE_RTC_BENCH="$CARGO_TARGET_DIR/release/examples/rtc_bench"
cargo build --quiet --release -p rosie-device --example front_end_bench
cargo build --quiet --release -p rosie-speech --example turn_end_bench
export ROSIE_TURN_END_BENCH="$CARGO_TARGET_DIR/release/examples/turn_end_bench"
export ROSIE_FRONT_END_BENCH="$CARGO_TARGET_DIR/release/examples/front_end_bench"
export ROSIE_MEMORY_BENCH="$CARGO_TARGET_DIR/release/examples/memory_bench" ROSIE_CHROMA="$ROSIE_CACHE/chroma-venv"
cd tests/peers
exec "$ROSIE_CACHE/peers/bin/python" -m bench "$@"
