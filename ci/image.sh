#!/usr/bin/env bash
# image.sh WHAT BOARD: builds and looks at the image with Buildroot; the targets image… of the Makefile call it.
#   BUILDROOT=dir   this Buildroot instead of the pinned release
#   WITH="kiosk …"  fragments besides the board's own (kiosk, broker, debug)
#   MODELS=dir      models of this folder into the image (`make models` fills one); without it those that a box can fetch by itself
#                   are fetched at the first start
set -euo pipefail
cd "$(dirname "$0")/.."
release=2026.08
sha256=87aaca4164ea9d5c8085854953018263f7963f07c22e73a2a2185cc98c581c34
# A box has no Python, and these come as Python packages alone: each image brings them, or she would hear no wake word.
brought=(speech-embedding smart-turn-v3.2 home-assistant-intents)
what=${1:?} board=${2:-}
external=$PWD/buildroot
boards() { grep -vE '^#|^$' "$external/boards" | cut -d' ' -f1; }
[ "$what" != boards ] || { boards; exit; }
cache=$ROSIE_CACHE/image
out=${IMAGE_OUT:-$cache/build}/$board
models=$cache/models-of-image
if [ -n "${MODELS:-}" ]; then models=$(cd "$MODELS" && pwd); else mkdir -p "$models"; fi
boards | grep -qxF -- "$board" || {
    echo "image: BOARD=${board:-?} is not one of: $(boards | tr '\n' ' ')" >&2
    exit 2
}
if [ "$what" = clean ]; then
    rm -rf -- "$out"
    echo "image: $out is gone; downloads and the compiler's cache are kept in $cache"
    exit
fi

buildroot() { # prints the folder of Buildroot, fetched once
    if [ -n "${BUILDROOT:-}" ]; then (cd "$BUILDROOT" && pwd); return; fi
    local folder=$cache/buildroot-$release archive=$cache/buildroot-$release.tar.xz
    if [ ! -e "$folder/.complete" ]; then
        mkdir -p "$cache"
        if [ ! -s "$archive" ]; then
            echo "image: fetching Buildroot $release" >&2
            curl -fL --retry 3 -C - -o "$archive.part" "https://buildroot.org/downloads/$(basename "$archive")" >&2 || {
                echo "image: it cannot be fetched; BUILDROOT=dir takes a folder that is there already" >&2
                return 1
            }
            echo "$sha256  $archive.part" | sha256sum -c --quiet >&2 || {
                rm -f "$archive.part"
                echo "image: what came is not Buildroot $release; it was thrown away" >&2
                return 1
            }
            mv "$archive.part" "$archive"
        fi
        rm -rf "$folder"
        tar -xf "$archive" -C "$cache"
        touch "$folder/.complete"
    fi
    echo "$folder"
}
tree=$(buildroot)
[ -e "$tree/Makefile" ] && grep -q '^export BR2_VERSION' "$tree/Makefile" || {
    echo "image: $tree is no Buildroot" >&2
    exit 2
}
export BR2_DL_DIR=$cache/dl BR2_CCACHE_DIR=$cache/ccache
export ROSIE_PKI=${ROSIE_PKI:-$HOME/.local/share/rosie/pki}
# Of a shell in which Rosie is built by hand; Buildroot has its own.
unset CARGO_TARGET_DIR RUSTC RUSTFLAGS
make_it() { make -C "$tree" O="$out" BR2_EXTERNAL="$external" "$@"; }

configure() {
    local wanted=$out/rosie.config extra
    mkdir -p "$out"
    {
        cat "$external/configs/rosie_${board}_defconfig"
        for extra in ${WITH:-}; do
            case "$board" in raspberrypi*) kind=aarch64 ;; *) kind=x86-64 ;; esac
            cat "$external/fragments/rosie-$extra-$kind" 2>/dev/null || true
            cat "$external/fragments/rosie-$extra" || { echo "image: WITH=$extra is none of kiosk, broker, debug" >&2; exit 2; }
        done
        printf 'BR2_PACKAGE_ROSIE_MODELS=y\nBR2_PACKAGE_ROSIE_MODELS_FROM="%s"\n' "$models"
    } >"$wanted.new"
    # Unchanged: what somebody chose in the menu stays.
    if ! cmp -s "$wanted" "$wanted.new" || [ ! -e "$out/.config" ]; then
        mv "$wanted.new" "$wanted"
        make_it -s defconfig BR2_DEFCONFIG="$wanted"
    fi
    rm -f "$wanted.new"
}
# Each package's name as it begins, with the time since the start.
progress() {
    local line
    while IFS= read -r line; do
        case "$line" in
        *'>>> '*) printf '%3d:%02d  %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "${line##*>>> }" ;;
        *'Error '* | *' error: '*) printf '        %s\n' "$line" ;;
        esac
    done
}

configure
case "$what" in
build)
    [ -s "$ROSIE_PKI/ca.pem" ] || { echo "image: no keys for updates in $ROSIE_PKI; \`make pki\` makes them" >&2; exit 2; }
    if [ -z "${MODELS:-}" ]; then "$ROSIED" models fetch --models "$models" "${brought[@]}"; fi
    for model in "${brought[@]}"; do
        [ -d "$models/$model" ] || { echo "image: $models has no $model, which a box cannot fetch; \`make models\` does" >&2; exit 2; }
    done
    # Plain make at the top: packages build one after the other, each with all processors. What was built stays, so a build
    # that was stopped goes on.
    set -o pipefail
    make_it 2>&1 | tee "$out/build.log" | progress || {
        echo "image: it failed; the end of $out/build.log says why:" >&2
        tail -n 30 "$out/build.log" >&2
        exit 1
    }
    ls -lh "$out"/images/rosie-*.img "$out"/images/*.raucb
    ;;
config) echo "image: $out/.config" ;;
menuconfig) make_it menuconfig ;;
sbom)
    # It asks for the list of licences of SPDX over the network.
    make_it -s show-info | "$tree/utils/generate-cyclonedx" >"$out/sbom.new"
    mv "$out/sbom.new" "$out/sbom.cdx.json"
    echo "image: $out/sbom.cdx.json"
    ;;
legal) make_it legal-info && echo "image: $out/legal-info" ;;
*)
    echo "image: $what is not known" >&2
    exit 2
    ;;
esac
