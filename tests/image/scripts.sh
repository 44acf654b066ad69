#!/usr/bin/env bash
# The scripts of the image on plain files: which slot starts next with GRUB and on a Pi, what an update is held to, what is
# kept of it. Programs that a real box has (curl, ip, systemctl) are small stand-ins here.
set -euo pipefail
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export ROSIE_LIB=$PWD/overlays/common/usr/lib/rosie
export ROSIE_FIRMWARE=$scratch/firmware ROSIE_MACHINE=$scratch/machine ROSIE_UPDATE=$scratch/update
export ROSIE_CMDLINE=$scratch/cmdline ROSIE_LOCK=$scratch/lock ROSIE_REBOOT_PARAM=$scratch/reboot-param
export ROSIE_UPDATE_RUN=$scratch/run ROSIE_UPDATE_LOCK=$scratch/update.lock ROSIE_ASKED=$scratch/ask
export ROSIE_VERSION_FILE=$scratch/version ROSIE_OFFERED=$scratch/offered ROSIE_PATIENCE=2
slots=$ROSIE_LIB/boot-slots
value_of() { sed -n "s/^$1=//p" "$2"; }
same() { # same WHAT GOT EXPECTED
    [ "$2" = "$3" ] || { echo "$1: got \"$2\", expected \"$3\"" >&2; exit 1; }
}
running() { echo "root=x rauc.slot=$1 quiet" >"$scratch/cmdline"; }
fresh() { rm -rf "$scratch"/{firmware,machine,update,reboot-param}; mkdir -p "$scratch"/{firmware,machine,update,bin}; }

# ---- GRUB
grub_fresh() {
    fresh
    mkdir -p "$ROSIE_FIRMWARE/EFI/BOOT"
    local env=$ROSIE_FIRMWARE/EFI/BOOT/grubenv
    grub-editenv "$env" create
    grub-editenv "$env" set "ORDER=A B" A_OK=1 A_LEFT=2 B_OK=0 B_LEFT=0
    running A
}
env_of() { grub-editenv "$ROSIE_FIRMWARE/EFI/BOOT/grubenv" list | sed -n "s/^$1=//p"; }
grub_fresh
same "new: next" "$($slots get-primary)" A
same "new: B" "$($slots get-state B)" bad
before=$(stat -c '%i %s' "$ROSIE_FIRMWARE/EFI/BOOT/grubenv")
$slots set-primary B
same "installed: next" "$($slots get-primary)" B
same "installed: tries" "$(env_of B_LEFT)" 2
same "the file is written in its place" "$(stat -c '%i %s' "$ROSIE_FIRMWARE/EFI/BOOT/grubenv")" "$before"
$slots set-state B bad
same "B is bad: next" "$($slots get-primary)" A
$slots note machine_id 0123
same "a note" "$(env_of machine_id)" 0123
! $slots get-state C 2>/dev/null || { echo "slot C is taken for one" >&2; exit 1; }
! $slots nonsense A 2>/dev/null || { echo "a word that is not known is taken" >&2; exit 1; }

# ---- a Raspberry Pi
pi_fresh() {
    fresh
    cp board/raspberrypi5/autoboot.txt "$ROSIE_FIRMWARE/"
    truncate -s 512 "$ROSIE_FIRMWARE/autoboot.txt"
    running A
}
pi_fresh
same "Pi, new: next" "$($slots get-primary)" A
$slots set-primary B
same "Pi, installed: next" "$($slots get-primary)" B
same "Pi, installed: how it restarts" "$(cat "$scratch/reboot-param")" "0 tryboot"
rm "$scratch/reboot-param" # the power went: the firmware starts what it knew
same "Pi, not tried: next" "$($slots get-primary)" A
running B # tried, and well
before=$(stat -c '%i %s' "$ROSIE_FIRMWARE/autoboot.txt")
$slots set-state B good
same "Pi, found good: next" "$($slots get-primary)" B
same "Pi, found good: file" "$(tr -d '\0' <"$ROSIE_FIRMWARE/autoboot.txt" | grep -c '^boot_partition=')" 2
same "Pi, in its place" "$(stat -c '%i %s' "$ROSIE_FIRMWARE/autoboot.txt")" "$before"
same "Pi, A is tried next" "$(sed -n '/tryboot\]/,$s/^boot_partition=//p' "$ROSIE_FIRMWARE/autoboot.txt")" 2
$slots set-state A bad
same "Pi, A is bad" "$($slots get-state A)" bad
echo '0 tryboot' >"$scratch/reboot-param"
mkdir "$ROSIE_UPDATE/bad.A.new" # as on a /data that is full
$slots set-state A bad 2>/dev/null || { echo "Pi, /data is full: the way back fails" >&2; exit 1; }
[ ! -e "$scratch/reboot-param" ] || { echo "Pi, /data is full: what is bad is tried once more" >&2; exit 1; }

