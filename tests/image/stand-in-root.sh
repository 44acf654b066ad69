#!/usr/bin/env bash
# The stand-in root file system: Debian's packages in the place of Buildroot's. Prints the path of a tar, made once for each
# state of this script and kept in the cache. Nothing of Rosie is in it; assemble.sh lays that over it.
set -euo pipefail

packages=(
    systemd systemd-sysv systemd-resolved udev dbus kmod util-linux e2fsprogs dosfstools fdisk zstd
    # Not the cloud's kernel: that one has no radios.
    linux-image-amd64 initramfs-tools busybox
    rauc rauc-service grub-common squashfs-tools
    avahi-daemon libnss-mdns chrony nftables iproute2 openssh-server curl ca-certificates openssl tzdata
    iwd dnsmasq-base wireless-regdb
    # The other side of the case access_point: a home's network and a phone.
    hostapd wpasupplicant iw
    libasound2 libopus0 libespeak-ng1 espeak-ng-data libgomp1 libstdc++6
)
cache=${ROSIE_CACHE:?source ci/env.sh first}/image
key=$(sha256sum <"$0" | cut -c1-12)
tar=$cache/stand-in-root-$key.tar
if [ ! -s "$tar" ]; then
    mkdir -p "$cache"
    echo "stand-in root: unpacking $((${#packages[@]})) Debian packages and what they need (minutes)" >&2
    # shellcheck source=/dev/null
    suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
    mirrors=()
    for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources}; do
        [ -s "$list" ] && mirrors+=("$list")
    done
    # Drivers of what no emulated machine has. Before the root is there only what leads to it is wanted: Buildroot's kernel has it built
    # in and no initramfs at all, and an emulator is slow to read and unpack one with everything.
    without=()
    for drivers in drivers/{gpu,media,infiniband,scsi,staging,iio,hwmon,net/ethernet,net/usb,ata,mtd,isdn,comedi,usb,mmc,mfd,nvme,bluetooth} \
        sound fs/{ocfs2,gfs2,xfs,btrfs,ceph,nfs,nfsd,smb,cifs}; do
        without+=("--dpkgopt=path-exclude=/lib/modules/*/kernel/$drivers/*")
    done
    mmdebstrap --format=tar --variant=minbase --components=main --quiet \
        --aptopt='Acquire::Languages "none"' --aptopt='APT::Install-Recommends "false"' \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
        "${without[@]}" --essential-hook='cd "$1" && mkdir -p usr/share/initramfs-tools/modules.d usr/share/initramfs-tools/conf.d' \
        --essential-hook='printf "%s\n" virtio_pci virtio_blk squashfs >"$1/usr/share/initramfs-tools/modules.d/rosie"' \
        --essential-hook='echo MODULES=list >"$1/usr/share/initramfs-tools/conf.d/rosie"' \
        --include="$(IFS=,; echo "${packages[*]}")" \
        "$suite" "$tar.part" "${mirrors[@]}" >&2
    mv "$tar.part" "$tar"
fi
echo "$tar"
