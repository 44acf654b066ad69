#!/usr/bin/env bash
# image-channel.sh FOLDER BUNDLE [NOTES]: puts an update into a channel, a folder that any web server gives out over HTTPS, and
# writes the signed index that boxes read (overlays/common/usr/lib/rosie/update-check). The bundle goes first.
set -euo pipefail
folder=${1:?the folder of the channel} bundle=${2:?the bundle} notes=${3:-}
pki=${ROSIE_PKI:-$HOME/.local/share/rosie/pki}
[ -s "$pki/release.key" ] || { echo "channel: $pki has no release.key; \`make pki\` makes one" >&2; exit 1; }
name=$(basename "$bundle")
board=$(sed -n 's/^rosie-\(.*\)-[0-9][^-]*\.raucb$/\1/p' <<<"$name")
version=$(sed -n 's/^rosie-.*-\([0-9][^-]*\)\.raucb$/\1/p' <<<"$name")
[ -n "$board" ] && [ -n "$version" ] || { echo "channel: $name is not called rosie-BOARD-VERSION.raucb" >&2; exit 1; }
mkdir -p "$folder"
cp "$bundle" "$folder/$name.part"
mv "$folder/$name.part" "$folder/$name"
index=$folder/rosie-$board.index
{
    printf 'format=rosie-channel-1\nboard=%s\nversion=%s\nbundle=%s\n' "$board" "$version" "$name"
    printf 'bytes=%s\nsha256=%s\n' "$(stat -c %s "$bundle")" "$(sha256sum "$bundle" | cut -d' ' -f1)"
    printf 'issued=%s\nnotes=%s\n' "$(date +%s)" "$(printf %s "$notes" | tr '\n' ' ' | cut -c1-500)"
} | openssl cms -sign -binary -nodetach -outform DER -md sha256 -signer "$pki/release.pem" -inkey "$pki/release.key" -out "$index.new"
mv "$index.new" "$index"
echo "channel: $index offers $version to $board"
