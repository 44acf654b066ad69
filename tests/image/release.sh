#!/usr/bin/env bash
# A release made of small stand-ins of what Buildroot makes, and then read as those do who get it: the Imager, a box, somebody
# who checks the signature, somebody who looks for a library.
set -euo pipefail
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export ROSIE_PKI=$scratch/pki IMAGE_OUT=$scratch/built XZ_LEVEL=0 ROSIE_IMAGE_VERSION=7.8.9
ci/image-pki.sh "$ROSIE_PKI" >/dev/null
say() { echo "release: $*" >&2; exit 1; }
refused() { # refused WHY COMMAND...
    local why=$1
    shift
    ! "$@" >"$scratch/said" 2>&1 || say "done in spite of: $why"
    grep -q -- "$why" "$scratch/said" || say "not refused for: $why but: $(cat "$scratch/said")"
}
url=https://updates.example.org/rosie
out=$scratch/out
boards=(raspberrypi5 generic-x86-64)
for board in "${boards[@]}"; do
    mkdir -p "$IMAGE_OUT/$board/images"
    { head -c 200000 /dev/urandom; head -c 800000 /dev/zero; } >"$IMAGE_OUT/$board/images/rosie-$board.img"
    head -c 100000 /dev/urandom >"$IMAGE_OUT/$board/images/rosie-$board-7.8.9.raucb"
    # As Buildroot's generate-cyclonedx writes it.
    cat >"$IMAGE_OUT/$board/sbom.cdx.json" <<END
{"bomFormat": "CycloneDX", "\$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json", "specVersion": "1.6",
 "metadata": {"component": {"bom-ref": "buildroot", "name": "buildroot", "version": "2026.08", "type": "firmware"}},
 "components": [
  {"bom-ref": "rosie", "type": "library", "name": "rosie", "version": "local", "properties": [{"name": "BR_TYPE", "value": "target"}]},
  {"bom-ref": "systemd", "type": "library", "name": "systemd", "version": "258"}],
 "dependencies": [{"ref": "buildroot", "dependsOn": ["rosie", "systemd"]}, {"ref": "rosie", "dependsOn": []}],
 "vulnerabilities": []}
END
done

refused "not https" ci/release.sh "$out" http://updates.example.org "${boards[@]}"
refused "no board nonsense" ci/release.sh "$out" "$url" nonsense
refused "raspberrypi4/sbom.cdx.json" ci/release.sh "$out" "$url" raspberrypi4
[ ! -e "$out" ] && [ ! -e "$out.new" ] || say "a release that was refused left something behind"
NOTES="better ears" ci/release.sh "$out" "$url/" "${boards[@]}" >/dev/null 2>"$scratch/said" || say "$(cat "$scratch/said")"
refused "a published one is not changed" ci/release.sh "$out" "$url" "${boards[@]}"

# ---- whoever checks it
check() { # check FOLDER: as docs/flashing.md tells people to
    (cd "$1" && openssl cms -verify -binary -inform PEM -in SHA256SUMS.p7s -content SHA256SUMS -CAfile "$ROSIE_PKI/ca.pem" \
        -purpose any -out /dev/null && sha256sum -c --quiet SHA256SUMS) >"$scratch/said" 2>&1
}
check "$out" || say "its own checksums or signature are wrong: $(cat "$scratch/said")"
listed=$(sed 's/^[0-9a-f]*  //' "$out/SHA256SUMS" | LC_ALL=C sort)
there=$(find "$out" -type f ! -name 'SHA256SUMS*' -printf '%P\n' | LC_ALL=C sort)
[ "$listed" = "$there" ] || say "not every file has a checksum"
cp -r "$out" "$scratch/changed"
# What it holds is random, so one byte of it may be any: one more is a change for sure.
printf x >>"$scratch/changed/rosie-raspberrypi5-7.8.9.img.xz"
! check "$scratch/changed" || say "a changed image passes"
rm -r "$scratch/changed" && cp -r "$out" "$scratch/changed"
sed -i 's/rosie.svg/rosie.sv0/' "$scratch/changed/SHA256SUMS"
! check "$scratch/changed" || say "changed checksums pass"
ROSIE_PKI=$scratch/foreign ci/image-pki.sh "$scratch/foreign" >/dev/null
! ROSIE_PKI=$scratch/foreign check "$out" || say "a foreign key passes"
grep -q "^# Rosie 7.8.9, " "$out/CHANGES.md" && grep -qF -- "- $(git log -1 --no-merges --format=%s)" "$out/CHANGES.md" || say "CHANGES.md"

