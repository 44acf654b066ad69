#!/usr/bin/env bash
# finish-root.sh ROOT BOARD VERSION: what the overlays cannot say for every board. Buildroot's post-build.sh calls it, and so
# does the stand-in's assembly (tests/image): both get the very same files.
set -euo pipefail
root=${1:?} board=${2:?} version=${3:?}
here=$(cd "$(dirname "$0")" && pwd)
keyring=${ROSIE_PKI:?is not set: the folder that \`make pki\` filled}/ca.pem

[ -s "$keyring" ] || {
    echo "image: $keyring is missing; \`make pki\` makes keys for updates" >&2
    exit 1
}
# A board without files of its own takes those of the one it is like.
file_of() {
    local like
    case "$board" in qemu-x86-64) like=generic-x86-64 ;; raspberrypi4) like=raspberrypi5 ;; *) like=$board ;; esac
    for folder in "$board" "$like" common; do
        [ ! -e "$here/../$folder/$1" ] || { echo "$here/../$folder/$1"; return; }
    done
    echo "image: board $board has no $1" >&2
    return 1
}

install -d -m 0755 "$root"/{data,media/backup,boot/firmware,etc/rauc,usr/lib/rosie}
sed "s/@BOARD@/$board/" "$(file_of system.conf)" >"$root/etc/rauc/system.conf"
install -m 0644 "$keyring" "$root/etc/rauc/keyring.pem"
case "$board" in *x86-64) install -m 0644 "$(file_of slot.cfg)" "$root/boot/slot.cfg" ;; esac
[ ! -d "$here/../../overlays/$board" ] || cp -a "$here/../../overlays/$board/." "$root/"

printf '%s\n' "$version" >"$root/usr/lib/rosie/version"
printf '%s\n' "$board" >"$root/usr/lib/rosie/board"
printf 'NAME=Rosie\nID=rosie\nPRETTY_NAME="Rosie %s"\nVERSION_ID=%s\nVARIANT_ID=%s\n' "$version" "$version" "$board" \
    >"$root/usr/lib/os-release"
rm -f "$root/etc/os-release"
ln -s ../usr/lib/os-release "$root/etc/os-release"
# systemd lets no start believe that it is before that, however empty the clock's battery is.
touch ${SOURCE_DATE_EPOCH:+-d "@$SOURCE_DATE_EPOCH"} "$root/usr/lib/clock-epoch"
# Empty, not missing: systemd then makes one for this start, and rosie-identity keeps it.
: >"$root/etc/machine-id"
ln -sfn ../run/systemd/resolve/stub-resolv.conf "$root/etc/resolv.conf"
