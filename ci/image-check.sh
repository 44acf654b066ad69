#!/usr/bin/env bash
# image-check.sh [BUILDROOT]: everything of the image that can be held without building or booting it. With a folder of
# Buildroot its configurations are read by Buildroot itself, and its own checks of packages run.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
buildroot=${1:-${BUILDROOT:-}}
[ -z "$buildroot" ] || buildroot=$(cd "$buildroot" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0 failed=0
check() { # check NAME COMMAND...
    local began=$SECONDS name=$1
    shift
    if "$@" >"$scratch/said" 2>&1; then
        passed=$((passed + 1))
        echo "  ok      $((SECONDS - began)) s  $name"
    else
        failed=$((failed + 1))
        echo "  FAILED  $((SECONDS - began)) s  $name"
        sed 's/^/      /' "$scratch/said"
    fi
}
units=overlays/common/usr/lib/systemd/system
scripts() { find overlays/common/usr/lib/rosie board ci tests/image -type f \( -perm -u+x -o -name common -o -name '*.sh' \) \
    ! -name '*.py' ! -path '*/__pycache__/*'; }

shell() { scripts | grep -E '^overlays|^board|image|release' | xargs shellcheck -S warning -x -P overlays/common/usr/lib/rosie; }
# A root with our units and with empty programs where the image has real ones.
unit_files() {
    local root=$scratch/units
    mkdir -p "$root"/usr/{bin,sbin,lib}
    cp -a overlays/common/. "$root/"
    ln -s usr/lib "$root/lib"
    for program in usr/bin/rosied usr/sbin/sshd usr/sbin/chronyd usr/sbin/nft usr/bin/true; do
        printf '#!/bin/sh\n' >"$root/$program"
        chmod +x "$root/$program"
    done
    local said
    # The machine's own units are not there, and are not what is looked at.
    said=$(systemd-analyze verify --root="$root" --recursive-errors=no --man=no "$units"/*.{service,timer,path} 2>&1 |
        grep -vE 'not found|Failed to (load|add)|is not executable: No such file' || true)
    echo "$said"
    [ -z "$said" ] || return 1
    # No program that a unit starts is missing in the overlay.
    local program
    for program in $(sed -n 's|^Exec[A-Za-z]*=[!+-]*\(/usr/lib/rosie/[a-z-]*\).*|\1|p' "$units"/*.service); do
        [ -x "overlays/common$program" ] || { echo "$program is not there"; return 1; }
    done
}
# Those that listen, or read what comes from the network.
exposure() {
    local unit
    for unit in rosied rosie-network rosie-fetch rosie-models; do
        systemd-analyze security --offline=true --threshold=25 --no-pager "$units/$unit.service" || return 1
    done
}
# At the first start the data partition comes when rosie-data has made it, which waits for the boot partition first. Where systemd gave up
# earlier, the system went down while it was being made.
patience() {
    local fstab=overlays/common/etc/fstab boot data made
    boot=$(sed -n '/rosie-boot/s/.*device-timeout=\([0-9]*\)min.*/\1/p' "$fstab")
    data=$(sed -n '/rosie-data/s/.*device-timeout=\([0-9]*\)min.*/\1/p' "$fstab")
    made=$(sed -n 's/^TimeoutStartSec=\([0-9]*\)min$/\1/p' "$units/rosie-data.service")
    [ "$data" -gt $((boot + made)) ] || { echo "/data is waited for $data min, and needs $boot and $made"; return 1; }
    # An update that is not well is taken back by who looks at it; killed before, it would stay.
    local looked killed
    looked=$(sed -n 's/^PATIENCE=.*:-\([0-9]*\)}$/\1/p' overlays/common/usr/lib/rosie/health)
    killed=$(sed -n 's/^TimeoutStartSec=\([0-9]*\)min$/\1/p' "$units/rosie-health.service")
    # The last look may ask four times, for ten seconds each.
    [ $((looked + 60)) -lt $((killed * 60)) ] || { echo "an update is looked at for $looked s, by what is killed after $killed min"; return 1; }
}
permissions() {
    local wrong
    wrong=$(find overlays -type f ! -perm 644 ! -path '*/usr/lib/rosie/*'
        find overlays/common/usr/lib/rosie -maxdepth 1 -type f ! -name common ! -perm 755
        find overlays -type d ! -perm 755
        git ls-files -s -- overlays | grep -vE '^100(644|755) ')
    [ -z "$wrong" ] || { echo "$wrong"; return 1; }
    local preset
    for preset in "$units"/rosie*.service; do
        [ ! -e "${preset%.service}.timer" ] || preset=${preset%.service}.timer
        [ ! -e "${preset%.service}.path" ] || preset=${preset%.service}.path
        # One for each disk: a rule of udev wants it.
        case "$preset" in
        *@.service) grep -rq "$(basename "${preset%.service}")" overlays/common/usr/lib/udev/rules.d && continue ;;
        esac
        grep -q '^WantedBy=' "$preset" || { echo "$preset is wanted by nobody"; return 1; }
    done
}
licences() {
    local package upper
    for package in buildroot/package/*/; do
        package=$(basename "$package")
        upper=$(tr 'a-z-' 'A-Z_' <<<"$package")
        local recipe=buildroot/package/$package/$package.mk file
        grep -q "^${upper}_LICENSE = " "$recipe" || { echo "$package has no licence"; return 1; }
        for file in $(sed -n "s/^${upper}_LICENSE_FILES = //p" "$recipe"); do
            grep -qE "^sha256  [0-9a-f]{64}  $file\$" "buildroot/package/$package/$package.hash" ||
                { echo "$package: no hash of $file"; return 1; }
        done
        grep -q "package/$package/Config.in" buildroot/Config.in || { echo "$package is not in Config.in"; return 1; }
    done
    sha256sum -c <(sed -n 's/^sha256  \([0-9a-f]*\)  LICENSE$/\1  LICENSE/p' buildroot/package/rosie/rosie.hash)
}
overlays_compile() {
    local source said
    for source in buildroot/package/respeaker/*.dts; do
        said=$(dtc -@ -I dts -O dtb -o "$scratch/overlay.dtbo" "$source" 2>&1) && [ -z "$said" ] || { echo "$source: $said"; return 1; }
    done
}
firewall() { unshare -rn nft -c -f overlays/common/etc/rosie/firewall.nft; }
# RAUC's own file, as upstream writes it, lets everybody give orders; with ours beside it, root alone may. Nobody answers here, but who may
# not ask is told so first.
orders() {
    # Only root can ask as two users.
    [ "$(id -u)" = 0 ] || return 0
    local home=$scratch/bus daemon said
    mkdir -p "$home"
    chmod 755 "$scratch" "$home"
    printf '[D-BUS Service]\nName=de.pengutronix.rauc\nExec=/bin/false\nUser=root\n' >"$home/de.pengutronix.rauc.service"
    cat >"$home/bus.conf" <<END
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><listen>unix:path=$home/bus</listen><servicedir>$home</servicedir>
<policy context="default"><allow user="*"/><allow send_destination="*"/><allow receive_sender="*"/></policy>
<include>$PWD/overlays/common/etc/dbus-1/system.d/rosie.conf</include></busconfig>
END
    dbus-daemon --config-file="$home/bus.conf" --nofork --nosyslog >"$home/log" 2>&1 &
    daemon=$!
    for _ in $(seq 50); do [ ! -S "$home/bus" ] || break; sleep 0.1; done
    chmod 666 "$home/bus"
    ask() { setpriv --reuid="$1" --regid="$1" --clear-groups dbus-send --bus="unix:path=$home/bus" --print-reply \
        --dest=de.pengutronix.rauc / de.pengutronix.rauc.Installer.Mark string:active string:other 2>&1 || true; }
    said="$(ask 65534 | grep -c AccessDenied) $(ask 0 | grep -c AccessDenied)"
    kill "$daemon"
    [ "$said" = "1 0" ] || { echo "denied to nobody and to root: $said, expected 1 0"; cat "$home/log"; return 1; }
}
packages() {
    /usr/bin/python3 "$buildroot/utils/check-package" -b buildroot/package/*/* buildroot/{Config.in,external.mk,external.desc}
}

check "configurations are what their fragments say" ci/image-defconfigs.sh check
check "shell scripts" shell
check "unit files" unit_files
check "the exposure of rosied, of the network's keeper and of what fetches models is at most 2.5" exposure
check "the data partition is waited for while it is made, and an update as long as it is looked at" patience
check "overlay permissions" permissions
check "licences and hashes" licences
check "GRUB's script" grub-script-check board/generic-x86-64/grub.cfg
check "device tree overlays" overlays_compile
check "firewall" firewall
check "updates take orders from root alone" orders
check "scripts of the image, on plain files" tests/image/scripts.sh
check "disks and updates of every board" tests/image/layouts.sh
check "a release, of plain files" tests/image/release.sh
if [ -n "$buildroot" ]; then
    check "every configuration in Buildroot, also with kiosk, broker and debug" ci/image-defconfigs.sh check "$buildroot"
    check "Buildroot's check of packages" packages
else
    echo "  (no folder of Buildroot: BUILDROOT=dir has Buildroot itself read the configurations)"
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
