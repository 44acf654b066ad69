#!/usr/bin/env bash
# Format, clippy, and the rules no compiler knows.
set -euo pipefail
cargo fmt --all --check
cargo clippy --release --locked --workspace --all-targets -- -D warnings
ci/house-rules.sh
