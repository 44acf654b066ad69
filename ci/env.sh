# Sourced by every script: where things are kept. All of it may be set from outside.
export ROSIE_CACHE="${ROSIE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/rosie}"
export ROSIE_MODELS="${ROSIE_MODELS:-$ROSIE_CACHE/models}"
export ROSIE_TEST_SPEECH="${ROSIE_TEST_SPEECH:-$ROSIE_CACHE/test-speech}"
# One target folder a compiler and native build flags: cargo notices everything else by itself.
rosie_build_key="$( { rustc -Vv 2>/dev/null; cat "$(dirname "${BASH_SOURCE[0]}")/../.cargo/config.toml"; } | sha256sum | cut -c1-12)"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$ROSIE_CACHE/target-$rosie_build_key}"
export ROSIED="${ROSIED:-$CARGO_TARGET_DIR/release/rosied}"