# ---- the Imager, and whoever looks for a library
python3 - "$out" "$IMAGE_OUT" "$url" <<'END' || say "the lists are not right"
import hashlib, json, sys, tomllib
from pathlib import Path

out, built, url = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
(entry,) = json.loads((out / "rpi-imager.json").read_text())["os_list"]  # a PC's image is for no Pi
required = {"name": str, "description": str, "icon": str, "url": str, "extract_size": int, "extract_sha256": str}
required |= {"image_download_size": int, "release_date": str}
for key, kind in required.items():
    assert type(entry[key]) is kind and entry[key], f"{key}: {entry.get(key)!r}"
assert "init_format" not in entry and entry["devices"] == ["pi5-64bit"], entry
manifest = json.loads((out / "rosie.rpi-imager-manifest").read_text())
assert manifest["os_list"] == [entry]
assert [one["tags"] for one in manifest["imager"]["devices"]] == [["pi5-64bit"]], manifest
raw = (built / "raspberrypi5/images/rosie-raspberrypi5.img").read_bytes()
packed = (out / entry["url"].removeprefix(f"{url}/")).read_bytes()
assert (entry["extract_size"], entry["extract_sha256"]) == (len(raw), hashlib.sha256(raw).hexdigest())
assert (entry["image_download_size"], entry["image_download_sha256"]) == (len(packed), hashlib.sha256(packed).hexdigest())
assert (out / entry["icon"].removeprefix(f"{url}/")).read_text().startswith("<svg")

lock = {(one["name"], one["version"]): one.get("checksum") for one in tomllib.loads(Path("Cargo.lock").read_text())["package"]}
for board in ("raspberrypi5", "generic-x86-64"):
    bom = json.loads((out / f"rosie-{board}-7.8.9.cdx.json").read_text())
    assert (bom["metadata"]["component"]["name"], bom["metadata"]["component"]["version"]) == (f"rosie-{board}", "7.8.9")
    known = [one["bom-ref"] for one in bom["components"]] + [bom["metadata"]["component"]["bom-ref"]]
    assert len(known) == len(set(known)), "a reference stands twice"
    for one in bom["dependencies"]:
        assert {one["ref"], *one["dependsOn"]} <= set(known), f"{one['ref']} depends on what is not listed"
    parts = {one["name"]: one for one in bom["components"]}
    assert {"systemd", "rosied", "tokio", "whisper-rs", "redb"} <= parts.keys()
    assert not {"insta", "proptest", "rosie-testkit", "rosie-e2e", "winapi", "windows-sys"} & parts.keys(), "what is not in the program"
    tokio = parts["tokio"]
    assert tokio["hashes"] == [{"alg": "SHA-256", "content": lock["tokio", tokio["version"]]}], tokio
    (of_rosie,) = [one["dependsOn"] for one in bom["dependencies"] if one["ref"] == "rosie"]
    assert of_rosie == [parts["rosied"]["bom-ref"]], of_rosie
END

# ---- a box: the release is a channel
export ROSIE_LIB=$PWD/overlays/common/usr/lib/rosie ROSIE_MACHINE=$scratch/machine ROSIE_UPDATE=$scratch/update
export ROSIE_CHANNEL_PROTO="=file" ROSIE_KEYRING=$ROSIE_PKI/ca.pem ROSIE_BOARD_FILE=$scratch/board ROSIE_VERSION_FILE=$scratch/version
mkdir -p "$ROSIE_MACHINE" "$ROSIE_UPDATE"
echo raspberrypi5 >"$ROSIE_BOARD_FILE"
echo 7.8.8 >"$ROSIE_VERSION_FILE"
printf 'channel=file://%s\nmode=notify\n' "$out" >"$ROSIE_MACHINE/updates"
"$ROSIE_LIB/update-check" 2>/dev/null
grep -qx version=7.8.9 "$ROSIE_UPDATE/available" && grep -qx "notes=better ears" "$ROSIE_UPDATE/available" || say "no box would see it"
echo "release: all as expected"