# ---- what an update is held to
stand_in() { printf '#!/bin/sh\n%s\n' "$2" >"$scratch/bin/$1"; chmod +x "$scratch/bin/$1"; }
export PATH=$scratch/bin:$PATH SERVES=$scratch/serves
# $SERVES lists the parts that answer.
curl='for last; do :; done; part=${last##*/}; grep -qx "$part" "$SERVES"'
stand_in curl "$curl"
stand_in ip 'cat "$SERVES.route" 2>/dev/null'
stand_in systemctl 'echo "$@" >>"$SERVES.systemctl"'
serves() { printf '%s\n' "$@" >"$SERVES"; rm -f "$SERVES.systemctl"; echo default >"$SERVES.route"; }
health() { "$ROSIE_LIB/health" 2>/dev/null; }
value() { sed -n "s/^$1=//p" "$ROSIE_UPDATE/$2"; }
update() { # update VERSION: an install of it, seen by RAUC's handlers
    mkdir -p "$scratch/bundle"
    printf '[update]\ncompatible=x\nversion=%s\n' "$1" >"$scratch/bundle/manifest.raucm"
    RAUC_BUNDLE_MOUNT_POINT=$scratch/bundle "$ROSIE_LIB/update-pre-install" 2>/dev/null || return 1
    $slots set-primary B
    "$ROSIE_LIB/update-post-install"
}
installed() { # installed: 1.10.0 is in B, and everything worked in A
    grub_fresh
    echo 1.9.0 >"$scratch/version"
    serves health vad stt tts
    update 1.10.0
}
installed
same "what worked" "$(value parts pending)" "vad stt tts"
stand_in df 'printf "Filesystem 1K-blocks Used Available\nx 100 99 %s\n" 100'
! update 1.11.0 || { echo "an update is taken though /data is full" >&2; exit 1; }
rm "$scratch/bin/df"
! update 1.8.9 || { echo "an older version is taken" >&2; exit 1; }
touch "$ROSIE_UPDATE/allow-older"
update 1.8.9 || { echo "an older version is refused though it is allowed" >&2; exit 1; }
[ ! -e "$ROSIE_UPDATE/allow-older" ] || { echo "the permission outlives the update" >&2; exit 1; }

installed && running B && health
same "all well: outcome" "$(value outcome result)" updated
same "all well: B" "$($slots get-state B)" good
same "all well: next" "$($slots get-primary)" B
[ ! -e "$ROSIE_UPDATE/pending" ] || { echo "it is still pending" >&2; exit 1; }

installed && running B && serves health vad tts && health
same "stt is missing: outcome" "$(value outcome result)" returned
same "stt is missing: reason" "$(value reason result)" "stt does not work"
same "stt is missing: next" "$($slots get-primary)" A
same "stt is missing: restart" "$(cat "$SERVES.systemctl")" "--no-block reboot"

installed && running B && : >"$SERVES.route" && health
same "no network: reason" "$(value reason result)" "the network is gone"
installed && running B && serves nothing && health
same "nobody: reason" "$(value reason result)" "Rosie does not answer"

# A daemon that hangs takes longer over each question than the questions are apart.
installed && running B && serves nothing
stand_in curl 'echo >>"$SERVES.asked"; sleep 3; exit 28'
health
same "it hangs: outcome" "$(value outcome result)" returned
same "it hangs: how often it was asked" "$(wc -l <"$SERVES.asked")" 1
stand_in curl "$curl"

installed && running A && health
same "it never started: outcome" "$(value outcome result)" returned
same "it never started: next" "$($slots get-primary)" A

# Nothing can be written on /data: what is said of the update is lost for now, the way back is not.
installed && running B && serves nothing && mkdir "$ROSIE_UPDATE/result.new"
health || { echo "/data is full: the way back fails" >&2; exit 1; }
same "/data is full: next" "$($slots get-primary)" A
same "/data is full: restart" "$(cat "$SERVES.systemctl")" "--no-block reboot"
grub-editenv "$ROSIE_FIRMWARE/EFI/BOOT/grubenv" set A_LEFT=1
running A && ! health || { echo "/data is full: it is said that the outcome was written" >&2; exit 1; }
same "/data is full: the system before is good" "$(env_of A_LEFT)" 2
rmdir "$ROSIE_UPDATE/result.new"
running A && health
same "there is room again: outcome" "$(value outcome result)" returned

