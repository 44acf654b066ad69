"""The set-up without a cable: the box's access point, a phone, a home's network, all in emulated air (air.sh)."""

import json
import shlex
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
HOME, PASSWORD, WRONG = "Home sweet home", "home for all of us", "home for none of us"


class Air:
    """The commands go over the cable, which the box itself does not see any more once it is pulled."""

    def __init__(self, box):
        self.box = box
        box.run("mkdir -p /data/air")
        box.send(HERE / "air.sh", "/data/air/air.sh")

    def run(self, *words, check=True):
        return self.box.run("nsenter -t 1 -n -m sh /data/air/air.sh " + shlex.join(words), check=check)

    def unplug(self):
        self.box.run("systemd-run --quiet --no-block sh /data/air/air.sh unplug")

        def pulled():
            try:
                return self.box.run("ip netns identify", timeout=30, check=False).stdout.strip() == "cable"
            except subprocess.TimeoutExpired:
                return False  # it began over the cable before it was pulled

        self.box.wait("the cable is pulled", pulled, every=4)

    def state(self):
        return json.loads(self.box.run("cat /run/rosie/network/state.json"))

    def wait(self, what, condition, limit=None):
        last = {}

        def look():
            last.update(self.state())
            return condition(last)

        try:
            self.box.wait(what, look, limit=limit)
        except AssertionError as error:
            told = self.box.run("journalctl -b --no-pager -u rosie-network -u iwd | grep -v 'iwd.*:  ' | tail -40", check=False).stdout
            raise AssertionError(f"{error}\n{last}\n{told}") from error
        return last

    def ask(self, *words):
        return self.run("ask", *words)

    def choose(self, password):
        """What the page sends when its owner presses Connect."""
        body = json.dumps({"ssid": HOME, "password": password, "country": "DE", "hidden": False})
        told = self.ask("-w", " %{http_code}", "-H", "content-type: application/json", "-d", body, "http://10.42.0.1/api/v1/network")
        assert told.endswith(" 202"), told


def set_up(box):
    air = Air(box)
    air.run("radios")
    air.run("home", PASSWORD)
    air.unplug()
    opened = air.wait("the access point is open", lambda state: state["link"] == "access_point")
    name = opened["ssid"]
    assert name.startswith("Rosie-") and HOME in [seen["ssid"] for seen in opened["seen"]], opened

    air.run("join", name, "hellorosie")
    led = air.ask("-i", "http://captive.apple.com/hotspot-detect.html")
    assert " 302 " in led and "location: http://10.42.0.1/network" in led.lower(), led
    page = air.ask("-L", "http://connectivitycheck.gstatic.com/generate_204")
    assert "js/network/main.js" in page, page

    air.choose(WRONG)
    told = air.wait("the wrong password is told", lambda state: state["problem"] and state["link"] == "access_point")
    assert told["problem"]["fault"] == "wrong_password" and told["problem"]["ssid"] == HOME, told
    assert not box.run("ls /data/machine/iwd | grep psk || true"), "a network that was not joined is known"
    air.run("join", name, "hellorosie")
    assert "password" in json.loads(air.ask("http://10.42.0.1/api/v1/network"))["problem"]["message"]

    air.choose(PASSWORD)
    joined = air.wait("the home's network is joined", lambda state: state["link"] == "wifi")
    assert (joined["ssid"], joined["country"], joined["problem"]) == (HOME, "DE", None), joined
    assert joined["address"].startswith("192.168.77."), joined
    assert box.run("stat -c %a:%U /data/machine/iwd/*.psk") == "600:root"
    assert not box.run("ls /run/rosie/ask"), "what was asked lies there still"
    words = shlex.quote(f"{PASSWORD}|{WRONG}")
    assert not box.run(f"journalctl -b --no-pager | grep -E {words} || true"), "a password is in the journal"
    assert "elements" not in box.run("nsenter -t 1 -n -m nft list set inet rosie access_point"), "the firewall is open still"
    assert not box.run("pgrep -f [a]ccess-point.conf || true"), "dnsmasq goes on"

    at_home(box, air, joined["address"])
    return f"{name}, a wrong password told, {HOME!r} joined as {joined['address']}"


def at_home(box, air, address):
    """The phone is at home again, and finds her; a foreign name leads nowhere now. She finds home again by herself."""
    air.run("join", HOME, PASSWORD)
    there = json.loads(air.ask(f"http://{address}:8000/api/v1/network"))
    assert there["link"] == "wifi", there
    assert "host-not-allowed" in air.ask("-H", "host: captive.apple.com", f"http://{address}:8000/")
    assert air.ask("-w", "%{http_code}", "-o", "/dev/null", f"http://{address}:8000/health/network") == "200"

    # It is known from now on.
    box.run("systemctl restart iwd rosie-network")
    air.wait("the network is joined by itself", lambda state: state["link"] == "wifi")
    failed, cycles = box.units()
    assert not failed and not cycles, f"{failed} {cycles}"
