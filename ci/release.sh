#!/usr/bin/env bash
# release.sh FOLDER URL BOARD...: what is published of a version, in one folder that any web server gives out under URL: images to
# flash, updates and the channel that boxes look into, what each is made of (CycloneDX), what is new, the list for Raspberry Pi
# Imager, checksums and a signature over all of it. `make image` and `make image-sbom` of each board come first.
#   SINCE=ref       what is new since that commit or tag, and not since the last tag
#   WEBSITE=URL     where people read about Rosie
#   NOTES=line      what boxes tell of the update
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:?the folder to fill} url=${2:?where it will be found, https://…}
shift 2
[ $# -gt 0 ] || { echo "release: name the boards: $(ci/image.sh boards | tr '\n' ' ')" >&2; exit 2; }
url=${url%/}
[[ "$url" =~ ^https://[^[:space:]\"]+$ ]] || { echo "release: $url is not https://…, which boxes and the Imager want" >&2; exit 2; }
pki=${ROSIE_PKI:-$HOME/.local/share/rosie/pki}
[ -s "$pki/release.key" ] || { echo "release: $pki has no release.key; \`make pki\` makes one" >&2; exit 2; }
built=${IMAGE_OUT:-$ROSIE_CACHE/image/build}
version=${ROSIE_IMAGE_VERSION:-$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)}
if [ -e "$folder/SHA256SUMS" ]; then
    echo "release: $folder has a release already; a published one is not changed" >&2
    exit 2
fi

# Everything that is needed is looked for before anything is made, which takes minutes a board.
missing=()
for board in "$@"; do
    ci/image.sh boards | grep -qxF -- "$board" || { echo "release: there is no board $board" >&2; exit 2; }
    for file in "images/rosie-$board.img" "images/rosie-$board-$version.raucb" sbom.cdx.json; do
        [ -s "$built/$board/$file" ] || missing+=("$built/$board/$file")
    done
done
[ ${#missing[@]} -eq 0 ] || {
    printf 'release: missing: %s\n' "${missing[@]}" >&2
    echo "release: \`make image BOARD=…\` and \`make image-sbom BOARD=…\` of version $version make them" >&2
    exit 1
}

# Made beside it and put there in one step: half a release is none.
work=$folder.new
rm -rf "$work"
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT
date=$(git show -s --format=%cs HEAD)
since=${SINCE:-$(git describe --tags --abbrev=0 HEAD^ 2>/dev/null || git describe --tags --abbrev=0 2>/dev/null || true)}
{
    printf '# Rosie %s, %s\n\n' "$version" "$date"
    if [ -n "$since" ]; then printf 'What is new since %s:\n\n' "$since"; else printf 'All that was done so far:\n\n'; fi
    git log --no-merges --format='- %s' "${since:+$since..}HEAD"
} >"$work/CHANGES.md"

for board in "$@"; do
    echo "release: $board" >&2
    image=$built/$board/images/rosie-$board.img
    # One thread, so that the same image gives the same file everywhere.
    xz -T1 "-${XZ_LEVEL:-6}" -c "$image" >"$work/rosie-$board-$version.img.xz"
    case "$board" in raspberrypi*) triple=aarch64-unknown-linux-gnu ;; *) triple=x86_64-unknown-linux-gnu ;; esac
    cargo metadata --locked --format-version 1 --filter-platform "$triple" |
        python3 ci/release/sbom.py --board "$board" --version "$version" --packages "$built/$board/sbom.cdx.json" \
            --lock Cargo.lock >"$work/rosie-$board-$version.cdx.json"
    ci/image-channel.sh "$work" "$built/$board/images/rosie-$board-$version.raucb" "${NOTES:-}" >&2
done
cp endpoint-kiosk/web/favicon.svg "$work/rosie.svg"
cp LICENSE "$work/"
python3 ci/release/imager.py --url "$url" --version "$version" --date "$date" --website "${WEBSITE:-}" "$work"
# Whoever has a box has this certificate on it; others compare its fingerprint with one they got in another way.
cp "$pki/ca.pem" "$work/rosie-ca.pem"
(cd "$work" && find . -type f -printf '%P\n' | LC_ALL=C sort | xargs sha256sum) >"$work.sums"
mv "$work.sums" "$work/SHA256SUMS"
openssl cms -sign -binary -in "$work/SHA256SUMS" -outform PEM -md sha256 -signer "$pki/release.pem" -inkey "$pki/release.key" \
    -out "$work/SHA256SUMS.p7s"
rmdir "$folder" 2>/dev/null || true
mv -T "$work" "$folder"
trap - EXIT
echo "release: $folder is what $url should give out; its certificate's fingerprint is"
openssl x509 -in "$folder/rosie-ca.pem" -noout -fingerprint -sha256