grub_fresh && serves health && health
same "any start: good" "$($slots get-state A)" good
grub_fresh && serves nothing && ! health || { echo "a start without Rosie counts as good" >&2; exit 1; }

# ---- models of the image and fetched ones
mkdir -p "$scratch"/from/{a,b} "$scratch/to/b"
ln -s "$scratch/from/gone" "$scratch/to/gone"
ROSIE_IMAGE_MODELS=$scratch/from ROSIE_DATA_MODELS=$scratch/to "$ROSIE_LIB/models"
same "a model of the image" "$(readlink "$scratch/to/a")" "$scratch/from/a"
[ ! -L "$scratch/to/b" ] && [ ! -L "$scratch/to/gone" ] || { echo "links are wrong" >&2; exit 1; }

# ---- a disk for backups
disk() { # disk ACTION NAME: what it says
    PATH=$scratch/bin:$PATH ROSIE_BACKUP_PLACE=$scratch/place ROSIE_SYS=$scratch/sys ROSIE_PARTLABELS=$scratch/labels \
        "$ROSIE_LIB/disk" "$@" 2>&1 || true
}
mkdir -p "$scratch"/{place,labels} "$scratch"/devices/{sda/sda1,sda/sda4,sdb/sdb1} "$scratch/sys"
for part in sda/sda1 sda/sda4 sdb/sdb1; do touch "$scratch/devices/$part/partition"; done
for name in sda sda/sda1 sda/sda4 sdb sdb/sdb1; do ln -s "$scratch/devices/$name" "$scratch/sys/$(basename $name)"; done
touch "$scratch"/{sda1,sda4}
ln -s "$scratch/sda1" "$scratch/labels/rosie-boot"
ln -s "$scratch/sda4" "$scratch/labels/rosie-data"
stand_in id 'echo 420'
stand_in chown 'echo "$@" >>"$SERVES.chown"'
stand_in mount 'echo "$@" >"$SERVES.mount"; touch "$SERVES.mounted"'
stand_in umount 'rm "$SERVES.mounted"'
stand_in mountpoint '[ -e "$SERVES.mounted" ]'
stand_in findmnt 'echo /dev/sdb1'
stand_in fsck.ext4 'exit $(cat "$SERVES.fsck" 2>/dev/null || echo 0)'
stand_in udevadm 'echo "ID_FS_TYPE=$(cat "$SERVES.type")"'
kind() { echo "$1" >"$SERVES.type"; rm -f "$SERVES".{mount,mounted,chown,fsck}; rm -rf "$scratch/place/rosie"; }
kind ext4
disk add sda1 | grep -q "own disk" && [ ! -e "$SERVES.mount" ] || { echo "her own disk is taken for a backup" >&2; exit 1; }
disk add sdb1 | grep -q "set backup.folder" || { echo "a disk is not taken" >&2; exit 1; }
same "mounted" "$(cat "$SERVES.mount")" "-o nosuid,nodev,noexec,noatime /dev/sdb1 $scratch/place"
same "hers" "$(cat "$SERVES.chown")" "rosie:rosie $scratch/place/rosie"
disk add sdb | grep -q "already" || { echo "two disks at one place" >&2; exit 1; }
disk remove sdc1
[ -e "$SERVES.mounted" ] || { echo "another disk's end unmounts this one" >&2; exit 1; }
disk remove sdb1
[ ! -e "$SERVES.mounted" ] || { echo "a disk that is gone stays mounted" >&2; exit 1; }
kind vfat
disk add sdb1 >/dev/null
same "FAT" "$(cat "$SERVES.mount")" "-o nosuid,nodev,noexec,noatime,uid=rosie,gid=rosie,umask=0077 /dev/sdb1 $scratch/place"
[ ! -e "$SERVES.chown" ] || { echo "FAT knows no owners" >&2; exit 1; }
kind ntfs
disk add sdb1 | grep -q "left alone" && [ ! -e "$SERVES.mount" ] || { echo "NTFS is mounted" >&2; exit 1; }
kind ext4 && echo 4 >"$SERVES.fsck"
disk add sdb1 | grep -q damaged && [ ! -e "$SERVES.mount" ] || { echo "a damaged disk is mounted" >&2; exit 1; }
rm "$scratch"/bin/{id,chown,mount,umount,mountpoint,findmnt,fsck.ext4,udevadm}

