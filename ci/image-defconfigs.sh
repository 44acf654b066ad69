#!/usr/bin/env bash
# buildroot/configs/ is made of buildroot/fragments/ as buildroot/boards says. `image-defconfigs.sh write BUILDROOT` makes it
# anew; `check` compares the lines, and with a folder of Buildroot has Buildroot itself read each one, and write it back.
set -euo pipefail
cd "$(dirname "$0")/.."
mode=${1:-check} buildroot=${2:-}
external=$PWD/buildroot
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
bad=0
complain() { echo "image: $*" >&2; bad=1; }

lines_of() { # lines_of FRAGMENT...: what they say, without their comments
    (cd "$external/fragments" && cat "$@") | grep -E '^BR2_|^# BR2_[A-Z0-9_a-z]* is not set$'
}
buildroot_make() { # buildroot_make OUT ARGUMENTS...
    make -s -C "$buildroot" O="$1" BR2_EXTERNAL="$external" "${@:2}"
}
# configured NAME LINES SAVED: has Buildroot read LINES and write what is not its default into SAVED.
configured() {
    local said
    said=$(buildroot_make "$scratch/out-$1" defconfig BR2_DEFCONFIG="$2" 2>&1) || { complain "$1: $said"; return; }
    grep -iE 'warning|unknown|error' <<<"$said" && complain "$1: Buildroot warns"
    buildroot_make "$scratch/out-$1" savedefconfig BR2_DEFCONFIG="$3" >/dev/null
    # Buildroot drops in silence what cannot be chosen.
    while read -r line; do
        grep -qxF -- "$line" "$scratch/out-$1/.config" || complain "$1: this does not hold: $line"
    done <"$2"
}

while read -r board names; do
    config=$external/configs/rosie_${board}_defconfig
    # shellcheck disable=SC2086 # names of fragments
    lines_of $names >"$scratch/$board.lines"
    if [ "$mode" = write ]; then
        configured "$board" "$scratch/$board.lines" "$config"
        echo "image: $config"
        continue
    fi
    diff <(sort "$config") <(sort "$scratch/$board.lines") >&2 ||
        complain "$config is not what its fragments say (or a line of them is a default): \`make image-defconfigs\`"
    [ -n "$buildroot" ] || continue
    configured "$board" "$config" "$scratch/$board.saved"
    diff "$config" "$scratch/$board.saved" >&2 || complain "$config: Buildroot would write it otherwise"
    for extra in rosie-kiosk rosie-broker rosie-debug; do
        # An extra may need something of its own for a kind of processor.
        case "$board" in raspberrypi*) kind=aarch64 ;; *) kind=x86-64 ;; esac
        own=
        [ ! -e "$external/fragments/$extra-$kind" ] || own=$extra-$kind
        # shellcheck disable=SC2086
        lines_of $names "$extra" $own >"$scratch/$board-$extra.lines"
        # What an extra says goes before what the others say.
        awk -F'[ =]' '{ name = ($1 == "#") ? $2 : $1; last[name] = NR; line[NR] = $0; of[NR] = name }
            END { for (i = 1; i <= NR; i++) if (last[of[i]] == i) print line[i] }' \
            "$scratch/$board-$extra.lines" >"$scratch/$board-$extra"
        configured "$board-$extra" "$scratch/$board-$extra" "$scratch/$board-$extra.saved"
    done
done < <(grep -vE '^#|^$' "$external/boards")
exit $bad
