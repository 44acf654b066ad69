#!/usr/bin/env bash
# Buildroot calls it with the folder of images and the board's name, when the root file system is made.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
images=$1 board=$2
version=$(cat "$TARGET_DIR/usr/lib/rosie/version")
"$here/make-images.sh" "$images" "$board" "$version"
