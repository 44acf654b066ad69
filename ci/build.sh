#!/usr/bin/env bash
# The release binary, with cargo's own progress.
set -euo pipefail
cargo build --release --locked -p rosied "$@"
