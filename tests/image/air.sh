#!/bin/sh
# Runs in the box, as root: what is around it in a house, in the air that the kernel emulates (mac80211_hwsim). The first of three
# radios is the box's own; here the second becomes the home's network and the third a phone, each in a network namespace.
#   air.sh radios | home PASSWORD | unplug | join NETWORK PASSWORD | ask CURL-ARGUMENT…
set -eu
air=/data/air
name="Home sweet home"

address() { # as the phone's DHCP client: /run is noexec, so it lies on /data
    cat >"$air/lease" <<'END'
#!/bin/sh
[ "$1" = bound ] || exit 0
ip addr flush dev "$interface"
ip addr add "$ip/$mask" dev "$interface"
ip route replace default via "$router"
echo "nameserver $dns" >/data/air/resolv.conf
END
    chmod +x "$air/lease"
    : >"$air/resolv.conf"
    ip netns exec phone busybox udhcpc -i air0 -n -q -t 90 -T 2 -s "$air/lease"
}

case "$1" in
radios)
    mkdir -p "$air"
    modprobe mac80211_hwsim radios=3
    sleep 3
    # The last two of three; what is away is not listed any more.
    for space in home phone; do
        radio=$(find /sys/class/ieee80211/phy* -prune | sort | tail -n 1)
        name=$(ls "$radio/device/net")
        ip netns add "$space"
        ip -n "$space" link set lo up
        ip link set "$name" down
        iw phy "$(basename "$radio")" set netns name "$space"
        # That one was made by iwd, and goes when the box restarts it.
        ip netns exec "$space" iw dev "$name" del
        ip netns exec "$space" iw phy "$(basename "$radio")" interface add air0 type managed
    done
    ;;
home)
    cat >"$air/hostapd.conf" <<END
interface=air0
driver=nl80211
ssid=$name
hw_mode=g
channel=6
wpa=2
wpa_key_mgmt=WPA-PSK
rsn_pairwise=CCMP
wpa_passphrase=$2
END
    ip -n home addr add 192.168.77.1/24 dev air0
    ip netns exec home hostapd -B -P "$air/hostapd.pid" "$air/hostapd.conf"
    ip netns exec home dnsmasq --conf-file=/dev/null --pid-file="$air/home.pid" --interface=air0 --bind-interfaces --port=0 \
        --dhcp-range=192.168.77.10,192.168.77.99,1h --leasefile-ro --user=root --no-ping
    ;;
join)
    [ ! -s "$air/phone.pid" ] || kill "$(cat "$air/phone.pid")"
    printf 'ctrl_interface=/data/air/phone\nnetwork={\nssid="%s"\npsk="%s"\nscan_ssid=1\n}\n' "$2" "$3" >"$air/phone.conf"
    ip netns exec phone wpa_supplicant -B -i air0 -c "$air/phone.conf" -P "$air/phone.pid"
    address
    ;;
ask)
    # As the phone's browser, with the names that the network tells it.
    shift
    exec ip netns exec phone sh -c 'mount --bind /data/air/resolv.conf /etc/resolv.conf && exec curl -sS -m 20 "$@"' curl "$@"
    ;;
unplug)
    # Whoever asked for it is gone by then.
    sleep 5
    # The cable over which the test talks to the box goes on, in a namespace of its own: for the box it is pulled.
    cable=$(ip -o route show default | sed 's/.* dev \([^ ]*\).*/\1/;q')
    ip netns add cable
    ip link set "$cable" netns cable
    ip -n cable link set lo up
    ip -n cable addr add 10.0.2.15/24 dev "$cable"
    ip -n cable link set "$cable" up
    ip -n cable route add default via 10.0.2.2
    systemd-run --quiet --unit=cable-ssh ip netns exec cable /usr/sbin/sshd -D -e -f /etc/rosie/sshd_config
    ;;
*)
    echo "air: $1 is not known" >&2
    exit 2
    ;;
esac
