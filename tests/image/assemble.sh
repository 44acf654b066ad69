#!/usr/bin/env bash
# assemble.sh OUT VERSION [BREAK]: a bootable disk and an update from the very same board, overlay, unit, partition and RAUC
# files as the real image, on a stand-in root of Debian's packages. BREAK makes a system that an update must not keep:
# `daemon` (Rosie does not start), `kernel` (nothing starts).
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
out=${1:?} version=${2:?} broken=${3:-}
board=${BOARD:-qemu-x86-64}
models=${ROSIE_MODELS:?source ci/env.sh first}
root=$out/root
[ "$(id -u)" = 0 ] || { echo "assemble: only root can lay out a root file system" >&2; exit 1; }

mkdir -p "$out"
rm -rf "$root"
mkdir "$root"
tar -xf "$("$here/tests/image/stand-in-root.sh")" -C "$root" --numeric-owner
cp -a --no-preserve=ownership "$here/overlays/common/." "$root/"
install -m 0755 "${ROSIED:?}" "$root/usr/bin/rosied"
strip "$root/usr/bin/rosied"
mkdir -p "$root/usr/share/rosie/models"
for model in ${ROSIE_IMAGE_TEST_MODELS:-onnxruntime silero-vad speech-embedding smart-turn-v3.2 whisper-tiny.en}; do
    cp -rL --preserve=timestamps "$models/$model" "$root/usr/share/rosie/models/"
done

"$here/board/common/finish-root.sh" "$root" "$board" "$version"
# What Buildroot does by itself.
echo rosie >"$root/etc/hostname"
printf '127.0.0.1 localhost\n127.0.1.1 rosie\n::1 localhost\n' >"$root/etc/hosts"
systemd-sysusers --root "$root"
systemctl --root "$root" preset-all 2>/dev/null
rm -f "$root/etc/systemd/system/getty.target.wants/"*
mv "$root"/boot/vmlinuz-* "$root/boot/bzImage"
mv "$root"/boot/initrd.img-* "$root/boot/initrd"
rm -rf "$root"/{initrd.img*,vmlinuz*,var/cache/apt,var/lib/apt,boot/System.map*,usr/share/doc,usr/share/locale}

case "$broken" in
'') ;;
daemon) printf '#!/bin/sh\nexit 1\n' >"$root/usr/bin/rosied" ;;
kernel) rm "$root/sbin/init" "$root/bin/sh" ;;
*) echo "assemble: $broken is no way to break it" >&2; exit 2 ;;
esac

rm -f "$out/rootfs.squashfs"
mksquashfs "$root" "$out/rootfs.squashfs" -comp gzip -Xcompression-level 1 -no-progress -quiet -noappend
mkdir -p "$out/efi-part/EFI/BOOT"
# The modules that the real image's GRUB has built in.
modules=$(sed -n 's/^BR2_TARGET_GRUB2_BUILTIN_MODULES_EFI="\(.*\)"/\1/p' "$here/buildroot/fragments/board-x86-64")
# shellcheck disable=SC2086
grub-mkimage -O x86_64-efi -o "$out/efi-part/EFI/BOOT/bootx64.efi" -p /EFI/BOOT $modules
"$here/board/common/make-images.sh" "$out" "$board" "$version"
du -h --apparent-size "$out/rootfs.squashfs" | sed 's/^/assemble: root file system /'
rm -rf "$root"
