#!/usr/bin/env bash
# make-images.sh IMAGES BOARD VERSION: the disk and the signed update of what lies in IMAGES (rootfs.squashfs, and the boot
# loader: efi-part/ or rpi-firmware/ with Image and device trees). Buildroot's post-image.sh and the stand-in both call it.
set -euo pipefail
images=${1:?} board=${2:?} version=${3:?}
here=$(cd "$(dirname "$0")" && pwd)
pki=${ROSIE_PKI:?is not set: the folder that \`make pki\` filled}
like() { case "$1" in qemu-x86-64) echo generic-x86-64 ;; raspberrypi4) echo raspberrypi5 ;; *) echo "$1" ;; esac; }
of_board=$here/../$(like "$board")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# 1024 bytes, as GRUB wants it: A is there, B is empty until the first update.
grubenv() {
    local text=$'# GRUB Environment Block\nORDER=A B\nA_OK=1\nA_LEFT=2\nB_OK=0\nB_LEFT=0\n'
    printf '%s%s' "$text" "$(head -c $((1024 - ${#text})) /dev/zero | tr '\0' '#')"
}

rm -rf "${images:?}/boot" "${images:?}/slot"
mkdir -p "$images/boot"
cp "$here/boot/READ-ME.txt" "$images/boot/"
slot_files=
case "$board" in
*x86-64)
    mkdir -p "$images/boot/EFI/BOOT"
    cp "$images/efi-part/EFI/BOOT/bootx64.efi" "$of_board/grub.cfg" "$images/boot/EFI/BOOT/"
    grubenv >"$images/boot/EFI/BOOT/grubenv"
    bundled=(rootfs.squashfs)
    ;;
raspberrypi*)
    { cat "$of_board/autoboot.txt"; head -c 512 /dev/zero | tr '\0' '\n'; } | head -c 512 >"$images/boot/autoboot.txt"
    mkdir -p "$images/slot"
    cp -r "$images/rpi-firmware/." "$images/slot/"
    cp "$images/Image" "$images"/*.dtb "$of_board/config.txt" "$of_board/hat.txt" "$images/slot/"
    rm -f "$images/slot/cmdline.txt"
    for slot in a b; do
        sed "s/@LABEL@/rosie-$slot/; s/@SLOT@/${slot^^}/" "$of_board/cmdline.txt" >"$images/slot/cmdline-$slot.txt"
    done
    slot_files=$(cd "$images/slot" && find . -mindepth 1 -maxdepth 1 -printf '"slot/%P", ' | sed 's/, $//')
    bundled=(rootfs.squashfs slot.vfat)
    ;;
esac

sed "s/@BOARD@/$board/; s|@SLOT_FILES@|$slot_files|" "$of_board/genimage.cfg" >"$scratch/genimage.cfg"
mkdir "$scratch/empty"
genimage --rootpath "$scratch/empty" --tmppath "$scratch/tmp" --inputpath "$images" --outputpath "$images" \
    --config "$scratch/genimage.cfg" >"$scratch/genimage.log" 2>&1 || { cat "$scratch/genimage.log" >&2; exit 1; }

mkdir "$scratch/bundle"
{
    printf '[update]\ncompatible=rosie-%s\nversion=%s\n\n[bundle]\nformat=verity\n\n[image.rootfs]\nfilename=rootfs.squashfs\n' \
        "$board" "$version"
    case "$board" in raspberrypi*) printf '\n[image.boot]\nfilename=slot.vfat.img\n' ;; esac
} >"$scratch/bundle/manifest.raucm"
for file in "${bundled[@]}"; do
    case "$file" in *.squashfs) name=$file ;; *) name=$file.img ;; esac
    ln "$images/$file" "$scratch/bundle/$name" 2>/dev/null || cp "$images/$file" "$scratch/bundle/$name"
done
bundle=$images/rosie-$board-$version.raucb
rm -f "$bundle"
rauc --cert "$pki/release.pem" --key "$pki/release.key" \
    bundle --mksquashfs-args='-comp gzip -Xcompression-level 1' "$scratch/bundle" "$bundle" >"$scratch/rauc.log" 2>&1 ||
    { cat "$scratch/rauc.log" >&2; exit 1; }
echo "image: $images/rosie-$board.img and $bundle"
