#!/usr/bin/env bash
# Buildroot calls it with the root file system and the board's name, before file systems are made.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
version=${ROSIE_IMAGE_VERSION:-$(sed -n 's/^version = "\(.*\)"/\1/p' "$here/../../Cargo.toml" | head -n 1)}
"$here/finish-root.sh" "$1" "$2" "$version"