# ---- a channel of updates, in a folder that curl reads as it would a web server's
rm "$scratch/bin/curl"
stand_in rauc 'echo "$@" >>"$SERVES.rauc"; sha256sum <"$2" >>"$SERVES.rauc"'
export ROSIE_CHANNEL_PROTO="=file" ROSIE_BOARD_FILE=$scratch/board
export ROSIE_PKI=$scratch/pki ROSIE_KEYRING=$scratch/pki/ca.pem
ci/image-pki.sh "$ROSIE_PKI" >/dev/null
channel=$scratch/channel
offer() { # offer VERSION: a channel with it
    head -c 300000 /dev/urandom >"$scratch/rosie-testboard-$1.raucb"
    ci/image-channel.sh "$channel" "$scratch/rosie-testboard-$1.raucb" "better ears" >/dev/null
}
look() { "$ROSIE_LIB/update-check" 2>"$scratch/said"; }
refused() { # refused WHY: it is not looked at, and nothing was taken
    ! look || { echo "taken in spite of: $1" >&2; exit 1; }
    grep -q "$1" "$scratch/said" || { echo "not refused for: $1 but: $(cat "$scratch/said")" >&2; exit 1; }
    [ ! -e "$SERVES.rauc" ] || { echo "installed in spite of: $1" >&2; exit 1; }
}
settings() { printf 'channel=file://%s\nmode=%s\n' "$channel" "$1" >"$ROSIE_MACHINE/updates"; }
grub_fresh
rm -f "$SERVES.rauc" "$SERVES.systemctl"
echo testboard >"$ROSIE_BOARD_FILE"
echo 1.9.0 >"$scratch/version"
look || { echo "without a channel it fails" >&2; exit 1; }
settings notify
refused "does not answer"
offer 1.10.0
look
same "a newer version is told" "$(value version available) $(value notes available)" "1.10.0 better ears"
[ ! -e "$SERVES.rauc" ] || { echo "installed though it should only tell" >&2; exit 1; }
settings off
echo 1.10.0 >"$scratch/version" && look
same "off: nothing is looked at" "$(value version available)" 1.10.0
settings notify && look
[ ! -e "$ROSIE_UPDATE/available" ] || { echo "the running version is told as new" >&2; exit 1; }
echo 1.9.0 >"$scratch/version"

# Each of these may come from whoever stands between.
settings automatic
cp -r "$channel" "$scratch/good"
again() { rm -rf "$channel" && cp -r "$scratch/good" "$channel"; }
echo otherboard >"$ROSIE_BOARD_FILE"
cp "$channel/rosie-testboard.index" "$channel/rosie-otherboard.index"
refused "is for testboard"
echo testboard >"$ROSIE_BOARD_FILE"
ROSIE_PKI=$scratch/foreign ci/image-pki.sh "$scratch/foreign" >/dev/null
ROSIE_PKI=$scratch/foreign ci/image-channel.sh "$channel" "$scratch/rosie-testboard-1.10.0.raucb" >/dev/null
refused "not signed"
again && printf 'x' | dd of="$channel/rosie-testboard.index" bs=1 seek=120 conv=notrunc 2>/dev/null
refused "not signed"
again && printf 'x' | dd of="$channel/rosie-testboard-1.10.0.raucb" bs=1 seek=7 conv=notrunc 2>/dev/null
refused "not what the index says"
again && truncate -s 1000 "$channel/rosie-testboard-1.10.0.raucb"
refused "not what the index says"
again && head -c 400000 /dev/zero >"$channel/rosie-testboard-1.10.0.raucb"
refused "not what the index says"
again && rm "$channel/rosie-testboard-1.10.0.raucb"
refused "did not come to its end"
echo $(($(cat "$ROSIE_UPDATE/channel-seen") + 5)) >"$ROSIE_UPDATE/channel-seen"
refused "older index"
rm "$ROSIE_UPDATE/channel-seen"
again
printf 'outcome=returned\nversion=1.10.0\nreason=stt does not work\n' >"$ROSIE_UPDATE/result"
look
grep -q "taken back before (stt does not work)" "$scratch/said" || { echo "a version that failed is tried again" >&2; exit 1; }
[ ! -e "$SERVES.rauc" ] || { echo "a version that failed is installed again" >&2; exit 1; }
rm "$ROSIE_UPDATE/result"

# Half of it came last night.
head -c 100000 "$channel/rosie-testboard-1.10.0.raucb" >"$ROSIE_UPDATE/offer.raucb.part"
look
same "what is installed is what was signed" "$(tail -n 1 "$SERVES.rauc")" "$(sha256sum <"$channel/rosie-testboard-1.10.0.raucb")"
same "and then started" "$(cat "$SERVES.systemctl")" "$(printf 'start rauc.service\n--no-block reboot')"
same "nothing is left of it" "$(find "$ROSIE_UPDATE" -name 'offer*')" ""
same "how far it is" "$(value_of step "$ROSIE_UPDATE_RUN/state") $(value_of version "$ROSIE_UPDATE_RUN/state")" "restarting 1.10.0"

