#!/usr/bin/env bash
# The disk and the update of every board, made by board/common/make-images.sh of small stand-ins of what Buildroot makes; then
# what is in them is read back.
set -euo pipefail
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export ROSIE_PKI=$scratch/pki
ci/image-pki.sh "$ROSIE_PKI" >/dev/null
say() { echo "$*" >&2; exit 1; }

mkdir -p "$scratch/root/usr"
head -c 100000 /dev/urandom >"$scratch/root/usr/file"
for board in $(sed -n 's/^\([a-z0-9-]*\)  *rosie-.*/\1/p' buildroot/boards); do
    images=$scratch/$board
    mkdir -p "$images"/{efi-part/EFI/BOOT,rpi-firmware/overlays}
    mksquashfs "$scratch/root" "$images/rootfs.squashfs" -quiet -no-progress >/dev/null
    echo loader >"$images/efi-part/EFI/BOOT/bootx64.efi"
    echo kernel >"$images/Image"
    echo tree >"$images/board.dtb"
    echo overlay >"$images/rpi-firmware/overlays/respeaker-2mic-v2.dtbo"
    board/common/make-images.sh "$images" "$board" 1.2.3 >/dev/null
    disk=$images/rosie-$board.img
    table=$(sfdisk --dump "$disk")
    case "$board" in
    raspberrypi*) names="rosie-boot rosie-boot-a rosie-boot-b rosie-a rosie-b" ;;
    *) names="rosie-boot rosie-a rosie-b" ;;
    esac
    found=$(sed -n 's/.*name="\([^"]*\)".*/\1/p' <<<"$table" | tr '\n' ' ')
    [ "$found" = "$names " ] || say "$board: partitions are $found"
    sfdisk --verify "$disk" >/dev/null 2>&1 || say "$board: the partition table is wrong"
    ! grep -qi 0FC63DAF <<<"$table" || say "$board: a partition has the type of rosie-data, which is made at the first start"
    # Both slots are alike, in size and kind.
    [ "$(grep -cE 'size= *1572864,.*name="rosie-[ab]"' <<<"$table")" = 2 ] || say "$board: slots are not 768 MiB each"
    first=$(sed -n 's/.*start= *\([0-9]*\),.*name="rosie-boot".*/\1/p' <<<"$table")
    files=$(mdir -b -s -i "$disk@@$((first * 512))" ::)
    case "$board" in
    raspberrypi*)
        grep -q autoboot.txt <<<"$files" || say "$board: no autoboot.txt"
        [ "$(mtype -i "$disk@@$((first * 512))" ::autoboot.txt | wc -c)" = 512 ] || say "$board: autoboot.txt is not one sector"
        slot=$(mdir -b -s -i "$images/slot.vfat" ::)
        for file in Image config.txt hat.txt cmdline-a.txt cmdline-b.txt board.dtb overlays/respeaker-2mic-v2.dtbo; do
            grep -q "/$file\$" <<<"$slot" || say "$board: $file is not in the slot"
        done
        mtype -i "$images/slot.vfat" ::cmdline-b.txt | grep -q 'root=PARTLABEL=rosie-b .*rauc.slot=B ' || say "$board: cmdline-b.txt"
        ;;
    *)
        for file in EFI/BOOT/bootx64.efi EFI/BOOT/grub.cfg EFI/BOOT/grubenv READ-ME.txt; do
            grep -qi "/$file\$" <<<"$files" || say "$board: $file is not there: $files"
        done
        grub-editenv "$images/boot/EFI/BOOT/grubenv" list | grep -qx 'ORDER=A B' || say "$board: grubenv cannot be read"
        ;;
    esac
    conf=$scratch/system.conf
    sed "s/@BOARD@/$board/; s|/etc/rauc/keyring.pem|$ROSIE_PKI/ca.pem|" \
        "board/$(case "$board" in *x86-64) echo generic-x86-64 ;; *) echo raspberrypi5 ;; esac)/system.conf" >"$conf"
    told=$(rauc --conf="$conf" info "$images/rosie-$board-1.2.3.raucb" 2>/dev/null) || say "$board: the update is not valid"
    grep -q "Compatible:.*rosie-$board" <<<"$told" || say "$board: $told"
    rm -rf "$images"
done
echo "layouts: all as expected"
