# Sourced by every script: where things are kept. All of it may be set from outside.
export ROSIE_CACHE="${ROSIE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/rosie}"
export ROSIE_MODELS="${ROSIE_MODELS:-$ROSIE_CACHE/models}"
export ROSIE_TEST_SPEECH="${ROSIE_TEST_SPEECH:-$ROSIE_CACHE/test-speech}"
rosie_checkout="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
# One target folder a compiler and native build flags: cargo notices everything else by itself.
rosie_build_key="$( { rustc -Vv 2>/dev/null; cat "$rosie_checkout/.cargo/config.toml"; } | sha256sum | cut -c1-12)"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$ROSIE_CACHE/target-$rosie_build_key}"
export ROSIED="${ROSIED:-$CARGO_TARGET_DIR/release/rosied}"
# Cargo knows a changed file by its time. Where another checkout built last, what it built is younger than a file that differs
# here, so this one's are made newer.
if [ "$(cat "$CARGO_TARGET_DIR/checkout" 2>/dev/null)" != "$rosie_checkout" ] && mkdir -p "$CARGO_TARGET_DIR"; then
    git -C "$rosie_checkout" ls-files -z -co --exclude-standard 2>/dev/null | (cd "$rosie_checkout" && xargs -0r touch -c)
    echo "$rosie_checkout" >"$CARGO_TARGET_DIR/checkout"
fi