# ---- what the owner asks of rosied, who is not root
ask() { rm -f "$SERVES.systemctl" "$SERVES.rauc"; printf '%s\n' "$1" >"$ROSIE_ASKED"; "$ROSIE_LIB/update-asked" 2>"$scratch/said"; }
asked_in_vain() { # asked_in_vain WHY ASKED
    ! ask "$2" || { echo "done in spite of: $1" >&2; exit 1; }
    grep -q "$1" "$scratch/said" || { echo "not refused for: $1 but: $(cat "$scratch/said")" >&2; exit 1; }
    [ ! -e "$ROSIE_ASKED" ] || { echo "asked for ever: $2" >&2; exit 1; }
}
settings notify
ask look
same "only looked" "$(value version available)$([ ! -e "$SERVES.rauc" ] || echo installed)" 1.10.0
same "looked, and all was well" "$(value problem looked)" ""
[ "$(value looked looked)" -ge 1700000000 ] && [ ! -e "$ROSIE_UPDATE_RUN/state" ] || { echo "a look does not end" >&2; exit 1; }
stand_in rauc 'printf "installing\n  0%% Installing\n 20%% Copying\n"; cp "$ROSIE_UPDATE_RUN/state" "$SERVES.seen"; sha256sum <"$2" >"$SERVES.rauc"'
printf 'outcome=returned\nversion=1.10.0\nreason=stt does not work\n' >"$ROSIE_UPDATE/result"
ask install
same "the owner may try it again" "$(cat "$SERVES.rauc")" "$(sha256sum <"$channel/rosie-testboard-1.10.0.raucb")"
grep -q '^step=installing$' "$SERVES.seen" || { echo "nobody could see that it is installed" >&2; exit 1; }
stand_in rauc 'printf "  0%% Installing\nLastError: Installation error: no space\nInstalling failed\n"; exit 1'
asked_in_vain "no space" install
same "why it was not installed" "$(value problem looked)" "the update could not be installed: Installation error: no space"
[ ! -e "$ROSIE_UPDATE_RUN/state" ] || { echo "an update that failed looks busy" >&2; exit 1; }
! grep -q reboot "$SERVES.systemctl" || { echo "restarted though nothing was installed" >&2; exit 1; }
echo 1.10.0 >"$scratch/version"
asked_in_vain "nothing newer than 1.10.0" install
echo 1.9.0 >"$scratch/version"
ask "set automatic https://updates.example.org/rosie/"
same "set: mode and channel" "$(tr '\n' ' ' <"$ROSIE_MACHINE/updates")" "channel=https://updates.example.org/rosie mode=automatic "
same "she may see what is set" "$(cat "$ROSIE_UPDATE_RUN/settings")" "$(cat "$ROSIE_MACHINE/updates")"
[ ! -e "$ROSIE_UPDATE/available" ] || { echo "another channel's version is told" >&2; exit 1; }
ask "set off -"
same "no channel" "$(tr '\n' ' ' <"$ROSIE_MACHINE/updates")" "channel= mode=off "
asked_in_vain "no channel" look
asked_in_vain "no mode" "set always https://x"
asked_in_vain "not https" "set off http://updates.example.org"
asked_in_vain "no address" 'set off https://x/$(touch /tmp/owned)'
asked_in_vain "not understood" "reboot"
ln -sf /etc/shadow "$ROSIE_ASKED"
! "$ROSIE_LIB/update-asked" 2>/dev/null && [ ! -e "$ROSIE_ASKED" ] && [ -e /etc/shadow ] || { echo "a link is followed" >&2; exit 1; }
(
    flock 8
    asked_in_vain "already" look
) 8>"$ROSIE_UPDATE_LOCK"

# ---- the radio's country
export ROSIE_IWD_RUN=$scratch/iwd
rm -f "$ROSIE_MACHINE/country"
"$ROSIE_LIB/radio"
same "no country" "$(tr '\n' ' ' <"$ROSIE_IWD_RUN/main.conf")" "[General] EnableNetworkConfiguration=false "
echo DE >"$ROSIE_MACHINE/country"
"$ROSIE_LIB/radio"
same "a country" "$(tail -n 1 "$ROSIE_IWD_RUN/main.conf")" "Country=DE"
echo "scripts: all as expected"
